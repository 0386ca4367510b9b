/** write-collision: two tasks without an order between them write the same path. */
import { dirname } from 'node:path'
import type { Finding } from '../../../domain/rehearsal.ts'
import { isCache } from '../accesses.ts'
import { dependencyHits } from './dependencies.ts'
import {
  first,
  grouped,
  isLocked,
  listed,
  makerOf,
  pathsOf,
  place,
  unordered,
  who,
  writersOf,
  wrote,
  type Hit,
  type JobEvidence,
  type TaskEvidence
} from './evidence.ts'

const isGuarded = (one: TaskEvidence, other: TaskEvidence, path: string): boolean =>
  isLocked(one.author, path) || isLocked(other.author, path)

/** One finds what the other made, and makes it itself where it does not, under its own name at once. */
function madeByBoth(job: JobEvidence, task: TaskEvidence): Hit[] {
  const { worker } = task
  if (!worker) return []
  return [...worker.changes.keys()].flatMap((path): Hit[] => {
    // written anew each time, with the same in it, is no use of what the other made
    const isUsed = !task.author.changes.has(path) && !task.author.opened.has(path)
    const maker = wrote(worker, path) && isUsed ? makerOf(job, task, path) : null
    if (!maker || !unordered(task, maker) || isGuarded(task, maker, path) || isCache(path)) return []
    const atOnce = maker.author.opened.has(path) && worker.opened.has(path)
    if (!atOnce) return []
    const evidence = [`${maker.name} made ${path}, and ${task.name} used it`, `alone, ${task.name} makes it itself`]
    return [maker, task].map((one) => ({ task: one, paths: [path], evidence }))
  })
}

const appends = ({ author }: TaskEvidence, path: string): boolean => {
  const writes = author.accesses.filter(({ how, what }) => how === 'write' && what === path)
  return writes.length > 0 && writes.every(({ marks }) => marks?.includes('append'))
}

interface Pair {
  one: TaskEvidence
  other: TaskEvidence
}

/** The first two of a path's writers that may run at once and do not write the same. */
function pairOf(job: JobEvidence, path: string, writers: readonly TaskEvidence[]): Pair | null {
  for (const [i, one] of writers.entries())
    for (const other of writers.slice(i + 1)) {
      if (!unordered(one, other) || isGuarded(one, other, path)) continue
      if (!wrote(one.author, path) && !wrote(other.author, path)) continue
      if (!job.sameInRooms(one, other, path)) return { one, other }
    }
  return null
}

/** Who takes away what another wrote needs that one: a missing dependency, which is told there. */
function takenIn(job: JobEvidence): (task: TaskEvidence, path: string) => boolean {
  let taken: ReadonlySet<string> | null = null
  const all = () =>
    new Set(dependencyHits(job).flatMap(({ task, paths }) => (paths ?? []).map((path) => key(task, path))))
  return (task, path) => task.author.changes.get(path)?.kind === 'deleted' && (taken ??= all()).has(key(task, path))
}
const key = ({ id }: TaskEvidence, path: string) => `${id} ${path}`

/** What a task read of others' work, or of what was there before, and did not write itself. */
const readBy = ({ author }: TaskEvidence): string[] =>
  author.accesses
    .filter(({ how, what, own }) => own && (how === 'read' || how === 'run') && !author.changes.has(what))
    .map(({ what }) => what)

/** Where a path may be changed from: itself, and the folders above it that somebody deletes. */
function pointsOf(path: string, deletes: boolean): string[] {
  const found = [path]
  for (let above = dirname(path); deletes && above.length > 1; above = dirname(above)) found.push(above)
  return found
}

/** Who comes later, does not wait, and changes what a task reads at a path, with where it does so. */
function changersOf(job: JobEvidence, task: TaskEvidence, points: readonly string[]): [TaskEvidence, string][] {
  const isLater = (one: TaskEvidence) => one.index > task.index && unordered(task, one)
  return points.flatMap((point, i) =>
    writersOf(job, point)
      .filter((one) => isLater(one) && (i === 0 || one.author.changes.get(point)?.kind === 'deleted'))
      .map((one): [TaskEvidence, string] => [one, point])
  )
}

/** A task that comes later and does not wait changes or deletes what another one reads. */
function readAndChanged(job: JobEvidence): Hit[] {
  const deletes = job.tasks.some(({ author }) => [...author.changes.values()].some(({ kind }) => kind === 'deleted'))
  return job.tasks.flatMap((task) =>
    [...new Set(readBy(task))].flatMap((path) => {
      const changers = changersOf(job, task, pointsOf(path, deletes))
      if (changers.length === 0 || isCache(path) || place(job, path) !== 'share') return []
      const open = changers.filter(([one]) => !isGuarded(task, one, path) && !appends(one, path))
      return open.flatMap(([other, at]): Hit[] => {
        const does = other.author.changes.get(at)?.kind === 'deleted' ? 'deletes' : 'writes'
        const evidence = [`${task.name} reads ${path}`, `${other.name} ${does} ${at}, and none of them waits`]
        return [task, other].map((one) => ({ task: one, paths: [path], evidence }))
      })
    })
  )
}

const isReadAndChanged = ({ evidence }: Hit): boolean => evidence?.[0]?.includes(' reads ') ?? false

function writtenByBoth(job: JobEvidence): Hit[] {
  const takes = takenIn(job)
  const paths = new Set(job.tasks.flatMap(({ author }) => [...author.changes.keys()]))
  return [...paths].flatMap((path): Hit[] => {
    const writers = writersOf(job, path).filter((one) => !takes(one, path))
    if (writers.length < 2 || isCache(path) || place(job, path) !== 'share') return []
    const pair = pairOf(job, path, writers)
    if (!pair) return []
    const hit = writers.filter((one) => one === pair.one || unordered(one, pair.one))
    const isLog = hit.every((one) => appends(one, path))
    const evidence = hit.map(({ name }) => `${name} ${isLog ? 'appends to' : 'writes'} ${path}`)
    return hit.map((task) => ({ task, paths: [path], evidence, severity: isLog ? 'warning' : 'error' }))
  })
}

export const collisionHits = (job: JobEvidence): Hit[] => [
  ...job.tasks.flatMap((task) => madeByBoth(job, task)),
  ...writtenByBoth(job),
  ...readAndChanged(job)
]

export function writeCollision(job: JobEvidence): Finding[] {
  const hits = collisionHits(job)
  const tasksOf = Map.groupBy(hits, ({ paths }) => paths?.[0])
  const nodesAt = (path: string | undefined) =>
    [...new Set((tasksOf.get(path) ?? []).map(({ task }) => task.node))].join()
  return grouped(
    hits,
    ({ paths, severity }) => JSON.stringify([nodesAt(paths?.[0]), severity]),
    (own) => {
      const path = first(pathsOf(own))
      const names = listed(own.map(({ task }) => task.name))
      return own.every(({ severity }) => severity === 'warning')
        ? {
            ...{ kind: 'write-collision', severity: 'warning' },
            message: `${names} append to ${path} and may run at once; the order of its lines is the farm’s`,
            remedy: `give each task of ${who(own)} a file of its own, or write the lines under a lock`
          }
        : own.every(isReadAndChanged)
          ? {
              ...{ kind: 'write-collision', severity: 'error' },
              message: `${names} read and change ${path} and may run at once; what is read then is the old, the new, or nothing`,
              remedy: 'let one of them wait for the other, or work on a copy'
            }
          : {
              ...{ kind: 'write-collision', severity: 'error' },
              message: `${names} write ${path} and may run at once; what is there then is one’s, the other’s, or half of each`,
              remedy:
                'write it in one task that the others wait for, or under a name of its own that is renamed when it is done'
            }
    }
  )
}

/** write-collision: two tasks without an order between them write the same path. */
import type { Finding } from '../../../domain/rehearsal.ts'
import { isCache } from '../accesses.ts'
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
    const maker = wrote(worker, path) && !task.author.changes.has(path) ? makerOf(job, task, path) : null
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

function writtenByBoth(job: JobEvidence): Hit[] {
  const paths = new Set(job.tasks.flatMap(({ author }) => [...author.changes.keys()]))
  return [...paths].flatMap((path): Hit[] => {
    const writers = writersOf(job, path)
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
  ...writtenByBoth(job)
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
        : {
            ...{ kind: 'write-collision', severity: 'error' },
            message: `${names} write ${path} and may run at once; what is there then is one’s, the other’s, or half of each`,
            remedy:
              'write it in one task that the others wait for, or under a name of its own that is renamed when it is done'
          }
    }
  )
}

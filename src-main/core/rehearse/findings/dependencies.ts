/** missing-dependency: a task reads what another wrote, and does not wait for it. */
import { dirname } from 'node:path'
import type { Access, Finding } from '../../../domain/rehearsal.ts'
import { isCache } from '../accesses.ts'
import {
  differs,
  failure,
  first,
  grouped,
  isIn,
  isLocked,
  listed,
  makerOf,
  pathsOf,
  place,
  who,
  writersOf,
  wrote,
  type Hit,
  type JobEvidence,
  type TaskEvidence
} from './evidence.ts'

const isRead = ({ how }: Access): boolean => how === 'read' || how === 'run'

/** The link on the way to a file that was named otherwise than it is. */
function linksOnTheWay({ how, as, what }: Access): string[] {
  const found: string[] = []
  // what was opened is named with its links followed; a look is not
  for (
    let path = as ?? (how === 'look' || how === 'missing' ? what : '');
    path.length > 1 && path.startsWith('/');
    path = dirname(path)
  )
    found.push(path)
  return found
}

interface Missed {
  maker: TaskEvidence
  path: string
}

/** The tasks whose work this access needs, though nothing makes it wait for them. */
function missed(job: JobEvidence, task: TaskEvidence, access: Access): Missed[] {
  const ways = [access.what, ...linksOnTheWay(access)]
  return ways.flatMap((path) => {
    const maker = makerOf(job, task, path)
    if (!maker || maker === task || task.waitsFor.has(maker.id)) return []
    const isLink = path !== access.what && maker.author.changes.get(path)?.kind !== 'link'
    return isLink ? [] : [{ maker, path }]
  })
}

const isGuarded = (task: TaskEvidence, { maker, path }: Missed): boolean =>
  isLocked(maker.author, path) || isLocked(task.author, path)

/** A file that the task makes itself where it does not find it: that is a collision. */
const makesItself = ({ worker }: TaskEvidence, path: string): boolean => worker !== null && wrote(worker, path)

/** What it reads of others' work. */
function readsOf(job: JobEvidence, task: TaskEvidence): Missed[] {
  return task.author.accesses
    .filter((access) => isRead(access) && !isCache(access.what) && place(job, access.what) === 'share')
    .flatMap((access) => missed(job, task, access))
}

const readHit = (task: TaskEvidence, { maker, path }: Missed): Hit => ({
  ...{ task, needs: maker, paths: [path] },
  evidence: readEvidence(task, maker, path)
})

const readHits = (job: JobEvidence, task: TaskEvidence): Hit[] =>
  readsOf(job, task)
    .filter((one) => !isGuarded(task, one) && !makesItself(task, one.path))
    .map((one) => readHit(task, one))

/**
 * Files that it reads under a lock, or makes where it does not find them, such as a database: they count where its result
 * hangs on what others had written before.
 */
const sharedHits = (job: JobEvidence, task: TaskEvidence): Hit[] =>
  differs(task) && task.back?.layers ? readsOf(job, task).map((one) => readHit(task, one)) : []

const readEvidence = (task: TaskEvidence, maker: TaskEvidence, path: string): string[] => [
  `${maker.name} wrote ${path}`,
  `${task.name} read it and does not wait for ${maker.name}`,
  ...failure(task)
]

/** What it does not find in its room, by the names that it was looked for. */
const lostBy = ({ worker }: TaskEvidence): ReadonlyMap<string, Access> =>
  new Map(
    (worker?.accesses ?? [])
      .filter(({ how }) => how === 'missing')
      .flatMap((access) => [[access.what, access] as const, [access.as ?? access.what, access] as const])
  )

/** What others wrote and it takes away, such as by a rename: in its room there is nothing to be taken. */
function takenHits(job: JobEvidence, task: TaskEvidence): Hit[] {
  if (!differs(task)) return []
  const lost = lostBy(task)
  return task.author.accesses
    .filter(({ how, what }) => how === 'delete' && lost.has(what))
    .flatMap((access) => missed(job, task, access))
    .filter((one) => !isGuarded(task, one))
    .map(({ maker, path }) => ({
      ...{ task, needs: maker, paths: [path] },
      evidence: [
        `${maker.name} wrote ${path}`,
        `${task.name} takes it away and does not wait for ${maker.name}`,
        ...failure(task)
      ]
    }))
}

/** What it only looked for or listed counts where the result hangs on it. */
function seenHits(job: JobEvidence, task: TaskEvidence): Hit[] {
  if (!differs(task) || !task.back?.layers) return []
  const lost = lostBy(task)
  const looked = task.author.accesses.flatMap(({ how, what }) => (how === 'look' ? (lost.get(what) ?? []) : []))
  const hits = looked.flatMap((access) => missed(job, task, access)).filter((one) => !isGuarded(task, one))
  const folders = task.author.accesses.filter(({ how }) => how === 'list').map(({ what }) => what)
  const others = job.tasks.filter((one) => one.index < task.index && !task.waitsFor.has(one.id))
  for (const maker of others)
    for (const [path, { kind }] of maker.author.changes) {
      if (folders.includes(dirname(path))) hits.push({ maker, path: dirname(path) })
      if (kind === 'folder' && [...lost.values()].some(({ what }) => isIn(what, path))) hits.push({ maker, path })
    }
  return hits.map(({ maker, path }) => ({
    ...{ task, needs: maker, paths: [path] },
    evidence: [
      `${maker.name} wrote in ${path}`,
      `${task.name} looks there and does not wait for ${maker.name}`,
      ...failure(task)
    ]
  }))
}

export function dependencyHits(job: JobEvidence): Hit[] {
  return job.tasks.flatMap((task) => {
    for (const look of [readHits, takenHits, seenHits, sharedHits]) {
      const hits = look(job, task)
      if (hits.length > 0) return hits
    }
    return []
  })
}

export const missingDependency = (job: JobEvidence): Finding[] =>
  grouped(
    dependencyHits(job),
    ({ task, needs }) => JSON.stringify([task.node, needs?.node]),
    (hits) => {
      const makers = listed(hits.map(({ needs }) => needs?.node ?? ''))
      const own = hits.every(({ task, needs }) => task.node === needs?.node)
      const path = first(pathsOf(hits))
      return {
        ...{ kind: 'missing-dependency', severity: 'error' },
        message: own
          ? `batches of ${who(hits)} read what the batch before them wrote (${path}); on a farm they run at once`
          : `${who(hits)} reads ${path}, which ${makers} writes, and nothing makes it wait for ${makers}`,
        remedy: own ? `do not split ${who(hits)}: remove its batch_size` : `connect ${makers} to ${who(hits)}`
      }
    }
  )

/** Whether anybody in the job writes a path. */
export const isWritten = (job: JobEvidence, path: string): boolean => writersOf(job, path).length > 0

/** writes-input, stale-file, missing-file, output-missing, private-file: facts of the ledger by themselves. */
import { dirname, join } from 'node:path'
import { nameOf } from '../../../domain/paths.ts'
import type { Access, Finding } from '../../../domain/rehearsal.ts'
import { isCache } from '../accesses.ts'
import {
  first,
  foldersWritten,
  grouped,
  isEverChanged,
  isIn,
  isLocked,
  isNamed,
  matches,
  pathsOf,
  place,
  who,
  writersOf,
  type Hit,
  type JobEvidence,
  type TaskEvidence,
  type Words
} from './evidence.ts'

/** Only added to, at its end: that is what a log is for. */
const isAppended = ({ author }: TaskEvidence, path: string): boolean => {
  const uses = author.accesses.filter(({ how, what }) => what === path && (how === 'write' || how === 'read'))
  return uses.length > 0 && uses.every(({ how, marks }) => how === 'write' && marks?.includes('append'))
}

/** What it read before it wrote it, or threw away: a file that is only written anew is its output, wherever its path comes from. */
function isInput({ author }: TaskEvidence, path: string): boolean {
  const use = author.accesses.find(({ how, what }) => what === path && (how === 'write' || how === 'read'))
  const isRead = use?.how === 'read' || (use?.marks?.includes('update') ?? false)
  return isRead || author.changes.get(path)?.kind === 'deleted'
}

function inputsWritten(job: JobEvidence, task: TaskEvidence): string[] {
  const changed = [...task.author.changes].filter(
    ([path, { kind }]) => kind !== 'folder' && job.existed(path) && !isLocked(task.author, path)
  )
  const refused = (task.worker?.accesses ?? []).filter(
    ({ how, marks }) => how === 'write' && marks?.includes('refused')
  )
  return [
    ...changed
      .filter(([path]) => isNamed(task, path) && isInput(task, path) && !isAppended(task, path))
      .map(([path]) => path),
    ...[...changed.map(([path]) => path), ...refused.map(({ what }) => what)].filter((path) =>
      job.places.assets.some((folder) => isIn(path, folder))
    )
  ]
}

export const inputHits = (job: JobEvidence): Hit[] =>
  job.tasks.flatMap((task) =>
    [...new Set(inputsWritten(job, task))].map((path) => ({
      task,
      paths: [path],
      evidence: [`${task.name} writes ${path}, which was there before the job`]
    }))
  )

export const writesInput = (job: JobEvidence): Finding[] =>
  grouped(
    inputHits(job),
    ({ task }) => task.node,
    (hits) => ({
      ...{ kind: 'writes-input', severity: 'error' },
      message: `${who(hits)} writes to ${first(pathsOf(hits))}, which it was given; published files are read-only for workers, and a second run finds it changed`,
      remedy: 'write a copy'
    })
  )

/** Named by an input of any task, or handed on as an output. */
const isMentioned = (job: JobEvidence, path: string): boolean =>
  job.tasks.some((task) => isNamed(task, path) || task.named.some((text) => matches(text, path)))

export function staleFile(job: JobEvidence): Finding[] {
  const folders = foldersWritten(job)
  const isStale = (task: TaskEvidence, { how, what, own }: Access): boolean => {
    const isUsed = how === 'read' || how === 'run' || (how === 'look' && task.returned.includes(what))
    return (
      isUsed &&
      own &&
      folders.has(dirname(what)) &&
      place(job, what) === 'share' &&
      !isCache(what) &&
      job.existed(what) &&
      writersOf(job, what).length === 0 &&
      !isMentioned(job, what)
    )
  }
  const before = 'it was there before the job, and no task of the job writes it'
  const hits = job.tasks.flatMap((task): Hit[] => {
    const read = task.author.accesses.filter((access) => isStale(task, access)).map(({ what }) => what)
    const listed = task.stale.filter((path) => !read.includes(path))
    return [
      ...read.map((path) => ({ task, paths: [path], evidence: [`${task.name} reads ${path}`, before] })),
      ...listed.map((path) => ({
        task,
        paths: [path],
        evidence: [`${task.name} counts ${path}: without it the result is another one`, before]
      }))
    ]
  })
  return grouped(
    hits,
    ({ task }) => task.node,
    (own) => ({
      ...{ kind: 'stale-file', severity: 'error' },
      message: `${who(own)} reads ${first(pathsOf(own))} from a folder that the job writes to, and no task of it writes that file: it is left from an earlier run`,
      remedy: 'make it in this job, or publish it as an asset and give its path as an input'
    })
  )
}

/** The path with each of its name's numbers one lower and one higher, at the same width. */
export function neighboursOf(path: string): [string, string][] {
  const name = nameOf(path)
  const at = path.length - name.length
  return [...name.matchAll(/\d+/g)].flatMap((match): [string, string][] => {
    const [digits] = match
    if (digits.length > 12 || Number(digits) === 0) return []
    const other = (by: number) =>
      `${path.slice(0, at)}${name.slice(0, match.index)}${String(Number(digits) + by).padStart(digits.length, '0')}${name.slice(match.index + digits.length)}`
    return [[other(-1), other(1)]]
  })
}

export function missingFile(job: JobEvidence): Finding[] {
  const isGone = (task: TaskEvidence, { how, what, own }: Access): boolean =>
    how === 'missing' &&
    own &&
    place(job, what) === 'share' &&
    !isCache(what) &&
    !isEverChanged(job, what) &&
    !job.existed(what) &&
    (task.named.includes(what) ||
      neighboursOf(what).some(([before, after]) => job.sees(task, before) && job.sees(task, after)))
  const hits = job.tasks.flatMap((task) =>
    task.author.accesses
      .filter((access) => isGone(task, access))
      .map(({ what }): Hit => ({ task, paths: [what], evidence: [`${task.name} looked for ${what}: it is not there`] }))
  )
  return grouped(
    hits,
    ({ task }) => task.node,
    (own) => ({
      ...{ kind: 'missing-file', severity: 'warning' },
      message: `${who(own)} looked for ${first(pathsOf(own))}, which is not there, and succeeded without it`,
      remedy: 'publish the file, or let the task fail where it is missing'
    })
  )
}

/** Writes nothing itself and names paths for others, who wrote at least one of them. */
const isPlanner = (job: JobEvidence, task: TaskEvidence): boolean =>
  ![...task.author.changes.values()].some(({ kind }) => kind === 'file') &&
  task.returned.some((path) => writersOf(job, path).some((other) => other !== task))

/** The line of the ledger for an output that is not there; `isThere`: it is empty. */
export const missingLine = ({ name }: Pick<TaskEvidence, 'name'>, path: string, isThere: boolean): string =>
  `${name} returned ${path}: at the job’s end it ${isThere ? 'is empty' : 'is not there'}`

export const outputWords = (own: readonly Hit[]): Words => ({
  ...{ kind: 'output-missing', severity: 'error' },
  message: `${who(own)} says that it wrote ${first(pathsOf(own))}, and it is not there, or empty`,
  remedy: 'check what was written, and fail otherwise'
})

/** A later task moved or deleted what the task had written, by itself or with a folder above it. */
const wasTaken = (job: JobEvidence, task: TaskEvidence, path: string): boolean => {
  const own = task.author.changes.get(path)
  const isThere = own !== undefined && own.kind !== 'deleted' && (own.kind !== 'file' || (own.size ?? 1) > 0)
  return isThere && pathsAbove(path).some((one) => isDeletedLater(job, task, one))
}

const pathsAbove = (path: string): string[] => (path.length > 1 ? [path, ...pathsAbove(dirname(path))] : [])

const isDeletedLater = (job: JobEvidence, task: TaskEvidence, path: string): boolean =>
  writersOf(job, path).some(({ index, author }) => index > task.index && author.changes.get(path)?.kind === 'deleted')

/** A pattern that stands for files which are there at the end. */
const isPatternOf = (job: JobEvidence, path: string): boolean =>
  job.namesAtEnd(dirname(path)).some((name) => matches(path, join(dirname(path), name)))

/** What the job was given and hands on is no work of it; where it writes files itself, it may be one that is not made. */
const isGivenFile = (job: JobEvidence, path: string): boolean =>
  job.existed(path) && !isEverChanged(job, path) && !foldersWritten(job).has(dirname(path))

const isListenedAt = (job: JobEvidence, path: string): boolean =>
  job.tasks.some(({ author }) => author.accesses.some(({ how, what }) => how === 'listen' && what === path))

function isMissing(job: JobEvidence, task: TaskEvidence, path: string): boolean {
  const end = job.atEnd(path)
  // a root that is not there at all is another machine's, or a path in a scene
  if (!['share', 'home', 'temporary'].includes(place(job, path))) return false
  if (end && (end.kind !== 'file' || (end.size ?? 1) > 0 || isGivenFile(job, path))) return false
  if (isNamed(task, path) && !task.author.changes.has(path)) return false
  return Boolean(end) || !(wasTaken(job, task, path) || isPatternOf(job, path) || isListenedAt(job, path))
}

export const outputMissing = (job: JobEvidence): Finding[] => {
  const hits = job.tasks.flatMap((task) =>
    task.author.failed !== null || isPlanner(job, task)
      ? []
      : task.returned
          .filter((path) => isMissing(job, task, path))
          .map((path): Hit => ({ task, paths: [path], evidence: [missingLine(task, path, job.atEnd(path) !== null)] }))
  )
  return grouped(hits, ({ task }) => task.node, outputWords)
}

/** Group and others may read neither file nor, for a folder, what is in it. */
const isPrivate = ({ kind, mode = 0o777 }: { kind: string; mode?: number }): boolean =>
  kind === 'file' ? (mode & 0o044) === 0 : kind === 'folder' && (mode & 0o055) === 0

export function privateFile(job: JobEvidence): Finding[] {
  const hits = job.tasks.flatMap((task) =>
    [...task.author.changes].flatMap(([path, change]): Hit[] => {
      if (!isPrivate(change) || place(job, path) !== 'share' || isCache(path)) return []
      const end = job.atEnd(path)
      if (!end || !isPrivate(end)) return []
      const mode = (end.mode ?? 0).toString(8).padStart(4, '0')
      return [{ task, paths: [path], evidence: [`${path} has the mode ${mode}: only its owner can read it`] }]
    })
  )
  return grouped(
    hits,
    ({ task }) => task.node,
    (own) => ({
      ...{ kind: 'private-file', severity: 'error' },
      message: `${who(own)} writes ${first(pathsOf(own))} so that only its own user can read it; a worker may run as another user`,
      remedy: 'set its mode before it is handed on, such as os.chmod(path, 0o644); files of tempfile have 0600'
    })
  )
}

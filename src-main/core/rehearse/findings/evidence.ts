/** What findings are made from: the plan, and what each task did here and in a worker's room. Plain values, no files. */
import { dirname, isAbsolute } from 'node:path'
import { marks } from '../../../domain/frame-pattern.ts'
import { literally } from '../../../domain/literal-pattern.ts'
import type { Severity } from '../../../domain/problems.ts'
import type { Access, Finding, FindingKind } from '../../../domain/rehearsal.ts'
import type { Difference } from '../compare.ts'
import type { LeftProcess } from '../left.ts'
import { isIn, placeOf, type Place, type Places } from '../places.ts'

export interface Changed {
  kind: 'file' | 'link' | 'folder' | 'deleted'
  mode?: number
  size?: number
}

export interface Ran {
  accesses: readonly Access[]
  /** what it changed, by path */
  changes: ReadonlyMap<string, Changed>
  /** files that it opened for writing under their own names */
  opened: ReadonlySet<string>
  /** why it failed; null: it succeeded */
  failed: string | null
  /** the end of its log */
  lastLines: readonly string[]
}

/** What made a task's result the same when it was given back to the worker's room. */
export interface GivenBack {
  variables: readonly string[]
  network: boolean
  host: boolean
  /** who runs it, as the system says */
  user: boolean
  paths: readonly string[]
  /** what other tasks wrote */
  layers: boolean
  /** nothing made it the same */
  unexplained: boolean
}

/** What a second run gave otherwise. */
export interface SecondRun {
  how: 'again' | 'killed'
  differs: readonly Difference[]
  lastLines: readonly string[]
  /** what the first run left, or took away, and the second one came upon */
  met: readonly string[]
  /** locks and other names that only one can make, which the killed run left behind */
  inTheWay: readonly string[]
}

export interface TaskEvidence {
  id: number
  name: string
  /** its node's name */
  node: string
  /** place in the order of one slot */
  index: number
  /** ids of all that it waits for, directly or not */
  waitsFor: ReadonlySet<number>
  /** the folder of its node's code as its record names it; null: it names none, or no evaluator loads it */
  codeFolder: string | null
  /** paths in its inputs, patterns as they are */
  named: readonly string[]
  /** paths in its outputs, patterns expanded by its frames */
  returned: readonly string[]
  author: Ran & { left: readonly LeftProcess[]; peakMemory: number | null }
  /** null: not looked at */
  worker: (Ran & { differs: readonly Difference[] }) | null
  back: GivenBack | null
  /** what differs between two bare rooms */
  random: readonly Difference[]
  /** what differs after a second run, or after one that was killed */
  again: readonly SecondRun[]
  /** files of an earlier run that its result hangs on though it does not open them */
  stale: readonly string[]
  /** what differs in a warm interpreter that other tasks used before */
  warm: readonly Difference[]
}

export interface JobEvidence {
  /** in the order of one slot */
  tasks: readonly TaskEvidence[]
  places: Places
  /** where the author's tasks and the worker's start */
  cwd: { author: string; worker: string }
  workerHome: string
  /** whether a path was there before the job */
  existed: (path: string) => boolean
  /** whether a task sees something at a path before it starts */
  sees: (task: TaskEvidence, path: string) => boolean
  /** what stands at a path at the job's end; null: nothing */
  atEnd: (path: string) => Changed | null
  /** what is in a folder at the job's end */
  namesAtEnd: (folder: string) => readonly string[]
  /** whether what two tasks wrote at a path in their rooms is the same */
  sameInRooms: (one: TaskEvidence, other: TaskEvidence, path: string) => boolean
  /** bytes; null: not limited */
  memory: number | null
}

export const wrote = ({ changes }: Pick<Ran, 'changes'>, path: string): boolean => {
  const kind = changes.get(path)?.kind
  return kind === 'file' || kind === 'link'
}

const writersKept = new WeakMap<JobEvidence, Map<string, TaskEvidence[]>>()

/** Who changed a path, in the order of one slot; folders that were made are left out. */
export function writersOf(job: JobEvidence, path: string): readonly TaskEvidence[] {
  let known = writersKept.get(job)
  if (!known) {
    known = new Map()
    for (const task of job.tasks)
      for (const [own, { kind }] of task.author.changes) {
        if (kind === 'folder') continue
        const list = known.get(own)
        if (list) list.push(task)
        else known.set(own, [task])
      }
    writersKept.set(job, known)
  }
  return known.get(path) ?? []
}

const changedKept = new WeakMap<JobEvidence, Set<string>>()

/** Whether any task of the job changes what stands at a path; folders that are made count as well. */
export function isEverChanged(job: JobEvidence, path: string): boolean {
  const known = changedKept.get(job) ?? new Set(job.tasks.flatMap(({ author }) => [...author.changes.keys()]))
  changedKept.set(job, known)
  return known.has(path)
}

/** Who wrote what a task finds at a path; null: it was there before the job, or the task made it. */
export function makerOf(job: JobEvidence, task: TaskEvidence, path: string): TaskEvidence | null {
  const last = writersOf(job, path).findLast(({ index }) => index < task.index)
  return last && wrote(last.author, path) ? last : null
}

/** Whether neither of two tasks waits for the other. */
export const unordered = (one: TaskEvidence, other: TaskEvidence): boolean =>
  one.id !== other.id && !one.waitsFor.has(other.id) && !other.waitsFor.has(one.id)

const placesKept = new WeakMap<JobEvidence, Map<string, Place>>()

/** Where a path lies; asked for each access, and for many of them again. */
export function place(job: JobEvidence, path: string): Place {
  const known = placesKept.get(job) ?? new Map<string, Place>()
  placesKept.set(job, known)
  const found = known.get(path) ?? placeOf(path, job.places)
  known.set(path, found)
  return found
}

/** Whether its result in the room is another one. */
export const differs = ({ worker }: TaskEvidence): boolean => (worker?.differs.length ?? 0) > 0

export const isRelative = ({ as }: Access): boolean => as !== undefined && !isAbsolute(as)

/** Whether a path stands in the task's inputs, by itself or as a frame pattern. */
export function isNamed({ named }: TaskEvidence, path: string): boolean {
  return named.some((text) => text === path || matches(text, path))
}

const patternMark = new RegExp(`${marks.source}|\\*`, 'g')
const patterns = new Map<string, RegExp | null>()

/** Whether a path is one of those that a pattern stands for. */
export function matches(pattern: string, path: string): boolean {
  let known = patterns.get(pattern)
  if (known === undefined) {
    const parts = pattern.split(patternMark)
    known = parts.length > 1 ? new RegExp(`^${parts.map(literally).join('[^/]*')}$`) : null
    patterns.set(pattern, known)
  }
  return known?.test(path) ?? false
}

/** Locked files are nobody's collision. */
export const isLocked = ({ accesses }: Ran, path: string): boolean =>
  accesses.some(({ what, marks }) => what === path && (marks?.includes('locked') ?? false))

/** The folders in which the job's tasks wrote files in their own work. */
export function foldersWritten(job: JobEvidence): Set<string> {
  const found = new Set<string>()
  for (const { author } of job.tasks)
    for (const [path, { kind }] of author.changes) if (kind === 'file' || kind === 'link') found.add(dirname(path))
  return found
}

/** One task that a cause hits. */
export interface Hit {
  task: TaskEvidence
  needs?: TaskEvidence | null
  paths?: readonly string[]
  variables?: readonly string[]
  addresses?: readonly string[]
  severity?: Severity
  evidence?: readonly string[]
}

const most = { paths: 50, evidence: 12 }
const unique = (all: readonly string[], limit: number): string[] => [...new Set(all)].slice(0, limit)

export interface Words {
  kind: FindingKind
  severity: Severity
  message: string
  remedy: string
}

/** One finding for each cause: hits of the same key are one, whatever batches they hit. */
export function grouped(
  hits: readonly Hit[],
  keyOf: (hit: Hit) => string,
  wordsOf: (hits: readonly Hit[]) => Words
): Finding[] {
  return [...Map.groupBy(hits, keyOf).values()].map((own) => {
    const { kind, severity, message, remedy } = wordsOf(own)
    const tasks = own.map(({ task }) => task).sort((a, b) => a.index - b.index)
    const needs = own.flatMap(({ needs: one }) => one ?? []).sort((a, b) => a.index - b.index)[0]
    return {
      ...{
        kind,
        severity,
        tasks: unique(
          tasks.map(({ name }) => name),
          Infinity
        ),
        needs: needs?.name ?? null
      },
      paths: unique(
        own.flatMap(({ paths }) => paths ?? []),
        most.paths
      ),
      variables: unique(
        own.flatMap(({ variables }) => variables ?? []),
        most.paths
      ),
      addresses: unique(
        own.flatMap(({ addresses }) => addresses ?? []),
        most.paths
      ),
      ...{ message, remedy },
      evidence: unique(
        own.flatMap(({ evidence }) => evidence ?? []),
        most.evidence
      )
    }
  })
}

/** Names for a sentence: `Render-0`, `Render-0 and Render-1`, `Render-0, Render-1 and 5 more`. */
export function listed(names: readonly string[]): string {
  const all = [...new Set(names)]
  if (all.length <= 2) return all.join(' and ')
  return `${all.slice(0, 2).join(', ')} and ${all.length - 2} more`
}

/** The tasks of hits, for a sentence: a node's name stands for all of its tasks. */
export const who = (hits: readonly Hit[]): string => listed(hits.map(({ task }) => task.node))

/** `a` or `a and 3 more`. */
export const first = (all: readonly string[]): string => {
  const [one = '', ...rest] = [...new Set(all)]
  return rest.length ? `${one} and ${rest.length} more` : one
}

export const pathsOf = (hits: readonly Hit[]): string[] => hits.flatMap(({ paths }) => paths ?? [])

/** What the room's run said where it failed. */
export const failure = ({ worker }: TaskEvidence): string[] => (worker?.failed ? [`on a worker: ${worker.failed}`] : [])

export { isIn }

/** What is written to the store and read from it, as values. */
import type { Raw } from '../../domain/json.ts'
import type { AttemptEnd, KillCause, TaskStatus } from '../../domain/status.ts'

export interface CodeFile {
  path: string
  /** ms */
  modifiedAt: number
  /** bytes */
  size: number
  /** of its content; of a program: of its time and size */
  hash: string
}

export interface JobCode {
  files: CodeFile[]
  /** per node of the job a hash over what evaluates it; null if it is not known */
  nodes: (string | null)[]
}

/** A file as it was: its path, when it was written (ms), how large it was (bytes). */
export type FileState = readonly [path: string, modifiedAt: number, size: number]

/** What a task's result depends on (job/fingerprint.ts). */
export interface Fingerprint {
  hash: string
  /** how many files its inputs name */
  filesRead: number
  /** the first of them, as they are */
  files: readonly FileState[]
}

/** What an attempt really read and asked for in its own work (job/seen.ts). */
export interface Seen {
  /** files as they were then: path with links followed, ms, bytes, and the path that it used where that goes over a link */
  files: [path: string, modifiedAt: number, size: number, name?: string][]
  /** a hash over the value; null: it was not set */
  variables: [name: string, value: string | null][]
  /** paths that it wrote or deleted */
  wrote: string[]
}

/** What a job was made from, to be compared with when it is made again. */
export interface JobOrigin {
  /** a hash over graph, options and interpreters; null if the graph was built by code */
  origin: string | null
  code: JobCode
}

export interface OutputValue {
  plug: string
  key: string | null
  value: Raw
}

/** A task as it was before a change by the user's hand: all that it takes to take the change back. */
export interface Before {
  task: number
  status: TaskStatus
  reason: string | null
  failures: number
  /** what the change left it as */
  left: TaskStatus
  /** its last attempt's number; 0: it has none */
  attempts: number
  outputs: readonly (OutputValue & { attempt: number })[]
}

/** What is kept of what an attempt's log says. */
export interface LogFacts {
  /** files that it wrote; null: none */
  wrote: readonly string[] | null
  /** lines that warn */
  warnings: number
  /** the first of them */
  warning: string | null
}

export interface AttemptResult {
  id: number
  end: AttemptEnd
  cause: KillCause | null
  exitCode: number | null
  signal: string | null
  reason: string | null
  seconds: number | null
  progress: number | null
  message: string | null
  pid: number | null
  pidStartedAt: string | null
  /** bytes */
  peakMemory: number | null
  /** how many files its outputs name; null if it has none that count */
  filesWritten: number | null
  /** what its log says; without it nobody read the log */
  logged?: LogFacts
  /** ms that it took by a steady clock; null: not known */
  took: number | null
  /** which task of its session it was, from 1; null: its process was its own */
  nth: number | null
  /** when its process started, where it was prefetched or waited before that; ms since 1970 */
  startedAt: number | null
}

/** An attempt of which no more is known than how it ended and why. */
export const nothingKnown: Omit<AttemptResult, 'id' | 'end' | 'reason' | 'logged'> = {
  ...{ cause: null, exitCode: null, signal: null, seconds: null, progress: null, message: null, peakMemory: null },
  ...{ pid: null, pidStartedAt: null, filesWritten: null, took: null, nth: null, startedAt: null }
}

export interface Change {
  task: number
  from: TaskStatus
  to: TaskStatus
  reason: string | null
}

export interface NewAttempt {
  id: number
  number: number
}

/** What the scheduler announces to its listeners: the window, a waiting command line, `--json`. */
import type { PassName } from './rehearsal.ts'
import type { JobStatus, TaskStatus } from './status.ts'

interface Told {
  job: number
  /** ISO 8601 */
  at: string
}

export interface TaskEvent extends Told {
  type: 'task'
  task: number
  name: string
  status: TaskStatus
  /** the attempt's number; null if none was made */
  attempt: number | null
  reason: string | null
}

export interface ProgressEvent extends Told {
  type: 'progress'
  task: number
  name: string
  percent: number | null
  message: string | null
}

/** A deferred node was split into batches. */
export interface ExpandedEvent extends Told {
  type: 'expanded'
  node: string
  tasks: number
}

export interface JobEvent extends Told {
  type: 'job'
  name: string
  status: JobStatus
}

/** A task ended and left a process of its group running, which was ended. */
export interface LeftEvent extends Told {
  type: 'left'
  task: number
  name: string
}

/** How far a pass of a rehearsal is. */
export interface RehearsalEvent extends Told {
  type: 'rehearsal'
  pass: PassName
  /** tasks of this pass */
  done: number
  total: number
}

/** The process that runs jobs in a data folder. */
export interface Runner {
  pid: number
  /** its arguments */
  command: string
  /** ISO 8601 */
  since: string
  /** it is this very process */
  here: boolean
}

/** Another process runs jobs now, or does not any more: all that was known of jobs may be another. */
export interface RunnerEvent {
  type: 'runner'
  at: string
  runner: Runner | null
}

export type JobsEvent = TaskEvent | ProgressEvent | ExpandedEvent | JobEvent | LeftEvent | RehearsalEvent
export type RunEvent = JobsEvent | RunnerEvent

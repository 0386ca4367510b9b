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

/** A session ended with a task and takes no other one. */
export interface SessionOverEvent extends Told {
  type: 'session-over'
  task: number
  name: string
  interpreter: string
  why: string
}

/** How far a pass of a rehearsal is. */
export interface RehearsalEvent extends Told {
  type: 'rehearsal'
  pass: PassName
  /** tasks of this pass */
  done: number
  total: number
}

export type RunEvent =
  TaskEvent | ProgressEvent | ExpandedEvent | JobEvent | LeftEvent | SessionOverEvent | RehearsalEvent

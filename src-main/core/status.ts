/** The states of a task and of a job: what is stored, what may follow what, what is derived. */

export const taskStatuses = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'omitted'] as const
/** Stored. */
export type TaskStatus = (typeof taskStatuses)[number]

/** Derived for queued tasks, never stored: `waiting` for upstream, `blocked` by a failure there, `ready` to start. */
export type TaskState = Exclude<TaskStatus, 'queued'> | 'waiting' | 'blocked' | 'ready'

/** The one table of what may follow what; a retry leads back to queued. */
const next: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  queued: ['running', 'canceled', 'omitted', 'failed'],
  running: ['succeeded', 'failed', 'canceled', 'queued'],
  succeeded: ['queued', 'omitted'],
  failed: ['queued', 'omitted'],
  canceled: ['queued', 'omitted'],
  omitted: ['queued']
}

export const mayFollow = (from: TaskStatus, to: TaskStatus): boolean => next[from].includes(to)

/** Nothing is left to wait for: what is downstream may start. */
export const isDone = (status: TaskStatus): boolean => status === 'succeeded' || status === 'omitted'

/** What is downstream cannot start until somebody acts. */
export const isStuck = (status: TaskStatus): boolean => status === 'failed' || status === 'canceled'

export const jobStatuses = ['queued', 'running', 'paused', 'succeeded', 'failed', 'canceled'] as const
export type JobStatus = (typeof jobStatuses)[number]

export type StatusCounts = Readonly<Partial<Record<TaskStatus, number>>>

/**
 * A job's status, from its tasks and its `held` flag. A job whose every open task is stuck behind a failure counts as
 * failed: `open` is how many queued tasks could still start or wait for one that can.
 */
export function jobStatus(counts: StatusCounts, held: boolean, open: number): JobStatus {
  if (counts.running) return 'running'
  if (open > 0) return held ? 'paused' : 'queued'
  if (counts.failed) return 'failed'
  if (counts.canceled) return 'canceled'
  return 'succeeded'
}

/**
 * How an attempt ended; the first cause wins. `shutdown`: Backlot itself was told to stop. `unchanged`: nothing was
 * started, since an earlier attempt had the same fingerprint and its result counts.
 */
export const attemptEnds = ['exit', 'signal', 'spawn-error', 'killed', 'lost', 'unchanged'] as const
export type AttemptEnd = (typeof attemptEnds)[number]
export const killCauses = ['user', 'timeout', 'silence', 'shutdown'] as const
export type KillCause = (typeof killCauses)[number]

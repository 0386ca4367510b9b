/**
 * The states of a task and of a job: what is stored, what is derived, what may follow what, and how each is shown. A new
 * state is a new word in a list below; the compiler then names every table that lacks it.
 */

/** Stored. */
export const taskStatuses = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'omitted'] as const
export type TaskStatus = (typeof taskStatuses)[number]

/** Derived for queued tasks, never stored: `waiting` for upstream, `blocked` by a failure there, `ready` to start. */
export const queuedStates = ['waiting', 'blocked', 'ready'] as const
/** The same for a task that is stored as running while no Backlot runs jobs: `interrupted`. */
export type TaskState = Exclude<TaskStatus, 'queued'> | (typeof queuedStates)[number] | 'interrupted'

/** `remote`: its tasks are a farm's to start, and nothing of it starts here. */
export const jobStatuses = [
  ...(['queued', 'running', 'interrupted', 'remote', 'paused'] as const),
  ...(['succeeded', 'failed', 'canceled'] as const)
] as const
export type JobStatus = (typeof jobStatuses)[number]

export type AnyState = TaskState | JobStatus
export type StatusCounts = Readonly<Partial<Record<TaskStatus, number>>>
export type StateCounts = Readonly<Partial<Record<TaskState, number>>>

interface Rule {
  /** what may follow; a retry leads back to queued */
  next: readonly TaskStatus[]
  /** open: it may still run · done: downstream may start · stopped: downstream cannot start until somebody acts */
  kind: 'open' | 'done' | 'stopped'
  /** what became of a task that an earlier run left so */
  past: string
}

const rules: Readonly<Record<TaskStatus, Rule>> = {
  queued: { next: ['running', 'canceled', 'omitted', 'failed'], kind: 'open', past: 'did not run' },
  running: { next: ['succeeded', 'failed', 'canceled', 'queued'], kind: 'open', past: 'did not finish' },
  succeeded: { next: ['queued', 'omitted'], kind: 'done', past: 'succeeded' },
  failed: { next: ['queued', 'omitted'], kind: 'stopped', past: 'failed' },
  canceled: { next: ['queued', 'omitted'], kind: 'stopped', past: 'was canceled' },
  omitted: { next: ['queued'], kind: 'done', past: 'was omitted' }
}

export const mayFollow = (from: TaskStatus, to: TaskStatus): boolean => rules[from].next.includes(to)

/** Nothing is left to wait for: what is downstream may start. */
export const isDone = (status: TaskStatus): boolean => rules[status].kind === 'done'

/** Nothing downstream can start until somebody retries or omits the task. */
export const isStopped = (status: TaskStatus): boolean => rules[status].kind === 'stopped'

/** A user's retry queues it again: it has ended, whatever came of it. */
export const isRetryable = (status: TaskStatus): boolean => rules[status].kind !== 'open'

/** How many of the counted tasks have a status that fits, such as `isDone`. */
export const countOf = (counts: StatusCounts, fits: (status: TaskStatus) => boolean): number =>
  taskStatuses.reduce((sum, status) => sum + (fits(status) ? (counts[status] ?? 0) : 0), 0)

/** What became of a task, as the rest of a sentence. */
export const pastOf = (status: TaskStatus): string => rules[status].past

/** The stored status that a shown state stands for. */
export const statusOf = (state: TaskState): TaskStatus =>
  isQueued(state) ? 'queued' : state === 'interrupted' ? 'running' : state

/** Who looks after a job's tasks. */
export interface Keeper {
  /** some Backlot runs jobs in the data folder */
  watched: boolean
  /** the job is on a farm */
  remote: boolean
}

/** What is shown of a state: nothing runs for long that nobody watches, and nothing of a farm's job starts here. */
export function shownState(state: TaskState, { watched, remote }: Keeper): TaskState {
  if (remote) return state === 'ready' ? 'waiting' : state
  return state === 'running' && !watched ? 'interrupted' : state
}

export const isQueued = (state: TaskState): state is (typeof queuedStates)[number] =>
  queuedStates.some((queued) => queued === state)

/** Of a queued task: whether it can start by itself, now or later. */
export const mayStart = (state: TaskState): boolean => state === 'waiting' || state === 'ready'

/** A job of which something runs or may still run without anybody's retry. */
export const isUnfinished = (status: JobStatus): boolean => isResumable(status) || status === 'remote'

/** The same, of those that are this machine's to run. */
export const isResumable = (status: JobStatus): boolean =>
  status === 'queued' || status === 'running' || status === 'interrupted' || status === 'paused'

export interface JobFacts extends Keeper {
  counts: StatusCounts
  /** started nothing new by the user's wish */
  held: boolean
  /** starts nothing new after the first failure */
  failFast: boolean
  /** queued tasks that could still start by themselves, now or later */
  open: number
}

/**
 * A job's status, from its tasks and settings. A job whose every open task is blocked has failed, and so has a fail-fast
 * job with a failure, whatever it left in the queue. A job with running tasks that no Backlot watches was interrupted. While
 * a job is on a farm nothing else is said of it.
 */
export function jobStatus({ counts, held, failFast, open, watched, remote }: JobFacts): JobStatus {
  if (remote) return 'remote'
  if (counts.running) return watched ? 'running' : 'interrupted'
  const failedFast = failFast && (counts.failed ?? 0) > 0
  if (open > 0 && !failedFast) return held ? 'paused' : 'queued'
  if (counts.failed) return 'failed'
  if (counts.canceled) return 'canceled'
  return 'succeeded'
}

export interface Look {
  /** a sign of its own beside its colour: no one needs to tell red from green */
  sign: string
  label: string
  /** its colour on a terminal, as node:util's styleText names it */
  ansi: 'green' | 'red' | 'yellow' | 'gray' | 'blue' | 'magenta' | 'cyan'
  /** the rest of a sentence that begins with the task's name */
  now: string
}

/** How each state is shown, in the order in which states are counted, stacked and sorted: what needs a person first. */
export const looks: Readonly<Record<AnyState, Look>> = {
  failed: { sign: '✗', label: 'failed', ansi: 'red', now: 'failed' },
  canceled: { sign: '⊘', label: 'canceled', ansi: 'yellow', now: 'was canceled' },
  interrupted: { sign: '!', label: 'interrupted', ansi: 'yellow', now: 'was interrupted' },
  remote: { sign: '⇢', label: 'on a farm', ansi: 'blue', now: 'is on a farm' },
  running: { sign: '▶', label: 'running', ansi: 'blue', now: 'is running' },
  paused: { sign: '‖', label: 'paused', ansi: 'yellow', now: 'is paused' },
  queued: { sign: '○', label: 'queued', ansi: 'cyan', now: 'is queued' },
  ready: { sign: '○', label: 'ready', ansi: 'cyan', now: 'is ready to start' },
  waiting: { sign: '·', label: 'waiting', ansi: 'gray', now: 'is waiting' },
  blocked: { sign: '■', label: 'blocked', ansi: 'magenta', now: 'is blocked' },
  omitted: { sign: '−', label: 'omitted', ansi: 'gray', now: 'is omitted' },
  succeeded: { sign: '✓', label: 'succeeded', ansi: 'green', now: 'succeeded' }
}

/** All states, in that order. */
export const allStates = Object.keys(looks) as readonly AnyState[]

/** A state's place in that order. */
export const rankOf = (state: AnyState): number => allStates.indexOf(state)
export const byRank = (a: AnyState, b: AnyState): number => rankOf(a) - rankOf(b)

/** All states of a task, in that order. */
export const taskStates: readonly TaskState[] = [
  ...taskStatuses.filter((status) => status !== 'queued'),
  ...queuedStates,
  'interrupted' as const
].toSorted(byRank)

/** All statuses of a job, in that order. */
export const jobStatusOrder: readonly JobStatus[] = [...jobStatuses].sort(byRank)

/**
 * How an attempt ended; the first cause wins. `shutdown`: Backlot itself was told to stop. `unchanged`: nothing was
 * started, since an earlier attempt had the same fingerprint and its result counts.
 */
export const attemptEnds = ['exit', 'signal', 'spawn-error', 'killed', 'lost', 'unchanged'] as const
export type AttemptEnd = (typeof attemptEnds)[number]
export const killCauses = ['user', 'timeout', 'silence', 'memory', 'shutdown'] as const
export type KillCause = (typeof killCauses)[number]

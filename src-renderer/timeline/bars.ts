/** Attempts as bars of a timeline, and the lanes they lie in. */
import type { Output, TaskView } from '../../src-main/api.ts'
import { at } from '../../src-main/domain/at.ts'
import type { TaskEvent } from '../../src-main/domain/events.ts'
import { isQueued, isRetryable, taskStates, type TaskState, type TaskStatus } from '../../src-main/domain/status.ts'

export type Attempt = Output<'job.attempts'>[number]
/** What may become of an attempt; a queued or omitted task has none that says so. */
export type Outcome = Exclude<TaskStatus, 'queued' | 'omitted'>
const isOutcome = (state: TaskState): state is Outcome => !isQueued(state) && state !== 'omitted'
/** What needs a person first. */
export const outcomes: readonly Outcome[] = taskStates.filter(isOutcome)

export interface Span {
  /** ms */
  start: number
  /** ms; Infinity while it runs */
  end: number
}

export interface Bar extends Span {
  task: number
  name: string
  /** written on it */
  label: string
  number: number
  outcome: Outcome
  /** the farm's machine; null: it ran here */
  host: string | null
}

/** An attempt that succeeded has no reason; one that a user or a shutdown ended did not fail. */
function outcomeOf(attempt: Attempt, task: TaskView | undefined): Outcome {
  if (attempt.endedAt === null) return 'running'
  const state = task?.state
  const isLast = task?.attempts === attempt.number
  if (isLast && state && isOutcome(state) && isRetryable(state)) return state
  if (attempt.cause === 'user' || attempt.cause === 'shutdown' || attempt.end === 'lost') return 'canceled'
  return attempt.reason === null || attempt.end === 'unchanged' ? 'succeeded' : 'failed'
}

/** What an event says about an attempt; only the store knows exactly why it ended (`end`, `cause`). */
export function attemptOf(event: TaskEvent, known: Attempt | undefined): Attempt | null {
  if (event.attempt === null) return null
  const when = Date.parse(event.at)
  const begun = known ?? {
    ...{ task: event.task, number: event.attempt, startedAt: when, endedAt: null, took: null },
    ...{ end: null, exitCode: null, cause: null, reason: null, host: null }
  }
  if (event.status === 'running') return begun
  const reason = event.status === 'succeeded' ? null : event.reason
  return { ...begun, endedAt: begun.endedAt ?? when, took: begun.took ?? event.took, reason }
}

/** `4 Render_beauty`: the number first, so that it is read where a bar is short. */
export function labelOf(name: string, node: string | undefined): string {
  const batch = node !== undefined && name.startsWith(`${node}-`) ? name.slice(node.length + 1) : ''
  return /^\d+$/.test(batch) ? `${batch} ${node}` : name
}

/** ms; what still runs ends now. */
export const endOf = ({ start, end }: Span, now: number): number => (end === Infinity ? Math.max(now, start) : end)

/** In the order of their starts. */
export function barsOf(attempts: readonly Attempt[], taskOf: (id: number) => TaskView | undefined): Bar[] {
  const bars = attempts.map((attempt) => {
    const task = taskOf(attempt.task)
    return {
      task: attempt.task,
      name: task?.name ?? `task ${attempt.task}`,
      label: labelOf(task?.name ?? `task ${attempt.task}`, task?.node),
      number: attempt.number,
      start: attempt.startedAt,
      end: attempt.endedAt ?? Infinity,
      outcome: outcomeOf(attempt, task),
      host: attempt.host
    }
  })
  return bars.sort((a, b) => a.start - b.start)
}

/**
 * Lays spans, given in the order of their starts, each into the lowest lane that is free by then. With a scheduler that
 * fills its slots this gives as many lanes as slots were in use. Returns the indexes of each lane's spans, in order.
 */
export function lanesOf(spans: readonly Span[]): number[][] {
  const lanes: number[][] = []
  const freeAt: number[] = []
  spans.forEach((span, i) => {
    const free = freeAt.findIndex((end) => end <= span.start)
    const lane = free < 0 ? lanes.length : free
    const inLane = (lanes[lane] ??= [])
    inLane.push(i)
    freeAt[lane] = span.end
  })
  return lanes
}

/** Where the last stretch of work starts, given spans in the order of their starts: behind the last pause of at least `pause` ms. */
export function lastStretch(spans: readonly Span[], pause = 60_000): number {
  let start = spans[0]?.start ?? 0
  let end = start
  for (const span of spans) {
    if (span.start - end >= pause) start = span.start
    end = Math.max(end, span.end)
  }
  return start
}

/** The place in a lane of the first span that ends after a time; the lane's length where none does. */
export function firstEndingAfter(spans: readonly Span[], lane: readonly number[], time: number): number {
  let [low, high] = [0, lane.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (at(spans, at(lane, middle)).end > time) high = middle
    else low = middle + 1
  }
  return low
}

/** The span of a lane that a time hits, or the nearest one within `slack` ms; null where there is none. */
export function spanAt(spans: readonly Span[], lane: readonly number[], time: number, slack: number): number | null {
  const place = firstEndingAfter(spans, lane, time)
  const distance = (i: number) => {
    const { start, end } = at(spans, i)
    return time < start ? start - time : time > end ? time - end : 0
  }
  const near = lane.slice(Math.max(0, place - 1), place + 1).filter((i) => distance(i) <= slack)
  return near.length ? near.reduce((best, i) => (distance(i) < distance(best) ? i : best)) : null
}

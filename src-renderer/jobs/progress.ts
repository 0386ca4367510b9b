/** How far a job is, as its header says it. Pure: times come in. */
import type { JobView, TaskView } from '../../src-main/api.ts'
import { timeOf } from '../../src-main/domain/columns.ts'
import {
  isRetryable,
  mayStart,
  statusOf,
  taskStates,
  type StateCounts,
  type TaskStatus
} from '../../src-main/domain/status.ts'

/** Counts by state as counts by what is stored. */
export function storedCounts(counts: StateCounts): JobView['counts'] {
  const stored: Partial<Record<TaskStatus, number>> = {}
  for (const state of taskStates) {
    const [status, n] = [statusOf(state), counts[state] ?? 0]
    if (n > 0) stored[status] = (stored[status] ?? 0) + n
  }
  return stored
}

/** How many tasks run; those of an interrupted job are stored as running, but nobody runs them. */
export const runningTasks = (jobs: readonly Pick<JobView, 'status' | 'counts'>[]): number =>
  jobs.reduce((sum, { status, counts }) => sum + (status === 'interrupted' ? 0 : (counts.running ?? 0)), 0)

/** no guess before so many tasks have ended */
const leastEnded = 3

/**
 * About how long the job still takes, ms: each open task as long as the ended ones of its node took on average, else as
 * all did, by as many at once as run now. Null where too few have ended, nothing runs, or what runs has taken longer than that.
 */
export function leftOf(tasks: readonly TaskView[], now: number): number | null {
  const means = new Means()
  let running = 0
  for (const task of tasks) {
    if (task.state === 'running') running++
    else if (isRetryable(statusOf(task.state))) means.add(task.identifier, timeOf(task, now))
  }
  if (means.count < leastEnded || running === 0) return null
  let work = 0
  let longest = 0
  for (const task of tasks) {
    if (task.state !== 'running' && !mayStart(task.state)) continue
    const left = leftOfTask(task, means.of(task.identifier), now)
    work += left
    longest = Math.max(longest, left)
  }
  // all that is left runs longer than any before it: nobody knows
  return work === 0 ? null : Math.max(work / running, longest)
}

function leftOfTask(task: TaskView, usual: number, now: number): number {
  if (task.state !== 'running') return usual
  const gone = timeOf(task, now) ?? 0
  const percent = task.progress ?? 0
  return percent >= 5 ? (gone * (100 - percent)) / percent : Math.max(0, usual - gone)
}

class Means {
  count = 0
  private sum = 0
  private readonly byNode = new Map<string, { sum: number; count: number }>()

  add(node: string, ms: number | null): void {
    if (ms === null) return
    this.count++
    this.sum += ms
    const own = this.byNode.get(node) ?? { sum: 0, count: 0 }
    this.byNode.set(node, { sum: own.sum + ms, count: own.count + 1 })
  }

  of(node: string): number {
    const own = this.byNode.get(node)
    return own ? own.sum / own.count : this.sum / this.count
  }
}

/** `about 40 s left`, rounded to 5: of what a guess is good for. */
export function leftText(ms: number): string {
  const seconds = Math.max(5, Math.round(ms / 5000) * 5)
  if (seconds < 60) return `about ${seconds} s left`
  const minutes = Math.round(seconds / 60)
  if (minutes < 10) return `about ${minutes} min left`
  const fives = Math.round(minutes / 5) * 5
  return fives < 60
    ? `about ${fives} min left`
    : `about ${Math.floor(fives / 60)} h ${String(fives % 60).padStart(2, '0')} min left`
}

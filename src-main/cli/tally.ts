/** How far jobs are, in one line: `[46/53] 87 % · 1 failed · 40 s left`. */
import type { TaskEvent } from '../domain/events.ts'
import { leftText } from '../domain/durations.ts'
import { countOf, isRetryable, isStopped, type StatusCounts, type TaskStatus } from '../domain/status.ts'

/** What is said of the time that is left rests on so many ends, and so long a look, ms. */
const leastEnds = 3
const leastMs = 1500

export class Tally {
  /** as they were before the first event; by job */
  private readonly before = new Map<number, StatusCounts>()
  /** tasks of which something was heard */
  private readonly heard = new Map<number, TaskStatus>()
  private ended = 0
  private failed = 0
  private ends = 0
  private begun: number | null = null

  /** What a job's tasks are now; heard again where their number changed. */
  count(job: number, counts: StatusCounts): void {
    const known = this.before.has(job)
    const all = countOf(counts, () => true)
    if (known) this.totals.set(job, all)
    else {
      this.before.set(job, counts)
      this.totals.set(job, all)
      this.ended += countOf(counts, isRetryable)
      this.failed += countOf(counts, isStopped)
    }
  }

  private readonly totals = new Map<number, number>()

  /** `now`: ms of a clock that nobody sets. */
  hear({ task, status }: Pick<TaskEvent, 'task' | 'status'>, now: number): void {
    this.begun ??= now
    const was = this.heard.get(task) ?? 'queued'
    this.heard.set(task, status)
    this.ended += Number(isRetryable(status)) - Number(isRetryable(was))
    this.failed += Number(isStopped(status)) - Number(isStopped(was))
    if (isRetryable(status)) this.ends++
  }

  get running(): number {
    return this.heard.values().reduce((sum, status) => sum + Number(status === 'running'), 0)
  }

  get total(): number {
    return [...this.totals.values()].reduce((sum, n) => sum + n, 0)
  }

  /** Whole percent of the tasks that have ended; 100 is said when all have. */
  get percent(): number {
    const { total, ended } = this
    if (total === 0) return 0
    return ended >= total ? 100 : Math.min(99, Math.round((100 * ended) / total))
  }

  text(now: number): string {
    const left = this.left(now)
    return [
      `[${this.ended}/${this.total}] ${this.percent} %`,
      ...(this.failed > 0 ? [`${this.failed} failed`] : []),
      ...(left === null ? [] : [`${leftText(left)} left`])
    ].join(' · ')
  }

  /** How long the rest takes at the pace so far, ms; null: that cannot be said yet, or nothing is left. */
  private left(now: number): number | null {
    const open = this.total - this.ended
    if (this.begun === null || open <= 0 || this.ends < leastEnds || now - this.begun < leastMs) return null
    return ((now - this.begun) / this.ends) * open
  }
}

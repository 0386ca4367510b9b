/** Who may start: the slots, the interpreters' limits, and how much is prefetched. Holds the attempts in flight. */
import type { StoredJob, StoredTask } from '../job/stored-job.ts'
import { PrefetchDepth } from './prefetch.ts'
import type { RunningAttempt } from './running.ts'

export class Slots {
  /** how many tasks run at once, over all jobs */
  count: number
  /** by task */
  private readonly attempts = new Map<number, RunningAttempt>()
  private readonly perInterpreter = new Map<string, number>()
  /** by what tasks are started by: a pool of warm interpreters, or the launcher (empty) */
  private readonly depths = new Map<string, PrefetchDepth>()

  constructor(count: number) {
    this.count = count
  }

  /** Attempts in flight, prefetched ones among them. */
  get taken(): number {
    return this.attempts.size
  }

  all(): Iterable<RunningAttempt> {
    return this.attempts.values()
  }

  of(task: number): RunningAttempt | undefined {
    return this.attempts.get(task)
  }

  /** Slots in which no task runs. */
  get free(): number {
    return this.count - this.attempts.size + this.prefetched().length
  }

  /** Prefetched attempts: all, or those of one pool. */
  prefetched(pool?: string): RunningAttempt[] {
    return [...this.attempts.values()].filter((one) => one.isPrefetched && (pool === undefined || one.pool === pool))
  }

  /** Whether an interpreter's limit allows one more task. */
  admits(job: StoredJob, interpreter: string): boolean {
    const limit = job.interpreters.get(interpreter)?.limit ?? null
    return limit === null || (this.perInterpreter.get(interpreter) ?? 0) < limit
  }

  take(attempt: RunningAttempt): void {
    this.attempts.set(attempt.task.id, attempt)
    this.countInterpreter(attempt.task, 1)
  }

  release(attempt: RunningAttempt): void {
    this.attempts.delete(attempt.task.id)
    this.countInterpreter(attempt.task, -1)
  }

  private countInterpreter({ node: { interpreter } }: StoredTask, by: 1 | -1): void {
    this.perInterpreter.set(interpreter, (this.perInterpreter.get(interpreter) ?? 0) + by)
  }

  /** Whether one more task of a pool may be prefetched. */
  mayPrefetch(pool: string): boolean {
    return this.prefetched(pool).length < this.depthOf(pool).depth(this.count)
  }

  /** So many slots are free, and what could take them is prefetched elsewhere. */
  revoke(count: number): void {
    for (const { process } of this.prefetched().slice(0, count)) process?.revoke()
  }

  /** It was prefetched and has not started in time. */
  overstayed(attempt: RunningAttempt): void {
    this.depthOf(attempt.pool).overstayed()
    attempt.process?.revoke()
  }

  /** Learns how long an attempt of a pool ran, in ms. */
  took(pool: string, ms: number): void {
    this.depthOf(pool).took(ms)
  }

  private depthOf(pool: string): PrefetchDepth {
    const known = this.depths.get(pool) ?? new PrefetchDepth()
    this.depths.set(pool, known)
    return known
  }
}

/**
 * How many tasks to hand over before there is a slot for them. A task of a millisecond ends before we have written down
 * how the last one did; handed over ahead, the next begins without us. Tasks that take longer gain nothing from it.
 */
import type { RunningAttempt } from './running.ts'

/** work that lies ready, in ms per slot */
const reachMs = 12
const mostPerSlot = 12
/** what one task adds to what is known of the last ones */
const weight = 0.2

export class Ahead {
  /** ms that a task took lately; null: nobody knows, or it was long */
  private lately: number | null = null

  /** A task took so many ms. */
  took(ms: number): void {
    this.lately = this.lately === null ? ms : this.lately + weight * (ms - this.lately)
  }

  /** What was handed over did not get its turn: those that run take long. */
  stuck(): void {
    this.lately = null
  }

  /** How many tasks to hand over ahead, for so many slots. */
  depth(slots: number): number {
    if (this.lately === null) return 0
    return Math.min(mostPerSlot * slots, Math.floor((slots * reachMs) / Math.max(this.lately, 0.1)))
  }
}

/** The attempts that wait for their turn, among all of a scheduler. */
export class Standby {
  private readonly attempts: ReadonlyMap<number, RunningAttempt>
  /** by what tasks are started by: warm interpreters, or the launcher */
  private readonly pools = new Map<string, Ahead>()

  /** `attempts`: all that are begun, by task; it is looked at anew each time. */
  constructor(attempts: ReadonlyMap<number, RunningAttempt>) {
    this.attempts = attempts
  }

  /** Those that wait, in all or of those that one pool starts. */
  waiting(pool?: string): RunningAttempt[] {
    return [...this.attempts.values()].filter((one) => one.waits && (pool === undefined || one.pool === pool))
  }

  /** Whether one more of a pool may be handed over. */
  hasRoom(pool: string, slots: number): boolean {
    return this.waiting(pool).length < this.of(pool).depth(slots)
  }

  /** Slots are free, and what could take them waits for its turn elsewhere. */
  recall(count: number): void {
    for (const { process } of this.waiting().slice(0, count)) process?.giveBack()
  }

  /** It waits for its turn, and that for longer than it should. */
  stuck({ pool, process }: RunningAttempt): void {
    this.of(pool).stuck()
    process?.giveBack()
  }

  /** Learns how long an attempt ran, in ms; null: it did not. */
  ended({ pool }: RunningAttempt, ms: number | null): void {
    if (ms !== null) this.of(pool).took(ms)
  }

  private of(pool: string): Ahead {
    const known = this.pools.get(pool) ?? new Ahead()
    this.pools.set(pool, known)
    return known
  }
}

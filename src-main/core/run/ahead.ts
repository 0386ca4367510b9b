/**
 * How many tasks to hand over before there is a slot for them. A task of a millisecond ends before we have written down
 * how the last one did; handed over ahead, the next begins without us. Tasks that take longer gain nothing from it.
 */

/** work that lies ready, in ms per slot */
const reachMs = 8
const mostPerSlot = 8
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

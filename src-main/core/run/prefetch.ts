/**
 * How many tasks to prefetch: to hand to a process before there is a slot for them. A task of a millisecond ends before we
 * have written down how the last one did; prefetched, the next one starts without us. Longer tasks gain nothing from it.
 */

/** work that lies ready, in ms per slot */
const reachMs = 12
const mostPerSlot = 12
/** what one task adds to what is known of the last ones */
const weight = 0.2

export class PrefetchDepth {
  /** ms that a task took lately; null: not known, or it was long */
  private lately: number | null = null

  /** A task took so many ms. */
  took(ms: number): void {
    this.lately = this.lately === null ? ms : this.lately + weight * (ms - this.lately)
  }

  /** A prefetched task did not start in time: those that run take long. */
  overstayed(): void {
    this.lately = null
  }

  /** How many tasks to prefetch for so many slots. */
  depth(slots: number): number {
    if (this.lately === null) return 0
    return Math.min(mostPerSlot * slots, Math.floor((slots * reachMs) / Math.max(this.lately, 0.1)))
  }
}

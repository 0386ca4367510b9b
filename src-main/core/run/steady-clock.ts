/**
 * What time it is for the work that goes on. A wall clock that is set back (or on) would make what runs shorter or longer,
 * so here it is the wall clock's time when the work began, and from then on steady. While a machine sleeps it goes on.
 */
import { uptime } from 'node:os'

/** a difference between two clocks that is no matter of their resolution */
const sleptMs = 1000

const upMs = (): number => uptime() * 1000

export class SteadyClock {
  /** what makes the monotonic clock's time a date */
  private origin = 0
  /** time since the machine was started, less the monotonic clock's: it grows when the machine sleeps, where that clock stops */
  private asleep = 0

  constructor() {
    this.set()
  }

  /** ms since 1970 */
  now(): number {
    return Math.round(this.origin + performance.now())
  }

  /** Nothing goes on: what the wall clock says counts again. */
  set(): void {
    this.origin = Date.now() - performance.now()
    this.asleep = upMs() - performance.now()
  }

  /** What comes from now on is later than `at`, which an earlier Backlot has written down; ms since 1970. */
  notBefore(at: number): void {
    this.origin += Math.max(0, at - this.now())
  }

  /** Goes on by the time that the machine has slept; to be called now and then. */
  wake(): void {
    const slept = upMs() - performance.now() - this.asleep
    if (slept < sleptMs) return
    this.asleep += slept
    this.origin += slept
  }
}

/** Counts a log from its start to its end and on while it grows, beside whatever is read of it. */
import type { Output } from '../../src-main/api.ts'
import { Outline, type OutlinePlace } from './outline.ts'

export type AskOutline = (from: OutlinePlace, to?: number) => Promise<Output<'task.outline'> | null>

/** ms between two looks at what was counted */
const tellMs = 100

export class Counting {
  outline = new Outline()
  /** counts up with what is known: the outline itself is no state */
  version = $state(0)
  private readonly ask: AskOutline
  private turn = 0
  private busy = false

  constructor(ask: AskOutline) {
    this.ask = ask
  }

  /** Counts on to the end, where it does not do so already. */
  async run(): Promise<void> {
    if (this.busy) return
    this.busy = true
    const mine = this.turn
    let toldAt = -Infinity
    for (let done = false; !done && mine === this.turn;) {
      const step = await this.ask(this.outline.next)
      if (!step || mine !== this.turn) break
      this.outline.add(step)
      done = step.done
      if (!done && performance.now() - toldAt < tellMs) continue
      toldAt = performance.now()
      this.version++
    }
    if (mine === this.turn) this.busy = false
  }

  /** The log is another one, or nobody looks at it any more. */
  stop(): void {
    this.turn++
    this.busy = false
  }

  /** Begins anew: the log became shorter. */
  again(): void {
    this.stop()
    this.outline = new Outline()
    this.version++
    void this.run()
  }

  /** The number of the line that begins at a byte; null: that was not counted so far. */
  async numberAt(offset: number): Promise<number | null> {
    const place = this.outline.before(offset)
    if (!place) return null
    let next: OutlinePlace = { ...place, trace: false, bad: 0, open: false }
    while (next.offset < offset) {
      const step = await this.ask(next, offset)
      if (!step || step.next.offset <= next.offset) return null
      next = step.next
    }
    return next.line
  }

  /** Resolves once the log was counted to a byte, or is not counted any more. */
  async reached(offset: number): Promise<void> {
    const mine = this.turn
    while (mine === this.turn && this.busy && this.outline.next.offset < offset && !this.outline.done)
      await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

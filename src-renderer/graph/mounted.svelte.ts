/** Which boxes of a large graph are elements of the page: they come and go few a frame, so that no frame is late. */
import { stepTo } from './in-view.ts'

export class Mounted {
  ids = $state.raw<ReadonlySet<string>>(new Set())
  private wanted: ReadonlySet<string> = new Set()
  private frame: number | null = null

  aim(wanted: ReadonlySet<string>): void {
    this.wanted = wanted
    if (wanted.symmetricDifference(this.ids).size > 0) this.frame ??= requestAnimationFrame(() => this.step())
  }

  /** One that is needed at once, such as for the focus. */
  put(id: string): void {
    if (!this.ids.has(id)) this.ids = new Set([...this.ids, id])
  }

  stop(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame)
    this.frame = null
  }

  private step(): void {
    this.frame = null
    this.ids = stepTo(this.ids, this.wanted)
    this.aim(this.wanted)
  }
}

/** What part of time the chart shows. It follows the job, or its last run, until somebody zooms or pans. */
import { fitted, panned, zoomed, type Range, type View } from './scale.ts'

type Part = 'all' | 'last'

export class Camera {
  /** px of the lanes, without what is left of them */
  width = $state(0)
  range = $state.raw<Range>({ start: 0, end: 1 })
  /** where what ran since the last pause starts */
  lastStart = $state(0)
  private chosen = $state.raw<Part | View>('all')
  view = $derived.by(() => {
    if (typeof this.chosen !== 'string') return this.chosen
    return fitted(this.chosen === 'all' ? this.range : { ...this.range, start: this.lastStart }, this.width)
  })

  fit(part: Part): void {
    this.chosen = part
  }

  /** A stretch of time, with a little air. */
  look({ start, end }: Range): void {
    const air = Math.max((end - start) * 0.05, 5)
    this.chosen = fitted({ start: start - air, end: end + air }, this.width)
  }

  fits(part: Part): boolean {
    return this.chosen === part
  }

  /** Closer with a factor below 1, around a pixel or the middle. */
  zoom(factor: number, pixel = this.width / 2): void {
    this.chosen = zoomed(this.view, { factor, pixel }, this.range, this.width)
  }

  pan(pixels: number): void {
    if (pixels !== 0) this.chosen = panned(this.view, pixels, this.range, this.width)
  }

  /** Pans as little as brings a time into view. */
  show(start: number, end: number): void {
    const { from, per } = this.view
    const right = from + this.width * per
    if (start < from) this.pan((start - from) / per - 20)
    else if (end > right) this.pan(Math.min((end - right) / per, (start - from) / per) + 20)
  }
}

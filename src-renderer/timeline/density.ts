/** Many bars in few pixels: how many run at once in each, and where failures lie. Pure. */
import { at } from '../../src-main/domain/at.ts'
import { endOf, type Bar } from './bars.ts'
import type { View } from './scale.ts'

/** For each pixel how many of a row's bars run there; `now`: where those end that still run. */
export function densityOf(
  bars: readonly Bar[],
  indexes: readonly number[],
  { from, per, now }: View & { now: number },
  width: number
): Uint16Array {
  const steps = new Int32Array(width + 1)
  for (const index of indexes) {
    const { start } = at(bars, index)
    const last = endOf(at(bars, index), now)
    const left = Math.max(0, Math.floor((start - from) / per))
    const right = Math.min(width, Math.max(left + 1, Math.ceil((last - from) / per)))
    if (right <= 0 || left >= width || (last - from) / per < 0) continue
    steps[left] = (steps[left] ?? 0) + 1
    steps[right] = (steps[right] ?? 0) - 1
  }
  const found = new Uint16Array(width)
  let running = 0
  for (let x = 0; x < width; x++) found[x] = running += steps[x] ?? 0
  return found
}

export interface Mark {
  /** px, its middle */
  x: number
  /** how many failures it stands for */
  count: number
  /** the first of them */
  index: number
}

/** px */
const apart = 26

/** Failures by where they ended, px; those nearer than 26 to a mark's middle are one with it. */
export function failureMarks(
  bars: readonly Bar[],
  indexes: readonly number[],
  { from, per }: View,
  width: number
): Mark[] {
  const marks: (Mark & { sum: number })[] = []
  const ends = indexes
    .filter((index) => at(bars, index).outcome === 'failed')
    .map((index) => ({ index, x: (at(bars, index).end - from) / per }))
    .filter(({ x }) => x > -apart && x < width + apart)
    .sort((a, b) => a.x - b.x)
  for (const { index, x } of ends) {
    const last = marks.at(-1)
    if (last && x - last.x < apart) {
      last.count++
      last.sum += x
      last.x = last.sum / last.count
    } else marks.push({ x, count: 1, index, sum: x })
  }
  return marks.map(({ x, count, index }) => ({ x, count, index }))
}

/** Whether a row's bars can be told apart: at least `least` px each on average, and not too many at once. */
export function canTellApart(
  bars: readonly Bar[],
  indexes: readonly number[],
  view: View & { now: number },
  least = 4
): boolean {
  const [first] = indexes
  if (first === undefined) return true
  let width = 0
  for (const index of indexes) {
    const bar = at(bars, index)
    width += (endOf(bar, view.now) - bar.start) / view.per
  }
  return width / indexes.length >= least
}

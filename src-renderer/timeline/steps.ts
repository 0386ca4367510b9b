/** Where the arrow keys lead from a bar; from none to the first. */
import { spanAt, type Span } from './bars.ts'

type Lanes = readonly (readonly number[])[]

export const laneOf = (lanes: Lanes, index: number): number => lanes.findIndex((lane) => lane.includes(index))

/** To the next or previous bar of the lane; undefined where that ends. */
export function along(lanes: Lanes, selected: number | null, by: 1 | -1): number | undefined {
  if (selected === null) return lanes[0]?.[0]
  const lane = lanes[laneOf(lanes, selected)] ?? []
  return lane[lane.indexOf(selected) + by]
}

/** To the bar of the lane above or below that is nearest in time. */
export function across(bars: readonly Span[], lanes: Lanes, selected: number | null, by: 1 | -1): number | undefined {
  const bar = selected === null ? undefined : bars[selected]
  if (!bar || selected === null) return lanes[0]?.[0]
  return spanAt(bars, lanes[laneOf(lanes, selected) + by] ?? [], bar.start, Infinity) ?? undefined
}

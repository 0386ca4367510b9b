/** What a task of a node costs, from measured attempts: start-up and cost per frame, told apart where that is possible. */
import { at } from '../../../domain/at.ts'
import type { Cost, Measurement } from './shapes.ts'

interface Point {
  /** frames */
  x: number
  /** seconds */
  y: number
}

interface Weighted {
  value: number
  weight: number
}

/** Sizes nearer to each other than this say little: what varies from task to task would decide. */
const spread = 1.5
/** So many different sizes are compared with each other; of more, evenly chosen ones. */
const mostSizes = 200

/** Seconds that a task with so many frames takes; null: the whole node. */
export function costOf({ source, startup, perFrame, mean, sizes }: Cost, frames: number | null): number {
  if (source === 'none') return 0
  if (frames === null || perFrame === null) return mean * growth(frames, sizes)
  return (startup ?? 0) + perFrame * frames
}

/** Start-up unknown: a smaller batch takes as long, a larger one longer in proportion. Both are on the safe side. */
function growth(frames: number | null, sizes: readonly number[]): number {
  const largest = sizes.at(-1)
  return frames === null || largest === undefined ? 1 : Math.max(1, frames / largest)
}

/**
 * From this job alone where its batches differ enough in size; else from those of other jobs as well. Frames that differ
 * keep their weight: what is left after outliers are set aside is fitted by least squares, so that the sum is right.
 */
export function fitCost(here: readonly Measurement[], elsewhere: readonly Measurement[]): Cost {
  const all = isSpread(here) ? here : [...here, ...elsewhere]
  if (all.length === 0) return { ...nothing, source: 'none' }
  const batched = all.filter((one) => one.frames !== null)
  if (batched.length === 0) return fitWhole(all)
  const inside = batched.filter((one) => one.inside !== null)
  if (isSpread(batched) || (inside.length === 0 && sizesOf(batched).length > 1)) return fitSizes(batched)
  return inside.length ? fitInside(inside) : fitWhole(batched)
}

const nothing = { startup: null, perFrame: null, mean: 0, sizes: [] as number[], count: 0, setAside: 0 } as const

const sizesOf = (list: readonly Measurement[]): number[] =>
  [...new Set(list.map(({ frames }) => frames ?? 0))].filter((size) => size > 0).sort((a, b) => a - b)

function isSpread(list: readonly Measurement[]): boolean {
  const sizes = sizesOf(list)
  return sizes.length > 1 && (sizes.at(-1) ?? 0) >= (sizes[0] ?? 0) * spread
}

/** Nothing to tell apart: the mean of a task. */
function fitWhole(list: readonly Measurement[]): Cost {
  const usual = medianOf(list.map(({ seconds }) => seconds))
  const kept = withoutOutliers(list, ({ seconds }) => seconds, () => usual) // prettier-ignore
  const whole = list.every(({ frames }) => frames === null)
  return {
    ...{ source: whole ? 'whole' : 'mean', startup: null, perFrame: null },
    ...{ mean: meanOf(kept.map(({ seconds }) => seconds)), sizes: sizesOf(list) },
    ...{ count: kept.length, setAside: list.length - kept.length }
  }
}

/** What was measured around the node's own code is start-up; a node that loads a scene itself has more of it. */
function fitInside(list: readonly Measurement[]): Cost {
  const startup = Math.max(0, medianOf(list.map(({ seconds, inside }) => seconds - (inside ?? seconds))))
  const work = list.map(({ frames, seconds }) => ({ x: frames ?? 1, y: Math.max(0, seconds - startup) }))
  const usual = medianOf(work.map(({ x, y }) => y / x))
  const kept = withoutOutliers(work, ({ y }) => y, ({ x }) => usual * x) // prettier-ignore
  return {
    ...{ source: 'inside', startup, perFrame: ratioOf(kept), mean: startup + meanOf(kept.map(({ y }) => y)) },
    ...{ sizes: sizesOf(list), count: kept.length, setAside: list.length - kept.length }
  }
}

function fitSizes(list: readonly Measurement[]): Cost {
  const points = list.map(({ frames, seconds }) => ({ x: frames ?? 1, y: seconds }))
  const robust = medianLine(points)
  const on = ({ x }: Point) => robust.startup + robust.perFrame * x
  const kept = withoutOutliers(points, ({ y }) => y, on)
  const line = new Set(kept.map(({ x }) => x)).size > 1 ? leastSquares(kept) : robust
  return {
    ...{ source: 'sizes', ...line, mean: meanOf(kept.map(({ y }) => y)), sizes: sizesOf(list) },
    ...{ count: kept.length, setAside: points.length - kept.length }
  }
}

interface Line {
  startup: number
  perFrame: number
}

/** Neither part is negative: noise must not promise tasks that take no time. */
function bounded({ startup, perFrame }: Line, points: readonly Point[]): Line {
  if (perFrame < 0) return { startup: meanOf(points.map(({ y }) => y)), perFrame: 0 }
  return startup < 0 ? { startup: 0, perFrame: ratioOf(points) } : { startup, perFrame }
}

/** Theil and Sen's line through the medians of each size: half of the tasks may be wrong before it is. */
function medianLine(points: readonly Point[]): Line {
  const all = [...Map.groupBy(points, ({ x }) => x)].map(([x, group]) => ({
    ...{ x, y: medianOf(group.map(({ y }) => y)), n: group.length }
  }))
  const step = Math.max(1, all.length / mostSizes)
  const groups = Array.from({ length: Math.ceil(all.length / step) }, (_, i) => at(all, Math.floor(i * step)))
  const slopes = groups.flatMap((a, i) =>
    groups.slice(i + 1).map((b): Weighted => {
      // far apart and often measured: worth more
      const weight = Math.min(a.n, b.n) * Math.abs(b.x - a.x)
      return { value: (b.y - a.y) / (b.x - a.x), weight }
    })
  )
  const perFrame = weightedMedian(slopes)
  const startup = weightedMedian(groups.map(({ x, y, n }) => ({ value: y - perFrame * x, weight: n })))
  return bounded({ startup, perFrame }, groups)
}

function leastSquares(points: readonly Point[]): Line {
  const [x, y] = [meanOf(points.map((p) => p.x)), meanOf(points.map((p) => p.y))]
  const [above, below] = [sumOf(points, (p) => (p.x - x) * (p.y - y)), sumOf(points, (p) => (p.x - x) ** 2)]
  const perFrame = above / below
  return bounded({ startup: y - perFrame * x, perFrame }, points)
}

/** An outlier is far from what is expected both for how tasks vary and for its own length. */
function withoutOutliers<T>(list: readonly T[], value: (one: T) => number, expected: (one: T) => number): T[] {
  const off = (one: T) => Math.abs(value(one) - expected(one))
  const sigma = 1.4826 * medianOf(list.map(off))
  const kept = list.filter((one) => off(one) <= Math.max(4 * sigma, 0.5 * expected(one)))
  return kept.length ? kept : [...list]
}

const sumOf = <T>(list: readonly T[], value: (one: T) => number): number =>
  list.reduce((sum, one) => sum + value(one), 0)
const meanOf = (list: readonly number[]): number => sumOf(list, (n) => n) / list.length
const ratioOf = (points: readonly Point[]): number => sumOf(points, ({ y }) => y) / sumOf(points, ({ x }) => x)

/** Of a list that is not empty. */
function medianOf(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2
}

function weightedMedian(list: readonly Weighted[]): number {
  const sorted = list.toSorted((a, b) => a.value - b.value)
  const half = sumOf(sorted, ({ weight }) => weight) / 2
  let sum = 0
  for (const { value, weight } of sorted) if ((sum += weight) >= half) return value
  return at(sorted, sorted.length - 1).value
}

/** The curve of wall time over workers: which numbers are looked at, and where they stand on the page. */

export interface CurvePoint {
  workers: number
  /** seconds */
  wall: number
}

/** 1, 2 … 10, 12, 15 … 100, 120: near each other where another worker changes much. `most` is always the last. */
export function workerSteps(most: number): number[] {
  const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]
  const found = new Set<number>()
  for (let decade = 1; decade < most; decade *= 10)
    for (const step of steps) {
      const count = step * decade
      if (Number.isInteger(count) && count < most) found.add(count)
    }
  return [...found, Math.max(1, most)].sort((a, b) => a - b)
}

/** Batch sizes from 1 to all frames, the one that is set among them. */
export const sizeSteps = (frames: number, now: number): number[] =>
  [...new Set([...workerSteps(frames), Math.min(now, frames)])].sort((a, b) => a - b)

/** The place of the step that is nearest to a number. */
export function stepOf(steps: readonly number[], wanted: number): number {
  const off = (step: number) => Math.abs(Math.log(step) - Math.log(wanted))
  return steps.reduce((best, step, i) => (off(step) < off(steps[best] ?? Infinity) ? i : best), 0)
}

export interface Frame {
  left: number
  top: number
  width: number
  height: number
  /** at the right end */
  mostWorkers: number
  /** at the top, in seconds */
  mostSeconds: number
}

/** Workers double at equal distances. */
export const xOf = ({ left, width, mostWorkers }: Frame, workers: number): number =>
  left + (mostWorkers > 1 ? (width * Math.log(workers)) / Math.log(mostWorkers) : width / 2)

export const yOf = ({ top, height, mostSeconds }: Frame, seconds: number): number =>
  top + height * (1 - (mostSeconds > 0 ? seconds / mostSeconds : 0))

/** The `d` of a path through the points. */
export const lineThrough = (frame: Frame, points: readonly CurvePoint[]): string =>
  points
    .map(({ workers, wall }, i) => `${i ? 'L' : 'M'}${xOf(frame, workers).toFixed(1)} ${yOf(frame, wall).toFixed(1)}`)
    .join('')

/** Numbers of workers with a label: 1, 2, 5, 10 … */
export const workerTicks = (most: number): number[] =>
  [1, 10, 100, 1000, 10_000, 100_000].flatMap((n) => [n, 2 * n, 5 * n]).filter((n) => n <= most)

const niceSeconds = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600],
  ...[2, 3, 6, 12, 24, 48, 120, 240, 480].map((hours) => hours * 3600)
]

/** About four lines across, at times that people count in; in seconds, from 0. */
export function secondTicks(most: number): number[] {
  const step = niceSeconds.find((nice) => most / nice <= 5) ?? most / 4
  return step > 0 ? Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step) : [0]
}

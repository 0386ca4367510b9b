/** Samples to what a screen shows: exposure in stops on linear light, then the sRGB curve (IEC 61966-2-1). */
import type { Area } from './exr/openexr.ts'
import type { Pixels, Plane } from './opened.ts'

export interface Look {
  /** doublings of light */
  stops: number
  /** from the least to the greatest value that is there, instead of from 0 to white */
  isFitted: boolean
}

const steps = 1 << 14
/** The curve in steps fine enough that none of the 256 levels is skipped, also in the dark. */
const curve = Uint8Array.from({ length: steps + 1 }, (_, i) => {
  const linear = i / steps
  const shown = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
  return Math.round(255 * shown)
})
const level = (linear: number): number =>
  linear > 0 ? (curve[linear >= 1 ? steps : (linear * steps + 0.5) | 0] ?? 0) : 0

/** Light of a value that is stored with sRGB's curve; 0 to 1. */
export const linearOf = (stored: number): number =>
  stored <= 0.04045 ? stored / 12.92 : ((stored + 0.055) / 1.055) ** 2.4

const ranges = new WeakMap<Plane, readonly [number, number]>()

/** Least and greatest of a channel's numbers. */
export function rangeOf(plane: Plane): readonly [number, number] {
  const known = ranges.get(plane)
  if (known) return known
  let [least, greatest] = [Infinity, -Infinity]
  for (let i = 0; i < plane.samples.length; i++) {
    const value = plane.samples[i] ?? 0
    if (value < least && value !== -Infinity) least = value
    if (value > greatest && value !== Infinity) greatest = value
  }
  const range = least <= greatest ? ([least, greatest] as const) : ([0, 1] as const)
  ranges.set(plane, range)
  return range
}

/** A sample's level of 256. What is no number is black. */
function levelOf(planes: readonly Plane[], pixels: Pixels, { stops, isFitted }: Look): (sample: number) => number {
  const gain = 2 ** stops
  if (isFitted) {
    const all = planes.map(rangeOf)
    const least = Math.min(...all.map(([from]) => from))
    const span = Math.max(...all.map(([, to]) => to)) - least || 1
    return (sample) => level((gain * (sample - least)) / span)
  }
  const { white, isEncoded } = pixels
  if (!isEncoded) return (sample) => level((gain * sample) / white)
  if (stops === 0) return (sample) => Math.round((255 * sample) / white)
  const known = Uint8Array.from({ length: white + 1 }, (_, i) => level(gain * linearOf(i / white)))
  return (sample) => known[sample] ?? 0
}

/** Puts a channel's part of an area into every fourth byte. */
function put(
  plane: Plane,
  { data, area }: { data: Area; area: Area },
  level: (sample: number) => number,
  into: Uint8ClampedArray
): void {
  const { xStep, yStep, width, samples } = plane
  const [left, right] = [Math.max(area.left, data.left), Math.min(area.left + area.width, data.left + data.width)]
  const [top, bottom] = [Math.max(area.top, data.top), Math.min(area.top + area.height, data.top + data.height)]
  for (let y = top; y < bottom; y++) {
    const row = Math.floor((y - data.top) / yStep) * width
    let to = ((y - area.top) * area.width + left - area.left) * 4
    if (xStep === 1)
      for (let from = row + left - data.left, end = row + right - data.left; from < end; from++, to += 4)
        into[to] = level(samples[from] ?? 0)
    else
      for (let x = left; x < right; x++, to += 4)
        into[to] = level(samples[row + Math.floor((x - data.left) / xStep)] ?? 0)
  }
}

/** Eight bits a channel, opaque: colours stand over black as they are; black where there are no samples. */
export function toneOf(pixels: Pixels, shown: number, area: Area, look: Look): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(area.width * area.height * 4)
  const planes = pixels.planes.slice(0, shown)
  const level = levelOf(planes, pixels, look)
  planes.forEach((plane, c) => put(plane, { data: pixels.data, area }, level, bytes.subarray(c)))
  for (let i = 0; i < bytes.length; i += 4) {
    if (planes.length === 1) bytes[i + 1] = bytes[i + 2] = bytes[i] ?? 0
    bytes[i + 3] = 255
  }
  return bytes
}

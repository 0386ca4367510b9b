/** How two pictures differ, in the values that they store: floats of an EXR as floats. Pure. */
import type { Area } from './exr/openexr.ts'
import { Refusal, type Pixels, type Plane } from './opened.ts'

export interface Measured {
  width: number
  height: number
  /** share of pixels that differ at all, 0 to 1 */
  changed: number
  /** the largest difference of a channel, and where; of integers a share of the greatest, of floats a value */
  largest: number
  at: { x: number; y: number }
  /** of all channels */
  mean: number
  /** linear values, or a share of the greatest integer as it is stored */
  unit: 'linear' | 'stored'
}

export interface Difference extends Measured {
  /** what differs, four bytes a pixel */
  rgba: Uint8ClampedArray<ArrayBuffer>
  /** what differs is shown so many times as strong */
  gain: number
}

export interface Side {
  pixels: Pixels
  /** of its planes, the first */
  shown: number
  area: Area
}

const usualGain = 8

/** The value of a channel at a place of the area; NaN where the file has none. */
function reader(plane: Plane, { pixels: { data, white }, area }: Side): (x: number, y: number) => number {
  const { samples, width, xStep, yStep } = plane
  const [left, top] = [area.left - data.left, area.top - data.top]
  return (x, y) => {
    const [column, row] = [x + left, y + top]
    if (column < 0 || row < 0 || column >= data.width || row >= data.height) return NaN
    const index =
      yStep * xStep === 1 ? row * width + column : Math.floor(row / yStep) * width + Math.floor(column / xStep)
    return (samples[index] ?? NaN) / white
  }
}

/** Both no number, or both without end: the same. One of them: as far off as can be. */
function offOf(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0
  const off = Math.abs(a - b)
  return Number.isNaN(off) ? Infinity : off
}

/**
 * Channel by channel of what is shown. `isColour`: as light; other numbers, such as depth, are shown from none to the largest
 * difference. Errors (Refusal): the pictures have other sizes or channels.
 */
export function differenceOf(a: Side, b: Side, isColour: boolean): Difference {
  const { width, height } = a.area
  const offs = a.pixels.planes.slice(0, a.shown).map(() => new Float32Array(width * height))
  const found = measured(a, b, offs)
  const gain = isColour ? usualGain : found.largest > 0 && Number.isFinite(found.largest) ? 1 / found.largest : 1
  return { ...found, gain, rgba: drawn(offs, gain) }
}

/** The same in numbers only: `offs`, of each channel how far it is off, where that is wanted. */
export function measured(a: Side, b: Side, offs: readonly Float32Array[] = []): Measured {
  const { width, height } = a.area
  if (width !== b.area.width || height !== b.area.height)
    throw new Refusal(`The pictures have two sizes: ${width} × ${height} and ${b.area.width} × ${b.area.height}.`)
  const [own, others] = [a.pixels.planes.slice(0, a.shown), b.pixels.planes.slice(0, b.shown)]
  if (own.length !== others.length)
    throw new Refusal(`The pictures have other channels: ${namesOf(own)} and ${namesOf(others)}.`)
  const readers = own.map((plane, c) => [reader(plane, a), reader(others[c] ?? plane, b)] as const)
  const unit = a.pixels.isEncoded ? 'stored' : 'linear'
  return { ...measure(readers, offs, { width, height }), width, height, unit }
}

const namesOf = (planes: readonly Plane[]): string => planes.map(({ name }) => name).join(' ')

type Reader = ReturnType<typeof reader>

function measure(
  readers: readonly (readonly [Reader, Reader])[],
  offs: readonly Float32Array[],
  { width, height }: { width: number; height: number }
) {
  let [changed, largest, sum, place] = [0, 0, 0, 0]
  const count = width * height
  for (let i = 0, x = 0, y = 0; i < count; i++) {
    let most = 0
    for (let c = 0; c < readers.length; c++) {
      const pair = readers[c]
      const off = pair ? offOf(pair[0](x, y), pair[1](x, y)) : 0
      const into = offs[c]
      if (into) into[i] = off
      sum += off
      if (off > most) most = off
    }
    if (most > 0) changed++
    if (most > largest) [largest, place] = [most, i]
    if (++x === width) [x, y] = [0, y + 1]
  }
  return {
    ...{ largest, changed: count ? changed / count : 0 },
    at: { x: place % Math.max(1, width), y: Math.floor(place / Math.max(1, width)) },
    mean: count ? sum / (readers.length * count) : 0
  }
}

function drawn(offs: readonly Float32Array[], gain: number): Uint8ClampedArray<ArrayBuffer> {
  const count = offs[0]?.length ?? 0
  const rgba = new Uint8ClampedArray(count * 4)
  for (let i = 0, to = 0; i < count; i++, to += 4) {
    for (let c = 0; c < 3; c++) rgba[to + c] = 255 * gain * ((offs.length === 1 ? offs[0] : offs[c])?.[i] ?? 0)
    rgba[to + 3] = 255
  }
  return rgba
}

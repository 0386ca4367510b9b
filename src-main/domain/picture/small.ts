/** Pictures made smaller for a tile, where their decoder does not do it on the way. */
import type { Pixels, Plane } from './opened.ts'
import { linearOf } from './tone.ts'

/** At most `most` pixels wide: the mean of whole blocks, in linear light, as light itself would mix. */
export function shrink(pixels: Pixels, shown: number, most: number): Pixels {
  const { width, height } = pixels.data
  const block = Math.max(1, Math.ceil(width / most))
  const data = { left: 0, top: 0, width: Math.ceil(width / block), height: Math.ceil(height / block) }
  const planes = pixels.planes.slice(0, shown).map((plane) => means(plane, pixels, block, data))
  return { data, display: data, planes, white: 1, isEncoded: false, fault: pixels.fault }
}

/** Sums of a picture's blocks to means, in place; what an edge block lacks is not there, so it does not count. */
export function toMeans(sums: Float32Array, size: { width: number; height: number }, block: number): void {
  const across = (at: number, all: number) => Math.min(block, all - at * block)
  const [width, height] = [Math.ceil(size.width / block), Math.ceil(size.height / block)]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const count = across(x, size.width) * across(y, size.height)
      sums[y * width + x] = (sums[y * width + x] ?? 0) / count
    }
}

function means(
  plane: Plane,
  { white, isEncoded }: Pixels,
  block: number,
  to: { width: number; height: number }
): Plane {
  const samples = new Float32Array(to.width * to.height)
  const light = isEncoded ? Float32Array.from({ length: white + 1 }, (_, i) => linearOf(i / white)) : null
  for (let y = 0; y < plane.height; y++) {
    const row = Math.floor(y / block) * to.width
    for (let x = 0, from = y * plane.width; x < plane.width; x++, from++) {
      const sample = plane.samples[from] ?? 0
      const value = light ? (light[sample] ?? 0) : sample / white
      const at = row + Math.floor(x / block)
      if (!Number.isNaN(value)) samples[at] = (samples[at] ?? 0) + value
    }
  }
  toMeans(samples, plane, block)
  return { ...plane, ...to, samples }
}

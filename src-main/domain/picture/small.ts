/** Pictures made smaller for a tile, where their decoder does not do it on the way. */
import type { Area } from './exr/openexr.ts'
import { areaOf, type Pixels, type Plane } from './opened.ts'
import { linearOf } from './tone.ts'

/** What is shown, at most `most` pixels wide: the mean of whole blocks, in linear light, as light itself would mix. */
export function shrink(pixels: Pixels, shown: number, most: number): Pixels {
  const area = areaOf(pixels, false)
  const block = Math.max(1, Math.ceil(area.width / most))
  const data = { left: 0, top: 0, width: Math.ceil(area.width / block), height: Math.ceil(area.height / block) }
  const planes = pixels.planes.slice(0, shown).map((plane) => {
    const samples = sums(plane, pixels, { area, block, width: data.width })
    toMeans(samples, area, block)
    return { ...plane, width: data.width, height: data.height, samples }
  })
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

/** Where nothing of the data is, there is no light. */
function sums(
  plane: Plane,
  { data, white, isEncoded }: Pixels,
  { area, block, width }: { area: Area; block: number; width: number }
): Float32Array {
  const into = new Float32Array(width * Math.ceil(area.height / block))
  const light = isEncoded ? Float32Array.from({ length: white + 1 }, (_, i) => linearOf(i / white)) : null
  const { samples } = plane
  const [left, right] = [Math.max(area.left, data.left), Math.min(area.left + area.width, data.left + data.width)]
  const [top, bottom] = [Math.max(area.top, data.top), Math.min(area.top + area.height, data.top + data.height)]
  for (let y = top; y < bottom; y++) {
    const row = Math.floor((y - area.top) / block) * width
    let from = (y - data.top) * plane.width + left - data.left
    for (let x = left; x < right;) {
      const at = row + Math.floor((x - area.left) / block)
      let sum = 0
      for (const end = Math.min(right, area.left + (at - row + 1) * block); x < end; x++, from++) {
        const sample = samples[from] ?? 0
        const value = light ? (light[sample] ?? 0) : sample / white
        if (!Number.isNaN(value)) sum += value
      }
      into[at] = (into[at] ?? 0) + sum
    }
  }
  return into
}

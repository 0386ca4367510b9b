/** How two pictures differ, pixel by pixel, as they are shown. Pure. */

export interface Pixels {
  width: number
  height: number
  /** four bytes a pixel */
  rgba: Uint8ClampedArray<ArrayBuffer>
}

export interface Difference extends Pixels {
  /** share of pixels that differ at all, 0 to 1 */
  changed: number
  /** the largest difference of a channel, 0 to 255, and where */
  largest: number
  at: { x: number; y: number }
  /** of all channels, 0 to 255 */
  mean: number
}

/** Small differences are shown so many times larger: what is not black differs. */
const gain = 8

/** Null where the pictures are of two sizes: then every pixel is another one. */
export function differenceOf(a: Pixels, b: Pixels): Difference | null {
  if (a.width !== b.width || a.height !== b.height) return null
  const rgba = new Uint8ClampedArray(a.rgba.length)
  let [changed, largest, sum, place] = [0, 0, 0, 0]
  for (let i = 0; i < rgba.length; i += 4) {
    let most = 0
    for (let c = 0; c < 3; c++) {
      const off = Math.abs((a.rgba[i + c] ?? 0) - (b.rgba[i + c] ?? 0))
      rgba[i + c] = off * gain
      sum += off
      if (off > most) most = off
    }
    rgba[i + 3] = 255
    if (most > 0) changed++
    if (most > largest) [largest, place] = [most, i / 4]
  }
  const count = rgba.length / 4
  return {
    ...{ width: a.width, height: a.height, rgba, largest, changed: count ? changed / count : 0 },
    at: { x: place % a.width, y: Math.floor(place / Math.max(1, a.width)) },
    mean: count ? sum / (3 * count) : 0
  }
}

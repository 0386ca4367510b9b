/** Linear floats to what a screen shows: exposure in stops, then the sRGB curve (IEC 61966-2-1). */
import type { FloatPicture } from './decode.ts'

type Floats = Pick<FloatPicture, 'width' | 'height' | 'pixels'>

const steps = 1 << 14
/** The curve in steps fine enough that none of the 256 levels is skipped, also in the dark. */
const curve = Uint8Array.from({ length: steps + 1 }, (_, i) => {
  const linear = i / steps
  const shown = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
  return Math.round(255 * shown)
})

/** Eight bits a channel, opaque: colors stand over black as they are. What is no number or negative is black. */
export function toneOf({ pixels }: Pick<FloatPicture, 'pixels'>, stops: number): Uint8ClampedArray<ArrayBuffer> {
  const gain = 2 ** stops * steps
  const shown = new Uint8ClampedArray(pixels.length)
  for (let i = 0; i < pixels.length; i++) {
    const level = (pixels[i] ?? 0) * gain
    shown[i] = i % 4 === 3 ? 255 : level > 0 ? (curve[level >= steps ? steps : (level + 0.5) | 0] ?? 0) : 0
  }
  return shown
}

/** At most `most` pixels wide: the mean of whole blocks, in linear light, as light itself would mix. */
export function shrink(picture: Floats, most: number): Floats {
  const block = Math.ceil(picture.width / most)
  if (block <= 1) return picture
  const [width, height] = [Math.ceil(picture.width / block), Math.ceil(picture.height / block)]
  const pixels = new Float32Array(width * height * 4)
  // the fourth of every pixel counts what was added
  for (let i = 0; i < picture.pixels.length; i += 4) {
    const [x, y] = [(i / 4) % picture.width, Math.floor(i / 4 / picture.width)]
    const to = (Math.floor(y / block) * width + Math.floor(x / block)) * 4
    for (let c = 0; c < 3; c++) pixels[to + c] = (pixels[to + c] ?? 0) + (picture.pixels[i + c] ?? 0)
    pixels[to + 3] = (pixels[to + 3] ?? 0) + 1
  }
  for (let i = 0; i < pixels.length; i += 4) {
    for (let c = 0; c < 3; c++) pixels[i + c] = (pixels[i + c] ?? 0) / (pixels[i + 3] ?? 0)
    pixels[i + 3] = 1
  }
  return { width, height, pixels }
}

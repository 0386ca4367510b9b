/**
 * Radiance pictures (.hdr): every way in which its lines are packed, turned either way up, cut short. What is read follows
 * Radiance's own documentation of its format (Ward, "Real Pixels", Graphics Gems II; filefmts.pdf).
 */
import { mostPixels, Refusal, type Opened } from './opened.ts'
import { whole } from './whole.ts'

export const isRadiance = (bytes: Uint8Array): boolean => bytes[0] === 0x23 && bytes[1] === 0x3f

interface Header {
  width: number
  height: number
  isUpsideDown: boolean
  isMirrored: boolean
  /** where the lines begin */
  at: number
}

/** The header is lines of text, an empty one, and one that says how large the picture is and how it is turned. */
function headerOf(bytes: Uint8Array): Header {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 1 << 16))
  const end = /\r?\n\r?\n/.exec(text)
  const size = /^([-+][XY]) (\d+) ([-+][XY]) (\d+)\r?\n/.exec(end ? text.slice(end.index + end[0].length) : '')
  if (!end || !size)
    throw new Refusal('This Radiance picture is damaged or cut short: its header does not say how large it is.')
  const format = /^FORMAT= *(\S+)/m.exec(text.slice(0, end.index))?.[1] ?? '32-bit_rle_rgbe'
  if (format !== '32-bit_rle_rgbe')
    throw new Refusal(
      `This Radiance picture holds colours as ${format}, which are not shown here: only 32-bit_rle_rgbe is.`
    )
  const [line, first = '', height, second = '', width] = size
  if (!first.endsWith('Y') || !second.endsWith('X'))
    throw new Refusal(`This Radiance picture is stored by columns (${first} ${second}), which is not read here.`)
  const read = { width: Number(width), height: Number(height) }
  if (read.width < 1 || read.height < 1 || read.width * read.height > mostPixels)
    throw new Refusal(`This Radiance picture has ${width} × ${height} pixels, which is not shown here.`)
  return {
    ...read,
    isUpsideDown: first === '+Y',
    isMirrored: second === '-X',
    at: end.index + end[0].length + line.length
  }
}

/** Four bytes a pixel: mantissas of red, green and blue, and their exponent. */
class Lines {
  private readonly bytes: Uint8Array
  private at: number
  private readonly width: number

  constructor(bytes: Uint8Array, { at, width }: Header) {
    this.bytes = bytes
    this.at = at
    this.width = width
  }

  /** The next line into `line`; false where it is cut short or damaged. */
  next(line: Uint8Array): boolean {
    const { bytes, at, width } = this
    const [a, b, high = 0, low = 0] = bytes.subarray(at, at + 4)
    const isApart = a === 2 && b === 2 && high < 128 && width >= 8 && width < 32768
    if (!isApart) return this.together(line)
    this.at += 4
    return high * 256 + low === width && [0, 1, 2, 3].every((part) => this.part(line, part))
  }

  /** One of the four bytes of each pixel: runs (above 128), and so many bytes as they are. */
  private part(line: Uint8Array, part: number): boolean {
    for (let x = 0; x < this.width;) {
      const code = this.bytes[this.at++] ?? 0
      const count = code > 128 ? code - 128 : code
      const isRun = code > 128
      if (count === 0 || x + count > this.width || this.at + (isRun ? 1 : count) > this.bytes.length) return false
      for (let i = 0; i < count; i++, x++) line[x * 4 + part] = this.bytes[isRun ? this.at : this.at + i] ?? 0
      this.at += isRun ? 1 : count
    }
    return true
  }

  /** Pixels as they are; mantissas of 1 repeat the last one, and each such pixel behind another counts 256 times as much. */
  private together(line: Uint8Array): boolean {
    let shift = 0
    for (let x = 0; x < this.width;) {
      const pixel = this.bytes.subarray(this.at, this.at + 4)
      if (pixel.length < 4) return false
      this.at += 4
      const isRepeat = pixel[0] === 1 && pixel[1] === 1 && pixel[2] === 1
      const count = isRepeat ? (pixel[3] ?? 0) * 2 ** shift : 1
      if (x + count > this.width || (isRepeat && x === 0)) return false
      for (let i = 0; i < count; i++, x++) line.set(isRepeat ? line.subarray(x * 4 - 4, x * 4) : pixel, x * 4)
      shift = isRepeat ? shift + 8 : 0
    }
    return true
  }
}

/** Errors (Refusal): it is stored in a way that is not read here. */
export function openRadiance(bytes: Uint8Array): Opened {
  const header = headerOf(bytes)
  const { width, height, isUpsideDown, isMirrored } = header
  const channels = ['R', 'G', 'B'].map((name) => ({ name, samples: new Float32Array(width * height) }))
  const [lines, line] = [new Lines(bytes, header), new Uint8Array(width * 4)]
  let count = 0
  for (; count < height && lines.next(line); count++) {
    const y = isUpsideDown ? height - 1 - count : count
    for (let x = 0; x < width; x++) {
      const place = y * width + (isMirrored ? width - 1 - x : x)
      const exponent = line[x * 4 + 3] ?? 0
      const scale = exponent === 0 ? 0 : 2 ** (exponent - 136)
      channels.forEach(({ samples }, c) => (samples[place] = (line[x * 4 + c] ?? 0) * scale))
    }
  }
  if (count === 0) throw new Refusal('This Radiance picture is damaged or cut short: none of its lines can be read.')
  const area = { left: 0, top: 0, width, height }
  const planes = channels.map((channel) => ({ ...channel, type: 'RGBE', width, height, xStep: 1, yStep: 1 }))
  const fault = count < height ? `${height - count} of ${height} lines are missing and stay black` : null
  return whole('Radiance RGBE', ['R', 'G', 'B'], {
    data: area,
    display: area,
    planes,
    white: 1,
    isEncoded: false,
    fault
  })
}

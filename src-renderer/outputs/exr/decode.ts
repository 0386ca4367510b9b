/** EXR pictures to linear floats, by three's loader; what it cannot do is said in one sentence. */
import { FloatType, RedFormat, RGFormat } from 'three'
import { EXRLoader } from 'three/addons/loaders/EXRLoader.js'
import { headerText, readHeader, type ExrHeader } from './header.ts'

/** Linear light, four floats a pixel, rows from the top. */
export interface FloatPicture {
  width: number
  height: number
  pixels: Float32Array
  info: string
}

export type Decoded = FloatPicture | { error: string }

const damaged = 'This EXR is damaged or cut short.'

/** 8K by 8K: a gigabyte of floats */
const mostPixels = 1 << 26
/** Of the blocks that compressions make, the highest (DWAB); each block has eight bytes in a table of offsets. */
const mostLines = 256

/** What the loader decodes (its own list); anything else is named before it tries. */
const decodable: readonly string[] = ['none', 'RLE', 'ZIPS', 'ZIP', 'PIZ', 'PXR24', 'B44', 'B44A', 'DWAA', 'DWAB']

function refusalOf(header: ExrHeader | null): string | null {
  if (!header) return 'This file is not an EXR: its first bytes are not those of one.'
  if (header.deep) return 'This is a deep EXR; only flat ones are shown.'
  const { compression, channels } = header
  if (!decodable.includes(compression))
    return `This EXR is compressed with ${compression}, which cannot be decoded here.`
  if (header.width < 1 || header.height < 1) return damaged
  if (header.width * header.height > mostPixels)
    return `This EXR has ${header.width} × ${header.height} pixels, more than are shown here.`
  const names = channels.map(({ name }) => name)
  if (names.some((name) => ['R', 'G', 'B', 'Y'].includes(name))) return null
  return `This EXR has no colors to show: its channels are ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}.`
}

export function decodeExr(bytes: Uint8Array<ArrayBuffer>): Decoded {
  try {
    const header = readHeader(bytes)
    const refusal = refusalOf(header)
    if (refusal !== null || header === null) return { error: refusal ?? damaged }
    // a damaged window: the loader would fill its memory before it notices
    if (!header.tiled && (header.height / mostLines) * 8 > bytes.length) return { error: damaged }
    return pictureOf(bytes, header)
  } catch {
    // whatever the loader met in there: the header was fine, so what follows it is not
    return { error: damaged }
  }
}

function pictureOf(bytes: Uint8Array<ArrayBuffer>, header: ExrHeader): Decoded {
  const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
  const { width, height, data, format } = new EXRLoader()
    .setDataType(FloatType)
    .parse(whole ? bytes.buffer : bytes.slice().buffer)
  if (width === undefined || height === undefined || !(data instanceof Float32Array)) return { error: damaged }
  const channels = format === RedFormat ? 1 : format === RGFormat ? 2 : 4
  const pixels = fromTop(data, width, height, channels)
  return { width, height, pixels, info: headerText(header) }
}

/** The loader's rows begin at the bottom, as textures do; a single channel is a grey. */
function fromTop(data: Float32Array, width: number, height: number, channels: number): Float32Array {
  const pixels = new Float32Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    const from = (height - 1 - y) * width * channels
    if (channels === 4) pixels.set(data.subarray(from, from + width * 4), y * width * 4)
    else
      for (let x = 0; x < width; x++)
        pixels.fill(data[from + x * channels] ?? 0, (y * width + x) * 4, (y * width + x) * 4 + 3)
  }
  return pixels
}

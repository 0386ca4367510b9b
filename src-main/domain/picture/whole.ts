/** Formats of one picture whose decoder gives all of it at once: Radiance (.hdr) and Targa (.tga), by three's loaders. */
import { FloatType } from 'three'
import { HDRLoader } from 'three/addons/loaders/HDRLoader.js'
import { TGALoader } from 'three/addons/loaders/TGALoader.js'
import { mostPixels, Refusal, type Choice, type Opened, type Pixels, type Plane } from './opened.ts'
import { shrink } from './small.ts'

export const whole = (info: string, shown: readonly string[], pixels: Pixels): Opened => {
  const choice: Choice = { group: null, name: shown.join(''), shown, isColour: true, levels: [] }
  return {
    choices: [choice],
    info: () => info,
    read: () => pixels,
    small: (_, most) => shrink(pixels, shown.length, most)
  }
}

interface Interleaved {
  width: number
  height: number
  data: ArrayLike<number>
}

/** Channels of pixels that lie side by side, four values a pixel. */
export function planesOf({ width, height, data }: Interleaved, names: readonly string[], type: string): Plane[] {
  return names.map((name, c) => {
    const samples = new Float32Array(width * height)
    for (let i = 0; i < samples.length; i++) samples[i] = data[i * 4 + c] ?? 0
    return { name, type, width, height, xStep: 1, yStep: 1, samples }
  })
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer

export const isRadiance = (bytes: Uint8Array): boolean => bytes[0] === 0x23 && bytes[1] === 0x3f

/** The loader divides mantissas by 255; the format means 256 (Ward, "Real Pixels"). */
const mantissa = 255 / 256

export function openRadiance(bytes: Uint8Array): Opened {
  const refusal = 'This Radiance picture is damaged, cut short, or turned in a way that is not read here.'
  const { width, height, data } = tried(refusal, () => new HDRLoader().setDataType(FloatType).parse(bufferOf(bytes)))
  if (!width || !height || !(data instanceof Float32Array) || data.length < width * height * 4)
    throw new Refusal(refusal)
  const names = ['R', 'G', 'B']
  const planes = planesOf({ width, height, data }, names, 'RGBE')
  for (const { samples } of planes)
    if (samples instanceof Float32Array) samples.forEach((value, i) => (samples[i] = value * mantissa))
  const area = { left: 0, top: 0, width, height }
  const pixels = { data: area, display: area, planes, white: 1, isEncoded: false, fault: null }
  return whole('Radiance RGBE', names, pixels)
}

/** Targa says nothing of itself at its start (Truevision TGA 2.0), so its name decides; its header has 18 bytes. */
export function openTarga(bytes: Uint8Array): Opened {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const refusal = 'This Targa picture is damaged, cut short, or of a kind that is not read here.'
  if (bytes.length < 18) throw new Refusal(refusal)
  const [kind, depth] = [view.getUint8(2) & 7, view.getUint8(16)]
  if (view.getUint16(12, true) * view.getUint16(14, true) > mostPixels) throw new Refusal(refusal)
  const { width, height, data } = tried(refusal, () => new TGALoader().parse(bufferOf(bytes)))
  if (!data || width === undefined || height === undefined) throw new Refusal(refusal)
  const names = kind === 3 ? ['Y'] : ['R', 'G', 'B']
  const planes = planesOf({ width, height, data }, depth === 32 ? [...names, 'A'] : names, 'uint 8')
  const area = { left: 0, top: 0, width, height }
  const pixels = { data: area, display: area, planes, white: 255, isEncoded: true, fault: null }
  return whole(`Targa, ${depth} bit${view.getUint8(2) > 8 ? ', RLE' : ''}`, names, pixels)
}

function tried<T>(refusal: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new Refusal(refusal, { cause })
  }
}

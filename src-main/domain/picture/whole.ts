/** Pictures whose decoder gives all of one at once; Targa (.tga) by three's loader. */
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
export function planesOf(
  { width, height, data }: Interleaved,
  names: readonly string[],
  type: string
): (Plane & { samples: Float32Array })[] {
  return names.map((name, c) => {
    const samples = new Float32Array(width * height)
    for (let i = 0; i < samples.length; i++) samples[i] = data[i * 4 + c] ?? 0
    return { name, type, width, height, xStep: 1, yStep: 1, samples }
  })
}

/** Its own: Node's buffers share one. */
export const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

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
  // of 5 bits the loader makes at most 248
  if (kind === 2 && depth <= 16)
    for (const { samples } of planes)
      samples.forEach((value, i) => (samples[i] = Math.round(((value >> 3) * 255) / 31)))
  const area = { left: 0, top: 0, width, height }
  const pixels = { data: area, display: area, planes, white: 255, isEncoded: true, fault: missingOf(bytes, view) }
  return whole(`Targa, ${depth} bit${view.getUint8(2) > 8 ? ', RLE' : ''}`, names, pixels)
}

/** The loader fills up what is cut off; null: nothing is. */
function missingOf(bytes: Uint8Array, view: DataView): string | null {
  const [width, height] = [view.getUint16(12, true), view.getUint16(14, true)]
  const size = Math.ceil(view.getUint8(16) / 8)
  const colours = view.getUint8(1) === 0 ? 0 : view.getUint16(5, true) * Math.ceil(view.getUint8(7) / 8)
  const data = bytes.subarray(18 + view.getUint8(0) + colours)
  const count = view.getUint8(2) > 8 ? packedIn(data, size, width * height) : Math.floor(data.length / size)
  return count < width * height ? `${height - Math.floor(count / width)} of ${height} lines are missing` : null
}

/** Pixels that are there, run-length encoded; at most `most`. */
function packedIn(data: Uint8Array, size: number, most: number): number {
  let count = 0
  for (let at = 0; count < most;) {
    const code = data[at] ?? 0
    const pixels = (code & 127) + 1
    at += 1 + (code > 127 ? size : pixels * size)
    if (at > data.length) break
    count += pixels
  }
  return count
}

function tried<T>(refusal: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new Refusal(refusal, { cause })
  }
}

/** PNG by fast-png, in all of its bits: for processes that have no browser. */
import { convertIndexedToRgb, decode } from 'fast-png'
import { mostPixels, Refusal, type Opened, type Plane } from './opened.ts'
import { whole } from './whole.ts'

const isPng = (bytes: Uint8Array): boolean =>
  [0x89, 0x50, 0x4e, 0x47].every((byte, i) => bytes[i] === byte) && bytes.length > 24

/** greys, greys with alpha, colours, colours with alpha (PNG specification, section 6.1) */
const channels: readonly (readonly string[])[] = [['Y'], ['Y', 'A'], ['R', 'G', 'B'], ['R', 'G', 'B', 'A']]

/** Errors (Refusal): it is no PNG, or it is damaged. */
export function openPng(bytes: Uint8Array): Opened {
  if (!isPng(bytes)) throw new Refusal('Of the pictures that browsers show only PNG is measured here.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(16) * view.getUint32(20) > mostPixels)
    throw new Refusal('This picture has more pixels than are looked at here.')
  const { width, height, depth, data, names } = decoded(bytes)
  const type = `uint ${depth}`
  const planes = names.map((name, c): Plane => {
    const samples = Float32Array.from({ length: width * height }, (_, i) => data[i * names.length + c] ?? 0)
    return { name, type, width, height, xStep: 1, yStep: 1, samples }
  })
  const area = { left: 0, top: 0, width, height }
  const shown = names.filter((name) => name !== 'A')
  const pixels = { data: area, display: area, planes, white: 2 ** depth - 1, isEncoded: true, fault: null }
  return whole(`${depth} bit`, shown, pixels)
}

/** A palette, and greys of less than eight bits, become eight. */
function decoded(bytes: Uint8Array) {
  try {
    const png = decode(bytes)
    const palette = png.palette ?? (png.depth < 8 ? greys(png.depth) : undefined)
    const data = palette ? convertIndexedToRgb({ ...png, palette }) : png.data
    const count = palette ? data.length / (png.width * png.height) : png.channels
    return { ...png, depth: palette ? 8 : png.depth, data, names: channels[count - 1] ?? [] }
  } catch (cause) {
    throw new Refusal('This PNG is damaged or cut short.', { cause })
  }
}

const greys = (depth: number): [number, number, number][] =>
  Array.from({ length: 2 ** depth }, (_, i) => {
    const grey = (255 * i) / (2 ** depth - 1)
    return [grey, grey, grey]
  })

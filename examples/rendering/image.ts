// Pictures: three bytes a pixel, rows from the top. PNG is written and read here (ISO/IEC 15948), so that the film needs
// nothing but Node wherever it is copied to.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32, deflateSync, inflateSync } from 'node:zlib'

export interface Image {
  width: number
  height: number
  data: Uint8Array
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
/** Bytes of a pixel. */
const size = 3

/** Writes by renaming, so that nobody meets half a picture; makes the folder. */
export function writePng(path: string, { width, height, data }: Image): void {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8) // bits, and that there are three colours
  const bytes = Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', packed(data, width, height)),
    chunk('IEND')
  ])
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, bytes)
  renameSync(`${path}.part`, path)
}

/** Each row begins with how it is coded: 0, as it is. */
function packed(data: Uint8Array, width: number, height: number): Buffer {
  const row = width * size
  const rows = Buffer.alloc(height * (row + 1))
  for (let y = 0; y < height; y++) rows.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1)
  return deflateSync(rows)
}

function chunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** Refuses what is no PNG of three times 8 bits. */
export function readPng(path: string): Image {
  const bytes = readFileSync(path)
  if (!bytes.subarray(0, signature.length).equals(signature)) throw new Error(`${path} is no PNG`)
  const chunks = chunksOf(bytes)
  const head = chunks.find(({ type }) => type === 'IHDR')?.data
  if (head?.length !== 13) throw new Error(`${path} is cut off`)
  const [bits, colours, , , interlaced] = head.subarray(8)
  if (bits !== 8 || colours !== 2 || interlaced !== 0) throw new Error(`${path} is not RGB of 8 bits`)
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)))
  if (rows.length !== height * (width * size + 1)) throw new Error(`${path} is cut off`)
  return { width, height, data: unfiltered(rows, width, height) }
}

function chunksOf(bytes: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = []
  for (let at = signature.length; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at)
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) })
    at += length + 12
  }
  return chunks
}

/** A row may be coded as what it differs by from the pixel at its left, from the one above, or from both. */
function unfiltered(rows: Buffer, width: number, height: number): Uint8Array {
  const row = width * size
  const data = new Uint8Array(height * row)
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (row + 1)] ?? 0
    for (let x = 0; x < row; x++) {
      const at = y * row + x
      const left = x < size ? 0 : (data[at - size] ?? 0)
      const above = y === 0 ? 0 : (data[at - row] ?? 0)
      const corner = x < size || y === 0 ? 0 : (data[at - row - size] ?? 0)
      data[at] = (rows[y * (row + 1) + 1 + x] ?? 0) + predicted(filter, left, above, corner)
    }
  }
  return data
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  return filter === 4 ? nearest(left, above, corner) : 0
}

/** The one of the three that is nearest to `left + above - corner`. */
function nearest(left: number, above: number, corner: number): number {
  const guess = left + above - corner
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((one) => Math.abs(guess - one)) as [
    number,
    number,
    number
  ]
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}

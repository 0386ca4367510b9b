/** The part of a picture's file that holds its pixels; dates, render times and comments are left out. */

const pngHeader = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const pngNotes = new Set(['tEXt', 'zTXt', 'iTXt', 'tIME', 'eXIf', 'pHYs'])

/** Chunks of a PNG without notes (PNG specification, section 5). */
function pngPixels(bytes: Buffer): Buffer | null {
  const kept: Buffer[] = []
  for (let at = pngHeader.length; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const kind = bytes.toString('latin1', at + 4, at + 8)
    if (at + 12 + length > bytes.length) return null
    if (!pngNotes.has(kind)) kept.push(bytes.subarray(at, at + 12 + length))
    at += 12 + length
  }
  return Buffer.concat(kept)
}

/** Segments of a JPEG without APPn and comments (ITU T.81, annex B). */
function jpegPixels(bytes: Buffer): Buffer | null {
  const kept: Buffer[] = []
  for (let at = 2; at + 4 <= bytes.length;) {
    const mark = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) return null
    if (mark === 0xda) return Buffer.concat([...kept, bytes.subarray(at)])
    const length = bytes.readUInt16BE(at + 2)
    if (!(mark >= 0xe0 && mark <= 0xef) && mark !== 0xfe) kept.push(bytes.subarray(at, at + 2 + length))
    at += 2 + length
  }
  return null
}

/** a flag of its version: it has several parts, each with a header */
const exrParts = 0x1000

/** What follows an OpenEXR file's headers and tables of offsets (OpenEXR file layout); the least offset says where. */
function exrPixels(bytes: Buffer): Buffer | null {
  let at = 8
  const text = () => {
    const end = bytes.indexOf(0, at)
    const found = end < 0 ? '' : bytes.toString('latin1', at, end)
    at = end < 0 ? bytes.length : end + 1
    return found
  }
  const hasParts = (bytes.readUInt32LE(4) & exrParts) !== 0
  do {
    while (at < bytes.length && bytes[at] !== 0) {
      text()
      text()
      if (at + 4 > bytes.length) return null
      at += 4 + bytes.readUInt32LE(at)
    }
    at++
  } while (hasParts && at < bytes.length && bytes[at] !== 0)
  return exrChunks(bytes, hasParts ? at + 1 : at)
}

/** Chunks stand in any order, straight behind the table that says where each begins. */
function exrChunks(bytes: Buffer, table: number): Buffer | null {
  let first = bytes.length
  for (let at = table; at + 8 <= first; at += 8) {
    const offset = Number(bytes.readBigUInt64LE(at))
    if (offset <= at || offset >= bytes.length) return null
    first = Math.min(first, offset)
  }
  return first < bytes.length ? bytes.subarray(first) : null
}

/** Null: no picture of a kind that is known. */
export function pixelsOf(bytes: Buffer): Buffer | null {
  if (bytes.subarray(0, 8).equals(pngHeader)) return pngPixels(bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegPixels(bytes)
  return bytes.length > 8 && bytes.readUInt32LE(0) === 20000630 ? exrPixels(bytes) : null
}

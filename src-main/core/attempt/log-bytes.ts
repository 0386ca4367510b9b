/** The bytes of a log as text: UTF-8 for the most part, UTF-16 where a program of Windows says so by its first two bytes. */
import { TextDecoder } from 'node:util'
import { headEnd, headMark, noteMark } from '../../domain/log-lines.ts'

type Utf16 = 'utf-16le' | 'utf-16be'

/** By the mark that such a text begins with; null: it is none. */
export function utf16At(bytes: Uint8Array, at = 0): Utf16 | null {
  if (bytes[at] === 0xff && bytes[at + 1] === 0xfe) return 'utf-16le'
  return bytes[at] === 0xfe && bytes[at + 1] === 0xff ? 'utf-16be' : null
}

/** Where what the program printed begins, in a log's first bytes: behind Backlot's head, if it has one. */
export function headLength(bytes: Buffer): number {
  if (!bytes.subarray(0, headMark.length).equals(Buffer.from(headMark))) return 0
  const end = bytes.indexOf(`\n${headEnd}\n`)
  return end < 0 ? 0 : end + headEnd.length + 2
}

/** Bytes that come a chunk at a time, in the same encoding all along. */
export class LogBytes {
  private isStart = true
  private atHead = true
  private decoder: TextDecoder | null = null

  /** Its head is read already. */
  begin(): void {
    this.atHead = false
  }

  /** The chunk as UTF-8; the same bytes where they are that. */
  asText(chunk: Buffer): Buffer {
    let fresh = chunk
    if (this.isStart) {
      fresh = chunk.subarray(this.atHead ? headLength(chunk) : 0)
      const encoding = utf16At(fresh)
      if (encoding) this.decoder = new TextDecoder(encoding)
      this.isStart = fresh.length === 0
    }
    if (this.decoder) return Buffer.from(this.decoder.decode(fresh, { stream: true }))
    return fresh.includes(0) ? withoutZeros(fresh) : fresh
  }
}

/** Part of a log in UTF-16, behind or within what its program printed; notes of Backlot's own are UTF-8 there, too. */
export function utf16Text(bytes: Buffer, encoding: Utf16): string {
  const note = bytes.indexOf(`\n${noteMark}`)
  const own = note < 0 ? bytes : bytes.subarray(0, note)
  const text = new TextDecoder(encoding).decode(own.subarray(0, own.length - (own.length % 2)))
  return text + (note < 0 ? '' : bytes.toString('utf8', note))
}

/** Zeros are in no text: a program in the middle of a log that prints UTF-16 can be read without them. */
function withoutZeros(bytes: Buffer): Buffer {
  const text = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (const byte of bytes) if (byte !== 0) text[length++] = byte
  return text.subarray(0, length)
}

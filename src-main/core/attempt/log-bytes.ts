/** The bytes of a log as text: UTF-8 for the most part, UTF-16 where a program of Windows says so by its first two bytes. */
import { readSync } from 'node:fs'
import { TextDecoder } from 'node:util'
import { headEnd, headMark, noteMark } from '../../domain/log-lines.ts'

type Utf16 = 'utf-16le' | 'utf-16be'

/** By the mark that such a text begins with, unless what follows is none; null: it is none. */
function utf16At(bytes: Buffer, at = 0): Utf16 | null {
  const isLittle = bytes[at] === 0xff && bytes[at + 1] === 0xfe
  const isBig = bytes[at] === 0xfe && bytes[at + 1] === 0xff
  if (!isLittle && !isBig) return null
  const note = bytes.indexOf(`\n${noteMark}`, at)
  const printed = bytes.subarray(at + 2, note < 0 ? bytes.length : note)
  // binary data begins so, too: in UTF-16 the end of a line has a zero
  if (printed.includes(10) && !printed.includes(0)) return null
  return isLittle ? 'utf-16le' : 'utf-16be'
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
      const head = this.atHead ? headLength(chunk) : 0
      if (head > 0) fresh = chunk.subarray(head)
      const encoding = utf16At(fresh)
      if (encoding) this.decoder = new TextDecoder(encoding)
      this.isStart = fresh.length === 0
    }
    if (this.decoder) return Buffer.from(this.decoder.decode(fresh, { stream: true }))
    return fresh.includes(0) ? withoutZeros(fresh) : fresh
  }
}

/** A log whose program prints UTF-16. */
export interface Encoding {
  name: Utf16
  /** where that begins, in bytes */
  from: number
}

const headBytes = 64 << 10

/** By what stands behind the log's head; null: UTF-8. */
export function encodingOf(fd: number): Encoding | null {
  const first = Buffer.alloc(headBytes)
  const bytes = first.subarray(0, readSync(fd, first, 0, headBytes, 0))
  const from = headLength(bytes)
  const name = utf16At(bytes, from)
  return name && { name, from }
}

/** Bytes of a log from `start` on as text; Backlot's own, before and behind what the program printed, are UTF-8. */
export function asRead(bytes: Buffer, start: number, encoding: Encoding | null): string {
  if (!encoding) return (bytes.includes(0) ? withoutZeros(bytes) : bytes).toString('utf8')
  // a part that begins in the middle of a unit is read from the next one
  const first = Math.min(bytes.length, start < encoding.from ? encoding.from - start : (start - encoding.from) % 2)
  const note = bytes.indexOf(`\n${noteMark}`, first)
  const last = note < 0 ? bytes.length : note
  const own = bytes.subarray(first, last - ((last - first) % 2))
  return bytes.toString('utf8', 0, first) + new TextDecoder(encoding.name).decode(own) + bytes.toString('utf8', last)
}

/**
 * Where a third of a line's bytes are zeros, a program prints UTF-16 without its mark. Other zeros are kept: they are to
 * be seen.
 */
function withoutZeros(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from)
    const to = end < 0 ? bytes.length : end + 1
    const line = bytes.subarray(from, to)
    const zeros = line.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0)
    parts.push(zeros > line.length / 3 ? narrowed(line) : line)
    from = to
  }
  return Buffer.concat(parts)
}

/** A line of UTF-16 as UTF-8: the second half of a line's end stands before the next line, where the low half comes first. */
function narrowed(line: Buffer): Buffer {
  const isEnded = line.at(-1) === 10
  const body = isEnded ? line.subarray(0, -1) : line
  const isOdd = body.length % 2 === 1
  const from = isOdd && body[0] === 0 ? 1 : 0
  const encoding = !isOdd && body[0] === 0 ? 'utf-16be' : 'utf-16le'
  const to = body.length - ((body.length - from) % 2)
  const text = new TextDecoder(encoding).decode(body.subarray(from, to))
  return Buffer.from(isEnded ? `${text}\n` : text)
}

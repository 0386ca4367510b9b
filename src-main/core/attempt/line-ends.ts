/** Where lines end in a log's bytes, in either of its encodings. */
import { noteMark } from '../../domain/log-lines.ts'
import type { Encoding } from './log-bytes.ts'

/** Where to go on. */
export interface Place {
  /** bytes */
  offset: number
  /** the number of the line there; counts from 1 */
  line: number
}

/** Where the line's end from a place on has its last byte; -1: there is none. `offset`: of the bytes in the log. */
export function breakFrom(bytes: Buffer, from: number, offset: number, encoding: Encoding | null): number {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    // in UTF-16 a byte of 10 is a line's end only where the other half of its unit is 0
    if (!encoding || offset + at < encoding.from) return at
    const isFirst = (offset + at - encoding.from) % 2 === 0
    if (encoding.name === 'utf-16le' && isFirst && bytes[at + 1] === 0) return at + 1
    if (encoding.name === 'utf-16be' && !isFirst && bytes[at - 1] === 0) return at
    if (bytes.indexOf(noteMark, at) === at + 1) return at
  }
  return -1
}

export const behind = ({ offset, line }: Place, bytes: Buffer, encoding: Encoding | null): Place => ({
  offset: offset + bytes.length,
  line: line + countLines(bytes, offset, encoding)
})

/** Where so many lines end. */
export function endOf(bytes: Buffer, lines: number, offset: number, encoding: Encoding | null): number {
  let end = 0
  for (let i = 0; i < lines; i++) end = breakFrom(bytes, end, offset, encoding) + 1
  return end
}

function countLines(bytes: Buffer, offset: number, encoding: Encoding | null): number {
  let count = 0
  for (let at = breakFrom(bytes, 0, offset, encoding); at >= 0; at = breakFrom(bytes, at + 1, offset, encoding)) count++
  return count
}

/** Parts of logs of any size: the last lines, or a part from an offset. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { fail, ok, type Result } from '../../domain/result.ts'
import { asRead, encodingOf } from './log-bytes.ts'
import { shownText } from './shown.ts'

/** Of a longer line the end is shown. */
const longestShown = 2000

/**
 * The last `count` lines of a file of any size as a terminal would show them, reading only its end. Of a line that was
 * redrawn that is its last state, of a line above 2,000 characters its end.
 */
export const lastLines = (path: string, count: number, maxBytes?: number): string[] =>
  lastWholeLines(path, count, maxBytes).map(shownEnd)

/** The same with lines of any length. */
export function lastWholeLines(path: string, count: number, maxBytes = 256 * 1024): string[] {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return [] // no log yet: nothing was printed
  }
  try {
    const lines = endOf(fd, maxBytes).split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    return lines.slice(-count).map(shownText)
  } finally {
    closeSync(fd)
  }
}

/** Where the last `count` lines of a file begin, in bytes; 0 where it has no more. Throws where it cannot be read. */
export function lastLinesAt(path: string, count: number): number {
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    const wide = encodingOf(fd)
    const [unit, newline] = [wide ? 2 : 1, wide ? Buffer.from('\n', 'utf16le') : Buffer.from('\n')]
    if (wide?.name === 'utf-16be') newline.swap16()
    let ends = 0
    for (let to = size; to > 0;) {
      const from = Math.max(0, to - tailStep)
      const part = Buffer.alloc(to - from)
      readSync(fd, part, 0, part.length, from)
      for (let at = part.lastIndexOf(newline); at >= 0; at = at === 0 ? -1 : part.lastIndexOf(newline, at - 1)) {
        // the line end that closes the last line begins none
        if (from + at + unit < size && ++ends === count) return from + at + unit
      }
      to = from
    }
    return 0
  } finally {
    closeSync(fd)
  }
}

/** bytes; whole units of UTF-16 */
const tailStep = 64 << 10

function endOf(fd: number, maxBytes: number): string {
  const { size } = fstatSync(fd)
  const bytes = Buffer.alloc(Math.min(size, maxBytes))
  const from = size - bytes.length
  readSync(fd, bytes, 0, bytes.length, from)
  return asRead(bytes, from, encodingOf(fd))
}

function shownEnd(text: string): string {
  return text.length > longestShown ? `…${text.slice(-longestShown)}` : text
}

export interface LogPart {
  text: string
  /** byte offsets of the part, and the file's size now */
  start: number
  end: number
  size: number
}

/**
 * Part of a log of any size, cut at line ends where it has any. `offset` below 0 counts from the end.
 * Errors (`run`): the log is gone.
 */
export function readPart(path: string, offset: number, bytes: number): Result<LogPart> {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return fail('run', `the log ${path} is gone`)
  }
  try {
    const { size } = fstatSync(fd)
    const from = Math.max(0, offset < 0 ? size + offset : Math.min(offset, size))
    const buffer = Buffer.alloc(Math.min(bytes, size - from))
    const got = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, from))
    const first = from > 0 && offset < 0 ? got.indexOf(10) + 1 : 0
    const last = from + got.length < size ? got.lastIndexOf(10) + 1 : got.length
    const part = last > first ? got.subarray(first, last) : got
    const start = last > first ? from + first : from
    return ok({ text: part.toString('utf8'), start, end: start + part.length, size })
  } finally {
    closeSync(fd)
  }
}

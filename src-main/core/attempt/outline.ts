/**
 * Where lines begin in a log of any size, and which of them are errors and warnings: a step at a time, so that a log can be
 * counted to its end while it grows and nothing else waits.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { isBad, kindOf } from '../../domain/log-kinds.ts'
import { noteMark } from '../../domain/log-lines.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { breakFrom, type Place } from './line-ends.ts'
import { asRead, encodingOf, headLength, type Encoding } from './log-bytes.ts'
import { shownText } from './shown.ts'

/** Where counting goes on, and what the lines above say about those below. */
export interface OutlinePlace extends Place {
  /** inside a traceback */
  trace: boolean
  /** the last line that was part of an error; 0: none */
  bad: number
  /** in the middle of a line that is longer than a block */
  open: boolean
}

export interface OutlineStep {
  /** offset, line, offset, line …: a place about every 64 kB, the one where the step began first */
  places: number[]
  /** the lines with which errors begin: a traceback is one error, and so are error lines right below each other */
  errors: number[]
  warnings: number[]
  /** what the last line is that has no end yet; null: nothing that counts */
  tail: 'error' | 'warning' | null
  /** lines of Backlot's own head; only of a step from the start */
  head: number
  next: OutlinePlace
  /** bytes in the log now */
  size: number
  /** there is no further whole line */
  done: boolean
}

export interface OutlineLimits {
  /** a step ends after so many ms */
  ms: number
  /** and at this byte, where a line begins */
  to?: number | undefined
}

const blockBytes = 64 << 10
/** No other text makes a line an error or a warning: most blocks have none of it and are only counted. */
const suspects =
  /Error|Exception|ERROR|FATAL|CRITICAL|SEVERE|error:|[Ff]atal:|openjd_fail:|PARSER|Segmentation|core dumped|panic: |WARN|[Ww]arning|Traceback|# backlot: /g

/** Counts a log's lines from a place on. Errors (`run`): the log is gone. */
export function outlineLog(path: string, from: OutlinePlace, limits: OutlineLimits): Result<OutlineStep> {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return fail('run', `the log ${path} is gone`)
  }
  try {
    return ok(new Outlining(file, from).step(limits))
  } finally {
    closeSync(file)
  }
}

class Outlining {
  private readonly file: number
  private readonly encoding: Encoding | null
  private readonly at: OutlinePlace
  private readonly places: number[] = []
  private readonly errors: number[] = []
  private readonly warnings: number[] = []
  private readonly block = Buffer.allocUnsafe(blockBytes)
  private tail: OutlineStep['tail'] = null
  private head = 0

  constructor(file: number, from: OutlinePlace) {
    this.file = file
    this.encoding = encodingOf(file)
    this.at = { ...from }
  }

  step({ ms, to = Infinity }: OutlineLimits): OutlineStep {
    const until = performance.now() + ms
    const { size } = fstatSync(this.file)
    const end = Math.min(size, to)
    let done = false
    while (!done && this.at.offset < end) {
      done = !this.takeBlock(end, size)
      if (performance.now() > until) break
    }
    const { places, errors, warnings, tail, head } = this
    return { places, errors, warnings, tail, head, next: this.at, size, done: done || this.at.offset >= size }
  }

  /** False where nothing but the beginning of a line is left. */
  private takeBlock(end: number, size: number): boolean {
    const { at, block } = this
    const bytes = block.subarray(0, readSync(this.file, block, 0, Math.min(blockBytes, end - at.offset), at.offset))
    const { end: whole, count } = this.breaks(bytes)
    const isPiece = whole === 0 && at.offset + bytes.length < size
    if (whole === 0 && !isPiece) {
      if (!at.open) this.tail = this.tailOf(bytes)
      return false
    }
    this.places.push(at.offset, at.line)
    const taken = isPiece ? bytes : bytes.subarray(0, whole)
    const line = at.line + count
    this.judge(taken, isPiece)
    at.offset += taken.length
    // in UTF-16 a line may end before one of Backlot's own, within a unit: its text alone does not tell
    at.line = line
    return true
  }

  /** Behind the last line's end, 0 where there is none; and how many lines end. */
  private breaks(bytes: Buffer): { end: number; count: number } {
    let [end, count] = [0, 0]
    for (let at = -1; (at = breakFrom(bytes, at + 1, this.at.offset, this.encoding)) >= 0; count++) end = at + 1
    return { end, count }
  }

  private text(bytes: Buffer, offset: number): string {
    // what is looked for has no letters beyond ASCII
    return this.encoding ? asRead(bytes, offset, this.encoding) : bytes.toString('latin1')
  }

  private tailOf(bytes: Buffer): OutlineStep['tail'] {
    const { at } = this
    const isOwn = bytes.indexOf(noteMark) === 0
    const text = shownText(isOwn ? bytes.toString('latin1') : this.text(bytes, at.offset))
    const kind = kindOf(text, { head: false, trace: at.trace })
    if (kind === 'warning') return 'warning'
    return isBad(kind) && this.beginsError() ? 'error' : null
  }

  private judge(bytes: Buffer, isPiece: boolean): void {
    const { at } = this
    const head = at.offset === 0 ? headLength(bytes) : 0
    if (head > 0) at.line += this.head = ends(bytes.toString('latin1', 0, head), 0, head)
    const text = this.text(bytes.subarray(head), at.offset + head)
    let from = 0
    if (at.open) {
      from = text.indexOf('\n') + 1
      if (from === 0) return
      at.line++
    }
    this.judgeLines(text, from)
    at.open = isPiece
  }

  private judgeLines(text: string, start: number): void {
    const { at } = this
    for (let from = start; from < text.length;) {
      if (!at.trace) {
        suspects.lastIndex = from
        const found = suspects.exec(text)
        const line = found ? text.lastIndexOf('\n', found.index) + 1 : text.length
        at.line += ends(text, from, line)
        from = line
        if (!found) return
      }
      const end = text.indexOf('\n', from)
      this.judgeLine(shownText(text.slice(from, end < 0 ? text.length : end)))
      from = end < 0 ? text.length : end + 1
      if (end >= 0) at.line++
    }
  }

  private judgeLine(text: string): void {
    const { at } = this
    const context = { head: false, trace: at.trace }
    const kind = kindOf(text, context)
    at.trace = context.trace
    if (kind === 'warning') this.warnings.push(at.line)
    if (!isBad(kind)) return
    if (this.beginsError()) this.errors.push(at.line)
    at.bad = at.line
  }

  /** A bad line right below another one is the same error. */
  private beginsError(): boolean {
    return this.at.bad === 0 || this.at.bad < this.at.line - 1
  }
}

/** How many lines end in a part of a text. */
function ends(text: string, from: number, to: number): number {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}

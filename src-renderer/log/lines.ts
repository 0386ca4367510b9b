/**
 * A window of lines onto a log of any size. Parts are put on at either end and dropped at the far one; every line keeps
 * its place in the file, so numbers are right as soon as the file's start was seen once.
 */
import { headEnd } from '../../src-main/domain/log-lines.ts'
import { kindOf, type Context, type Kind } from '../../src-main/domain/log-kinds.ts'
import { clean, openColors } from './text.ts'

export interface Part {
  text: string
  /** bytes from the file's start; `size` is the file's length when it was read */
  start: number
  end: number
  size: number
}

export interface LogLine {
  readonly key: number
  readonly text: string
  /** with color escapes, those open from lines above in front */
  readonly styled: string
  readonly kind: Kind
  readonly redrawn: number
  /** counts lines of the file from an arbitrary zero; pieces of one very long line share it */
  readonly at: number
  /** false for what continues a line, or is cut at the window's start */
  readonly starts: boolean
}

interface Chunk {
  start: number
  end: number
  lines: LogLine[]
}

interface State extends Context {
  colors: string
}

export const limits = { bytes: 8 << 20, lines: 300_000, chunk: 256 << 10 }
const unknownByte = '\ufffd'
const encoder = new TextEncoder()

/** Bytes that a text had in the file, or null where some were no UTF-8 and cannot be counted. */
const bytesOf = (text: string): number | null => (text.includes(unknownByte) ? null : encoder.encode(text).length)

export class LogLines {
  start = 0
  /** behind the last whole line: a line that is still being written is read again with the next part */
  end = 0
  size = 0
  private readonly limit: typeof limits
  private chunks: Chunk[] = []
  private tail: LogLine | null = null
  private state: State = { head: false, trace: false, colors: '' }
  private nextKey = 1
  private nextAt = 0
  private origin: number | null = null

  constructor(limit = limits) {
    this.limit = limit
  }

  /** Forgets all lines and begins at a byte. `number` is the line's number there, null where nobody counted. */
  begin(start: number, number: number | null = start === 0 ? 1 : null): void {
    this.chunks = []
    this.tail = null
    this.start = this.end = start
    this.state = { head: start === 0, trace: false, colors: '' }
    this.nextAt = 0
    this.origin = number === null ? null : 1 - number
  }

  get lines(): readonly LogLine[] {
    const whole = this.chunks.flatMap((chunk) => chunk.lines)
    return this.tail ? [...whole, this.tail] : whole
  }

  /** Add this to a line's `at` for its number; `known` tells whether it counts from the file's first line. */
  get numbering(): { plus: number; known: boolean } {
    const first = this.chunks[0]?.lines[0] ?? this.tail
    return { plus: 1 - (this.origin ?? first?.at ?? 0), known: this.origin !== null }
  }

  /** Somebody counted: the number of the line at the window's start. */
  countFrom(number: number): void {
    this.origin = this.firstAt() + 1 - number
  }

  /** Lines at the window's start that are Backlot's own head. */
  get headLines(): number {
    if (this.start > 0) return 0
    const { lines } = this
    const end = lines.findIndex(({ kind }) => kind !== 'head' && kind !== 'command')
    const count = end < 0 ? lines.length : end
    // one that is not whole yet is no head
    return lines[count - 1]?.text === headEnd ? count : 0
  }

  /** About where a loaded line is, in bytes. */
  offsetOf(index: number): number {
    let before = 0
    for (const { start, end, lines } of this.chunks) {
      if (index < before + lines.length) return start + ((index - before) / lines.length) * (end - start)
      before += lines.length
    }
    return index > before ? this.size : this.end
  }

  /** About which loaded line is at a byte. */
  indexAt(offset: number): number {
    let before = 0
    for (const { start, end, lines } of this.chunks) {
      if (offset < end) return before + Math.max(0, Math.floor(((offset - start) / (end - start)) * lines.length))
      before += lines.length
    }
    return Math.max(0, before - (this.tail ? 0 : 1))
  }

  get full(): boolean {
    return this.end - this.start >= this.limit.bytes || this.count() >= this.limit.lines
  }

  /** Puts on what follows; the part begins at `end`. `starts` is false where that is in the middle of a line. */
  append(part: Part, starts = true): void {
    this.size = part.size
    const cut = part.text.lastIndexOf('\n') + 1
    const whole = part.text.slice(0, cut)
    const rest = part.text.slice(cut)
    const restBytes = bytesOf(rest) ?? this.restBy(part, whole)
    this.tail = null
    // a line without an end in a whole part is shown in pieces; so is one whose bytes cannot be counted
    const goesOn = rest !== '' && (restBytes === null || (whole === '' && part.end < part.size))
    const texts = whole === '' ? [] : whole.slice(0, -1).split('\n')
    if (goesOn) texts.push(rest)
    const first = starts && !this.lineIsOpen
    const lines = texts.map((text, i) => this.line(text, this.state, i > 0 || first))
    this.lineIsOpen = goesOn
    this.end = goesOn ? part.end : part.end - (restBytes ?? 0)
    this.keep({ start: part.start, end: this.end, lines })
    if (rest !== '' && !goesOn) this.tail = this.peek(rest, lines.length > 0 || first)
  }

  /** Puts on what stands before; the text is the file's bytes from `start` to this window's start. */
  prepend(text: string, start: number): void {
    let from = start
    let kept = text
    const suffix = text.slice(text.indexOf('\n') + 1)
    const bytes = start > 0 && text.includes('\n') && suffix !== '' ? bytesOf(suffix) : null
    // begins at the first whole line where its place can be told, else with the piece of a line
    if (bytes !== null) {
      from = this.start - bytes
      kept = suffix
    }
    const ended = kept.endsWith('\n')
    const texts = (ended ? kept.slice(0, -1) : kept).split('\n')
    const state: State = { head: from === 0, trace: false, colors: '' }
    const firstAt = this.firstAt()
    const ats = texts.map((_, i) => firstAt - (texts.length - 1 - i) - (ended ? 1 : 0))
    const lines = texts.map((t, i) => this.made(t, state, ats[i] ?? 0, i > 0 || from === 0 || bytes !== null))
    this.chunks.unshift({ start: from, end: this.start, lines })
    this.start = from
    if (from === 0) this.origin = ats[0] ?? 0
  }

  /** Drops parts at the window's start (or end) until it is within its limits. Returns whether any were dropped. */
  trim(side: 'start' | 'end'): boolean {
    let dropped = false
    while (this.chunks.length > 1 && (this.end - this.start > this.limit.bytes || this.count() > this.limit.lines)) {
      dropped = true
      const gone = side === 'start' ? this.chunks.shift() : this.chunks.pop()
      if (!gone) break
      if (side === 'start') this.start = gone.end
      else {
        this.end = gone.start
        this.tail = null
        this.lineIsOpen = false
        this.nextAt = gone.lines[0]?.at ?? this.nextAt
        // what the dropped lines left open is not known any more
        this.state = { head: false, trace: false, colors: '' }
      }
    }
    return dropped
  }

  /** the last line put on has no end yet: the next part continues it */
  private lineIsOpen = false

  private restBy(part: Part, whole: string): number | null {
    const bytes = bytesOf(whole)
    return bytes === null ? null : part.end - part.start - bytes
  }

  private count(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.lines.length, 0)
  }

  private firstAt(): number {
    return this.chunks[0]?.lines[0]?.at ?? this.tail?.at ?? this.nextAt
  }

  /** Small parts of a growing log become one chunk. */
  private keep(chunk: Chunk): void {
    if (chunk.lines.length === 0) return
    const last = this.chunks.at(-1)
    if (last && chunk.end - last.start <= this.limit.chunk) {
      last.end = chunk.end
      last.lines = [...last.lines, ...chunk.lines]
    } else this.chunks.push(chunk)
  }

  private line(text: string, state: State, starts: boolean): LogLine {
    return this.made(text, state, starts ? this.nextAt++ : Math.max(this.nextAt - 1, 0), starts)
  }

  /** A line that may grow yet: shown, but nothing is remembered of it. */
  private peek(text: string, starts: boolean): LogLine {
    return this.made(text, { ...this.state }, starts ? this.nextAt : Math.max(this.nextAt - 1, 0), starts)
  }

  private made(raw: string, state: State, at: number, starts: boolean): LogLine {
    const { text, styled, redrawn } = clean(raw)
    const kind = kindOf(text, state)
    const before = state.colors
    state.colors = openColors(before, styled)
    return { key: this.nextKey++, text, styled: before + styled, kind, redrawn, at, starts }
  }
}

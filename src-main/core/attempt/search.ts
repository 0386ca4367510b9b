/** Finding text in a log of any size: a step at a time, so that a search can be stopped and holds nothing else up. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { createContext, Script } from 'node:vm'
import { fail, ok, type Result } from '../../domain/result.ts'
import { behind, breakFrom, endOf, type Place } from './line-ends.ts'
import { asRead, encodingOf, type Encoding } from './log-bytes.ts'
import { shownText } from './shown.ts'

export interface Query {
  text: string
  /** the text is a regular expression */
  regex: boolean
  /** upper and lower case are told apart */
  cased: boolean
}

export interface FoundLine {
  number: number
  /** a place at or some lines above it: what to load to show it */
  part: Place
  /**
   * as it is shown: no colours, redrawn lines in their last state; of a long line the part around the first find; empty if
   * only places were asked for
   */
  text: string
  /** how often the text is in it; a line of more than 20,000 bytes is told once for each part of it with finds */
  finds: number
}

export interface SearchStep {
  /** none where they are only counted */
  lines: FoundLine[]
  /** how often the text was found in this step */
  finds: number
  /** where the next step begins */
  next: Place
  /** bytes in the log now, or where the step was told to end */
  size: number
  /** the log was searched to there */
  done: boolean
}

/** What to return for matching lines: the lines, their places without their text, or only the number of matches. */
export const givings = ['lines', 'places', 'count'] as const
export type Giving = (typeof givings)[number]

export interface SearchLimits {
  /** after a part with so many lines with a find a step ends */
  lines: number
  /** and after so many ms, within some lines */
  ms: number
  /** default: lines */
  give?: Giving | undefined
  /** a step ends at this byte, where a line begins; default: the log's end */
  to?: number | undefined
}

const partBytes = 256 << 10
/** A longer line is searched in pieces: expressions that backtrack take the square of a line's length. */
const longestLine = 20_000
const pieceBytes = 6000
/** What a piece has of the one before it, so that finds across their border are found. */
const overlap = 2000
/** Of a longer line so much is shown to either side of a find. */
const shownAround = 500
/** A part that was read is searched for so long at least: else little would be done for the reading. */
const leastMs = 2
/** Lines between two looks at the clock. */
const stride = 8
/** So many lines take microseconds; an expression that backtracks for ever would hold everything up. */
const patienceMs = 250

/** Errors (`usage`): it is no regular expression. */
export function expressionOf({ text, regex, cased }: Query): Result<RegExp> {
  try {
    return ok(new RegExp(regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), cased ? 'gu' : 'giu'))
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, '')
    return fail('usage', `${JSON.stringify(text)} is no regular expression: ${why}`)
  }
}

/**
 * Searches a log from `place` on for a while. Errors (`usage`): no regular expression, or one that takes for ever; `run`:
 * the log is gone.
 */
export function searchLog(path: string, query: Query, place: Place, limits: SearchLimits): Result<SearchStep> {
  const expression = expressionOf(query)
  if (!expression.ok) return expression
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    return fail('run', `the log cannot be read: ${(error as Error).message}`)
  }
  try {
    return new Search(file, query, expression.value, encodingOf(file)).step(place, limits)
  } finally {
    closeSync(file)
  }
}

/** Bytes without which a part has no find; null if that cannot be said. */
const needleOf = ({ text, regex, cased }: Query): Buffer | null => (regex || !cased ? null : Buffer.from(text))

/** One for all searches: each step is done at once. */
let part: Buffer | undefined

/** What is searched at once. */
interface Read {
  bytes: Buffer
  isPiece: boolean
  /** of a piece: what stands before it in its line, as far as that is looked at */
  context: Buffer
}

const tooSlow = fail('usage', 'the regular expression takes for ever on this log; write it without nested repetitions')

interface Part {
  lines: FoundLine[]
  finds: number
  next: Place
}

class Search {
  private readonly file: number
  private readonly query: Query
  private readonly expression: RegExp
  private readonly needle: Buffer | null
  private readonly encoding: Encoding | null

  constructor(file: number, query: Query, expression: RegExp, encoding: Encoding | null) {
    this.file = file
    this.query = query
    this.expression = expression
    this.encoding = encoding
    this.needle = encoding ? null : needleOf(query)
  }

  step(from: Place, limits: SearchLimits): Result<SearchStep> {
    const until = performance.now() + limits.ms
    const size = Math.min(fstatSync(this.file).size, limits.to ?? Infinity)
    const lines: FoundLine[] = []
    let [next, finds] = [from, 0]
    while (next.offset < size && lines.length < limits.lines && performance.now() < until) {
      const read = this.read(next, size)
      if (read.bytes.length === 0) break
      const give = limits.give ?? 'lines'
      const found = read.isPiece ? this.findInPiece(read, next, give) : this.find(read.bytes, next, { until, give })
      if (!found.ok) return found
      lines.push(...found.value.lines)
      finds += found.value.finds
      next = found.value.next
    }
    return ok({ lines, finds, next, size, done: next.offset >= size })
  }

  /** Whole lines, or a piece of one that is too long to be searched at once, with the end of the piece before it. */
  private read({ offset }: Place, size: number): Read {
    part ??= Buffer.allocUnsafe(partBytes + overlap)
    const before = Math.min(offset, overlap)
    const read = readSync(this.file, part, 0, partBytes + before, offset - before)
    const bytes = part.subarray(before, Math.min(read, before + size - offset))
    const inside = before > 0 && !this.isBreak(part, before)
    const first = this.firstBreak(bytes, offset) + 1
    if (inside || first > longestLine || (first === 0 && bytes.length > longestLine)) {
      const piece = Math.min(first || bytes.length, pieceBytes)
      const context = part.subarray(inside ? 0 : before, before)
      const from = context.length - (inside ? sinceBreak(context) : 0)
      return { bytes: bytes.subarray(0, piece), isPiece: true, context: context.subarray(from) }
    }
    const whole = offset + bytes.length < size ? this.wholeLines(bytes, offset) : bytes.length
    return { bytes: bytes.subarray(0, whole), isPiece: false, context: part.subarray(0, 0) }
  }

  /** Whether a line ends right before a place. */
  private isBreak(bytes: Buffer, at: number): boolean {
    return bytes[at - 1] === 10 || (this.encoding?.name === 'utf-16le' && bytes[at - 1] === 0 && bytes[at - 2] === 10)
  }

  /** The last byte of the first line's end; -1: it has none here. */
  private firstBreak(bytes: Buffer, offset: number): number {
    return breakFrom(bytes, 0, offset, this.encoding)
  }

  /** Up to the last line's end that comes before a line which is too long. */
  private wholeLines(bytes: Buffer, offset: number): number {
    let end = 0
    for (let next = this.firstBreak(bytes, offset) + 1; next > 0 && next - end <= longestLine;) {
      end = next
      next = breakFrom(bytes, end, offset, this.encoding) + 1
    }
    return end
  }

  /** A piece's finds, but those that the piece before it had. */
  private findInPiece({ bytes, context }: Read, place: Place, give: Giving): Result<Part> {
    const next = behind(place, bytes, this.encoding)
    const known = shownText(this.text(context, place.offset - context.length)).length
    const text = shownText(this.text(Buffer.concat([context, bytes]), place.offset - context.length).replace(/\n$/, ''))
    const finds: number[] = []
    const work = () => {
      for (const match of text.matchAll(this.expression))
        if (match[0] !== '' && match.index + match[0].length > known) finds.push(match.index)
    }
    if (!this.query.regex) work()
    else if (!inTime(work, () => (finds.length = 0))) return tooSlow
    const [at] = finds
    if (at === undefined) return ok({ lines: [], finds: 0, next })
    const line = {
      number: place.line,
      part: place,
      text: give === 'lines' ? around(text, at) : '',
      finds: finds.length
    }
    return ok({ lines: give === 'count' ? [] : [line], finds: finds.length, next })
  }

  private text(bytes: Buffer, offset: number): string {
    return asRead(bytes, offset, this.encoding)
  }

  private find(bytes: Buffer, place: Place, { until, give }: { until: number; give: Giving }): Result<Part> {
    const plain = !this.encoding && isPlain(bytes)
    const none = { lines: [], finds: 0, next: behind(place, bytes, this.encoding) }
    if (plain && this.needle && !bytes.includes(this.needle)) return ok(none)
    const whole = this.text(bytes, place.offset)
    // where the text is in none of the lines it is not in all of them; with expressions that cannot be said
    if (plain && !this.query.regex && !has(whole, this.expression)) return ok(none)
    const raws = whole.split('\n')
    const found = this.inLines(raws, plain, Math.max(until, performance.now() + leastMs))
    if (!found) return tooSlow
    const end = found.seen < raws.length ? endOf(bytes, found.seen, place.offset, this.encoding) : bytes.length
    const next = behind(place, bytes.subarray(0, end), this.encoding)
    const lines = found.hits.map(({ at, text, finds }) => {
      return { number: place.line + at, part: place, text: give === 'lines' ? text : '', finds }
    })
    const finds = lines.reduce((sum, line) => sum + line.finds, 0)
    return ok({ lines: give === 'count' ? [] : lines, finds, next })
  }

  /** Those of the lines with a find, as far as time allows; null if a single one takes for ever. */
  private inLines(raws: readonly string[], plain: boolean, until: number): { hits: LineHit[]; seen: number } | null {
    const hits: LineHit[] = []
    let seen = 0
    const work = () => {
      for (const raw of raws) {
        const text = plain ? raw : shownText(raw)
        if (has(text, this.expression)) hits.push({ at: seen, text, finds: countIn(text, this.expression) })
        seen++
        if (seen % stride === 0 && performance.now() > until) return
      }
    }
    const again = () => {
      hits.length = 0
      seen = 0
    }
    // plain text cannot backtrack: on a busy machine it is only slow
    if (!this.query.regex) work()
    else if (!inTime(work, again)) return null
    return { hits: hits.filter(({ finds }) => finds > 0), seen }
  }
}

interface LineHit {
  /** index of the line in its part */
  at: number
  text: string
  finds: number
}

/** Nothing in it that a terminal would not show as it is; zeros are those of UTF-16. */
const isPlain = (bytes: Buffer): boolean => !bytes.includes(27) && !bytes.includes(13) && !bytes.includes(0)

/** Bytes behind the last line's end. */
const sinceBreak = (bytes: Buffer): number => bytes.length - 1 - bytes.lastIndexOf(10)

/** The part of a long line around a find. */
function around(text: string, at: number): string {
  const [from, to] = [Math.max(0, at - shownAround), at + shownAround]
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
}

function has(text: string, expression: RegExp): boolean {
  expression.lastIndex = 0
  return expression.test(text)
}

/** Empty finds are none. */
function countIn(text: string, expression: RegExp): number {
  let count = 0
  expression.lastIndex = 0 // which matchAll heeds
  for (const match of text.matchAll(expression)) if (match[0] !== '') count++
  return count
}

const context = createContext({ work: () => undefined as unknown })
const script = new Script('work()')

/**
 * Runs something that may take for ever; false if it had to be stopped. Once more, from `again`, where it was: a busy machine
 * stands still for as long.
 */
const inTime = (work: () => void, again: () => void): boolean => {
  if (runsInTime(work)) return true
  again()
  return runsInTime(work)
}

function runsInTime(work: () => void): boolean {
  context.work = work
  try {
    script.runInContext(context, { timeout: patienceMs })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    return false
  } finally {
    context.work = null
  }
}

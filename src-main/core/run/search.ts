/** Finding text in a log of any size: a step at a time, so that whoever asks can stop, and nobody else waits for long. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { createContext, Script } from 'node:vm'
import { fail, ok, type Result } from '../result.ts'

export interface Query {
  text: string
  /** the text is a regular expression */
  regex: boolean
  /** upper and lower case are told apart */
  cased: boolean
}

/** Where to go on. */
export interface Place {
  /** bytes */
  offset: number
  /** the number of the line there; counts from 1 */
  line: number
}

export interface FoundLine {
  number: number
  /** a place at or some lines above it: what to load to show it */
  part: Place
  /** as it is shown: no colours, of redrawn lines the last state; its first 20,000 characters, which alone are searched */
  text: string
  /** how often the text is in it */
  finds: number
}

export interface SearchStep {
  lines: FoundLine[]
  /** where the next step begins */
  next: Place
  /** bytes in the log now */
  size: number
  /** the log was searched to its end */
  done: boolean
}

export interface SearchLimits {
  /** after so many lines with a find a step ends */
  lines: number
  /** and after so many ms, at the next part */
  ms: number
}

const partBytes = 256 << 10
/** Of one line no more is searched. */
const longestText = 20_000
/** A part is searched in 2 ms; an expression that backtracks for ever would hold up everybody. */
const patienceMs = 500

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
 * Searches a log from `place` on for a while. A line longer than a part is searched at its start. Errors (`usage`): no
 * regular expression, or one that takes for ever; `run`: the log is gone.
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
    return new Search(file, expression.value, needleOf(query)).step(place, limits)
  } finally {
    closeSync(file)
  }
}

/** Bytes without which a part has no find; null where that cannot be said. */
const needleOf = ({ text, regex, cased }: Query): Buffer | null =>
  regex || !cased || text === '' ? null : Buffer.from(text)

/** One for all searches: each step is done at once. */
let part: Buffer | undefined

class Search {
  private readonly file: number
  private readonly expression: RegExp
  private readonly needle: Buffer | null

  constructor(file: number, expression: RegExp, needle: Buffer | null) {
    this.file = file
    this.expression = expression
    this.needle = needle
  }

  step(from: Place, limits: SearchLimits): Result<SearchStep> {
    const until = performance.now() + limits.ms
    const { size } = fstatSync(this.file)
    const lines: FoundLine[] = []
    let next = from
    while (next.offset < size && lines.length < limits.lines && performance.now() < until) {
      const { bytes, inside } = this.read(next, size)
      if (bytes.length === 0) break
      const found = this.find(bytes, next, inside)
      if (!found.ok) return found
      lines.push(...found.value.lines)
      next = found.value.next
    }
    return ok({ lines, next, size, done: next.offset >= size })
  }

  /** Whole lines where there are any; `inside`: the part begins in the middle of a line. */
  private read({ offset }: Place, size: number): { bytes: Buffer; inside: boolean } {
    part ??= Buffer.allocUnsafe(partBytes + 1)
    const before = offset > 0 ? 1 : 0
    const read = readSync(this.file, part, 0, partBytes + before, offset - before)
    const bytes = part.subarray(before, read)
    const cut = offset + bytes.length < size ? bytes.lastIndexOf(10) + 1 : bytes.length
    return { bytes: cut > 0 ? bytes.subarray(0, cut) : bytes, inside: before > 0 && part[0] !== 10 }
  }

  private find(bytes: Buffer, place: Place, inside: boolean): Result<{ lines: FoundLine[]; next: Place }> {
    const next = { offset: place.offset + bytes.length, line: place.line + countLines(bytes) }
    if (this.needle && !bytes.includes(this.needle) && !bytes.includes(27) && !bytes.includes(13))
      return ok({ lines: [], next })
    const lines: FoundLine[] = []
    const texts = bytes.toString('utf8').split('\n')
    if (inside) texts[0] = '' // the rest of a line that is longer than a part
    const late = inTime(() =>
      texts.forEach((raw, i) => {
        const text = shownText(raw).slice(0, longestText)
        const finds = countIn(text, this.expression)
        if (finds > 0) lines.push({ number: place.line + i, part: place, text, finds })
      })
    )
    return late
      ? fail('usage', 'the regular expression takes for ever on this log; write it without nested repetitions')
      : ok({ lines, next })
  }
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
}

/** Empty finds are none. */
function countIn(text: string, expression: RegExp): number {
  let count = 0
  for (const match of text.matchAll(expression)) if (match[0] !== '') count++
  return count
}

/** What a terminal leaves of a line. */
function shownText(raw: string): string {
  const state = raw.includes('\r') ? (raw.split('\r').findLast((one) => one !== '') ?? '') : raw
  return state.includes('\u001b') ? stripVTControlCharacters(state) : state
}

const context = createContext({ work: () => undefined as unknown })
const script = new Script('work()')

/** Does something that may take for ever; whether it was stopped for that. */
function inTime(work: () => void): boolean {
  context.work = work
  try {
    script.runInContext(context, { timeout: patienceMs })
    return false
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    return true
  }
}

/** Finding text in a log of any size: a step at a time, so that a search can be stopped and holds nothing else up. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { createContext, Script } from 'node:vm'
import { fail, ok, type Result } from '../../domain/result.ts'

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
  /**
   * as it is shown: no colours, redrawn lines in their last state; its first 20,000 characters, which alone are searched;
   * empty if only places were asked for
   */
  text: string
  /** how often the text is in it */
  finds: number
}

export interface SearchStep {
  /** none where they are only counted */
  lines: FoundLine[]
  /** how often the text was found in this step */
  finds: number
  /** where the next step begins */
  next: Place
  /** bytes in the log now */
  size: number
  /** the log was searched to its end */
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
}

const partBytes = 256 << 10
/** Of one line no more is searched. */
const longestText = 20_000
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
    return new Search(file, query, expression.value).step(place, limits)
  } finally {
    closeSync(file)
  }
}

/** Bytes without which a part has no find; null if that cannot be said. */
const needleOf = ({ text, regex, cased }: Query): Buffer | null => (regex || !cased ? null : Buffer.from(text))

/** One for all searches: each step is done at once. */
let part: Buffer | undefined

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

  constructor(file: number, query: Query, expression: RegExp) {
    this.file = file
    this.query = query
    this.expression = expression
    this.needle = needleOf(query)
  }

  step(from: Place, limits: SearchLimits): Result<SearchStep> {
    const until = performance.now() + limits.ms
    const { size } = fstatSync(this.file)
    const lines: FoundLine[] = []
    let [next, finds] = [from, 0]
    while (next.offset < size && lines.length < limits.lines && performance.now() < until) {
      const { bytes, inside } = this.read(next, size)
      if (bytes.length === 0) break
      const found = this.find(bytes, next, { inside, until, give: limits.give ?? 'lines' })
      if (!found.ok) return found
      lines.push(...found.value.lines)
      finds += found.value.finds
      next = found.value.next
    }
    return ok({ lines, finds, next, size, done: next.offset >= size })
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

  private find(
    bytes: Buffer,
    place: Place,
    { inside, until, give }: { inside: boolean; until: number; give: Giving }
  ): Result<Part> {
    const plain = !bytes.includes(27) && !bytes.includes(13)
    const none = { lines: [], finds: 0, next: behind(place, bytes) }
    if (plain && this.needle && !bytes.includes(this.needle)) return ok(none)
    const whole = bytes.toString('utf8')
    // where the text is in none of the lines it is not in all of them; with expressions that cannot be said
    if (plain && !this.query.regex && !has(whole, this.expression)) return ok(none)
    const raws = whole.split('\n')
    if (inside) raws[0] = '' // the rest of a line that is longer than a part
    const found = this.inLines(raws, plain, Math.max(until, performance.now() + leastMs))
    if (!found)
      return fail('usage', 'the regular expression takes for ever on this log; write it without nested repetitions')
    const next = found.seen < raws.length ? behind(place, bytes.subarray(0, endOf(bytes, found.seen))) : none.next
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
        const text = (plain ? raw : shownText(raw)).slice(0, longestText)
        if (has(text, this.expression)) hits.push({ at: seen, text, finds: countIn(text, this.expression) })
        seen++
        if (seen % stride === 0 && performance.now() > until) return
      }
    }
    // plain text cannot backtrack: on a busy machine it is only slow
    if (!this.query.regex) work()
    else if (!inTime(work)) return null
    return { hits: hits.filter(({ finds }) => finds > 0), seen }
  }
}

interface LineHit {
  /** index of the line in its part */
  at: number
  text: string
  finds: number
}

const behind = ({ offset, line }: Place, bytes: Buffer): Place => ({
  offset: offset + bytes.length,
  line: line + countLines(bytes)
})

/** Where so many lines end. */
function endOf(bytes: Buffer, lines: number): number {
  let end = 0
  for (let i = 0; i < lines; i++) end = bytes.indexOf(10, end) + 1
  return end
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++
  return count
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

/** What a terminal leaves of a line. */
function shownText(raw: string): string {
  const state = raw.includes('\r') ? (raw.split('\r').findLast((one) => one !== '') ?? '') : raw
  return state.includes('\u001b') ? stripVTControlCharacters(state) : state
}

const context = createContext({ work: () => undefined as unknown })
const script = new Script('work()')

/** Runs something that may take for ever; false if it had to be stopped. */
function inTime(work: () => void): boolean {
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

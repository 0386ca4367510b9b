/** Finding text in a log: in the lines that are loaded, which a worker does, or through all of it, which the core does. */
import type { Output } from '../../src-main/api.ts'
import type { Input } from '../../src-main/contract.ts'
import { Finds } from './finds.ts'

export interface Query {
  text: string
  regex: boolean
  cased: boolean
}

/** Of the whole log more are counted, but not listed. */
export const maxHits = 10_000
/** More are not marked in the loaded lines, nor counted there: 12 MB of numbers. */
export const maxMarks = 1_000_000
/** Of one line, no more than this is searched. */
const maxText = 20_000

/** The expression of a query, null for an empty one, or what is wrong with it. */
export function expressionOf({ text, regex, cased }: Query): RegExp | null | { error: string } {
  if (text === '') return null
  try {
    return new RegExp(regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), cased ? 'gu' : 'giu')
  } catch (error) {
    return { error: (error as Error).message.replace(/^Invalid regular expression: (?:\/.*\/[a-z]*: )?/s, '') }
  }
}

/** Where an expression is found in a line; empty finds are none. May take for ever: not for the page's own thread. */
export function findIn(text: string, expression: RegExp): [number, number][] {
  const found: [number, number][] = []
  for (const match of text.slice(0, maxText).matchAll(expression)) {
    if (match[0] !== '') found.push([match.index, match.index + match[0].length])
  }
  return found
}

/** What the worker is asked. */
export interface Wish {
  expression: RegExp
  /** some lines, and the index of the first */
  text: string
  first: number
}
/** Its answer: line, from, to of every find. */
export type Marks = Int32Array<ArrayBuffer>
export type Scan = (wish: Wish) => Promise<Marks | { error: string }>

/** What the worker does. */
export function marksIn({ expression, text, first }: Wish): Marks {
  const marks: number[] = []
  for (const [i, line] of text.split('\n').entries())
    for (const [from, to] of findIn(line, expression)) marks.push(first + i, from, to)
  return Int32Array.from(marks)
}

const partLines = 4096
const partChars = 256 << 10

/** Lines as texts of a bearable size, each with the index of its first line. */
function* textsOf(lines: readonly { text: string }[]): Generator<{ text: string; first: number }> {
  let [first, chars] = [0, 0]
  const textTo = (end: number) => lines.slice(first, end).map((line) => line.text.slice(0, maxText))
  for (let i = 0; i < lines.length; i++) {
    chars += Math.min(maxText, lines[i]?.text.length ?? 0)
    if (chars < partChars && i - first < partLines && i < lines.length - 1) continue
    yield { text: textTo(i + 1).join('\n'), first }
    ;[first, chars] = [i + 1, 0]
  }
}

const tellMs = 100

export interface LoadedSearch {
  finds: Finds
  done: boolean
  /** why it did not come to its end */
  error: string | null
}

/** Has lines searched part by part; gives what was found so far a few times a second. Stop it by not asking on. */
export async function* search(
  lines: readonly { text: string }[],
  expression: RegExp,
  scan: Scan
): AsyncGenerator<LoadedSearch> {
  let [all, count] = [new Int32Array(3 * 1024), 0]
  const found = () => new Finds(all.slice(0, count))
  let toldAt = performance.now()
  for (const part of textsOf(lines)) {
    const marks = await scan({ ...part, expression })
    if ('error' in marks) {
      yield { finds: found(), done: true, error: marks.error }
      return
    }
    while (all.length < count + marks.length) all = larger(all)
    all.set(marks, count)
    count = Math.min(count + marks.length, 3 * maxMarks)
    if (count === 3 * maxMarks) break
    if (performance.now() - toldAt < tellMs) continue
    toldAt = performance.now()
    yield { finds: found(), done: false, error: null }
  }
  yield { finds: found(), done: true, error: null }
}

function larger(numbers: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const room = new Int32Array(2 * numbers.length)
  room.set(numbers)
  return room
}

type Step = Output<'task.search'>
type Place = Step['next']

export interface WholeHit {
  /** the line's number in the file, and which of its finds this is */
  number: number
  nth: number
  /** where a part with this line begins, and its first line's number */
  part: Place
}

export interface WholeSearch {
  /** the first finds from where the search began on, then those above it; each in the order of the lines */
  below: readonly WholeHit[]
  above: readonly WholeHit[]
  /** how many there are, listed or not */
  belowCount: number
  aboveCount: number
  /** share of the log that was searched, 0 to 1 */
  read: number
  /** all of the log, or until it was stopped */
  done: boolean
  /** what is wrong with the expression, or with the log */
  error: string | null
  /** where a log that has grown is searched on */
  next: Place
}

/** The core's answer to one step. */
export type AskStep = (
  from: Place,
  give: NonNullable<Input<'task.search'>['give']>,
  to?: number
) => Promise<Step | { error: string }>

const hitsOf = ({ lines }: Step): WholeHit[] =>
  lines.flatMap(({ number, part, finds }) => Array.from({ length: finds }, (_, nth) => ({ number, nth, part })))

export const unsearched = (start: Place): WholeSearch => ({
  ...{ below: [], above: [], belowCount: 0, aboveCount: 0 },
  ...{ read: 0, done: false, error: null, next: start }
})

/** All finds, listed or not. */
export const countOf = ({ belowCount, aboveCount }: WholeSearch): number => belowCount + aboveCount

/**
 * Goes through a log step by step, from a place to its end and then from its start to there; gives what was found so far a
 * few times a second. Stop it by not asking on.
 */
export async function* searchAll(ask: AskStep, start: Place): AsyncGenerator<WholeSearch> {
  let found = unsearched(start)
  let toldAt = performance.now()
  for await (const part of stretch(ask, start)) {
    const read = part.size > 0 ? (part.next.offset - start.offset) / part.size : 1
    found = { ...found, below: part.hits, belowCount: part.count, next: part.next, error: part.error, read }
    if (part.error !== null) {
      yield { ...found, done: true }
      return
    }
    if (performance.now() - toldAt < tellMs) continue
    toldAt = performance.now()
    yield { ...found, below: [...part.hits] }
  }
  const size = Math.max(1, found.next.offset)
  if (start.offset > 0)
    for await (const part of stretch(ask, { offset: 0, line: 1 }, start.offset)) {
      const read = (size - start.offset + part.next.offset) / size
      found = { ...found, above: part.hits, aboveCount: part.count, error: part.error, read }
      if (part.error !== null) {
        yield { ...found, done: true }
        return
      }
      if (performance.now() - toldAt < tellMs) continue
      toldAt = performance.now()
      yield { ...found, above: [...part.hits] }
    }
  yield { ...found, above: [...found.above], below: [...found.below], read: 1, done: true }
}

/** What a log that was searched has got since. */
export async function searchOn(ask: AskStep, before: WholeSearch): Promise<WholeSearch> {
  let found = before
  const room = Math.max(0, maxHits - before.below.length)
  for await (const part of stretch(ask, before.next))
    found = {
      ...before,
      ...{ below: [...before.below, ...part.hits.slice(0, room)], belowCount: before.belowCount + part.count },
      ...{ next: part.next, error: part.error }
    }
  return found
}

interface Stretch {
  hits: WholeHit[]
  count: number
  next: Place
  size: number
  error: string | null
}

/** From a place to another, or to the log's end. */
async function* stretch(ask: AskStep, from: Place, to?: number): AsyncGenerator<Stretch> {
  const hits: WholeHit[] = []
  for (let [next, count, done] = [from, 0, false]; !done;) {
    const step = await ask(next, hits.length < maxHits ? 'places' : 'count', to)
    if ('error' in step) {
      yield { hits, count, next, size: 0, error: step.error }
      return
    }
    for (const hit of hitsOf(step)) if (hits.length < maxHits) hits.push(hit)
    ;[next, count, done] = [step.next, count + step.finds, step.done]
    yield { hits, count, next, size: step.size, error: null }
  }
}

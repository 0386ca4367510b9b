/** Finding text in a log: in the lines that are loaded, or through all of it, which the core does. */
import type { Output } from '../../src-main/api.ts'

export interface Query {
  text: string
  regex: boolean
  cased: boolean
}

export interface Hit {
  /** index into the lines that were searched */
  line: number
  from: number
  to: number
}

/** More are not listed; the count then says "at least". */
export const maxHits = 10_000
/** Of one line, no more than this is searched: an expression must not hang on a line of a megabyte. */
const maxText = 20_000

/** The expression of a query, null for an empty one, or what is wrong with it. */
export function expressionOf({ text, regex, cased }: Query): RegExp | null | { error: string } {
  if (text === '') return null
  try {
    return new RegExp(regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), cased ? 'gu' : 'giu')
  } catch (error) {
    return { error: (error as Error).message.replace(/^Invalid regular expression: /, '') }
  }
}

/** Where an expression is found in a line; empty finds are none. */
export function findIn(text: string, expression: RegExp): [number, number][] {
  const found: [number, number][] = []
  for (const match of text.slice(0, maxText).matchAll(expression)) {
    if (match[0] !== '') found.push([match.index, match.index + match[0].length])
  }
  return found
}

const sliceMs = 8
/** Lines between two looks at the clock. */
const stride = 256
const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve))

/** Searches lines in slices that hold nothing up; gives what was found so far after each. Stop it by not asking on. */
export async function* search(
  lines: readonly { text: string }[],
  expression: RegExp
): AsyncGenerator<{ hits: readonly Hit[]; done: boolean }> {
  const hits: Hit[] = []
  let until = performance.now() + sliceMs
  for (const [line, { text }] of lines.entries()) {
    if (line % stride === 0 && performance.now() > until) {
      yield { hits: [...hits], done: false }
      await nextTask()
      until = performance.now() + sliceMs
    }
    for (const [from, to] of findIn(text, expression)) hits.push({ line, from, to })
    if (hits.length >= maxHits) break
  }
  yield { hits, done: true }
}

type Step = Output<'task.search'>

export interface WholeHit {
  /** the line's number in the file, and which of its finds this is */
  number: number
  nth: number
  /** where a part with this line begins, and its first line's number */
  part: Step['next']
}

export interface WholeSearch {
  hits: readonly WholeHit[]
  read: number
  size: number
  /** to the end of the log, or until there were too many to list */
  done: boolean
  /** what is wrong with the expression, or with the log */
  error: string | null
}

/** The core's answer to one step. */
export type AskStep = (from: Step['next']) => Promise<Step | { error: string }>

const tellMs = 100

/** Goes through a log step by step; gives what was found so far a few times a second. Stop it by not asking on. */
export async function* searchAll(ask: AskStep): AsyncGenerator<WholeSearch> {
  const hits: WholeHit[] = []
  let found: WholeSearch = { hits, read: 0, size: 1, done: false, error: null }
  let toldAt = performance.now()
  for (let from = { offset: 0, line: 1 }; !found.done;) {
    const step = await ask(from)
    if ('error' in step) {
      yield { ...found, done: true, error: step.error }
      return
    }
    for (const { number, part, finds } of step.lines)
      for (let nth = 0; nth < finds; nth++) hits.push({ number, nth, part })
    from = step.next
    const done = step.done || hits.length >= maxHits
    found = { hits: done ? hits : [...hits], read: step.next.offset, size: step.size, done, error: null }
    if (!done && performance.now() - toldAt < tellMs) continue
    toldAt = performance.now()
    yield found
  }
}

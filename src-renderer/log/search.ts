/** Finding text in a log: in the lines that are loaded, or streaming through all of it. */
import type { ReadPart } from './file.ts'
import { megabyte } from './file.ts'
import { clean } from './text.ts'

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

export function search(lines: readonly { text: string }[], expression: RegExp): Hit[] {
  const hits: Hit[] = []
  for (const [line, { text }] of lines.entries()) {
    for (const [from, to] of findIn(text, expression)) hits.push({ line, from, to })
    if (hits.length >= maxHits) break
  }
  return hits
}

export interface WholeHit {
  /** the line's number in the file */
  number: number
  from: number
  /** where a part with this line begins, and its first line's number */
  part: { offset: number; number: number }
}

export interface WholeSearch {
  hits: WholeHit[]
  /** all there are, also those beyond the list */
  count: number
  read: number
  size: number
  done: boolean
}

/** Streams through a log in parts of 1 MB; gives what was found so far after each. Stop it by not asking on. */
export async function* searchAll(read: ReadPart, expression: RegExp): AsyncGenerator<WholeSearch> {
  const found: WholeSearch = { hits: [], count: 0, read: 0, size: 1, done: false }
  for (let number = 1; !found.done;) {
    const part = await read(found.read, megabyte)
    if (!part) return
    const place = { offset: part.start, number }
    const texts = part.text.split('\n')
    texts.forEach((raw, i) => {
      for (const [from] of findIn(clean(raw).text, expression)) {
        found.count++
        if (found.hits.length < maxHits) found.hits.push({ number: number + i, from, part: place })
      }
    })
    number += texts.length - 1
    found.done = part.end >= part.size || part.end <= found.read
    found.read = part.end
    found.size = part.size
    yield { ...found, hits: [...found.hits] }
  }
}

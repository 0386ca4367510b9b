/** What made the job take as long as it did, as far as times alone can tell. */
import { at } from '../../src-main/domain/at.ts'
import type { Span } from './bars.ts'

/**
 * The longest chain of waits: from the span that ends last (still running counts as last; of several the one that
 * started first) back to one that ended at most `gap` ms before this one started, the latest of those, and so on until
 * nothing ended just before. A guess from times: a span may have waited for a free slot as well as for what the one
 * before it made; the graph's dependencies are not asked.
 * Returns indexes into `spans` in the order of time.
 */
export function chainOf(spans: readonly Span[], gap = 250): number[] {
  const span = (i: number) => at(spans, i)
  const order = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0) // Infinity - Infinity is no number
  const byEnd = spans.map((_, i) => i).sort((a, b) => order(span(a).end, span(b).end) || span(b).start - span(a).start)
  const chain: number[] = []
  let place = byEnd.length - 1
  while (place >= 0) {
    const current = at(byEnd, place)
    chain.push(current)
    const before = lastEndingBy(span(current).start, place)
    if (before < 0 || span(current).start - span(at(byEnd, before)).end > gap) break
    place = before
  }
  return chain.reverse()

  /** The last place below `limit` whose span has ended by a time; -1 where there is none. */
  function lastEndingBy(time: number, limit: number): number {
    let [low, high] = [0, limit]
    while (low < high) {
      const middle = (low + high) >> 1
      if (span(at(byEnd, middle)).end <= time) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}

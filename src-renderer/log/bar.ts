/** What the bar beside a log shows: where one is, and in which of its pixels errors, warnings and finds lie. */
import type { Outline } from './outline.ts'
import type { WholeSearch } from './search.ts'

export interface Thumb {
  top: number
  height: number
}

const leastThumb = 24

/** px of a bar; `view` in bytes of `size`. A thumb that can be grabbed, however large the log. */
export function thumbOf(view: { from: number; to: number }, size: number, height: number): Thumb | null {
  const share = size > 0 ? (view.to - view.from) / size : 1
  if (share >= 1 || height <= leastThumb) return null
  const length = Math.max(leastThumb, share * height)
  const room = size - (view.to - view.from)
  return { top: (room > 0 ? Math.min(1, view.from / room) : 0) * (height - length), height: length }
}

/** The byte at the top of the view when the thumb's top is moved to a pixel. */
export function byteAt(top: number, thumb: Thumb, size: number, height: number): number {
  const room = height - thumb.height
  return room <= 0 ? 0 : Math.min(1, Math.max(0, top / room)) * size
}

/** px from the bar's top, each once, ascending. */
export interface Marks {
  errors: number[]
  warnings: number[]
  hits: number[]
}

export function marksOf(outline: Outline, found: WholeSearch | null, size: number, height: number): Marks {
  const rows = (lines: Iterable<number>): number[] => {
    const seen = new Set<number>()
    // a mark is 3 px high: the last one is seen whole
    for (const line of lines) seen.add(Math.round((outline.offsetOf(line) / Math.max(1, size)) * (height - 3)))
    return [...seen].sort((a, b) => a - b)
  }
  const tail = (kind: 'error' | 'warning') => (outline.tail === kind ? [outline.next.line] : [])
  return {
    errors: rows([...outline.errors.lines, ...tail('error')]),
    warnings: rows([...outline.warnings.lines, ...tail('warning')]),
    hits: found ? rows([...found.above, ...found.below].map(({ number }) => number)) : []
  }
}

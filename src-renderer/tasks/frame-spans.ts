/** Printed frame ranges as spans, to ask whether a task has one of some frames without listing them. */

export interface FrameSpan {
  first: number
  last: number
  step: number
}

const piece = /^(-?\d+)(?:-(-?\d+)(?:x(\d+))?)?$/

/** `1-30x2,40` → its spans; what is no whole number (a text, a fraction) is left out. */
export function frameSpans(text: string): FrameSpan[] {
  return text.split(',').flatMap((part): FrameSpan[] => {
    const [, first, last, step] = piece.exec(part.trim()) ?? []
    if (first === undefined) return []
    const ends = [Number(first), Number(last ?? first)] as const
    return [{ first: Math.min(...ends), last: Math.max(...ends), step: Math.max(1, Number(step ?? 1)) }]
  })
}

const spansBy = new Map<string, FrameSpan[]>()
/** texts that are kept read: a job's tasks have theirs again with every letter typed */
const mostKept = 50_000

function spansOf(text: string): FrameSpan[] {
  const kept = spansBy.get(text)
  if (kept) return kept
  const spans = frameSpans(text)
  if (spansBy.size >= mostKept) spansBy.clear()
  spansBy.set(text, spans)
  return spans
}

/** Whether one of the printed frames lies in the wanted span. */
export const hasFrame = (printed: string, wanted: FrameSpan): boolean =>
  spansOf(printed).some((span) => meets(span, wanted))

function meets({ first, last, step }: FrameSpan, wanted: FrameSpan): boolean {
  const from = Math.max(first, wanted.first)
  const to = Math.min(last, wanted.last)
  if (from > to) return false
  // the first frame of the span at or behind `from`
  return first + Math.ceil((from - first) / step) * step <= to
}

/** Time to pixels and back. */
import { at } from '../../src-main/domain/at.ts'

/** What part of time is seen. */
export interface View {
  /** ms at the left edge */
  from: number
  /** ms a pixel */
  per: number
}

export interface Range {
  start: number
  end: number
}

/** All of a range in a width, with a little air at its end. */
export function fitted(range: Range, width: number): View {
  const length = Math.max(range.end - range.start, 50)
  return { from: range.start - length * 0.005, per: (length * 1.02) / Math.max(width, 1) }
}

/** Closer (factor below 1) or farther, with the time under a pixel kept under it; never farther than twice the range. */
export function zoomed(view: View, by: { factor: number; pixel: number }, range: Range, width: number): View {
  const { factor, pixel } = by
  const widest = 2 * fitted(range, width).per
  const per = Math.min(Math.max(view.per * factor, 0.02), widest)
  return panned({ from: view.from + pixel * (view.per - per), per }, 0, range, width)
}

/** Moved by pixels; a quarter of the width always shows some of the range. */
export function panned(view: View, pixels: number, range: Range, width: number): View {
  const from = view.from + pixels * view.per
  const room = width * view.per
  const least = range.start - room * 0.75
  const most = range.end - room * 0.25
  return { ...view, from: Math.min(Math.max(from, least), Math.max(most, least)) }
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 4, 8, 12, 24, 48, 96, 168, 336, 672].map((n) => n * hour)
]

/** Round times since `origin` in view, at least `apart` pixels from each other, with their texts. */
export function ticksOf(view: View, width: number, origin: number, apart = 80): { at: number; label: string }[] {
  const step = steps.find((ms) => ms / view.per >= apart) ?? at(steps, steps.length - 1)
  const first = Math.max(0, Math.ceil((view.from - origin) / step))
  const last = Math.floor((view.from + width * view.per - origin) / step)
  const count = Math.max(0, Math.min(last - first + 1, 1000))
  return Array.from({ length: count }, (_, i) => {
    const since = (first + i) * step
    return { at: origin + since, label: since === 0 ? '0' : label(since, step) }
  })
}

function label(since: number, step: number): string {
  if (step < second && since < minute) return `${(since / second).toFixed(step < 10 ? 3 : step < 100 ? 2 : 1)} s`
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  const tail = step < second ? (since % second).toFixed(0).padStart(3, '0') : ''
  if (since < minute) return `${since / second} s`
  const rest = `${two((since % minute) / second)}${tail && `.${tail}`}`
  return since < hour
    ? `${Math.floor(since / minute)}:${rest}`
    : `${Math.floor(since / hour)}:${two((since % hour) / minute)}:${rest}`
}

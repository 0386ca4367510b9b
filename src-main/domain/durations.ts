/** Durations and sizes as people read them, the same on the terminal, in the window and in a report. */

const two = (n: number): string => String(n).padStart(2, '0')

/** `3.4 s`, `2 min 00 s`, `1 h 05 min`; the unit is that of the rounded value. `ms` in milliseconds; null: nothing to say. */
export function durationText(ms: number | null): string {
  if (ms === null) return ''
  const tenths = Math.round(ms / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  const minutes = Math.round(ms / 60_000)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** A moment as people read it, in their own time zone: `2026-11-27 12:03:11`. `ms` since 1970. */
export const momentText = (ms: number): string => new Date(ms).toLocaleString('sv')

interface Span {
  /** ms since 1970 */
  startedAt: number | null
  endedAt: number | null
}

/** How long something took, or has taken by `now`, in ms; null if it has not begun. Never negative: clocks are set back. */
export const spanOf = ({ startedAt, endedAt }: Span, now: number): number | null =>
  startedAt === null ? null : Math.max(0, (endedAt ?? now) - startedAt)

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** `512 B`, `12 KB`, `3.4 MB`, `1.25 GB`: powers of 1,000, with as many digits as tell sizes apart. */
export function bytesText(bytes: number): string {
  const digits = [0, 0, 1, 2, 2]
  let [value, unit] = [bytes, 0]
  while (unit < units.length - 1 && Number(value.toFixed(digits[unit])) >= 1000) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(digits[unit])} ${units[unit]}`
}

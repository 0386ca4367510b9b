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

/** How long something will take, rounded up as far as a guess goes: `40 s`, `3 min`, `1 h 05 min`. */
export function leftText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : durationText(seconds * 1000)
}

const ageUnits: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `30d`, `12h`, `90m`, `2w` → ms; null: it is no such age. */
export function ageOf(text: string): number | null {
  const [, digits, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)\s*$/.exec(text) ?? []
  const factor = ageUnits[unit === 'min' ? 'm' : unit]
  return digits === undefined || factor === undefined ? null : Number(digits) * factor
}

/** An age (`2h`: so long ago) or a date (`2026-11-27`, `2026-11-27T14:00`) → ms since 1970; null: it is neither. */
export function momentOf(text: string, now: number): number | null {
  const age = ageOf(text)
  if (age !== null) return now - age
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return null
  // a date alone is midnight here, not in universal time
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text.replace(' ', 'T'))
  return Number.isNaN(at) ? null : at
}

/** A moment as people read it, in their own time zone: `2026-11-27 12:03:11`. `ms` since 1970. */
export function momentText(ms: number): string {
  // the clock's own digits: a locale's formatter takes some 20 ms to make
  const here = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return Number.isNaN(here.getTime()) ? 'an unknown time' : here.toISOString().slice(0, 19).replace('T', ' ')
}

interface Span {
  /** ms since 1970 */
  startedAt: number | null
  endedAt: number | null
}

/** How long something took, or has taken by `now`, in ms; null if it has not begun. Never negative: clocks are set back. */
export const spanOf = ({ startedAt, endedAt }: Span, now: number): number | null =>
  startedAt === null ? null : Math.max(0, (endedAt ?? now) - startedAt)

/** How long an attempt, and so its task, took, in ms: by a steady clock where that is known. */
export const tookOf = (span: Span & { took: number | null }, now: number): number | null =>
  span.startedAt !== null && span.endedAt !== null && span.took !== null ? span.took : spanOf(span, now)

const sizeUnits: Readonly<Record<string, number>> = {
  ...{ '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 }
}

/** A size as people write it. */
export const sizePattern = /^\s*(\d+(?:\.\d+)?)\s*([KkMmGgTt]?[Bb]|[KkMmGgTt][Ii][Bb]|)\s*$/

/** `512MB`, `1.5 GB` (powers of 1,000), `2 GiB` or a number of bytes → bytes; null: it is no size. */
export function bytesOf(text: string | number): number | null {
  const [, digits, unit] = sizePattern.exec(String(text)) ?? []
  const factor = unit === undefined ? undefined : sizeUnits[unit.toUpperCase()]
  return digits === undefined || factor === undefined ? null : Math.round(Number(digits) * factor)
}

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

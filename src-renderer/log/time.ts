/** Times that tools print at the start of a log's lines, and where in a log of any size a time is. */
import type { ReadPart } from './file.ts'
import { clean } from './text.ts'

const day = 86_400_000

/** `at`: ms since 1970 for a date, ms of the day (or since the start, as renderers count) for a clock. */
export interface Stamp {
  kind: 'date' | 'clock'
  at: number
}

/** in front of a time stand at most brackets, and a level or a name in brackets: `[12:00:01]`, `INFO 12:00:01`, `[nuke] 12:00` */
const lead = /^\s*(?:\[[A-Za-z][\w .:-]{0,30}\]\s*)?(?:(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL)[\s:|]+)?[[(<]?/i
const clock = /(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,6}))?/
const date = new RegExp(`^(\\d{4})[-/.](\\d{2})[-/.](\\d{2})[T _]${clock.source}\\s?(Z|[+-]\\d{2}:?\\d{2})?`)
const clockFirst = new RegExp(`^${clock.source}(?!\\d)`)

const number = (text: string | undefined) => Number(text ?? 0)
const fraction = (text: string | undefined) => (text === undefined ? 0 : Number(`0.${text}`) * 1000)

function zoneOf(text: string): number {
  if (text === 'Z') return 0
  const [hours, minutes] = [number(text.slice(1, 3)), number(text.slice(-2))]
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/** The time a line begins with; null where it begins with none. */
export function stampOf(line: string): Stamp | null {
  const text = line.slice(0, 120).replace(lead, '')
  const dated = date.exec(text)
  if (dated) {
    const [, year, month, dayOf, hours, minutes, seconds, part, zone] = dated
    const fields = [
      number(year),
      number(month) - 1,
      number(dayOf),
      number(hours),
      number(minutes),
      number(seconds)
    ] as const
    const at = zone ? Date.UTC(...fields) - zoneOf(zone) : new Date(...fields).getTime()
    return Number.isNaN(at) ? null : { kind: 'date', at: at + fraction(part) }
  }
  const timed = clockFirst.exec(text)
  if (!timed) return null
  const [, hours, minutes, seconds, part] = timed
  return { kind: 'clock', at: (number(hours) * 3600 + number(minutes) * 60 + number(seconds)) * 1000 + fraction(part) }
}

/** What a user types: `14:05`, `14:05:30`, or with a date before it. */
export function wantedOf(text: string): Stamp | null {
  const typed = text.trim()
  return stampOf(/:\d{2}:\d{2}/.test(typed) ? typed : typed.replace(/(\d{1,2}:\d{2})$/, '$1:00'))
}

const dayStart = (at: number) => new Date(at).setHours(0, 0, 0, 0)

/**
 * A time on the log's own scale, which begins with its first stamp. A clock that is earlier than where the log begins is
 * that of the next day.
 */
export function onScale(stamp: Stamp, first: Stamp): number {
  if (stamp.kind === first.kind && stamp.kind === 'date') return stamp.at
  const ofDay = stamp.kind === 'date' ? stamp.at - dayStart(stamp.at) : stamp.at
  const start = first.kind === 'date' ? dayStart(first.at) : 0
  return start + ofDay < Math.floor(first.at / 1000) * 1000 ? start + ofDay + day : start + ofDay
}

export function stampText({ kind, at }: Stamp): string {
  const time = kind === 'date' ? new Date(at) : new Date(dayStart(0) + at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

const probe = 64 << 10
/** Further than this from the start no first time is looked for. */
const searched = 8 << 20
/** So far it is looked behind a byte for a line with a time. */
const patience = 4 << 20

interface Place {
  stamp: Stamp
  /** bytes, where a line begins; the line with the stamp is among those that follow */
  offset: number
}

const stampsIn = (text: string): Stamp[] => text.split('\n').flatMap((line) => stampOf(clean(line).text) ?? [])

/** The first stamp from a byte on; a part that is read behind the start begins at a whole line. */
async function firstFrom(read: ReadPart, from: number, limit: number): Promise<Place | null> {
  for (let at = from; at < limit;) {
    const size = (await read(0, 1))?.size ?? 0
    const part = await read(at === 0 ? 0 : at - size, probe)
    if (!part || part.end <= at) return null
    const [stamp] = stampsIn(part.text)
    if (stamp) return { stamp, offset: part.start }
    at = part.end
  }
  return null
}

export interface Span {
  first: Stamp
  last: Stamp
}

/** From when to when a log tells; null where its lines carry no times. */
export async function spanOf(read: ReadPart): Promise<Span | null> {
  const first = await firstFrom(read, 0, searched)
  const end = first && (await read(-4 * probe, 4 * probe))
  return first && end ? { first: first.stamp, last: stampsIn(end.text).at(-1) ?? first.stamp } : null
}

/** Somewhere between two bytes a place with a stamp: near the middle, where there is one; lines without times may lie there. */
async function between(read: ReadPart, low: number, high: number): Promise<(Place & { asked: number }) | null> {
  for (const part of [1 / 2, 3 / 4, 1 / 4]) {
    const asked = Math.floor(low + (high - low) * part)
    const found = await firstFrom(read, asked, Math.min(high, asked + patience))
    if (found) return { ...found, asked }
  }
  return null
}

/** A byte where a line begins and shortly behind which the wanted time is, by halving: some twenty reads for a gigabyte. */
export async function placeOf(read: ReadPart, wanted: Stamp, { first }: Span): Promise<number> {
  const goal = onScale(wanted, first)
  let [low, high] = [0, (await read(0, 1))?.size ?? 0]
  let offset = 0
  while (high - low > probe) {
    const found = await between(read, low, high)
    if (!found) break
    if (onScale(found.stamp, first) >= goal) high = found.asked
    else [low, offset] = [Math.max(found.asked + 1, found.offset), found.offset]
  }
  return offset
}

/** Of loaded lines the first at the wanted time or behind it, else the last with a time; -1 where none has one. */
export function lineAt(lines: readonly { text: string }[], wanted: Stamp, { first }: Span): number {
  const goal = onScale(wanted, first)
  let last = -1
  for (const [i, { text }] of lines.entries()) {
    const stamp = stampOf(text)
    if (!stamp) continue
    if (onScale(stamp, first) >= goal) return i
    last = i
  }
  return last
}

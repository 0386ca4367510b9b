/**
 * Whether two texts differ only by the moment of their own run: a time stamp, an epoch, how long something took. A path that
 * differs is no such thing: whoever reads it finds another file.
 */

/** What begins with a digit may be a time, with colons in it; elsewhere a colon stands between a key and its value. */
const word = /\d(?:[A-Za-z0-9_.:+-]*[A-Za-z0-9_])?|[A-Za-z_+-][A-Za-z0-9_.+-]*/g

const clock = [
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/,
  /^\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?$/,
  /^(?:20\d{6})[T_-]?(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ?$/,
  /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/
]

/** Seconds of what may be seconds, milliseconds, microseconds or nanoseconds since 1970, in this century; null: it is none. */
function epochOf(text: string): number | null {
  if (!/^(?:\d{10}|\d{13}|\d{16}|\d{19})(?:\.\d+)?$/.test(text)) return null
  const seconds = Number(text.slice(0, 10))
  return seconds > 1_500_000_000 && seconds < 4_102_444_800 ? seconds : null
}

export const isMoment = (text: string): boolean => clock.some((pattern) => pattern.test(text)) || epochOf(text) !== null

/** two runs of a rehearsal lie no further apart, s; random numbers do */
const mostApart = 7 * 24 * 3600

const day = 24 * 3600

/** Seconds since midnight, a zone that is named taken out; null: there is no time of day in it. */
function timeOfDay(text: string): number | null {
  const [, h, m, s, hh, mm, ss] = /(\d{1,2}):(\d\d)(?::(\d\d))?|(\d\d)(\d\d)(\d\d)Z?$/.exec(text) ?? []
  const [hours, minutes] = [h ?? hh, m ?? mm]
  if (hours === undefined || minutes === undefined || /^\d{4}-\d\d-\d\d$/.test(text)) return null
  const [, sign, zoneHours = 0, zoneMinutes = 0] = /:\d\d(?:[.,]\d+)?([+-])(\d\d):?(\d\d)$/.exec(text) ?? []
  const zone = (sign === '-' ? -1 : 1) * (Number(zoneHours) * 3600 + Number(zoneMinutes) * 60)
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(s ?? ss ?? 0) - zone
}

/** what a clock without seconds, and rounding, may add, s */
const slack = 61

/** `apart`: from the first run's begin to the last one's end, s. More than that is another zone, not another moment. */
function areMoments(left: string, right: string, apart: number): boolean {
  const [a, b] = [epochOf(left), epochOf(right)]
  if (a !== null && b !== null) return Math.abs(a - b) < mostApart
  if (!isMoment(left) || !isMoment(right)) return false
  const [p, q] = [timeOfDay(left), timeOfDay(right)]
  if (p === null || q === null) return true
  const between = (((p - q) % day) + day) % day
  const seconds = Math.min(between, day - between)
  // `01:10` may be minutes and seconds
  const isShort = /^\d{1,2}:\d\d(?:[.,]\d+)?$/.test(left)
  return (isShort ? seconds / 60 : seconds) <= apart + slack
}

const durationWord = /^(?:[a-z]*time|times|timings?|took|elapsed|duration|seconds?|secs?|cpu|wall|speed|rate)$/i

/** Whether a word such as `renderTime`, `total_time` or `took` names a duration; `generated` and `wallpaper` do not. */
const saysDuration = (text: string): boolean =>
  text.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((part) => durationWord.test(part))
const isUnit = /^(?:s|ms|us|µs|ns|sec|secs|seconds?|min|minutes?)\b/
const number = /^\d+(?:\.\d+)?(?:s|ms|us|ns)?$/

interface Word {
  text: string
  at: number
}

const wordsOf = (text: string): Word[] => [...text.matchAll(word)].map((match) => ({ text: match[0], at: match.index }))

/** What stands between the words, with the words taken out. */
const frameOf = (text: string): string => text.replace(word, '\0')

const isInPath = (text: string, { at, text: own }: Word): boolean =>
  text[at - 1] === '/' || text[at + own.length] === '/'

/** The words before a number, up to the number before it: that has a label of its own. */
function labelOf(words: readonly Word[], i: number): string[] {
  const before = words.slice(Math.max(0, i - 3), i).map(({ text }) => text)
  return before.slice(before.findLastIndex((text) => number.test(text) || isMoment(text)) + 1)
}

function isDuration(text: string, words: readonly Word[], i: number): boolean {
  const own = words[i]
  if (!own || !number.test(own.text)) return false
  if (/\d(?:s|ms|us|ns)$/.test(own.text)) return true
  const before = labelOf(words, i).some(saysDuration)
  const after = words[i + 1]
  return before || (after !== undefined && isUnit.test(after.text)) || isUnit.test(text.slice(own.at + own.text.length))
}

/** Whether the texts are the same but for times and durations; `apart`: how far their runs lie apart at most, s. */
export function differsByClock(left: string, right: string, apart = Infinity): boolean {
  if (frameOf(left) !== frameOf(right)) return false
  const [a, b] = [wordsOf(left), wordsOf(right)]
  return a.every((one, i) => {
    const other = b[i]
    if (other === undefined || one.text === other.text) return other !== undefined
    if (isInPath(left, one)) return false
    return areMoments(one.text, other.text, apart) || (isDuration(left, a, i) && isDuration(right, b, i))
  })
}

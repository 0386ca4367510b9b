/**
 * Whether two texts differ only by the moment of their own run: a time stamp, an epoch, how long something took. A path that
 * differs is no such thing: whoever reads it finds another file.
 */

const word = /[A-Za-z0-9_.:+-]+/g

const clock = [
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/,
  /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/,
  /^(?:20\d{6})[T_-]?(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ?$/,
  /^(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$/
]

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, in this century. */
function isEpoch(text: string): boolean {
  if (!/^\d{10,19}(?:\.\d+)?$/.test(text)) return false
  const whole = text.split('.')[0] ?? ''
  const seconds = Number(whole.slice(0, 10))
  return [10, 13, 16, 19].includes(whole.length) && seconds > 1_500_000_000 && seconds < 4_102_444_800
}

export const isMoment = (text: string): boolean => clock.some((pattern) => pattern.test(text)) || isEpoch(text)

const saysDuration = /time|took|elapsed|duration|second|sec$|cpu|wall|speed|rate/i
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

function isDuration(text: string, words: readonly Word[], i: number): boolean {
  const own = words[i]
  if (!own || !number.test(own.text)) return false
  if (/\d(?:s|ms|us|ns)$/.test(own.text)) return true
  const before = words.slice(Math.max(0, i - 3), i).some(({ text: other }) => saysDuration.test(other))
  const after = words[i + 1]
  return before || (after !== undefined && isUnit.test(after.text)) || isUnit.test(text.slice(own.at + own.text.length))
}

/** Whether the texts are the same but for times and durations. */
export function differsByClock(left: string, right: string): boolean {
  if (frameOf(left) !== frameOf(right)) return false
  const [a, b] = [wordsOf(left), wordsOf(right)]
  return a.every((one, i) => {
    const other = b[i]
    if (other === undefined || one.text === other.text) return other !== undefined
    if (isInPath(left, one)) return false
    return (isMoment(one.text) && isMoment(other.text)) || (isDuration(left, a, i) && isDuration(right, b, i))
  })
}

/**
 * The lines by which programs tell a farm how far they are: OpenJD, Tractor and Alfred, Deadline's Python plugin,
 * Afanasy (the formats of shared/export-rules.md 3.5). A task's log is read for all of them at once; what renderers say in
 * their own words is in renderers.ts.
 */

export type Directive =
  /** `of`: what it is a part of, where that is not the whole task for certain */
  | { kind: 'progress'; percent: number; of?: 'frame' | 'either' }
  | { kind: 'status'; message: string }
  /** The program says that it failed, whatever its exit code. */
  | { kind: 'fail'; message: string }
  | { kind: 'exit'; code: number }
  | { kind: 'image'; path: string }
  /** Its output may not be what was meant; only a strict task fails by it. */
  | { kind: 'warning'; message: string }

/** A pattern's first group is the directive's word; the second is what it says. */
type Rule = [kind: Directive['kind'], pattern: RegExp, read: (said: string, word: string) => Directive | null]

type ProgressDirective = Extract<Directive, { kind: 'progress' }>

const progress = (said: string): ProgressDirective | null => {
  const percent = Number(said)
  return percent >= 0 && percent <= 100 ? { kind: 'progress', percent } : null
}
/** Renderers count each frame from 0 by these. */
const frameProgress = (said: string): Directive | null => {
  const read = progress(said)
  return read && { ...read, of: 'frame' as const }
}
const eitherProgress = (said: string): Directive | null => {
  const read = progress(said)
  return read && { ...read, of: 'either' as const }
}
const status = (message: string): Directive => ({ kind: 'status', message })
const fail = (message: string): Directive => ({ kind: 'fail', message })
const image = (path: string): Directive => ({ kind: 'image', path })

const rules: readonly Rule[] = [
  // OpenJD
  ['progress', /^(openjd_progress:) *(\d+(?:\.\d+)?) *$/, progress],
  ['status', /^(openjd_status:) *(.*)$/, status],
  ['fail', /^(openjd_fail:) *(.*)$/, fail],
  // Tractor and Alfred; Houdini's renderers speak Alfred's, with a time in front, Cinema 4D's Arnold without the %
  ['progress', /(?:^|[\]\s:|>])(TR_PROGRESS) +(\d+(?:\.\d+)?)(?: ?%|\s*$)/, progress],
  ['progress', /(?:^|[\]\s:|>])(ALF_PROGRESS) +(\d+(?:\.\d+)?)(?: ?%|\s*$)/, frameProgress],
  ['exit', /^((?:TR|ALF)_EXIT_STATUS) +(-?\d+)/, (code) => ({ kind: 'exit', code: Number(code) })],
  // Afanasy
  ['progress', /^(PROGRESS:) *(\d+(?:\.\d+)?)%/, progress],
  ['status', /^((?:ACTIVITY|REPORT):) *(.*)$/, status],
  ['fail', /(\[ PARSER (?:ERROR|BAD RESULT|FATAL ERROR) \])(.*)$/, (rest, word) => fail(word + rest)],
  ['image', /(@IMAGE@)(.+)$/, (path) => image(path.trim())],
  // Deadline
  ['progress', /(Progress:) *(\d+(?:\.\d+)?) ?%/, eitherProgress]
]

/** Which patterns make a line which directive, in the order in which they are tried; the second group is what it says. */
export const directivePatterns: readonly { kind: Directive['kind']; pattern: string }[] = rules.map(
  ([kind, { source }]) => ({ kind, pattern: source })
)

interface Found {
  directive: Directive
  /** where its word stands in the line: from, to */
  word: [number, number]
}

function find(line: string): Found | null {
  for (const [, pattern, read] of rules) {
    const match = pattern.exec(line)
    if (!match) continue
    const [, word = '', said = ''] = match
    const directive = read(said, word)
    const from = match.index + match[0].indexOf(word)
    return directive && { directive, word: [from, from + word.length] }
  }
  return null
}

/** What one line of a log says to a farm; null for an ordinary line. Percentages above 100 say nothing. */
export const readDirective = (line: string): Directive | null => find(line)?.directive ?? null

/** Where the word of the line's directive stands: from, to; null for an ordinary line. */
export const directiveWord = (line: string): [number, number] | null => find(line)?.word ?? null

/** Every directive holds one of these. */
export const directiveMarks = [
  ...['openjd_progress:', 'openjd_status:', 'openjd_fail:', 'TR_PROGRESS', 'ALF_PROGRESS', 'TR_EXIT_STATUS'],
  ...['ALF_EXIT_STATUS', 'Progress:', 'PROGRESS:', 'ACTIVITY:', 'REPORT:', '[ PARSER ', '@IMAGE@']
] as const

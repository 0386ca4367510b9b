/**
 * The lines by which programs tell a farm how far they are: OpenJD, Tractor and Alfred, Deadline's Python plugin,
 * Afanasy, Blender (the formats of shared/export-rules.md 3.5). A task's log is read for all of them at once.
 */

export type Directive =
  | { kind: 'progress'; percent: number }
  | { kind: 'status'; message: string }
  /** The program says that it failed, whatever its exit code. */
  | { kind: 'fail'; message: string }
  | { kind: 'exit'; code: number }
  | { kind: 'image'; path: string }

/** A pattern's first group is the directive's word, which the match begins with; the second is what it says. */
type Rule = [pattern: RegExp, read: (said: string, word: string) => Directive | null]

const progress = (said: string): Directive | null => {
  const percent = Number(said)
  return percent >= 0 && percent <= 100 ? { kind: 'progress', percent } : null
}
const status = (message: string): Directive => ({ kind: 'status', message })
const fail = (message: string): Directive => ({ kind: 'fail', message })
const image = (path: string): Directive => ({ kind: 'image', path })

const rules: readonly Rule[] = [
  // OpenJD
  [/^(openjd_progress:) *(\d+(?:\.\d+)?) *$/, progress],
  [/^(openjd_status:) *(.*)$/, status],
  [/^(openjd_fail:) *(.*)$/, fail],
  // Tractor and Alfred
  [/^((?:TR|ALF)_PROGRESS) +(\d+(?:\.\d+)?)%/, progress],
  [/^((?:TR|ALF)_EXIT_STATUS) +(-?\d+)/, (code) => ({ kind: 'exit', code: Number(code) })],
  // Afanasy
  [/^(PROGRESS:) *(\d+(?:\.\d+)?)%/, progress],
  [/^((?:ACTIVITY|REPORT):) *(.*)$/, status],
  [/(\[ PARSER (?:ERROR|BAD RESULT|FATAL ERROR) \])(.*)$/, (rest, word) => fail(word + rest)],
  [/(@IMAGE@)(.+)$/, (path) => image(path.trim())],
  // Deadline
  [/(Progress:) *(\d+)%/, progress],
  // Blender
  [/^(Saved:) '(.+)'/, image]
]

interface Found {
  directive: Directive
  /** where its word stands in the line: from, to */
  word: [number, number]
}

function find(line: string): Found | null {
  for (const [pattern, read] of rules) {
    const match = pattern.exec(line)
    if (!match) continue
    const [, word = '', said = ''] = match
    const directive = read(said, word)
    return directive && { directive, word: [match.index, match.index + word.length] }
  }
  return null
}

/** What one line of a log says to a farm; null for an ordinary line. Percentages above 100 say nothing. */
export const readDirective = (line: string): Directive | null => find(line)?.directive ?? null

/** Where the word of the line's directive stands: from, to; null for an ordinary line. */
export const directiveWord = (line: string): [number, number] | null => find(line)?.word ?? null

/** Bytes that every directive holds: a chunk of a log without any of them needs no look at its lines. */
export const directiveMarks = [
  'openjd_',
  'TR_',
  'ALF_',
  'rogress:',
  'PROGRESS:',
  'ACTIVITY:',
  'REPORT:',
  '[ PARSER',
  '@IMAGE@',
  "Saved: '"
] as const

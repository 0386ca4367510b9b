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

type Rule = [pattern: RegExp, read: (match: string) => Directive | null]

const percent = (text: string): Directive | null => {
  const value = Number(text)
  return Number.isFinite(value) && value >= 0 && value <= 100 ? { kind: 'progress', percent: value } : null
}

const rules: Rule[] = [
  // openjd
  [/^openjd_progress: *(\d+(?:\.\d+)?) *$/, percent],
  [/^openjd_status: *(.*)$/, (message) => ({ kind: 'status', message })],
  [/^openjd_fail: *(.*)$/, (message) => ({ kind: 'fail', message })],
  // tractor
  [/^(?:TR|ALF)_PROGRESS +(\d+(?:\.\d+)?)%/, percent],
  [/^(?:TR|ALF)_EXIT_STATUS +(-?\d+)/, (code) => ({ kind: 'exit', code: Number(code) })],
  // afanasy
  [/^PROGRESS: *(\d+(?:\.\d+)?)%/, percent],
  [/^(?:ACTIVITY|REPORT): *(.*)$/, (message) => ({ kind: 'status', message })],
  [/(\[ PARSER (?:ERROR|BAD RESULT|FATAL ERROR) \].*)$/, (message) => ({ kind: 'fail', message })],
  [/@IMAGE@(.+)$/, (path) => ({ kind: 'image', path: path.trim() })],
  // deadline
  [/Progress: *(\d+)%/, percent],
  // blender
  [/^Saved: '(.+)'/, (path) => ({ kind: 'image', path })]
]

/** What one line of a log says to a farm; null for the ordinary line. Percentages outside 0 to 100 say nothing. */
export function readDirective(line: string): Directive | null {
  for (const [pattern, read] of rules) {
    const match = pattern.exec(line)
    if (match) return read(match[1] ?? '')
  }
  return null
}

/** How a directive begins, whatever its farm makes of the rest of the line. */
const words: readonly RegExp[] = [
  /^openjd_\w+:/,
  /^(?:TR|ALF)_[A-Z_]+/,
  /^(?:PROGRESS|ACTIVITY|REPORT):/,
  /Progress: *\d+%/,
  /@IMAGE@/,
  /^Saved:(?= ')/
]

/** Where a directive's word stands in a line, from and to, to mark it; null for the ordinary line. */
export function directiveWord(line: string): [from: number, to: number] | null {
  for (const word of words) {
    const match = word.exec(line)
    if (match) return [match.index, match.index + match[0].length]
  }
  return null
}

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

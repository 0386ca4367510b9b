/**
 * The lines by which programs tell a farm how far they are: OpenJD, Tractor and Alfred, Deadline's Python plugin,
 * Afanasy, Blender (the formats of shared/export-rules.md 3.5). A task's log is read for all of them at once.
 */

export type Farm = 'openjd' | 'tractor' | 'deadline' | 'afanasy' | 'blender'

export type Directive =
  | { farm: Farm; kind: 'progress'; percent: number }
  | { farm: Farm; kind: 'status'; message: string }
  /** The program says that it failed, whatever its exit code. */
  | { farm: Farm; kind: 'fail'; message: string }
  | { farm: Farm; kind: 'exit'; code: number }
  | { farm: Farm; kind: 'image'; path: string }

type Rule = [farm: Farm, pattern: RegExp, read: (match: string) => Directive | null]

const percent =
  (farm: Farm) =>
  (text: string): Directive | null => {
    const value = Number(text)
    return Number.isFinite(value) && value >= 0 && value <= 100 ? { farm, kind: 'progress', percent: value } : null
  }

const rules: Rule[] = [
  ['openjd', /^openjd_progress: *(\d+(?:\.\d+)?) *$/, percent('openjd')],
  ['openjd', /^openjd_status: *(.*)$/, (message) => ({ farm: 'openjd', kind: 'status', message })],
  ['openjd', /^openjd_fail: *(.*)$/, (message) => ({ farm: 'openjd', kind: 'fail', message })],
  ['tractor', /^(?:TR|ALF)_PROGRESS +(\d+(?:\.\d+)?)%/, percent('tractor')],
  ['tractor', /^(?:TR|ALF)_EXIT_STATUS +(-?\d+)/, (code) => ({ farm: 'tractor', kind: 'exit', code: Number(code) })],
  ['afanasy', /^PROGRESS: *(\d+(?:\.\d+)?)%/, percent('afanasy')],
  ['afanasy', /^(?:ACTIVITY|REPORT): *(.*)$/, (message) => ({ farm: 'afanasy', kind: 'status', message })],
  [
    'afanasy',
    /(\[ PARSER (?:ERROR|BAD RESULT|FATAL ERROR) \].*)$/,
    (message) => ({ farm: 'afanasy', kind: 'fail', message })
  ],
  ['afanasy', /@IMAGE@(.+)$/, (path) => ({ farm: 'afanasy', kind: 'image', path: path.trim() })],
  ['deadline', /Progress: *(\d+)%/, percent('deadline')],
  ['blender', /^Saved: '(.+)'/, (path) => ({ farm: 'blender', kind: 'image', path })]
]

/** What one line of a log says to a farm; null for the ordinary line. Percentages outside 0 to 100 say nothing. */
export function readDirective(line: string): Directive | null {
  for (const [, pattern, read] of rules) {
    const match = pattern.exec(line)
    if (match) return read(match[1] ?? '')
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

/**
 * A failure that a log tells counts on a farm as it does here: the script that runs a task reads what the program printed
 * by the same rules in the same order, as an awk program, and ends with an error. Of a line the first rule that fits
 * counts, so the rules that tell of no failure are in it as well. grep finds the lines worth a look, by fixed texts.
 */
import { directiveMarks, directivePatterns } from '../../domain/directives.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { longestTried } from '../../domain/log-reader.ts'
import { readPattern } from '../../domain/pattern.ts'
import { posixPattern } from '../../domain/posix-pattern.ts'
import { rulesOf } from '../../domain/renderers.ts'

/** What a script runs its tasks with. */
export interface Launch {
  interpreter: Interpreter
  /** a warning in the log fails a task */
  strict: boolean
}

/** What a line says: of a failure, of a warning, of an exit code, or of something else that no other rule reads then. */
type Telling = 'fail' | 'exit' | 'warning' | 'other'

export interface Entry {
  telling: Telling
  pattern: string
}

export interface Told {
  awk: string
  /** texts of which every line worth a look holds one, a line each; null: every line is */
  marks: string | null
  /** patterns of failures that awk cannot read */
  unread: string[]
}

/** Directives and rules in the order in which they are tried. */
export function entriesOf({ interpreter, strict }: Launch): Entry[] {
  const telling = (kind: string): Telling =>
    kind === 'fail' || kind === 'failure'
      ? 'fail'
      : kind === 'exit'
        ? 'exit'
        : kind === 'warning' && strict
          ? kind
          : 'other'
  return [...directivePatterns, ...rulesFor(interpreter)].map(({ kind, pattern }) => ({
    telling: telling(kind),
    pattern
  }))
}

const rulesFor = (interpreter: Interpreter) => rulesOf(interpreter).filter(({ pattern }) => readPattern(pattern).ok)

export function toldBy(launch: Launch): Told {
  const entries = entriesOf(launch)
  const rules = entries.slice(directivePatterns.length)
  const failing = entries.filter((entry) => entry.telling !== 'other').map((entry) => entry.pattern)
  const read = entries.map((entry) => ({ telling: entry.telling, text: posixPattern(entry.pattern) }))
  return {
    awk: programOf(read.flatMap(({ telling: what, text }) => (text === null ? [] : [[what, text] as const]))),
    marks: marksOf(rules.filter(({ telling }) => telling !== 'other').map(({ pattern }) => pattern)),
    unread: failing.filter((pattern) => posixPattern(pattern) === null)
  }
}

/** Null: lines of one of them hold no fixed text. */
function marksOf(patterns: readonly string[]): string | null {
  const marks: string[] = [...directiveMarks]
  for (const pattern of patterns) {
    const facts = readPattern(pattern)
    if (facts.ok && facts.value.marks === null) return null
    marks.push(...(facts.ok ? (facts.value.marks ?? []) : []))
  }
  return [...new Set(marks)].map((mark) => `${mark}\n`).join('')
}

/** awk: prints the exit code and a sentence about the first line that tells of a failure, or nothing. */
const programOf = (
  entries: readonly (readonly [Telling, string])[]
): string => `# Says whether a log tells of a failure; the first of these that fits a line counts.
function tell(code, text) {
  gsub(/^[ \t]+|[ \t]+$/, "", text)
  print code " " text
  exit
}
{ $0 = substr($0, 1, ${longestTried}) }
${entries.map(([telling, pattern]) => `$0 ~ ${awkText(pattern)} { ${actions[telling]} }\n`).join('')}`

const longestMessage = 500

const actions: Readonly<Record<Telling, string>> = {
  other: 'next',
  fail: `sub(/^openjd_fail: */, ""); tell(1, "the log says it failed: " substr($0, 1, ${longestMessage}))`,
  warning: `tell(1, "it is strict, and its log warns: " substr($0, 1, ${longestMessage}))`,
  exit: 'code = $2 + 0; if (code != 0) tell(code > 0 && code < 256 ? code : 1, "the log says exit status " code); next'
}

/** A text of awk's, control characters by their codes. */
export const awkText = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`

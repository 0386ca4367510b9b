/** Reads a log's lines by rules: what each says, and which lines are worth a look. */
import { directiveMarks, readDirective, type Directive } from './directives.ts'
import { knownMarks } from './known-marks.ts'
import type { LogRule } from './log-rules.ts'
import { Marks } from './marks.ts'
import { readPattern } from './pattern.ts'
import type { Measure } from './progress.ts'

/** What a line says. */
export type Said =
  | { kind: 'progress'; measure: Measure }
  | { kind: 'status' | 'warning' | 'fail'; message: string }
  | { kind: 'exit'; code: number }
  | { kind: 'wrote'; path: string }

/** So much of a line, around what made it worth a look, is tried. */
export const longestTried = 2000

/** Longer messages are cut. */
const longestMessage = 500

let known: ReadonlyMap<string, readonly string[] | null> | undefined

/** Null: lines that fit hold no fixed text; undefined: readPattern refuses it. */
function marksIn(pattern: string): readonly string[] | null | undefined {
  known ??= new Map(knownMarks)
  const marks = known.get(pattern)
  if (marks !== undefined) return marks
  const facts = readPattern(pattern)
  return facts.ok ? facts.value.marks : undefined
}

interface Reading {
  rule: LogRule
  expression: RegExp
}

/** Rules made ready: which bytes a line must hold to be read at all, and then by which rules. */
export class LogReader {
  /** finds lines worth a look */
  readonly marks: Marks
  /** rules whose lines hold no fixed text, so that every line is looked at */
  readonly readsAll: boolean
  private readonly readings: readonly Reading[]
  /** per mark: indexes of its readings; -1 stands for the directives */
  private readonly wanted: readonly (readonly number[])[]
  private readonly always: readonly number[]

  /** Rules that readPattern refuses are left out: an earlier Backlot may have let them in. */
  constructor(rules: readonly LogRule[]) {
    const wanted = new Map<string, number[]>(directiveMarks.map((mark) => [mark, [-1]]))
    const [readings, always]: [Reading[], number[]] = [[], []]
    for (const rule of rules) {
      const marks = marksIn(rule.pattern)
      if (marks === undefined) continue
      const index = readings.push({ rule, expression: new RegExp(rule.pattern) }) - 1
      if (!marks) always.push(index)
      for (const mark of marks ?? []) wanted.set(mark, [...(wanted.get(mark) ?? []), index])
    }
    this.readings = readings
    this.always = always
    this.readsAll = always.length > 0
    this.wanted = [...wanted.values()]
    this.marks = new Marks([...wanted.keys()])
  }

  /** What a line says that holds these marks, or null; `found`: indexes of marks. Directives come first. */
  read(line: string, found: Iterable<number>): Said | null {
    const wanted = new Set(this.always)
    for (const mark of found) for (const index of this.wanted[mark] ?? []) wanted.add(index)
    const directive = wanted.has(-1) ? readDirective(line) : null
    if (directive) return saidBy(directive)
    for (const index of [...wanted].filter((one) => one >= 0).sort((a, b) => a - b)) {
      const reading = this.readings[index]
      const match = reading?.expression.exec(line)
      const said = reading && match ? saidIn(reading.rule, match.groups ?? {}, line) : null
      if (said) return said
    }
    return null
  }

  /** The same for a line by itself. */
  readLine(line: string): Said | null {
    const text = line.slice(0, longestTried)
    const found = new Set<number>()
    this.marks.find(new TextEncoder().encode(text), (_, mark) => found.add(mark))
    return this.read(text, found)
  }
}

const none = { percent: null, done: null, total: null, at: null, frame: null }

function saidBy(directive: Directive): Said {
  if (directive.kind === 'image') return { kind: 'wrote', path: directive.path }
  if (directive.kind !== 'progress') return directive
  return { kind: 'progress', measure: { ...none, percent: directive.percent, of: directive.of ?? 'farm' } }
}

type Groups = Readonly<Partial<Record<string, string>>>

function saidIn(rule: LogRule, groups: Groups, line: string): Said | null {
  if (rule.kind === 'progress') {
    const { percent, done, total, frame } = groups
    const numbers = { percent: numberIn(percent), done: numberIn(done), total: numberIn(total) }
    const read = { ...numbers, at: done ?? null, frame: frame ?? null }
    const says = Object.values(read).some((value) => value !== null)
    return says ? { kind: 'progress', measure: { ...read, of: rule.whole ? 'task' : 'frame' } } : null
  }
  if (rule.kind === 'wrote') {
    const path = unquoted(groups.path?.trim() ?? '')
    return path === '' ? null : { kind: 'wrote', path }
  }
  const message = (groups.message ?? line).trim().slice(0, longestMessage)
  return { kind: rule.kind === 'failure' ? 'fail' : rule.kind, message }
}

/** Some programs quote the paths that they print. */
const unquoted = (path: string): string => /^(["'])([^]+)\1$/.exec(path)?.[2] ?? path

/** A number, or h:mm:ss in seconds. */
function numberIn(text: string | undefined): number | null {
  if (text === undefined) return null
  const value = text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Number.isFinite(value) ? value : null
}

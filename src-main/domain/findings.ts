/** How a rehearsal's findings are told, the same in the window, in a mailed report and on the terminal. */
import { counted, countText } from './counts.ts'
import { severities, type Severity } from './problems.ts'
import {
  inOrder,
  passLabels,
  passNames,
  type Finding,
  type FindingKind,
  type PassName,
  type PassReport
} from './rehearsal.ts'

/** What a person would call each kind, as a heading. */
export const findingTitles: Readonly<Record<FindingKind, string>> = {
  'fails-here': 'Fails on this machine, too',
  'missing-dependency': 'Missing dependency',
  'write-collision': 'Tasks that get in each other’s way',
  'local-file': 'Only on this machine',
  'home-file': 'In your home folder',
  'outside-share': 'Outside the share',
  'relative-path': 'Relative path',
  environment: 'Variable of your shell',
  network: 'Network',
  'writes-input': 'Changes its own input',
  'stale-file': 'Left from an earlier run',
  'output-missing': 'Output not written',
  'missing-file': 'File not found',
  'private-file': 'Unreadable for other users',
  'process-left': 'Process left behind',
  memory: 'Memory',
  'not-repeatable': 'Breaks when run again',
  'not-deterministic': 'Differs from run to run',
  'warm-state': 'Depends on the tasks before it',
  unexplained: 'Differs on a worker'
}

export interface FindingGroup {
  kind: FindingKind
  findings: Finding[]
}

/** By kind; the kind with the worst finding first, and in it the worst first. */
export const byKind = (findings: readonly Finding[]): FindingGroup[] =>
  [...Map.groupBy(inOrder(findings), ({ kind }) => kind)].map(([kind, some]) => ({ kind, findings: some }))

const words: Readonly<Record<Severity, readonly [one: string, more: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['note', 'notes']
}

/** `1 error`, `1,200 warnings` */
export function severityCount(severity: Severity, n: number): string {
  const [one, more] = words[severity]
  return counted(n, one, more)
}

/** How many of each severity, the worst first; those that are there. */
export const severityCounts = (findings: readonly Finding[]): { severity: Severity; n: number }[] =>
  severities
    .map((severity) => ({ severity, n: findings.filter((one) => one.severity === severity).length }))
    .filter(({ n }) => n > 0)

/** A pass that did not see all that it is for, or was not needed; null where there is nothing to say. */
export interface PassNote {
  /** `Not looked at: after a kill`, `In one session` */
  title: string
  looked: boolean
  why: string
}

const passTitle = (name: PassName, looked: boolean): string => {
  const label = passLabels[name]
  return looked ? label.charAt(0).toUpperCase() + label.slice(1) : `Not looked at: ${label}`
}

/** All passes in their order; one that the report does not name was left out. */
const allPasses = (passes: readonly PassReport[]): PassReport[] =>
  passNames.map((name) => passes.find((pass) => pass.name === name) ?? { name, looked: false, why: 'it was left out' })

/** Whether silence is a proof: every pass could do all that it is for. */
export const sawAll = (passes: readonly PassReport[]): boolean => allPasses(passes).every(({ looked }) => looked)

/** The passes with something to say, those that did not look first. */
export const passNotes = (passes: readonly PassReport[]): PassNote[] =>
  allPasses(passes)
    .filter(({ looked, why }) => !looked || why !== '')
    .map(({ name, looked, why }) => ({ title: passTitle(name, looked), looked, why: why || 'no reason was given' }))
    .toSorted((a, b) => Number(a.looked) - Number(b.looked))

/** What was not looked at, by the passes' labels; empty: all was. */
export const notLookedAt = (passes: readonly PassReport[]): string[] =>
  allPasses(passes)
    .filter(({ looked }) => !looked)
    .map(({ name }) => passLabels[name])

/** `4 errors, 2 warnings`; `Nothing found`, and where not all was looked at, that too: silence is no proof then. */
export function foundSentence(findings: readonly Finding[], passes: readonly PassReport[]): string {
  const counts = severityCounts(findings).map(({ severity, n }) => severityCount(severity, n))
  if (counts.length > 0) return counts.join(', ')
  return sawAll(passes) ? 'Nothing found' : 'Nothing found in what was looked at'
}

/** `a`, `a and b`, `a, b and 198 more`: at most `most` names. */
export function someOf(names: readonly string[], most = 2): string {
  const shown = names.length === most + 1 ? names : names.slice(0, most)
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${countText(rest)} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** What stands beside a needed task: it has to be waited for, or it made what is asked for. */
export const needsLabel = (kind: FindingKind): string => (kind === 'missing-dependency' ? 'Has to wait for' : 'Made by')

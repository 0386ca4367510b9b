/** What the window offers against a problem: buttons where it can do it, and words that are no command line. Pure. */
import type { Problem } from '../../src-main/domain/problems.ts'

/** One that the window carries out. */
export type Remedy =
  | { kind: 'map'; label: string; from: string; to: string }
  | { kind: 'program'; label: string; interpreter: string }
  | { kind: 'copy'; label: string; text: string }

export interface Setting {
  /** what the problem's node asks for, and what runs it as chosen now */
  wanted: string
  used: string
  /** interpreters that are set */
  known: readonly string[]
  /** nodes that this problem is not about ask for them: likely to be there */
  trouble: ReadonlySet<string>
}

/** Stand-ins that run most nodes, the likeliest first. */
const standIns = ['python', 'node'] as const

const ofInterpreter: ReadonlySet<string> = new Set(['interpreter-unknown', 'interpreter-missing', 'flowpipe-missing'])

/** The command line in a remedy, to be pasted; null: there is none. */
const pastable = (remedy: string): string | null => /python3 -m pip install [^;]+/.exec(remedy)?.[0].trim() ?? null

export function remediesOf(problem: Problem, setting: Setting | null): Remedy[] {
  if (!ofInterpreter.has(problem.code) || setting === null) return []
  const { wanted, used, known, trouble } = setting
  const to = standIns.find((name) => name !== used && known.includes(name) && !trouble.has(name))
  const install = problem.code === 'flowpipe-missing' ? pastable(problem.remedy) : null
  return [
    ...(to === undefined ? [] : [{ kind: 'map' as const, label: `Run ${wanted} with ${to}`, from: wanted, to }]),
    { kind: 'program', label: `Set the program of ${used}…`, interpreter: used },
    ...(install === null ? [] : [{ kind: 'copy' as const, label: 'Copy the line that installs it', text: install }])
  ]
}

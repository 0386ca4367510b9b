/** What is wrong with a job or will surprise: one shape for preflight, for what an export cannot carry, and for the views. */

export const severities = ['error', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

export interface Problem {
  severity: Severity
  /** stable, for scripts */
  code: string
  /** the node's identifier, or null for the whole job */
  node: string | null
  name: string | null
  /** further nodes that it is said of, in the same words */
  others?: readonly { node: string; name: string }[]
  message: string
  remedy: string
}

export const isError = ({ severity }: Pick<Problem, 'severity'>): boolean => severity === 'error'

/** Worth a line even if the user did not ask for all of them. */
export const isNotable = ({ severity }: Pick<Problem, 'severity'>): boolean => severity !== 'info'

/** The worst first; of equal severity in the order found. */
export const worstFirst = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))

/** Whom it is about: the first three nodes, and how many more there are; null: the whole job. */
export function problemNames({ name, others = [] }: Pick<Problem, 'name' | 'others'>): string | null {
  if (name === null) return null
  const names = [...new Set([name, ...others.map((one) => one.name)])]
  if (names.length === 1 && others.length > 0) return `${name} (${others.length + 1} nodes)`
  const first = names.slice(0, mostNames).join(', ')
  return names.length > mostNames ? `${first} and ${names.length - mostNames} more` : first
}

const mostNames = 3

/** Where and what, without the remedy. */
export function problemSentence(problem: Pick<Problem, 'name' | 'others' | 'message'>): string {
  const names = problemNames(problem)
  return names === null ? problem.message : `${names}: ${problem.message}`
}

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
  message: string
  remedy: string
}

export const isError = ({ severity }: Pick<Problem, 'severity'>): boolean => severity === 'error'

/** Worth a line even if the user did not ask for all of them. */
export const isNotable = ({ severity }: Pick<Problem, 'severity'>): boolean => severity !== 'info'

/** The worst first; of equal severity in the order found. */
export const worstFirst = (problems: readonly Problem[]): Problem[] =>
  problems.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))

/** Where and what, without the remedy. */
export const problemSentence = ({ name, message }: Pick<Problem, 'name' | 'message'>): string =>
  name === null ? message : `${name}: ${message}`

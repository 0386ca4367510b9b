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

/** Where and what, without the remedy; of many nodes the first. */
export const problemSentence = ({
  name,
  others = [],
  message
}: Pick<Problem, 'name' | 'others' | 'message'>): string =>
  name === null ? message : `${namesText([name, ...others.map((one) => one.name)])}: ${message}`

const mostNames = 3

function namesText(all: readonly string[]): string {
  const names = [...new Set(all)]
  if (names.length === 1 && all.length > 1) return `${names[0]} (${all.length} nodes)`
  const first = names.slice(0, mostNames).join(', ')
  return names.length > mostNames ? `${first} and ${names.length - mostNames} more` : first
}

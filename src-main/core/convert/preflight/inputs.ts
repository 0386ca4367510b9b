/** Inputs that nothing gives a value. */
import type { Problem } from '../../../domain/problems.ts'
import type { Plug } from '../../graph/model.ts'
import type { Job, JobNode } from '../convert.ts'
import { about, type NameFacts } from './input.ts'

/** The inputs of a job's graph that a connection leads to. */
export const fedInputs = ({ graph }: Job): ReadonlySet<string> =>
  new Set(graph.edges.map(({ to }) => keyOf(to.node, to.plug)))

const keyOf = (node: number, plug: string): string => `${node} ${plug}`

/** Inputs without value and connection, where the code has no value for them either: it gets None. `fed`: of the job. */
export function inputProblems(node: JobNode, name: NameFacts, fed: ReadonlySet<string>): Problem[] {
  if ((name.state !== 'function' && name.state !== 'class') || name.inputs === null) return []
  const needed = new Set(name.inputs.filter((input) => !input.optional).map((input) => input.name))
  const isEmpty = ({ value, subPlugs }: Plug) => value === 'null' && subPlugs.length === 0
  return node.node.inputs
    .filter((plug) => needed.has(plug.name) && isEmpty(plug) && !fed.has(keyOf(node.graphNode, plug.name)))
    .map((plug) => {
      return about(node, {
        severity: 'warning',
        code: 'input-missing',
        message: `${node.node.name}.${plug.name} has no value and no connection, and ${node.node.className} has no default for it: it gets None`,
        remedy: `set it in the graph or with --set ${node.node.name}.${plug.name}=VALUE, or give it a default`
      })
    })
}

/** Inputs that nothing gives a value. */
import type { Problem } from '../../../domain/problems.ts'
import type { Job, JobNode } from '../convert.ts'
import { about, type NameFacts } from './input.ts'

/** Inputs without value and connection, where the code has no value for them either: it gets None. */
export function inputProblems(node: JobNode, name: NameFacts, job: Job): Problem[] {
  if ((name.state !== 'function' && name.state !== 'class') || name.inputs === null) return []
  const needed = new Set(name.inputs.filter((input) => !input.optional).map((input) => input.name))
  const fed = new Set(job.graph.edges.filter(({ to }) => to.node === node.graphNode).map(({ to }) => to.plug))
  return node.node.inputs
    .filter(
      (plug) => needed.has(plug.name) && plug.value === 'null' && plug.subPlugs.length === 0 && !fed.has(plug.name)
    )
    .map((plug) => {
      return about(node, {
        severity: 'warning',
        code: 'input-missing',
        message: `${node.node.name}.${plug.name} has no value and no connection, and ${node.node.className} has no default for it: it gets None`,
        remedy: `set it in the graph or with --set ${node.node.name}.${plug.name}=VALUE, or give it a default`
      })
    })
}

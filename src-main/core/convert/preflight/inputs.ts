/** Inputs that nothing gives a value. */
import type { Problem } from '../../../domain/problems.ts'
import { at } from '../../../domain/at.ts'
import type { Endpoint, Graph, GraphNode, Plug } from '../../graph/model.ts'
import type { Job, JobNode } from '../convert.ts'
import { about, type Found, type NameFacts } from './input.ts'

/** The inputs of a job's graph that a connection leads to. */
export const fedInputs = ({ graph }: Job): ReadonlySet<string> =>
  new Set(graph.edges.map(({ to }) => keyOf(to.node, to.plug)))

const keyOf = (node: number, plug: string): string => `${node} ${plug}`

/** Values that the user set of inputs that a connection leads to: what comes by it counts. */
export function setProblems({ graph, nodes }: Job): Problem[] {
  return nodes.flatMap((node) => {
    const before = at(graph.nodes, node.graphNode)
    const set = node.node.record === before.record ? [] : changedValues(before, node.node)
    return set.flatMap(({ plug, key }) => {
      const edge = graph.edges.find(({ to }) => to.node === node.graphNode && to.plug === plug && to.key === key)
      return edge ? [about(node, unused(node.node.name, textOf(plug, key), edge.from, graph))] : []
    })
  })
}

const textOf = (plug: string, key: string | null): string => (key === null ? plug : `${plug}.${key}`)

function unused(name: string, input: string, from: Endpoint, graph: Graph): Found {
  const source = `${at(graph.nodes, from.node).name}.${textOf(from.plug, from.key)}`
  return {
    severity: 'warning',
    code: 'set-unused',
    message: `--set ${name}.${input} changes nothing: ${source} is connected with it, and what comes from there counts`,
    remedy: 'set an input of the node that it comes from, or take the connection out of the graph'
  }
}

function changedValues(before: GraphNode, after: GraphNode): { plug: string; key: string | null }[] {
  return after.inputs.flatMap((plug, i) => {
    const old = before.inputs[i]
    const keys = plug.subPlugs.filter((sub, k) => sub.value !== old?.subPlugs[k]?.value).map((sub) => sub.key)
    const whole = plug.value === old?.value ? [] : [null]
    return [...whole, ...keys].map((key) => ({ plug: plug.name, key }))
  })
}

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

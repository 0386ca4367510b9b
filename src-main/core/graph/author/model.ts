/** From the author's objects to the graph as data. */
import { byCodePoint, rawObject, rawText, type Raw } from '../../../domain/json.ts'
import type { Graph as GraphModel, GraphScope, Promotion } from '../model.ts'
import { connected } from './edge.ts'
import type { Graph } from './graph.ts'
import { InputGroup, type Input } from './input.ts'
import type { Node } from './node.ts'
import type { PlugHandle } from './plug.ts'
import { recordOf } from './record.ts'

/** The graph as data, root first and the others by name; `nodes` runs parallel to the model's. */
export function modelOf(root: Graph): { nodes: Node[]; model: GraphModel } {
  const [, ...others] = connected(root)
  const graphs = [root, ...others.sort((a, b) => byCodePoint(a.name, b.name))]
  const nodes = graphs.flatMap((graph) => graph.nodes)
  const indexOf = new Map(nodes.map((node, i) => [node, i]))
  const endpoint = ({ node, plug, key }: PlugHandle) => ({ node: indexOf.get(node) as number, plug, key })
  const edges = nodes.flatMap(({ targets }) =>
    Array.from(targets, ({ from, to }) => ({ from: endpoint(from), to: endpoint(to) }))
  )
  const records = graphs.flatMap((graph, i) => graph.nodes.map((node) => recordOf(node, i)))
  const scopes = graphs.map((graph) => scopeOf(graph, graph === root))
  return { nodes, model: { name: root.name, graphs: scopes, nodes: records, edges, shape: 'graph' } }
}

function scopeOf({ name, promoted }: Graph, isRoot: boolean): GraphScope {
  const members: [string, Raw][] = [
    ['module', rawText('backlot')],
    ['cls', rawText('Graph')],
    ['name', rawText(name)],
    ['nodes', '[]']
  ]
  return {
    name,
    header: rawObject(isRoot ? [...members, ['subgraphs', '[]']] : members),
    promoted: {
      inputs: Array.from(promoted.inputs, ([key, target]) => [key, promotionOf(target)]),
      outputs: Array.from(promoted.outputs, ([key, output]) => [key, endOf(output)])
    }
  }
}

const promotionOf = (target: Input | InputGroup): Promotion =>
  target instanceof InputGroup ? { group: target.ends.map(endOf) } : endOf(target)

const endOf = ({ node, plug }: PlugHandle) => ({ node: node.identifier, plug })

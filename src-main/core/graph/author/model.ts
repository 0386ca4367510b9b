/** From the author's objects to the graph as data. */
import { of } from '../../../domain/at.ts'
import { byCodePoint, rawObject, rawText, type Raw } from '../../../domain/json.ts'
import type { Graph as GraphModel, GraphScope, Promotion } from '../model.ts'
import { connected } from './edge.ts'
import { recordOf } from './record.ts'
import type { Graph, Input, InputGroup, Node, PlugEnd } from './shapes.ts'

/** The graph as data, root first and the others by name; `nodes` runs parallel to the model's. */
export function modelOf(root: Graph): { nodes: Node[]; model: GraphModel } {
  const [, ...others] = connected(root)
  const graphs = [root, ...others.sort((a, b) => byCodePoint(a.name, b.name))]
  const nodes = graphs.flatMap((graph) => graph.nodes)
  const indexOf = new Map(nodes.map((node, i) => [node, i]))
  const endpoint = ({ node, plug, key }: PlugEnd) => ({ node: of(indexOf, node), plug, key })
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
  'node' in target ? endOf(target) : { group: target.ends.map(endOf) }

const endOf = ({ node, plug }: PlugEnd) => ({ node: node.identifier, plug })

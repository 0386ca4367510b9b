/**
 * A graph as a list: flowpipe's `Graph.list_repr()`, character for character, so that what a person sees here is what
 * they know from Python.
 */
import { at } from '../../../domain/at.ts'
import { byCodePoint } from '../../../domain/json.ts'
import { plugText, type Graph } from '../model.ts'
import { orderOf } from '../order.ts'
import { blocksOf, byName, groupsOf, type Block, type Socket } from './block.ts'
import { jsonText } from './notation.ts'

/** flowpipe's `graph.list_repr()`: every node that has a place in the order, with its plugs, values and connections. */
export function listText(graph: Graph): string {
  const blocks = blocksOf(graph)
  const nodes = orderOf(graph)
    .rows.flat()
    .map((i) => listNode(graph, at(blocks, i)))
  return [graph.name, ...listGroups(graph), ...nodes].join('\n ')
}

function listGroups(graph: Graph): string[] {
  const groups = groupsOf(graph).sort((a, b) => byCodePoint(a.name, b.name))
  const lines = groups.flatMap(({ name, plugs }) => [` [g] ${name}:`, ...plugs.map((plug) => `  ${plug}`)])
  return groups.length ? ['[Input Groups]', ...lines] : []
}

function listNode(graph: Graph, { node, inputs, outputs }: Block): string {
  return [
    node.name,
    ...byName(inputs).map((socket) => listSocket(graph, socket, '[i]', '<<')),
    ...byName(outputs).map((socket) => listSocket(graph, socket, '[o]', '>>'))
  ].join('\n')
}

function listSocket(graph: Graph, { name, value, isSub, hasSubs, links }: Socket, mark: string, arrow: string): string {
  const label = `${isSub ? '   ' : '  '}${mark} ${name}`
  if (hasSubs) return label
  if (links.length === 0) return `${label}: ${jsonText(value)}`
  return `${label} ${arrow} ${links.map((end) => `${graph.nodes[end.node]?.name}.${plugText(end)}`).join(', ')}`
}

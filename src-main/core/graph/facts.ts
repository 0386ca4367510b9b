/** What is true about a graph, as text in the shape of the golden `facts/` files (the keys that come from the graph). */
import { at } from '../../domain/at.ts'
import { rawArray, rawObject, rawText, type Raw } from '../../domain/json.ts'
import { plugText, type Endpoint, type Graph, type GraphNode } from './model.ts'
import { sortedNames } from './names.ts'
import { closureOf, orderOf, type Order } from './order.ts'

const texts = (list: readonly string[]): Raw => rawArray(list.map(rawText))

/** `graph show --json`. Closures are written out, so the text grows with the square of a chain's length. */
export function factsText(graph: Graph): Raw {
  const order = orderOf(graph)
  const identifier = (i: number) => at(graph.nodes, i).identifier
  const own = graph.nodes.filter((node) => node.graph === 0).length
  const end = (e: Endpoint) =>
    rawObject([
      ['node', rawText(identifier(e.node))],
      ['plug', rawText(plugText(e))]
    ])
  const edges = graph.edges.map(({ from, to }) =>
    rawObject([
      ['from', end(from)],
      ['to', end(to)]
    ])
  )
  return rawObject([
    ['graph_name', rawText(graph.name)],
    [
      'counts',
      rawObject([
        ['nodes_in_this_graph', String(own)],
        ['nodes_in_all_graphs', String(graph.nodes.length)],
        ['edges', String(graph.edges.length)]
      ])
    ],
    ['graphs', texts(sortedNames(graph.graphs.map((g) => g.name)))],
    ['subgraphs', texts(sortedNames(graph.graphs.slice(1).map((g) => g.name)))],
    ['evaluation_matrix', rawArray(order.rows.map((row) => texts(row.map(identifier))))],
    ['evaluation_matrix_names', rawArray(order.rows.map((row) => texts(row.map((i) => at(graph.nodes, i).name))))],
    ['evaluation_sequence_names', texts(order.rows.flat().map((i) => at(graph.nodes, i).name))],
    ['edges', rawArray(edges)],
    ['nodes', rawObject(graph.nodes.map((node, i) => [node.identifier, nodeFacts(graph, order, node, i)] as const))],
    ['has_cycle', String(order.cycle !== null)],
    ['cycle', order.cycle ? texts(order.cycle.map(identifier)) : 'null'],
    ['omitted', texts(graph.nodes.filter((n) => n.omit).map((n) => n.identifier))]
  ])
}

function nodeFacts(graph: Graph, order: Order, node: GraphNode, i: number): Raw {
  const list = (indices: readonly number[]) => texts(sortedNames(indices.map((n) => at(graph.nodes, n).identifier)))
  return rawObject([
    ['name', rawText(node.name)],
    ['graph', rawText(graph.graphs[node.graph]?.name ?? '')],
    ['kind', rawText(node.kind)],
    ['class_name', rawText(node.className)],
    ['level', String(order.levels[i] ?? null)],
    ['parents', list(order.parents[i] ?? [])],
    ['children', list(order.children[i] ?? [])],
    ['upstream', list(closureOf(i, order.parents))],
    ['downstream', list(closureOf(i, order.children))]
  ])
}

/** A graph for people to read: names on one line each, and none that acts on a terminal. */
import { visible } from '../../../domain/visible.ts'
import type { Graph } from '../model.ts'

export const visibleGraph = (graph: Graph): Graph => ({
  ...graph,
  name: visible(graph.name),
  graphs: graph.graphs.map((one) => ({ ...one, name: visible(one.name) })),
  nodes: graph.nodes.map((node) => ({ ...node, name: visible(node.name) }))
})

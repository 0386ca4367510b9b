/** Edges between plugs, and what forbids one: circles, and graphs that could not stand in one file. */
import { plugText } from '../model.ts'
import { shown } from '../names.ts'
import { refuseAuthor } from './refusal.ts'
import type { Edge, Graph, Node } from './shapes.ts'

export function link(edge: Edge): void {
  const { from, to } = edge
  for (const { node } of [from, to]) {
    if (!node.graph.has(node)) {
      refuseAuthor(`${shown(node.name)} was deleted from ${shown(node.graph.name)}; it cannot be connected`)
    }
  }
  to.checkMix()
  checkCircle(from.node, to.node)
  checkGraphs(from.node.graph, to.node.graph)
  to.disconnect()
  from.make()
  to.make()
  from.node.targets.add(edge)
  to.node.sources.set(plugText(to), edge)
}

export function unlink(edge: Edge): void {
  edge.from.node.targets.delete(edge)
  edge.to.node.sources.delete(plugText(edge.to))
}

/** flowpipe's own check misses circles longer than two (Q24); this one walks the edges. */
function checkCircle(from: Node, to: Node): void {
  // most graphs are wired from one end to the other, where there is nothing to walk
  if (from !== to && (from.sources.size === 0 || to.targets.size === 0)) return
  const path = pathBetween(to, from)
  if (!path) return
  const names = [from, ...path].map((node) => shown(node.name)).join(' → ')
  refuseAuthor(`connecting ${shown(from.name)} to ${shown(to.name)} closes a cycle: ${names}`)
}

function pathBetween(start: Node, end: Node): Node[] | null {
  const previous = new Map<Node, Node | null>([[start, null]])
  for (const node of previous.keys()) {
    if (node === end) return walkBack(previous, end)
    for (const { to } of node.targets) if (!previous.has(to.node)) previous.set(to.node, node)
  }
  return null
}

function walkBack(previous: Map<Node, Node | null>, end: Node): Node[] {
  const path: Node[] = []
  for (let node: Node | null | undefined = end; node; node = previous.get(node)) path.unshift(node)
  return path
}

/** Connected graphs go into one file, where names of graphs and identifiers of nodes have to be unique (Q29). */
function checkGraphs(a: Graph, b: Graph): void {
  if (a === b) return
  const left = connected(a)
  if (left.has(b)) return
  const names = new Map(Array.from(left, (graph) => [graph.name, graph]))
  const identifiers = new Set(Array.from(left, (graph) => graph.nodes.map((node) => node.identifier)).flat())
  for (const graph of connected(b)) {
    if (names.has(graph.name)) {
      refuseAuthor(`two different graphs called ${shown(graph.name)} cannot be connected; rename one of them`)
    }
    const twin = graph.nodes.find((node) => identifiers.has(node.identifier))
    if (twin) refuseAuthor(`two nodes have the identifier ${shown(twin.identifier)}; give each its own`)
  }
}

/** The graph and all graphs that edges lead to, near or far, in either direction (Q27). */
export function connected(graph: Graph): Set<Graph> {
  const graphs = new Set([graph])
  for (const { nodes } of graphs) {
    for (const node of nodes) {
      for (const { from } of node.sources.values()) graphs.add(from.node.graph)
      for (const { to } of node.targets) graphs.add(to.node.graph)
    }
  }
  return graphs
}

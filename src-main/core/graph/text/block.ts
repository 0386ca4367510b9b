/** What both texts show of a graph: a block for each node, and the groups. */
import { byCodePoint, rawObject, type Raw } from '../../../domain/json.ts'
import { plugText, type Endpoint, type Graph, type GraphNode, type Plug } from '../model.ts'

/** A plug or sub-plug as both texts show it. */
export interface Socket {
  /** `plug` or `plug.key`. */
  name: string
  value: Raw
  isSub: boolean
  hasSubs: boolean
  /** The plugs at the other ends of its connections. */
  links: Endpoint[]
}

export interface Block {
  node: GraphNode
  /** The name of its graph, where that graph is connected to another one. */
  title: string | null
  inputs: Socket[]
  outputs: Socket[]
}

type Links = Map<string, Endpoint[]>

export function blocksOf(graph: Graph): Block[] {
  const sources = linksOf(graph, 'to', 'from')
  const targets = linksOf(graph, 'from', 'to')
  const titled = connectedGraphs(graph)
  return graph.nodes.map((node, i) => ({
    node,
    title: titled.has(node.graph) ? (graph.graphs[node.graph]?.name ?? null) : null,
    inputs: node.inputs.flatMap((plug) => socketsOf(plug, sources[i])),
    outputs: node.outputs.flatMap((plug) => socketsOf(plug, targets[i]))
  }))
}

/** Per node: from the name of a plug to what it is connected with. */
function linksOf(graph: Graph, near: 'from' | 'to', far: 'from' | 'to'): Links[] {
  const links: Links[] = graph.nodes.map((): Links => new Map())
  for (const edge of graph.edges) {
    const name = plugText(edge[near])
    const known = links[edge[near].node]?.get(name)
    if (known) known.push(edge[far])
    else links[edge[near].node]?.set(name, [edge[far]])
  }
  return links
}

/** To flowpipe "subgraphs" are the other graphs that a graph's nodes lead to (quirk Q28): an edge crosses the border. */
function connectedGraphs(graph: Graph): Set<number> {
  const ends = graph.edges.map(({ from, to }) => [graph.nodes[from.node]?.graph ?? 0, graph.nodes[to.node]?.graph ?? 0])
  return new Set(ends.filter(([from, to]) => from !== to).flat())
}

function socketsOf(plug: Plug, links: Links | undefined): Socket[] {
  const linked = (name: string) => links?.get(name) ?? []
  const hasSubs = plug.subPlugs.length > 0
  // the value of a plug with sub-plugs is the dict of theirs: it is never shown, but it counts for the node's width
  const value = hasSubs ? rawObject(plug.subPlugs.map((sub) => [sub.key, sub.value] as const)) : plug.value
  const subs = plug.subPlugs.map((sub) => {
    const name = plugText({ plug: plug.name, key: sub.key })
    return { name, value: sub.value, isSub: true, hasSubs: false, links: linked(name) }
  })
  return [{ name: plug.name, value, isSub: false, hasSubs, links: linked(plug.name) }, ...subs]
}

/** By code point, as both texts sort them. */
export const byName = (sockets: readonly Socket[]): Socket[] => sockets.toSorted((a, b) => byCodePoint(a.name, b.name))

export interface Group {
  name: string
  /** `node.plug` */
  plugs: string[]
}

/** The input groups of the root graph; those of other graphs are not shown. */
export function groupsOf(graph: Graph): Group[] {
  const names = new Map(graph.nodes.map((node) => [node.identifier, node.name]))
  return (graph.graphs[0]?.promoted.inputs ?? []).flatMap(([name, promotion]) =>
    'group' in promotion
      ? [{ name, plugs: promotion.group.map(({ node, plug }) => `${names.get(node) ?? node}.${plug}`) }]
      : []
  )
}

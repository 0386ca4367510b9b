/** Where everything of a graph's picture goes: columns from left to right, subgraphs in frames, edges around cards. */
import { Graph, layout, type EdgeLabel } from '@dagrejs/dagre'
import type { GraphView } from '../../src-main/api.ts'
import { cardsOf, size, type Card, type ViewEdge } from './card.ts'
import { endsOf, gaps, lanesOf, level, straighten, wiresOf, type Box, type PlacedCard, type Wire } from './wires.ts'

export type { PlacedCard, Wire } from './wires.ts'

export interface Frame extends Box {
  graph: number
  name: string
}

export interface Layout {
  cards: PlacedCard[]
  wires: Wire[]
  frames: Frame[]
}

const framePad = { side: 20, top: 38, bottom: 18 } as const
/** From here on the best ranking takes a second; the simplest one takes none. */
const manyNodes = 200

const nodeId = (index: number) => String(index)
const graphId = (index: number) => `graph ${index}`

/** Pure; edges between the same two nodes count as one heavier edge to the layout. */
export function layOut(view: GraphView, live: boolean): Layout {
  const cards = cardsOf(view, live)
  const dagre = ranked(view, cards)
  const placed = upright(view.edges, place(cards, dagre, 1), place(cards, dagre, -1))
  const lanes = lanesOf(dagre, placed.cards, placed.up)
  straighten(view.edges, placed.cards, lanes)
  level(view.edges, placed.cards, lanes)
  return { cards: placed.cards, wires: wiresOf(view.edges, placed.cards, lanes), frames: framesOf(view, placed.cards) }
}

/** Cards where the layout put them, or upside down. */
interface Placed {
  cards: PlacedCard[]
  up: 1 | -1
}

function place(cards: readonly Card[], dagre: Graph, up: 1 | -1): Placed {
  const placed = cards.map((card) => {
    const { x, y } = dagre.node(nodeId(card.index)) as { x: number; y: number }
    const corner = { x: Math.round(x - size.width / 2), y: Math.round(up * y - card.height / 2) }
    return { ...card, ...corner, width: size.width }
  })
  return { cards: placed, up }
}

function ranked(view: GraphView, cards: readonly Card[]): Graph {
  const dagre = new Graph({ compound: true })
  dagre.setGraph({ ...gaps, ranker: cards.length > manyNodes ? 'longest-path' : 'network-simplex' })
  view.graphs.forEach((_, graph) => graph > 0 && dagre.setNode(graphId(graph), {}))
  for (const { index, node, height } of cards) {
    dagre.setNode(nodeId(index), { width: size.width, height })
    if (node.graph > 0) dagre.setParent(nodeId(index), graphId(node.graph))
  }
  for (const { from, to } of view.edges) {
    const known = dagre.edge(nodeId(from.node), nodeId(to.node)) as EdgeLabel | undefined
    dagre.setEdge(nodeId(from.node), nodeId(to.node), { weight: (known?.weight ?? 0) + 1, minlen: 1 })
  }
  layout(dagre)
  return dagre
}

/** The layout knows no plugs: of it and its mirror image, the one whose edges cross less in front of a card. */
function upright(edges: readonly ViewEdge[], one: Placed, other: Placed): Placed {
  const [a, b] = [crossings(edges, one.cards), crossings(edges, other.cards)]
  if (a !== b) return a < b ? one : other
  return inFileOrder(one.cards) ? one : other
}

/** Pairs of edges into the same node that swap sides on their way. */
function crossings(edges: readonly ViewEdge[], cards: readonly PlacedCard[]): number {
  const groups = Map.groupBy(
    edges.flatMap((edge) => endsOf(edge, cards) ?? []),
    ({ b }) => b.index
  )
  let count = 0
  for (const group of groups.values())
    group.forEach((one, i) => {
      for (const two of group.slice(i + 1)) if ((one.start.y - two.start.y) * (one.end.y - two.end.y) < 0) count++
    })
  return count
}

/** Whether more of the cards that follow each other in the file run downwards. */
function inFileOrder(cards: readonly PlacedCard[]): boolean {
  let sum = 0
  cards.forEach((card, i) => {
    const next = cards[i + 1]
    if (next && next.x === card.x) sum += Math.sign(next.y - card.y)
  })
  return sum >= 0
}

function framesOf(view: GraphView, cards: readonly PlacedCard[]): Frame[] {
  return view.graphs.flatMap((name, graph) => {
    const inside = cards.filter((card) => card.node.graph === graph)
    if (graph === 0 || inside.length === 0) return []
    const x = Math.min(...inside.map((card) => card.x)) - framePad.side
    const y = Math.min(...inside.map((card) => card.y)) - framePad.top
    const right = Math.max(...inside.map((card) => card.x + card.width)) + framePad.side
    const bottom = Math.max(...inside.map((card) => card.y + card.height)) + framePad.bottom
    return [{ graph, name, x, y, width: right - x, height: bottom - y }]
  })
}

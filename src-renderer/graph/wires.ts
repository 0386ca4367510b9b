/** Edges between placed cards: where they meet them, the lanes the layout kept free for them, their paths. */
import type { EdgeLabel, Graph } from '@dagrejs/dagre'
import { portY, size, type Card, type ViewEdge } from './card.ts'
import { route, type Lane } from './route.ts'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface PlacedCard extends Card, Box {}

export interface Wire {
  id: string
  from: number
  to: number
  path: string
  label: string
}

export const gaps = { rankdir: 'LR', nodesep: 30, ranksep: 76, edgesep: 16 } as const

/** Where an edge leaves its source's card and where it meets its target's. */
export function endsOf({ from, to }: ViewEdge, cards: readonly PlacedCard[]) {
  const [a, b] = [cards[from.node], cards[to.node]]
  if (!a || !b) return null
  const start = { x: a.x + a.width, y: a.y + portY(a.outputs, from.plug, from.key) }
  return { a, b, start, end: { x: b.x, y: b.y + portY(b.inputs, to.plug, to.key) } }
}

const pairOf = ({ from, to }: ViewEdge) => `${from.node} ${to.node}`

/** Edges by the pair of nodes they join, each with the stretches that the layout kept free in columns between. */
type Lanes = ReadonlyMap<string, Lane[]>

/** `up` is -1 where the cards stand upside down to the layout. */
export function lanesOf(dagre: Graph, cards: readonly PlacedCard[], up: 1 | -1): Lanes {
  const columns = new Set(cards.map((card) => card.x))
  const lanes = new Map<string, Lane[]>()
  for (const { v, w } of dagre.edges()) {
    const [first, last] = [cards[Number(v)]?.x ?? 0, cards[Number(w)]?.x ?? 0]
    const points = (dagre.edge(v, w) as EdgeLabel).points ?? []
    const free = points.flatMap(({ x, y }) => {
      const column = Math.round(x - size.width / 2)
      const isBetween = columns.has(column) && column > first && column < last
      return isBetween ? [{ from: column, to: column + size.width, y: up * y }] : []
    })
    if (free.length) lanes.set(`${v} ${w}`, free)
  }
  return lanes
}

/** What stands in the columns: nothing may be moved onto it. */
function isFree(cards: readonly PlacedCard[], lanes: Lanes, box: Omit<Box, 'width'>, own: PlacedCard | Lane): boolean {
  const inside = (top: number, bottom: number) => top < box.y + box.height && bottom > box.y
  return (
    !cards.some((card) => card !== own && card.x === box.x && inside(card.y, card.y + card.height)) &&
    ![...lanes.values()].some((some) =>
      some.some((lane) => lane !== own && lane.from === box.x && inside(lane.y, lane.y))
    )
  )
}

/** In a chain, moves the next card up or down so that the edge runs level, if nothing is in the way. */
export function straighten(edges: readonly ViewEdge[], cards: PlacedCard[], lanes: Lanes): void {
  const out = Map.groupBy(edges, ({ from }) => from.node)
  const into = Map.groupBy(edges, ({ to }) => to.node)
  const chained = edges
    .filter((edge) => out.get(edge.from.node)?.length === 1 && into.get(edge.to.node)?.length === 1)
    .toSorted((e, f) => (cards[e.to.node]?.x ?? 0) - (cards[f.to.node]?.x ?? 0))
  for (const edge of chained) {
    const ends = endsOf(edge, cards)
    if (!ends || ends.b.x <= ends.a.x || lanes.has(pairOf(edge))) continue
    const y = ends.b.y + ends.start.y - ends.end.y
    const box = { x: ends.b.x, y: y - gaps.edgesep, height: ends.b.height + 2 * gaps.edgesep }
    if (isFree(cards, lanes, box, ends.b)) ends.b.y = y
  }
}

/** A lane that is nearly level with one of its edge's ends becomes level with it. */
export function level(edges: readonly ViewEdge[], cards: readonly PlacedCard[], lanes: Lanes): void {
  for (const edge of edges) {
    const ends = endsOf(edge, cards)
    for (const lane of (ends && lanes.get(pairOf(edge))) ?? []) {
      const near = [ends?.end.y, ends?.start.y].find((y) => y !== undefined && Math.abs(y - lane.y) < gaps.nodesep)
      const box = { x: lane.from, y: (near ?? 0) - 6, height: 12 }
      if (near !== undefined && isFree(cards, lanes, box, lane)) lane.y = near
    }
  }
}

export function wiresOf(edges: readonly ViewEdge[], cards: readonly PlacedCard[], lanes: Lanes): Wire[] {
  const seen = new Map<string, number>()
  return edges.flatMap((edge, i) => {
    const ends = endsOf(edge, cards)
    if (!ends) return []
    const pair = pairOf(edge)
    const nth = seen.get(pair) ?? 0
    seen.set(pair, nth + 1)
    const own = (lanes.get(pair) ?? []).map((lane) => ({ ...lane, y: lane.y + nth * 3 }))
    const label = `${ends.a.node.name} ${portText(edge.from)} to ${ends.b.node.name} ${portText(edge.to)}`
    const path = route(ends.start, ends.end, own)
    return [{ id: `e${i}`, from: edge.from.node, to: edge.to.node, path, label }]
  })
}

const portText = (end: ViewEdge['from']) => (end.key === null ? end.plug : `${end.plug}.${end.key}`)

/** Edges between placed boxes: where they meet them, the lanes the layout kept free for them, their paths. */
import type { EdgeLabel, Graph } from '@dagrejs/dagre'
import { route, routeBack, type Lane } from './route.ts'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** An edge between two boxes, by their index; where it leaves and meets them, from their tops. */
export interface Link {
  from: number
  to: number
  out: number
  in: number
}

export const gaps = { rankdir: 'LR', nodesep: 30, ranksep: 76, edgesep: 16 } as const

/** Where an edge leaves its source's box and where it meets its target's. */
export function endsOf(link: Link, boxes: readonly Box[]) {
  const [a, b] = [boxes[link.from], boxes[link.to]]
  if (!a || !b) return null
  return { a, b, to: link.to, start: { x: a.x + a.width, y: a.y + link.out }, end: { x: b.x, y: b.y + link.in } }
}

const pairOf = ({ from, to }: Link) => `${from} ${to}`

/** Edges by the pair of nodes they join, each with the stretches that the layout kept free in columns between. */
type Lanes = ReadonlyMap<string, Lane[]>

/** `up` is -1 where the boxes stand upside down to the layout. All are of one width. */
export function lanesOf(dagre: Graph, boxes: readonly Box[], up: 1 | -1): Lanes {
  const columns = new Set(boxes.map((box) => box.x))
  const width = boxes[0]?.width ?? 0
  const lanes = new Map<string, Lane[]>()
  for (const { v, w } of dagre.edges()) {
    const [first, last] = [boxes[Number(v)]?.x ?? 0, boxes[Number(w)]?.x ?? 0]
    const points = (dagre.edge(v, w) as EdgeLabel).points ?? []
    const free = points.flatMap(({ x, y }) => {
      const column = Math.round(x - width / 2)
      const isBetween = columns.has(column) && column > first && column < last
      return isBetween ? [{ from: column, to: column + width, y: up * y }] : []
    })
    if (free.length) lanes.set(`${v} ${w}`, free)
  }
  return lanes
}

/** What stands in the columns: nothing may be moved onto it. */
class Columns {
  private readonly boxes: Map<number, Box[]>
  private readonly lanes: Map<number, Lane[]>

  constructor(boxes: readonly Box[], lanes: Lanes) {
    this.boxes = Map.groupBy(boxes, ({ x }) => x)
    this.lanes = Map.groupBy([...lanes.values()].flat(), ({ from }) => from)
  }

  isFree(box: Omit<Box, 'width'>, own: Box | Lane): boolean {
    const inside = (top: number, bottom: number) => top < box.y + box.height && bottom > box.y
    return (
      !this.boxes.get(box.x)?.some((other) => other !== own && inside(other.y, other.y + other.height)) &&
      !this.lanes.get(box.x)?.some((lane) => lane !== own && inside(lane.y, lane.y))
    )
  }
}

/** In a chain, moves the next box up or down so that the edge runs level, if nothing is in the way. */
export function straighten(links: readonly Link[], boxes: Box[], lanes: Lanes): void {
  const columns = new Columns(boxes, lanes)
  const out = Map.groupBy(links, ({ from }) => from)
  const into = Map.groupBy(links, ({ to }) => to)
  const chained = links
    .filter((link) => out.get(link.from)?.length === 1 && into.get(link.to)?.length === 1)
    .toSorted((e, f) => (boxes[e.to]?.x ?? 0) - (boxes[f.to]?.x ?? 0))
  for (const link of chained) {
    const ends = endsOf(link, boxes)
    if (!ends || ends.b.x <= ends.a.x || lanes.has(pairOf(link))) continue
    const y = ends.b.y + ends.start.y - ends.end.y
    const box = { x: ends.b.x, y: y - gaps.edgesep, height: ends.b.height + 2 * gaps.edgesep }
    if (columns.isFree(box, ends.b)) ends.b.y = y
  }
}

/** A lane that is nearly level with one of its edge's ends becomes level with it. */
export function level(links: readonly Link[], boxes: readonly Box[], lanes: Lanes): void {
  const columns = new Columns(boxes, lanes)
  for (const link of links) {
    const ends = endsOf(link, boxes)
    for (const lane of (ends && lanes.get(pairOf(link))) ?? []) {
      const near = [ends?.end.y, ends?.start.y].find((y) => y !== undefined && Math.abs(y - lane.y) < gaps.nodesep)
      const box = { x: lane.from, y: (near ?? 0) - 6, height: 12 }
      if (near !== undefined && columns.isFree(box, lane)) lane.y = near
    }
  }
}

export interface Path {
  d: string
  /** it runs back: it is what closes a circle */
  back: boolean
}

/** Room between an edge that runs back and what it runs round. */
const clear = 22

export function pathsOf(links: readonly Link[], boxes: readonly Box[], lanes: Lanes): Path[] {
  const seen = new Map<string, number>()
  let backs = 0
  return links.map((link) => {
    const ends = endsOf(link, boxes)
    if (!ends) return { d: '', back: false }
    if (ends.end.x <= ends.start.x) {
      const top = topBetween(boxes, ends.b.x, ends.a.x + ends.a.width)
      return { d: routeBack(ends.start, ends.end, top - clear - (backs++ % 6) * 8), back: true }
    }
    const pair = pairOf(link)
    const nth = seen.get(pair) ?? 0
    seen.set(pair, nth + 1)
    const own = (lanes.get(pair) ?? []).map((lane) => ({ ...lane, y: lane.y + nth * 3 }))
    return { d: route(ends.start, ends.end, own), back: false }
  })
}

function topBetween(boxes: readonly Box[], from: number, to: number): number {
  let top = Infinity
  for (const box of boxes) if (box.x + box.width >= from && box.x <= to) top = Math.min(top, box.y)
  return top
}

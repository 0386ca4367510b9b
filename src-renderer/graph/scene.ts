/** A job's graph as compact cards, wide layers collapsed: what is laid out, and what is drawn of the result. Pure. */
import type { GraphView } from '../../src-main/api.ts'
import { at } from '../../src-main/domain/at.ts'
import { framesOf, type Arranged, type Shape } from './arrange.ts'
import { interpreterOf, type Card } from './card.ts'
import type { Collapsed } from './groups.ts'
import type { Layout, PlacedCard, Wire } from './layout.ts'
import { savedPositions } from './positions.ts'
import { pathsOf, type Box, type Link } from './wires.ts'

/** px at zoom 1; CompactCard.svelte draws with the same numbers */
export const compact = { width: 200, height: 56 } as const

const empty = { rows: [], ports: new Map<string, number>() }

function compactCard(view: GraphView, index: number): Card {
  const node = at(view.nodes, index)
  const interpreter = interpreterOf(node.metadata)
  return { index, node, interpreter, inputs: empty, outputs: empty, height: compact.height }
}

export interface Scene {
  shape: Shape
  /** of the shape's boxes the first are nodes, in this order; the others are the groups */
  collapsed: Collapsed
  /** positions that the graph's file has for all of its nodes; nothing is laid out then */
  saved: Box[] | null
}

/** For each node the box that stands for it. */
function boxOfNodes(count: number, { shown, groups }: Collapsed): number[] {
  const boxes = new Array<number>(count).fill(0)
  shown.forEach((node, box) => (boxes[node] = box))
  groups.forEach(({ members }, i) => members.forEach((node) => (boxes[node] = shown.length + i)))
  return boxes
}

export function sceneOf(view: GraphView, collapsed: Collapsed, direction: Shape['direction']): Scene {
  const { shown, groups } = collapsed
  const boxOf = boxOfNodes(view.nodes.length, collapsed)
  const { width, height } = compact
  const boxes = [
    ...shown.map((index) => ({ width, height, graph: at(view.nodes, index).graph })),
    ...groups.map(({ members }) => ({ width, height, graph: at(view.nodes, at(members, 0)).graph }))
  ]
  const seen = new Set<string>()
  const links = view.edges.flatMap(({ from, to }): Link[] => {
    const [a, b] = [at(boxOf, from.node), at(boxOf, to.node)]
    if (seen.has(`${a} ${b}`) || (a === b && from.node !== to.node)) return []
    seen.add(`${a} ${b}`)
    return [{ from: a, to: b, out: height / 2, in: height / 2 }]
  })
  const saved = groups.length === 0 ? savedPositions(view, compact) : null
  return { shape: { boxes, links, graphs: view.graphs, direction }, collapsed, saved }
}

/** Where the file says, with edges straight across. */
export const arrangedBy = (saved: Box[], shape: Shape): Arranged => ({
  boxes: saved,
  paths: pathsOf(shape.links, saved, new Map()),
  frames: framesOf(shape, saved)
})

export const groupId = (id: string): string => `group ${id}`

export function drawn(view: GraphView, { shape, collapsed }: Scene, arranged: Arranged): Layout {
  const { shown, groups } = collapsed
  const cards = shown.map((index, box): PlacedCard => ({ ...compactCard(view, index), ...at(arranged.boxes, box) }))
  const placedGroups = groups.map((group, i) => ({ ...group, ...at(arranged.boxes, shown.length + i) }))
  const ends = [...shown.map(String), ...groups.map(({ id }) => groupId(id))]
  const names = [...cards.map(({ node }) => node.name), ...groups.map((g) => `${g.members.length} ${g.className}`)]
  const wires = shape.links.map(({ from, to }, i): Wire => {
    const path = at(arranged.paths, i)
    const label = `${at(names, from)} to ${at(names, to)}`
    return { id: `e${i}`, from: at(ends, from), to: at(ends, to), path: path.d, back: path.back, label }
  })
  return { cards, wires, frames: arranged.frames, groups: placedGroups }
}

/** The part of a graph that a finding is about: its ends, what stands beside them, and the edge that is missing. Pure. */
import type { GraphView, TaskView } from '../../src-main/api.ts'
import type { Finding } from '../../src-main/domain/rehearsal.ts'
import { size, type ViewNode } from '../graph/card.ts'
import { layOut, type Layout, type PlacedCard } from '../graph/layout.ts'

export interface FindingEnds {
  /** indices of nodes in the graph's view */
  from: number | null
  to: number[]
}

/** More nodes than these say nothing more about one cause. */
const mostEnds = 3

/** The nodes of a finding's tasks and of the task it needs; `from` only where an edge between them is missing. */
export function endsOf(finding: Finding, view: GraphView, tasks: readonly TaskView[]): FindingEnds {
  const wanted = new Set([...finding.tasks, ...(finding.needs === null ? [] : [finding.needs])])
  const identifiers = new Map<string, string>()
  for (const { name, identifier } of tasks) if (wanted.has(name)) identifiers.set(name, identifier)
  // thousands of tasks are of a few nodes
  const nodesOf = (names: readonly string[]) =>
    [...new Set(names.map((name) => identifiers.get(name)))]
      .map((identifier) => view.nodes.findIndex((node) => node.identifier === identifier))
      .filter((index) => index >= 0)
  const [from = -1] = finding.needs === null ? [] : nodesOf([finding.needs])
  const to = nodesOf(finding.tasks)
  if (finding.kind === 'missing-dependency') return { from: from < 0 ? null : from, to: to.slice(0, mostEnds) }
  return { from: null, to: [...new Set(from < 0 ? to : [from, ...to])].slice(0, mostEnds) }
}

/** Whether a picture says more than the names do. */
export const isWorthDrawing = ({ from, to }: FindingEnds): boolean =>
  new Set([...to, ...(from === null ? [] : [from])]).size > 1

/** A node with its name alone: what its plugs are is no matter here. */
const bare = (node: ViewNode): ViewNode => ({ ...node, graph: 0, inputs: [], outputs: [] })

/** The nodes with these indices, the edges among them, and one more from `from` to each of `to`, as the last ones. */
function partOf(view: GraphView, indices: readonly number[], { from, to }: FindingEnds): GraphView {
  const at = (index: number) => indices.indexOf(index)
  const end = (index: number) => ({ node: at(index), plug: '', key: null })
  const seen = new Set<string>()
  const edges = view.edges.flatMap((edge) => {
    const [a, b] = [edge.from.node, edge.to.node]
    if (at(a) < 0 || at(b) < 0 || seen.has(`${a} ${b}`)) return []
    seen.add(`${a} ${b}`)
    return [{ from: end(a), to: end(b) }]
  })
  const missing = from === null ? [] : to.filter((index) => index !== from)
  const nodes = indices.flatMap((index) => view.nodes[index] ?? []).map(bare)
  return {
    name: view.name,
    graphs: [view.name],
    nodes,
    edges: [...edges, ...missing.map((index) => ({ from: end(from ?? index), to: end(index) }))]
  }
}

/** The ends with up to two nodes that each of them waits for directly. */
function withParents(view: GraphView, ends: readonly number[]): number[] {
  const parents = ends.flatMap((index) =>
    [...new Set(view.edges.filter(({ to }) => to.node === index).map(({ from }) => from.node))].slice(0, 2)
  )
  return [...new Set([...ends, ...parents])]
}

export interface EndsPicture {
  view: GraphView
  layout: Layout
  /** ids of the wires that are not there yet */
  missing: ReadonlySet<string>
  width: number
  height: number
  scale: number
  /** where the words "no edge" stand */
  label: { x: number; y: number } | null
}

const pad = 16
/** below this a card's name is under 11 px */
const leastScale = 0.84

/** As much around the ends as fits `room` px with readable names; where not even they fit side by side, one below the other. */
export function endsPicture(view: GraphView, ends: FindingEnds, room: number): EndsPicture {
  const among = [...new Set([...(ends.from === null ? [] : [ends.from]), ...ends.to])]
  for (const indices of [withParents(view, among), among]) {
    const picture = drawn(partOf(view, indices, ends), ends, false)
    const scale = Math.min(1, room / picture.width)
    if (scale >= leastScale) return { ...picture, scale }
  }
  const stacked = drawn(partOf(view, among, ends), ends, true)
  return { ...stacked, scale: Math.min(1, room / stacked.width) }
}

function drawn(part: GraphView, ends: FindingEnds, stacked: boolean): EndsPicture {
  const laid = stacked ? stack(layOut(part, true)) : layOut(part, true)
  const [left, top] = [Math.min(...laid.cards.map(({ x }) => x)), Math.min(...laid.cards.map(({ y }) => y))]
  const right = Math.max(...laid.cards.map(({ x, width }) => x + width))
  const bottom = Math.max(...laid.cards.map(({ y, height }) => y + height))
  const count = ends.from === null ? 0 : ends.to.filter((index) => index !== ends.from).length
  const first = part.edges.length - count
  const missing = new Set(Array.from({ length: count }, (_, i) => `e${first + i}`))
  const [x, y] = [pad - left, pad - top]
  const gap = laid.wires.find(({ id }) => missing.has(id))
  const [a, b] = gap ? [laid.cards[Number(gap.from)], laid.cards[Number(gap.to)]] : []
  return {
    view: part,
    layout: shifted(laid, x, y),
    missing,
    width: right - left + 2 * pad,
    height: bottom - top + 2 * pad,
    scale: 1,
    label: a && b ? middle(a, b, stacked, { x, y }) : null
  }
}

const shifted = (laid: Layout, x: number, y: number): Layout => ({
  frames: [],
  groups: [],
  cards: laid.cards.map((card) => ({ ...card, x: card.x + x, y: card.y + y })),
  wires: laid.wires.map((wire) => ({ ...wire, path: moved(wire.path, x, y) }))
})

/** A path whose numbers are pairs of x and y. */
const moved = (path: string, x: number, y: number): string =>
  path.replace(/(-?[\d.]+) (-?[\d.]+)/g, (_, a: string, b: string) => `${Number(a) + x} ${Number(b) + y}`)

/** Half way between where an edge leaves one card and meets the other. */
function middle(a: PlacedCard, b: PlacedCard, stacked: boolean, by: { x: number; y: number }) {
  if (stacked) return { x: a.x + a.width / 2 + by.x, y: (a.y + a.height + b.y) / 2 + by.y }
  // on a level edge it would hide all of it
  const below = a.y === b.y ? 18 : 0
  return { x: (a.x + a.width + b.x) / 2 + by.x, y: (a.y + b.y + size.head) / 2 + below + by.y }
}

const stackGap = 68

/** One card below the other in the order of their edges; wires run down. */
function stack(laid: Layout): Layout {
  const order = laid.cards.toSorted((a, b) => a.x - b.x || a.y - b.y)
  const tops = new Map<number, number>()
  let y = 0
  for (const { index, height } of order) {
    tops.set(index, y)
    y += height + stackGap
  }
  const cards = laid.cards.map((card) => ({ ...card, x: 0, y: tops.get(card.index) ?? 0 }))
  const wires = laid.wires.map((wire) => {
    const [a, b] = [cards[Number(wire.from)], cards[Number(wire.to)]]
    const path = a && b ? `M${a.width / 2} ${a.y + a.height}L${b.width / 2} ${b.y}` : wire.path
    return { ...wire, path }
  })
  return { cards, wires, frames: [], groups: [] }
}

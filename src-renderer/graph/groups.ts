/** Wide layers of a graph: of many nodes that are alike the first are shown, the rest is one card with a number. Pure. */
import type { GraphView } from '../../src-main/api.ts'
import { at } from '../../src-main/domain/at.ts'
import type { Box } from './wires.ts'

export interface Group {
  /** stays the same for the same graph */
  id: string
  className: string
  /** indices of the nodes that it stands for */
  members: number[]
}

export interface PlacedGroup extends Group, Box {}

export interface Collapsed {
  /** indices of the nodes that are shown */
  shown: number[]
  groups: Group[]
}

/** More nodes of a kind in one layer are collapsed. */
const mostAlike = 12
/** So many of them are shown beside the number. */
const examples = 3

/** The longest way to each node in edges; nodes in a circle count from where it is entered. */
export function layersOf(count: number, edges: readonly { from: number; to: number }[]): number[] {
  const layers = new Array<number>(count).fill(0)
  const open = new Array<number>(count).fill(0)
  const out = Array.from({ length: count }, () => [] as number[])
  for (const { from, to } of edges) {
    out[from]?.push(to)
    open[to] = (open[to] ?? 0) + 1
  }
  const ready = open.flatMap((n, i) => (n === 0 ? [i] : []))
  for (const index of ready)
    for (const next of at(out, index)) {
      layers[next] = Math.max(at(layers, next), at(layers, index) + 1)
      open[next] = at(open, next) - 1
      if (open[next] === 0) ready.push(next)
    }
  return layers
}

/** `opened`: ids of groups that the user opened. */
export function collapse(view: GraphView, opened: ReadonlySet<string>): Collapsed {
  const edges = view.edges.map(({ from, to }) => ({ from: from.node, to: to.node }))
  const layers = layersOf(view.nodes.length, edges)
  const alike = Map.groupBy(view.nodes.keys(), (i) => {
    const { graph, className, module } = at(view.nodes, i)
    return JSON.stringify([at(layers, i), graph, module, className])
  })
  const groups: Group[] = []
  const hidden = new Set<number>()
  for (const [id, list] of alike) {
    if (list.length <= mostAlike || opened.has(id)) continue
    const members = list.slice(examples)
    for (const index of members) hidden.add(index)
    groups.push({ id, className: at(view.nodes, at(list, 0)).className, members })
  }
  return { shown: [...view.nodes.keys()].filter((i) => !hidden.has(i)), groups }
}

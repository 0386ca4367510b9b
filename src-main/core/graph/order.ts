/**
 * Who comes before whom, from the edges over all connected graphs. flowpipe's cached lists go stale and its cycle
 * check has holes (quirks Q24, Q25), so nothing here reads them.
 */
import { at } from '../../domain/at.ts'
import { byCodePoint } from '../../domain/json.ts'
import type { Graph } from './model.ts'

export interface Order {
  /** Per node: the direct parents' and children's indices, ascending, each once. */
  parents: number[][]
  children: number[][]
  /** Longest path from a source; null for nodes in a cycle or behind one. */
  levels: (number | null)[]
  /** Nodes level by level; inside a row by name, then by identifier (quirk Q30). */
  rows: number[][]
  /** A circle as node indices, the first one repeated at the end; null where there is none. */
  cycle: number[] | null
}

export function orderOf(graph: Graph): Order {
  const parents = neighbours(graph, 'to', 'from')
  const children = neighbours(graph, 'from', 'to')
  const levels: (number | null)[] = graph.nodes.map(() => null)
  const missing = parents.map((list) => list.length)
  const rows: number[][] = []
  let row = graph.nodes.map((_, i) => i).filter((i) => missing[i] === 0)
  while (row.length) {
    const next: number[] = []
    for (const node of row) {
      levels[node] = rows.length
      for (const child of children[node] ?? []) if ((missing[child] = at(missing, child) - 1) === 0) next.push(child)
    }
    rows.push(row.sort((a, b) => byName(graph, a, b)))
    row = next
  }
  const sorted = rows.reduce((sum, r) => sum + r.length, 0)
  return { parents, children, levels, rows, cycle: sorted === graph.nodes.length ? null : findCycle(parents, levels) }
}

function neighbours(graph: Graph, of: 'from' | 'to', other: 'from' | 'to'): number[][] {
  const sets = graph.nodes.map(() => new Set<number>())
  for (const edge of graph.edges) sets[edge[of].node]?.add(edge[other].node)
  return sets.map((set) => [...set].sort((a, b) => a - b))
}

function byName(graph: Graph, a: number, b: number): number {
  const [x, y] = [at(graph.nodes, a), at(graph.nodes, b)]
  return byCodePoint(x.name, y.name) || byCodePoint(x.identifier, y.identifier)
}

/** Walks parents that never got a level; each has such a parent, so the walk must meet itself. */
function findCycle(parents: number[][], levels: (number | null)[]): number[] {
  const seen = new Map<number, number>()
  const path: number[] = []
  let node = levels.indexOf(null)
  while (!seen.has(node)) {
    seen.set(node, path.length)
    path.push(node)
    const above = at(parents, node).find((parent) => levels[parent] === null)
    if (above === undefined) throw new Error(`node ${node} got no level though all its parents have one`)
    node = above
  }
  const circle = path.slice(seen.get(node)).reverse()
  // told from the node that stands first in the file, whichever the walk met first
  const first = circle.indexOf(circle.reduce((least, i) => Math.min(least, i)))
  return [...circle.slice(first), ...circle.slice(0, first + 1)]
}

/** Everything reachable over `next` from `start`, without `start` unless it is in a cycle; indices ascending. */
export function closureOf(start: number, next: readonly (readonly number[])[]): number[] {
  const seen = new Set<number>()
  const stack = [...(next[start] ?? [])]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    for (const other of next[node] ?? []) stack.push(other)
  }
  return [...seen].sort((a, b) => a - b)
}

/** The names along a circle, for messages: `n0 → n1 → n0`. */
export const cycleText = (graph: Graph, cycle: readonly number[]): string =>
  cycle.map((i) => at(graph.nodes, i).name).join(' → ')

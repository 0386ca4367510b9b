/** The rows of the timeline: its slots, its nodes, a farm's machines, or the nodes of the critical path. Pure. */
import { countText } from '../../src-main/domain/counts.ts'
import type { TaskView } from '../../src-main/api.ts'
import { at } from '../../src-main/domain/at.ts'
import { rankOf } from '../../src-main/domain/status.ts'
import { lanesOf, type Bar, type Outcome } from './bars.ts'

export const ways = [
  ['slot', 'By slot'],
  ['host', 'By host'],
  ['node', 'By node'],
  ['path', 'Critical path']
] as const
export type Way = (typeof ways)[number][0]

export interface Row {
  id: string
  label: string
  /** `5 of 3,200`, or how many; empty for slots */
  aside: string
  /** the worst outcome among its bars; null for slots */
  state: Outcome | null
  /** indexes of its bars in the order of their starts */
  indexes: readonly number[]
  /** bars may lie over each other: they are drawn as shading, or in lanes of their own within the row */
  isShared: boolean
  failed: number
  /** of a shared row: in which of its lanes each of its bars lies, and how many it has */
  sub: { of: ReadonlyMap<number, number>; count: number } | null
}

export const slotRows = (lanes: readonly (readonly number[])[]): Row[] =>
  lanes.map((indexes, i) => ({
    ...{ id: `slot ${i}`, label: String(i + 1), aside: '', state: null, indexes, isShared: false, failed: 0, sub: null }
  }))

/** A row a node in the order of their first starts; `only`: of these tasks. */
export function nodeRows(
  bars: readonly Bar[],
  taskOf: (id: number) => TaskView | undefined,
  only?: ReadonlySet<number>
): Row[] {
  const byNode = new Map<string, Group>()
  bars.forEach((bar, i) => {
    if (only && !only.has(bar.task)) return
    const task = taskOf(bar.task)
    put(byNode, { id: task?.identifier ?? bar.name, label: task?.node ?? bar.name }, i)
  })
  return rowsOf(bars, byNode)
}

/** A row a machine of the farm, by their names; what ran here has one of its own. */
export function hostRows(bars: readonly Bar[]): Row[] {
  const byHost = new Map<string, Group>()
  bars.forEach(({ host }, i) => put(byHost, { id: `host ${host ?? ''}`, label: host ?? 'here' }, i))
  const sorted = [...byHost].sort(([, a], [, b]) => a.label.localeCompare(b.label, 'en', { numeric: true }))
  return rowsOf(bars, new Map(sorted))
}

interface Group {
  label: string
  indexes: number[]
}

function put(groups: Map<string, Group>, { id, label }: { id: string; label: string }, index: number): void {
  const known = groups.get(id)
  if (known) known.indexes.push(index)
  else groups.set(id, { label, indexes: [index] })
}

const rowsOf = (bars: readonly Bar[], groups: ReadonlyMap<string, Group>): Row[] =>
  [...groups].map(([id, { label, indexes }]) => {
    const failed = new Set(indexes.filter((i) => at(bars, i).outcome === 'failed').map((i) => at(bars, i).task)).size
    const tasks = new Set(indexes.map((i) => at(bars, i).task)).size
    const state = indexes.map((i) => at(bars, i).outcome).reduce((a, b) => (rankOf(b) < rankOf(a) ? b : a))
    const aside = failed ? `${countText(failed)} of ${countText(tasks)}` : countText(tasks)
    return { id, label, aside, state, indexes, isShared: true, failed, sub: subLanes(bars, indexes) }
  })

function subLanes(bars: readonly Bar[], indexes: readonly number[]): NonNullable<Row['sub']> {
  const lanes = lanesOf(indexes.map((i) => at(bars, i)))
  const of = new Map<number, number>()
  lanes.forEach((lane, n) => lane.forEach((place) => of.set(at(indexes, place), n)))
  return { of, count: lanes.length }
}

/** The bar of a shared row that a time hits, of several the one in a lane; within `slack` ms. null: there is none. */
export function barIn(
  bars: readonly Bar[],
  row: Row,
  time: number,
  { slack, lane }: { slack: number; lane: number }
): number | null {
  let best: number | null = null
  let least = Infinity
  for (const index of row.indexes) {
    const { start, end } = at(bars, index)
    if (start > time + slack) break
    const off = time < start ? start - time : time > end ? time - end : 0
    if (off > slack) continue
    const cost = off + (row.sub?.of.get(index) === lane ? 0 : slack + 1)
    if (cost < least) [best, least] = [index, cost]
  }
  return best
}

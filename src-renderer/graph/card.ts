/**
 * A node as a card whose size follows from its plugs: nothing in the page has to measure it. Lengths are px at zoom 1;
 * GraphNode.svelte draws with the same numbers.
 */
import type { GraphView } from '../../src-main/api.ts'
import { wantedInterpreter } from '../../src-main/domain/metadata.ts'
import type { Raw } from '../../src-main/domain/json.ts'

export type ViewNode = GraphView['nodes'][number]
export type ViewEdge = GraphView['edges'][number]
export type ViewPlug = ViewNode['inputs'][number]

export const size = { width: 224, head: 50, row: 20, pad: 7, foot: 38 } as const

/** Sub-plugs shown of one compound plug; the rest share one row. */
const maxSubs = 16

export interface Row {
  kind: 'plug' | 'sub' | 'more'
  label: string
  tip: string
  wired: boolean
}

export interface Side {
  rows: Row[]
  /** `portId` → index of its row */
  ports: ReadonlyMap<string, number>
}

export interface Card {
  index: number
  node: ViewNode
  interpreter: string
  inputs: Side
  outputs: Side
  height: number
}

/** One word for a plug or one of its sub-plugs; a key may be empty, so it is not simply joined. */
export const portId = (plug: string, key: string | null): string => JSON.stringify(key === null ? [plug] : [plug, key])

/** Which ports of each node have an edge; ids as `portId` makes them. */
function wiredPorts(edges: readonly ViewEdge[]) {
  const inputs = new Map<number, Set<string>>()
  const outputs = new Map<number, Set<string>>()
  const add = (map: Map<number, Set<string>>, end: ViewEdge['from']) => {
    const ids = map.get(end.node)
    if (ids) ids.add(portId(end.plug, end.key))
    else map.set(end.node, new Set([portId(end.plug, end.key)]))
  }
  for (const { from, to } of edges) {
    add(outputs, from)
    add(inputs, to)
  }
  return { inputs, outputs }
}

function sideOf(plugs: readonly ViewPlug[], wired: ReadonlySet<string>): Side {
  const rows: Row[] = []
  const ports = new Map<string, number>()
  const put = (id: string, row: Omit<Row, 'wired'>) => {
    ports.set(id, rows.length)
    rows.push({ ...row, wired: wired.has(id) })
  }
  for (const plug of plugs) {
    put(portId(plug.name, null), {
      kind: 'plug',
      label: plug.name,
      tip: plug.subs.length ? plug.name : `${plug.name} = ${plug.value}`
    })
    const shown = plug.subs.length > maxSubs + 1 ? plug.subs.slice(0, maxSubs) : plug.subs
    for (const { key, value } of shown)
      put(portId(plug.name, key), { kind: 'sub', label: key, tip: `${plug.name}.${key} = ${value}` })
    const rest = plug.subs.slice(shown.length)
    if (rest.length === 0) continue
    for (const { key } of rest) ports.set(portId(plug.name, key), rows.length)
    const tip = rest.map(({ key }) => `${plug.name}.${key}`).join('\n')
    const isWired = rest.some(({ key }) => wired.has(portId(plug.name, key)))
    rows.push({ kind: 'more', label: `${rest.length} more`, tip: tip.slice(0, 600), wired: isWired })
  }
  return { rows, ports }
}

/** What a node's metadata asks for; where that is no name, which preflight says, a sign of it. */
export function interpreterOf(metadata: Raw): string {
  const wanted = wantedInterpreter(metadata)
  return wanted.ok ? wanted.value : '?'
}

const none: ReadonlySet<string> = new Set()

/** Cards of all nodes in the graph's order; with `live`, each has a foot for the state of its tasks. */
export function cardsOf(view: GraphView, live: boolean): Card[] {
  const wired = wiredPorts(view.edges)
  return view.nodes.map((node, index) => {
    const inputs = sideOf(node.inputs, wired.inputs.get(index) ?? none)
    const outputs = sideOf(node.outputs, wired.outputs.get(index) ?? none)
    const rows = Math.max(inputs.rows.length, outputs.rows.length)
    const height = size.head + rows * size.row + 2 * size.pad + (live ? size.foot : 0)
    return { index, node, interpreter: interpreterOf(node.metadata), inputs, outputs, height }
  })
}

/** Where an edge meets the card, from the card's top; a plug that the node does not list meets it at the head. */
export function portY(side: Side, plug: string, key: string | null): number {
  const row = side.ports.get(portId(plug, key)) ?? side.ports.get(portId(plug, null))
  return row === undefined ? size.head / 2 : size.head + size.pad + (row + 0.5) * size.row
}

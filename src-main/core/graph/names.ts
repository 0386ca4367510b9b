/** How flowpipe's names are taken apart, shown and sorted. */
import { byCodePoint, memberOf } from '../../domain/json.ts'
import { toJs } from '../../domain/json-js.ts'
import { cutMiddle, visible } from '../../domain/visible.ts'
import type { GraphNode } from './model.ts'

/** Splits flowpipe's `plug` or `plug.key` at the first dot; keys with dots are refused elsewhere (quirk Q42). */
export function splitPlug(text: string): { plug: string; key: string | null } {
  const dot = text.indexOf('.')
  return dot < 0 ? { plug: text, key: null } : { plug: text.slice(0, dot), key: text.slice(dot + 1) }
}

/** Names stand in messages: shown in quotes, on one line, at most 80 characters, cut in the middle. */
export const shown = (name: string): string => `"${cutMiddle(visible(JSON.stringify(name).slice(1, -1)), 78)}"`

/** One value of a node's metadata as JavaScript; undefined where the key is absent. */
export function metadataOf(node: GraphNode, key: string): unknown {
  const raw = memberOf(node.metadata, key)
  return raw === undefined ? undefined : toJs(raw)
}

/**
 * What nodes are called where they have to be told apart: those that share their name in one graph are numbered, and no
 * number makes a name that another node has.
 */
export function distinctNames(nodes: readonly Pick<GraphNode, 'name' | 'graph'>[]): string[] {
  const taken = new Set(nodes.map(({ name }) => name))
  const keyOf = ({ name, graph }: Pick<GraphNode, 'name' | 'graph'>) => JSON.stringify([graph, name])
  const sharing = Map.groupBy(nodes, keyOf)
  const used = new Map<string, number>()
  return nodes.map((node) => {
    if ((sharing.get(keyOf(node))?.length ?? 0) < 2) return node.name
    let n = (used.get(node.name) ?? 0) + 1
    while (taken.has(`${node.name}_${n}`)) n++
    used.set(node.name, n)
    taken.add(`${node.name}_${n}`)
    return `${node.name}_${n}`
  })
}

/** Names sorted as Python sorts them. */
export const sortedNames = (list: Iterable<string>): string[] => [...list].sort(byCodePoint)

/**
 * Graphs in the order of their making, for whoever looks for the one that a file means: a graph that is exported under no
 * name is found so. One list in a process, whichever copy of this file runs; there is none before somebody watches.
 */
import type { CallSite } from './call-site.ts'
import type { Graph } from './shapes.ts'

export interface MadeGraph {
  graph: Graph
  /** whose code made it; undefined where that is not known */
  site: CallSite | undefined
}

const made: unique symbol = Symbol.for('backlot.made')
const shelf = globalThis as { [made]?: MadeGraph[] }

/** From now on each new graph is in the list. */
export const watchGraphs = (): readonly MadeGraph[] => (shelf[made] ??= [])

export function noteMade(graph: Graph, siteOf: () => CallSite | undefined): void {
  shelf[made]?.push({ graph, site: siteOf() })
}

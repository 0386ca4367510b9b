/** The nouns of Backlot, as data. A graph is never changed by a run; results hang on attempts. */
import type { Raw } from '../../domain/json.ts'
import type { Problem } from '../../domain/problems.ts'

export interface SubPlug {
  key: string
  value: Raw
}

export interface Plug {
  name: string
  /** The literal in the record; `null` where sub-plugs hold the values. */
  value: Raw
  subPlugs: SubPlug[]
}

export type NodeKind = 'function' | 'class'

/** A flowpipe node. Identity is `identifier`; `name` is shown and never used as a key or in a path. */
export interface GraphNode {
  identifier: string
  name: string
  /** Index into `Graph.graphs`: names of graphs are not unique (quirk Q29). */
  graph: number
  kind: NodeKind
  /** What a person calls its code: the function's or the class's name. */
  className: string
  /** The module its code is imported from. */
  module: string
  fileLocation: string | null
  inputs: Plug[]
  outputs: Plug[]
  metadata: Raw
  /** Not in flowpipe's JSON (quirk Q36); kept in Backlot's own field. */
  omit: boolean
  /** The record exactly as flowpipe wrote it. */
  record: Raw
}

export interface Endpoint {
  /** Index into `Graph.nodes`. */
  node: number
  plug: string
  /** The sub-plug's key, or null for the plug itself. */
  key: string | null
}

export interface Edge {
  from: Endpoint
  to: Endpoint
}

/** A plug that a graph offers as its own, or a group of inputs under one name (quirk Q31: not in flowpipe's JSON). */
export type Promotion = { node: string; plug: string } | { group: { node: string; plug: string }[] }

export interface GraphScope {
  name: string
  /** The graph's own members without its nodes and subgraphs, as text. */
  header: Raw
  promoted: { inputs: [string, Promotion][]; outputs: [string, Promotion][] }
}

export interface Graph {
  name: string
  /** The first is the root; the others are flowpipe's `subgraphs`. */
  graphs: GraphScope[]
  /** Root's nodes first, then the subgraphs', each in the order of the file. */
  nodes: GraphNode[]
  edges: Edge[]
  /** `node`: the file was one node's record, not a graph. */
  shape: 'graph' | 'node'
  /** What there is to say about the file it was read from; not stored. */
  notices?: readonly Problem[]
}

/** `plug` or `plug.key`, as flowpipe spells it. */
export const plugText = (end: { plug: string; key: string | null }): string =>
  end.key === null ? end.plug : `${end.plug}.${end.key}`

/** How the outputs of a node's batches become one value. */
export const mergeRules = ['same', 'concat', 'object', 'list', 'last'] as const
export type MergeRule = (typeof mergeRules)[number]

/**
 * What graphs, nodes and plugs are to each other. They know one another by these shapes, so that the files of the classes
 * behind them need no circle of imports. What is marked internal is for this folder alone.
 */
import type { Raw } from '../../../domain/json.ts'
import type { Definition } from './definition.ts'
import type { Metadata } from './metadata.ts'
import type { Part } from './values.ts'

/** Metadata as a node has it: what its definition and its making said, and keys of yours. */
export type MetadataOf = Readonly<Metadata & Record<string, unknown>>

/** One node after the other, or each as soon as its parents are done. */
export type EvaluationMode = 'linear' | 'parallel'

/** What an output can be connected to: an input, a sub-plug of one, or a group of inputs. `T` is what it takes. */
export interface Target<T = unknown> {
  /** @internal */ readonly ends: readonly Input[]
  at<K extends string | number>(key: K): Target<Part<T, K>>
  set(value: T): void
  disconnect(): void
}

/** What of a target its source looks at: whether it takes the value. Its sub-plugs' types hang on a key that is not known yet. */
export interface Taker<T> {
  /** @internal */ readonly ends: readonly Input[]
  set(value: T): void
}

/** What an output may feed: inputs that take its value, or, as its batches may give several, a list of such values. */
export type Feeds<T> = Taker<T> | Taker<T[]>

/** What inputs and outputs have in common: a node, a name, and a key where they are sub-plugs. */
export interface PlugEnd {
  readonly node: Node
  readonly plug: string
  readonly key: string | null
  /** `"Node".plug` or `"Node".plug.key`, for messages. */
  toString(): string
  promote(name?: string): void
  /** @internal Makes the sub-plug if it is one and is not there. */
  make(): void
}

/** An input plug or one of its sub-plugs. Looking at one never makes it (Q44); `set` and `connect` do. */
export interface Input<T = unknown> extends PlugEnd, Target<T> {
  at<K extends string | number>(key: K): Input<Part<T, K>>
  /** The literal, also while something else feeds the input (Q47); of a plug with sub-plugs, theirs as an object. */
  readonly value: unknown
  /** The output that feeds this input, or null. */
  readonly source: Output | null
  /** @internal A plug has a value of its own, or sub-plugs, never both (Q44, Q45). */
  checkMix(): void
}

/** Inputs under one name: what is set or connected goes to each of them. */
export interface InputGroup<T = unknown> extends Target<T> {
  readonly name: string
  at<K extends string | number>(key: K): InputGroup<Part<T, K>>
}

/** An output plug or one of its sub-plugs. `T` is what it gives; where no type says so, it may feed any input. */
export interface Output<T = unknown> extends PlugEnd {
  at<K extends string | number>(key: K): Output<Part<T, K>>
  /**
   * Feeds the input from this output. An input takes one source: the one it had is replaced, as in flowpipe. Refused:
   * circles (Q24), graphs of one name (Q29), and a plain connection beside sub-plugs (Q45).
   */
  connect(target: Feeds<T>): void
}

/** @internal */
export interface Edge {
  from: Output
  to: Input
}

/** @internal */
export interface InputState {
  literal: Raw
  /** Set by the author; a mere default gives way to sub-plugs. */
  given: boolean
  /** The sub-plugs' literals in the order of their making (Q39). */
  subs: Map<string, Raw>
}

/** @internal */
export interface OutputState {
  keys: Set<string>
  /** Whether the definition lists the keys. */
  closed: boolean
}

export interface Node {
  readonly graph: Graph
  readonly identifier: string
  omit: boolean
  readonly name: string
  readonly metadata: MetadataOf
  /** Gives the node another name; its identifier stays. */
  rename(name: string): void
  input(name: string): Input
  output(name: string): Output
  /** @internal */ readonly definition: Definition
  /** @internal */ readonly metadataText: Raw
  /** @internal */ readonly inputs: ReadonlyMap<string, InputState>
  /** @internal */ readonly outputs: ReadonlyMap<string, OutputState>
  /** @internal */ readonly sources: Map<string, Edge>
  /** @internal */ readonly targets: Set<Edge>
}

/** @internal The plugs that a graph offers as its own. */
export interface Promoted {
  readonly inputs: ReadonlyMap<string, Input | InputGroup>
  readonly outputs: ReadonlyMap<string, Output>
  addInput(name: string, target: Input | InputGroup): void
  addOutput(name: string, output: Output): void
}

/** What came of evaluating graphs in this process. */
export interface Evaluation {
  readonly succeeded: Node[]
  readonly failed: { node: Node; error: unknown }[]
  /** Not evaluated because something upstream failed. */
  readonly blocked: Node[]
  readonly omitted: Node[]
  /** The value of an output or of one of its sub-plugs. */
  value(output: Output): unknown
}

/** A named set of nodes. Graphs whose nodes are connected are written and evaluated together (Q27). */
export interface Graph {
  readonly name: string
  /** The graph's own nodes, in the order of their making. */
  readonly nodes: Node[]
  node(name: string): Node
  has(node: Node): boolean
  /** Takes the node out, with every edge of it (Q26) and every promoted plug (Q33). */
  delete(node: Node): void
  /** A promoted input or a group. */
  input(name: string): Target
  /** A promoted output. */
  output(name: string): Output
  /** Offers inputs of this graph's nodes under one name; what is set or connected there goes to each. */
  group<T>(name: string, inputs: readonly Input<T>[]): InputGroup<T>
  /** The text of flowpipe's JSON, as json.dump(indent=2) lays it out; readGraph reads it. */
  toText(): string
  /** For JSON.stringify: key order and the spelling of numbers survive it; toText is exact. */
  toJSON(): unknown
  /**
   * Evaluates this graph and all connected ones in this process. A node that fails stops what is downstream of it and
   * nothing else (Q56); then the promise rejects with an EvaluationError. The graph stays as it is.
   */
  evaluate(options?: { mode?: EvaluationMode }): Promise<Evaluation>
  /** @internal */ readonly promoted: Promoted
  /** @internal */ add(node: Node, ownIdentifier: boolean): void
  /** @internal Called before the node has the new name. */
  rename(node: Node, name: string): void
}

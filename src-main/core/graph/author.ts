/**
 * Graphs written in TypeScript: `import { defineNode, Graph, range } from 'backlot'`. The words and the JSON are
 * flowpipe's; what its quirks call wrong is refused by the call that causes it, with an AuthorError that names it.
 */
import { byCodePoint, itemsOf, kindOf, membersOf, rawArray, rawObject, rawText, toJs, type Raw } from '../json.ts'
import type { Graph as GraphModel, GraphNode, GraphScope, Plug, Promotion } from '../model.ts'
import { plugText } from '../model.ts'
import { shown, writeGraph } from './flowpipe.ts'
import { orderOf } from './order.ts'
import {
  AuthorError,
  callSiteOf,
  checkPlugName,
  compute,
  jsonOf,
  moduleOf,
  readInputs,
  readOutputs,
  refuseAuthor,
  register,
  wholeValue,
  type Compute,
  type Definition
} from './signature.ts'

export { AuthorError }

type Metadata = Readonly<Record<string, unknown>>

export interface NodeOptions<O extends string> {
  /** Names of outputs; `parts.a` declares a sub-plug. */
  outputs: readonly O[]
  metadata?: Metadata
  /** The file to load the node from, for helpers that call defineNode for another file: `import.meta.filename`. */
  file?: string
}

export interface InstanceOptions {
  /** The function's name unless given; unique in its graph. */
  name?: string
  identifier?: string
  /** Merged over the definition's metadata, key by key. */
  metadata?: Metadata
  /** An omitted node is not evaluated; its outputs are null. */
  omit?: boolean
}

type PlugName<O extends string> = O extends `${infer P}.${string}` ? P : O

/** A node whose plug names TypeScript knows. */
export interface NodeOf<I extends object, O extends string> extends Node {
  input(name: keyof I & string): Input
  output(name: PlugName<O>): Output
}

export type CreateNode<I extends object, O extends string> = (
  graph: Graph,
  inputs?: Partial<I>,
  options?: InstanceOptions
) => NodeOf<I, O>

/**
 * Declares a node: the function's parameter names its inputs, simple literals become their values. The result creates
 * nodes of the kind in a graph: `Render(graph, { frames: range(0, 30) }, { metadata: { batch_size: 10 } })`.
 */
export function defineNode<const O extends string, I extends object>(
  options: NodeOptions<O>,
  run: (inputs: I) => object | null | undefined
): CreateNode<I, O> {
  const { name } = run
  if (!name) refuseAuthor('defineNode takes a function with a name: function Render({ frames }) { … }')
  const site = callSiteOf(defineNode as Compute)
  const file = options.file ?? site?.file
  if (file === undefined) {
    return refuseAuthor(`${name} is defined in no file, so nothing could load it again; save it in one`)
  }
  const definition: Definition = {
    name,
    file,
    place: site?.place ?? file,
    inputs: readInputs(run, name),
    outputs: readOutputs(options.outputs, name),
    metadata: jsonOf({ interpreter: 'node', ...options.metadata }, `the metadata of ${name}`),
    compute: run
  }
  register(definition)
  return (graph, inputs, instance) => new Node(graph, definition, inputs ?? {}, instance ?? {}) as NodeOf<I, O>
}

/** Python's range: from `start` up to and without `stop`; `range(3)` is [0, 1, 2]. */
export function range(start: number, stop?: number, step = 1): number[] {
  const [first, end] = stop === undefined ? [0, start] : [start, stop]
  if (![first, end, step].every(Number.isInteger) || step === 0) {
    return refuseAuthor(`range(${first}, ${end}, ${step}) takes integers and a step other than 0`)
  }
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, i) => first + i * step)
}

interface InputState {
  literal: Raw
  /** Set by the author; a mere default gives way to sub-plugs. */
  given: boolean
  /** The sub-plugs' literals in the order of their making (Q39). */
  subs: Map<string, Raw>
}

interface OutputState {
  keys: Set<string>
  /** Whether the definition lists the keys. */
  closed: boolean
}

interface Edge {
  from: Output
  to: Input
}

export class Node {
  readonly graph: Graph
  readonly identifier: string
  omit: boolean
  /** @internal */ readonly definition: Definition
  /** @internal */ readonly metadataText: Raw
  /** @internal */ readonly inputs = new Map<string, InputState>()
  /** @internal */ readonly outputs = new Map<string, OutputState>()
  /** @internal */ readonly sources = new Map<string, Edge>()
  /** @internal */ readonly targets = new Set<Edge>()
  private called: string

  /** @internal */
  constructor(graph: Graph, definition: Definition, inputs: object, options: InstanceOptions) {
    if (!isGraph(graph)) {
      refuseAuthor(`${definition.name} takes the graph as its first argument; there is no default graph (Q34)`)
    }
    this.graph = graph
    this.definition = definition
    this.called = options.name ?? definition.name
    this.identifier = options.identifier ?? `${this.called}-${crypto.randomUUID()}`
    this.omit = options.omit ?? false
    const metadata = membersOf(jsonOf(options.metadata ?? {}, `the metadata of ${shown(this.called)}`))
    const merged = [...membersOf(definition.metadata), ...metadata].map(({ key, value }) => [key, value] as const)
    this.metadataText = rawObject(new Map(merged))
    for (const { name, value } of definition.inputs) {
      this.inputs.set(name, { literal: value, given: false, subs: new Map() })
    }
    for (const { name, keys } of definition.outputs) {
      this.outputs.set(name, { keys: new Set(keys), closed: keys.length > 0 })
    }
    for (const [name, value] of Object.entries(inputs)) if (value !== undefined) this.input(name).set(value)
    graph.add(this, options.identifier !== undefined)
  }

  get name(): string {
    return this.called
  }

  /** Gives the node another name; its identifier stays. */
  rename(name: string): void {
    this.graph.rename(this, name)
    this.called = name
  }

  get metadata(): Metadata {
    return toJs(this.metadataText) as Metadata
  }

  input(name: string): Input {
    if (!this.inputs.has(name)) refuseAuthor(unknownText(`${shown(this.name)} has no input`, name, this.inputs.keys()))
    return new Input(this, name, null)
  }

  output(name: string): Output {
    if (!this.outputs.has(name))
      refuseAuthor(unknownText(`${shown(this.name)} has no output`, name, this.outputs.keys()))
    return new Output(this, name, null)
  }
}

const unknownText = (what: string, name: string, known: Iterable<string>) =>
  `${what} ${shown(name)}; it has ${[...known].map(shown).join(', ') || 'none'}`

abstract class PlugHandle {
  readonly node: Node
  readonly plug: string
  readonly key: string | null

  /** @internal */
  constructor(node: Node, plug: string, key: string | null) {
    this.node = node
    this.plug = plug
    this.key = key
  }

  /** `"Node".plug` or `"Node".plug.key`, for messages. */
  toString(): string {
    return `${shown(this.node.name)}.${plugText(this)}`
  }

  protected checkKey(key: string | number): string {
    if (this.key !== null) refuseAuthor(`${this} is a sub-plug and has none of its own`)
    checkPlugName(String(key), String(this))
    return String(key)
  }

  protected refuseSub(what: string): void {
    if (this.key !== null) refuseAuthor(`${this} is a sub-plug; ${what} its plug ${shown(this.plug)} instead (Q33)`)
  }
}

/** What an output can be connected to: an input, a sub-plug of one, or a group of inputs. */
export interface Target {
  /** @internal */ readonly ends: readonly Input[]
  at(key: string | number): Target
  set(value: unknown): void
  disconnect(): void
}

/** An input plug or one of its sub-plugs. Looking at one never makes it (Q44); `set` and `connect` do. */
export class Input extends PlugHandle implements Target {
  get ends(): readonly Input[] {
    return [this]
  }

  at(key: string | number): Input {
    return new Input(this.node, this.plug, this.checkKey(key))
  }

  /** The literal, also while something else feeds the input (Q47); of a plug with sub-plugs, theirs as an object. */
  get value(): unknown {
    const { literal, subs } = this.state
    if (this.key === null) return toJs(subs.size ? rawObject(subs) : literal)
    const sub = subs.get(this.key)
    return sub === undefined
      ? refuseAuthor(unknownText(`${shown(this.node.name)}.${this.plug} has no sub-plug`, this.key, subs.keys()))
      : toJs(sub)
  }

  /** Sets the literal; what JSON cannot hold is refused (Q38), and so is a plug that is connected or has sub-plugs. */
  set(value: unknown): void {
    const literal = jsonOf(value, String(this))
    const { source, state } = this
    if (source) refuseAuthor(`${this} is fed by ${source}; disconnect it before you set a value`)
    this.checkMix()
    if (this.key !== null) state.subs.set(this.key, literal)
    else Object.assign(state, { literal, given: literal !== 'null' })
  }

  /** The output that feeds this input, or null. */
  get source(): Output | null {
    return this.node.sources.get(plugText(this))?.from ?? null
  }

  /** Removes the connection; the literal from before counts again (Q47). */
  disconnect(): void {
    const edge = this.node.sources.get(plugText(this))
    if (edge) unlink(edge)
  }

  /** Offers the input as the graph's own, under a name that is free (Q33). */
  promote(name: string = this.plug): void {
    this.refuseSub('promote')
    this.node.graph.promoteInput(name, this)
  }

  /** @internal A plug has a value of its own, or sub-plugs, never both (Q44, Q45). */
  checkMix(): void {
    const { given, literal, subs } = this.state
    if (this.key === null) {
      if (subs.size) refuseAuthor(`${this} has the sub-plugs ${[...subs.keys()].map(shown).join(', ')}; use them (Q45)`)
      return
    }
    const whole = `${shown(this.node.name)}.${this.plug}`
    if (given)
      refuseAuthor(`${whole} has the value ${brief(literal)}, which ${this} would hide; set it to null first (Q44)`)
    const edge = this.node.sources.get(this.plug)
    if (edge) refuseAuthor(`${whole} is fed by ${edge.from}, which ${this} would hide; disconnect it first (Q45)`)
  }

  private get state(): InputState {
    return this.node.inputs.get(this.plug) as InputState
  }

  /** @internal */
  make(): void {
    const { subs } = this.state
    if (this.key !== null && !subs.has(this.key)) subs.set(this.key, 'null')
  }
}

const brief = (raw: Raw) => (raw.length > 40 ? `${raw.slice(0, 39)}…` : raw)

/** An output plug or one of its sub-plugs. */
export class Output extends PlugHandle {
  at(key: string | number): Output {
    const { keys, closed } = this.node.outputs.get(this.plug) as OutputState
    const name = this.checkKey(key)
    if (closed && !keys.has(name)) refuseAuthor(unknownText(`${this} has no sub-plug`, name, keys))
    return new Output(this.node, this.plug, name)
  }

  /**
   * Feeds the input from this output. An input takes one source: the one it had is replaced, as in flowpipe. Refused:
   * circles (Q24), graphs of one name (Q29), and a plain connection beside sub-plugs (Q45).
   */
  connect(target: Target): void {
    for (const to of target.ends) link({ from: this, to })
  }

  /** Offers the output as the graph's own, under a name that is free (Q33). */
  promote(name: string = this.plug): void {
    this.refuseSub('promote')
    this.node.graph.promoteOutput(name, this)
  }

  /** @internal */
  make(): void {
    if (this.key !== null) this.node.outputs.get(this.plug)?.keys.add(this.key)
  }
}

/** Inputs under one name: what is set or connected goes to each of them. */
export class InputGroup implements Target {
  readonly name: string
  /** @internal */ readonly ends: readonly Input[]

  /** @internal */
  constructor(name: string, ends: readonly Input[]) {
    this.name = name
    this.ends = ends
  }

  at(key: string | number): InputGroup {
    return new InputGroup(
      `${this.name}.${key}`,
      this.ends.map((end) => end.at(key))
    )
  }

  set(value: unknown): void {
    for (const end of this.ends) end.set(value)
  }

  disconnect(): void {
    for (const end of this.ends) end.disconnect()
  }
}

function link(edge: Edge): void {
  const { from, to } = edge
  for (const { node } of [from, to]) {
    if (!node.graph.has(node)) {
      refuseAuthor(`${shown(node.name)} was deleted from ${shown(node.graph.name)}; it cannot be connected`)
    }
  }
  to.checkMix()
  checkCircle(from.node, to.node)
  checkGraphs(from.node.graph, to.node.graph)
  to.disconnect()
  from.make()
  to.make()
  from.node.targets.add(edge)
  to.node.sources.set(plugText(to), edge)
}

function unlink(edge: Edge): void {
  edge.from.node.targets.delete(edge)
  edge.to.node.sources.delete(plugText(edge.to))
}

/** flowpipe's own check misses circles longer than two (Q24); this one walks the edges. */
function checkCircle(from: Node, to: Node): void {
  // most graphs are wired from one end to the other, where there is nothing to walk
  if (from !== to && (from.sources.size === 0 || to.targets.size === 0)) return
  const path = pathBetween(to, from)
  if (!path) return
  const names = [from, ...path].map((node) => shown(node.name)).join(' → ')
  refuseAuthor(`connecting ${shown(from.name)} to ${shown(to.name)} closes a circle: ${names} (Q24)`)
}

function pathBetween(start: Node, end: Node): Node[] | null {
  const previous = new Map<Node, Node | null>([[start, null]])
  for (const node of previous.keys()) {
    if (node === end) return walkBack(previous, end)
    for (const { to } of node.targets) if (!previous.has(to.node)) previous.set(to.node, node)
  }
  return null
}

function walkBack(previous: Map<Node, Node | null>, end: Node): Node[] {
  const path: Node[] = []
  for (let node: Node | null | undefined = end; node; node = previous.get(node)) path.unshift(node)
  return path
}

/** Connected graphs go into one file, where names of graphs and identifiers of nodes have to be unique (Q29). */
function checkGraphs(a: Graph, b: Graph): void {
  if (a === b) return
  const left = connected(a)
  if (left.has(b)) return
  const names = new Map(Array.from(left, (graph) => [graph.name, graph]))
  const identifiers = new Set(Array.from(left, (graph) => graph.nodes.map((node) => node.identifier)).flat())
  for (const graph of connected(b)) {
    if (names.has(graph.name)) {
      refuseAuthor(`two different graphs called ${shown(graph.name)} cannot be connected; rename one of them (Q29)`)
    }
    const twin = graph.nodes.find((node) => identifiers.has(node.identifier))
    if (twin) refuseAuthor(`two nodes have the identifier ${shown(twin.identifier)}; give each its own`)
  }
}

/** The graph and all graphs that edges lead to, near or far, in either direction (Q27). */
function connected(graph: Graph): Set<Graph> {
  const graphs = new Set([graph])
  for (const { nodes } of graphs) {
    for (const node of nodes) {
      for (const { from } of node.sources.values()) graphs.add(from.node.graph)
      for (const { to } of node.targets) graphs.add(to.node.graph)
    }
  }
  return graphs
}

const brand: unique symbol = Symbol.for('backlot.graph')

/** Whether the value is a Graph, also one of another copy of this file. */
export const isGraph = (value: unknown): value is Graph => typeof value === 'object' && value !== null && brand in value

interface Promoted {
  inputs: Map<string, Input | InputGroup>
  outputs: Map<string, Output>
}

/** A named set of nodes. Graphs whose nodes are connected are written and evaluated together (Q27). */
export class Graph {
  readonly name: string
  readonly [brand] = true
  private members = new Map<string, Node>()
  private readonly promoted: Promoted = { inputs: new Map(), outputs: new Map() }

  constructor(name: string) {
    if (typeof name !== 'string' || name === '') refuseAuthor('a graph needs a name: new Graph("Rendering")')
    this.name = name
  }

  /** The graph's own nodes, in the order of their making. */
  get nodes(): Node[] {
    return [...this.members.values()]
  }

  node(name: string): Node {
    return (
      this.members.get(name) ??
      refuseAuthor(unknownText(`the graph ${shown(this.name)} has no node`, name, this.members.keys()))
    )
  }

  has(node: Node): boolean {
    return this.members.get(node.name) === node
  }

  /** Takes the node out, with every edge of it (Q26) and every promoted plug (Q33). */
  delete(node: Node): void {
    if (!this.has(node)) refuseAuthor(`${shown(node.name)} is no node of the graph ${shown(this.name)}`)
    for (const edge of [...node.sources.values(), ...node.targets]) unlink(edge)
    this.members.delete(node.name)
    for (const [name, output] of this.promoted.outputs) if (output.node === node) this.promoted.outputs.delete(name)
    for (const [name, target] of this.promoted.inputs) {
      const ends = target.ends.filter((end) => end.node !== node)
      if (ends.length === 0) this.promoted.inputs.delete(name)
      else if (target instanceof InputGroup) this.promoted.inputs.set(name, new InputGroup(name, ends))
    }
  }

  /** A promoted input or a group. */
  input(name: string): Target {
    const { inputs } = this.promoted
    return (
      inputs.get(name) ??
      refuseAuthor(unknownText(`the graph ${shown(this.name)} promotes no input`, name, inputs.keys()))
    )
  }

  /** A promoted output. */
  output(name: string): Output {
    const { outputs } = this.promoted
    return (
      outputs.get(name) ??
      refuseAuthor(unknownText(`the graph ${shown(this.name)} promotes no output`, name, outputs.keys()))
    )
  }

  /** Offers inputs of this graph's nodes under one name; what is set or connected there goes to each. */
  group(name: string, inputs: readonly Input[]): InputGroup {
    if (inputs.length === 0) refuseAuthor(`the group ${shown(name)} needs at least one input`)
    const sub = inputs.find((input) => input.key !== null)
    if (sub) refuseAuthor(`${sub} is a sub-plug; put its plug into the group ${shown(name)} instead`)
    const group = new InputGroup(name, [...inputs])
    this.promoteInput(name, group)
    return group
  }

  /** @internal */
  promoteInput(name: string, target: Input | InputGroup): void {
    this.checkPromotion(name, this.promoted.inputs, target.ends)
    this.promoted.inputs.set(name, target)
  }

  /** @internal */
  promoteOutput(name: string, output: Output): void {
    this.checkPromotion(name, this.promoted.outputs, [output])
    this.promoted.outputs.set(name, output)
  }

  private checkPromotion(name: string, taken: Map<string, unknown>, plugs: readonly PlugHandle[]): void {
    checkPlugName(name, `the graph ${shown(this.name)}`)
    if (taken.has(name)) {
      refuseAuthor(`the graph ${shown(this.name)} promotes ${shown(name)} already; take another name (Q33)`)
    }
    const stranger = plugs.find((plug) => !this.has(plug.node))
    if (stranger) refuseAuthor(`${stranger} belongs to no node of the graph ${shown(this.name)}`)
  }

  /** @internal */
  add(node: Node, ownIdentifier: boolean): void {
    this.checkName(node.name)
    const known = ownIdentifier ? [...connected(this)] : []
    if (known.some(({ nodes }) => nodes.some((other) => other.identifier === node.identifier))) {
      refuseAuthor(`two nodes have the identifier ${shown(node.identifier)}; give each its own`)
    }
    this.members.set(node.name, node)
  }

  /** @internal Called before the node has the new name. */
  rename(node: Node, name: string): void {
    if (!this.has(node)) refuseAuthor(`${shown(node.name)} was deleted from ${shown(this.name)}`)
    if (name !== node.name) this.checkName(name)
    this.members = new Map(this.nodes.map((member) => [member === node ? name : member.name, member]))
  }

  private checkName(name: string): void {
    if (name === '') refuseAuthor(`a node of the graph ${shown(this.name)} needs a name`)
    if (this.members.has(name)) {
      refuseAuthor(
        `the graph ${shown(this.name)} has a node called ${shown(name)} already; names are unique in a graph (Q32)`
      )
    }
  }

  /** The text of flowpipe's JSON, as json.dump(indent=2) lays it out; readGraph reads it. */
  toText(): string {
    return writeGraph(modelOf(this).model)
  }

  /** For JSON.stringify: key order and the spelling of numbers survive it; toText is exact. */
  toJSON(): unknown {
    return forStringify(this.toText())
  }

  /**
   * Evaluates this graph and all connected ones in this process. A node that fails stops what is downstream of it and
   * nothing else (Q56); then the promise rejects with an EvaluationError. The graph stays as it is.
   */
  async evaluate({ mode = 'linear' }: { mode?: 'linear' | 'parallel' } = {}): Promise<Evaluation> {
    const { nodes, model } = modelOf(this)
    const { rows, parents } = orderOf(model)
    const evaluation = new Evaluation()
    const done: Promise<void>[] = []
    for (const index of rows.flat()) {
      const node = nodes[index] as Node
      const before = parents[index] ?? []
      const ready = Promise.all(before.map((parent) => done[parent]))
      const step = ready.then(() =>
        evaluation.step(
          node,
          before.map((parent) => nodes[parent] as Node)
        )
      )
      done[index] = step
      if (mode === 'linear') await step
    }
    await Promise.all(done)
    if (evaluation.failed.length) throw new EvaluationError(this.name, nodes.length, evaluation)
    return evaluation
  }

  /** @internal */
  scope(isRoot: boolean): GraphScope {
    const members: [string, Raw][] = [
      ['module', rawText('backlot')],
      ['cls', rawText('Graph')],
      ['name', rawText(this.name)],
      ['nodes', '[]']
    ]
    const { inputs, outputs } = this.promoted
    return {
      name: this.name,
      header: rawObject(isRoot ? [...members, ['subgraphs', '[]']] : members),
      promoted: {
        inputs: Array.from(inputs, ([name, target]) => [name, promotionOf(target)]),
        outputs: Array.from(outputs, ([name, output]) => [name, endOf(output)])
      }
    }
  }
}

const endOf = ({ node, plug }: PlugHandle) => ({ node: node.identifier, plug })

const promotionOf = (target: Input | InputGroup): Promotion =>
  target instanceof InputGroup ? { group: target.ends.map(endOf) } : endOf(target)

/** The graph as data, root first and the others by name; `nodes` runs parallel to the model's. */
function modelOf(root: Graph): { nodes: Node[]; model: GraphModel } {
  const [, ...others] = connected(root)
  const graphs = [root, ...others.sort((a, b) => byCodePoint(a.name, b.name))]
  const nodes = graphs.flatMap((graph) => graph.nodes)
  const indexOf = new Map(nodes.map((node, i) => [node, i]))
  const endpoint = ({ node, plug, key }: PlugHandle) => ({ node: indexOf.get(node) as number, plug, key })
  const edges = nodes.flatMap(({ targets }) =>
    Array.from(targets, ({ from, to }) => ({ from: endpoint(from), to: endpoint(to) }))
  )
  const records = graphs.flatMap((graph, i) => graph.nodes.map((node) => recordOf(node, i)))
  const scopes = graphs.map((graph) => graph.scope(graph === root))
  return { nodes, model: { name: root.name, graphs: scopes, nodes: records, edges, shape: 'graph' } }
}

function recordOf(node: Node, graph: number): GraphNode {
  const { definition, identifier, name, omit } = node
  const module = moduleOf(definition.file)
  return {
    ...{ identifier, name, graph, kind: 'function', className: definition.name, module, omit },
    fileLocation: definition.file,
    inputs: Array.from(node.inputs, ([plug, { literal, subs }]) => ({
      name: plug,
      value: subs.size || node.sources.has(plug) ? 'null' : literal,
      subPlugs: Array.from(subs, ([key, value]) => ({
        key,
        value: node.sources.has(`${plug}.${key}`) ? 'null' : value
      }))
    })),
    outputs: emptyOutputs(node),
    metadata: node.metadataText,
    get record(): Raw {
      return rawRecord(node, this)
    }
  }
}

const emptyOutputs = (node: Node): Plug[] =>
  Array.from(node.outputs, ([name, { keys }]) => ({
    name,
    value: 'null',
    subPlugs: Array.from(keys, (key) => ({ key, value: 'null' }))
  }))

/** The record's members in flowpipe's order. */
function rawRecord(node: Node, { inputs, outputs, fileLocation, module, className, metadata }: GraphNode): Raw {
  const targets = targetsOf(node)
  const sources = (text: string): Raw => {
    const edge = node.sources.get(text)
    return edge ? rawObject([[edge.from.node.identifier, rawText(plugText(edge.from))]]) : '{}'
  }
  return rawObject([
    ['file_location', rawText(fileLocation ?? '')],
    ['module', rawText('backlot')],
    ['cls', rawText('FunctionNode')],
    ['name', rawText(node.name)],
    ['identifier', rawText(node.identifier)],
    ['inputs', rawPlugs(inputs, sources)],
    ['outputs', rawPlugs(outputs, (text) => rawTargets(targets.get(text)))],
    ['metadata', metadata],
    [
      'func',
      rawObject([
        ['module', rawText(module)],
        ['name', rawText(className)]
      ])
    ]
  ])
}

function rawPlugs(plugs: readonly Plug[], connections: (text: string) => Raw): Raw {
  const plug = (name: string, value: Raw): [string, Raw][] => [
    ['name', rawText(name)],
    ['value', value],
    ['connections', connections(name)]
  ]
  return rawObject(
    plugs.map(({ name, value, subPlugs }) => {
      const subs = subPlugs.map((sub) => [sub.key, rawObject(plug(`${name}.${sub.key}`, sub.value))] as const)
      return [name, rawObject([...plug(name, value), ['sub_plugs', rawObject(subs)]])] as const
    })
  )
}

/** Per output, as `plug` or `plug.key`: the inputs it feeds by their node's identifier. */
function targetsOf(node: Node): Map<string, Map<string, string[]>> {
  const targets = new Map<string, Map<string, string[]>>()
  for (const { from, to } of node.targets) {
    const byNode = targets.get(plugText(from)) ?? new Map<string, string[]>()
    byNode.set(to.node.identifier, [...(byNode.get(to.node.identifier) ?? []), plugText(to)])
    targets.set(plugText(from), byNode)
  }
  return targets
}

const rawTargets = (byNode: Map<string, string[]> | undefined): Raw =>
  rawObject(Array.from(byNode ?? [], ([node, plugs]) => [node, rawArray(plugs.map(rawText))] as const))

/** Node 22 and later keep the spelling. */
const exactNumber = (raw: Raw): unknown =>
  (JSON as { rawJSON?: (text: string) => unknown }).rawJSON?.(raw) ?? Number(raw)

/** Values that JSON.stringify writes with the keys' order and the numbers' spelling of the text (Q38, Q39). */
function forStringify(raw: Raw): unknown {
  switch (kindOf(raw)) {
    case 'array':
      return itemsOf(raw).map(forStringify)
    case 'number':
      return Number.isFinite(Number(raw)) ? exactNumber(raw) : null
    case 'object': {
      const members = membersOf(raw).map(({ key, value }) => [key, forStringify(value)] as const)
      const keys = [...new Set(members.map(([key]) => key))]
      return new Proxy(Object.fromEntries(members), { ownKeys: () => keys })
    }
    default:
      return toJs(raw)
  }
}

/** What came of evaluating graphs in this process. */
export class Evaluation {
  readonly succeeded: Node[] = []
  readonly failed: { node: Node; error: unknown }[] = []
  /** Not evaluated because something upstream failed. */
  readonly blocked: Node[] = []
  readonly omitted: Node[] = []
  private readonly results = new Map<Node, Plug[]>()

  /** The value of an output or of one of its sub-plugs. */
  value(output: Output): unknown {
    if (!this.results.has(output.node)) refuseAuthor(`${output} has no value; its node was not evaluated to the end`)
    return toJs(this.textOf(output))
  }

  /** @internal */
  async step(node: Node, parents: readonly Node[]): Promise<void> {
    if (parents.some((parent) => !this.results.has(parent))) {
      this.blocked.push(node)
    } else if (node.omit) {
      this.results.set(node, emptyOutputs(node))
      this.omitted.push(node)
    } else {
      await this.run(node)
    }
  }

  private async run(node: Node): Promise<void> {
    try {
      const outputs = await compute(node.definition, this.inputsOf(node), emptyOutputs(node), shown(node.name))
      this.results.set(node, outputs)
      this.succeeded.push(node)
    } catch (error) {
      this.failed.push({ node, error })
    }
  }

  private inputsOf(node: Node): Raw {
    const worth = (text: string, literal: Raw) => {
      const edge = node.sources.get(text)
      return edge ? this.textOf(edge.from) : literal
    }
    const plugs = Array.from(node.inputs, ([name, { literal, subs }]) => {
      const parts = Array.from(subs, ([key, value]) => [key, worth(`${name}.${key}`, value)] as const)
      return [name, parts.length ? rawObject(parts) : worth(name, literal)] as const
    })
    return rawObject(plugs)
  }

  private textOf({ node, plug, key }: Output): Raw {
    const output = this.results.get(node)?.find(({ name }) => name === plug)
    if (!output) return 'null'
    return key === null ? wholeValue(output) : (output.subPlugs.find((sub) => sub.key === key)?.value ?? 'null')
  }
}

/** Thrown by `evaluate` when everything that could run has run. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError'
  readonly evaluation: Evaluation

  constructor(graph: string, count: number, evaluation: Evaluation) {
    const { failed, blocked } = evaluation
    const reasons = failed.map(({ node, error }) => `${shown(node.name)}: ${String(error)}`).join('; ')
    const rest = blocked.length ? `; not evaluated for it: ${blocked.map((node) => shown(node.name)).join(', ')}` : ''
    super(`${failed.length} of ${count} nodes of ${shown(graph)} failed: ${reasons}${rest}`, {
      cause: failed[0]?.error
    })
    this.evaluation = evaluation
  }
}

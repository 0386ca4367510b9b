/**
 * flowpipe's graph JSON (Graph.to_json of 1.x): read into nodes and edges, written back as the same text.
 * What flowpipe leaves out of its JSON (omit, promoted plugs: quirks Q31, Q36) stands in our own `backlot` member of
 * the root, which flowpipe's from_json ignores.
 */
import {
  byCodePoint,
  formatJson,
  itemsOf,
  kindOf,
  memberOf,
  membersOf,
  rawArray,
  rawObject,
  rawText,
  textOf,
  type JsonKind,
  type Raw
} from '../../domain/json.ts'
import { checkJson } from '../../domain/json-check.ts'
import { toJs } from '../../domain/json-js.ts'
import type { Edge, Endpoint, Graph, GraphNode, GraphScope, Plug, Promotion, SubPlug } from './model.ts'
import { plugText } from './model.ts'
import { caught, refuse, take, type Result } from '../../domain/result.ts'

/** Splits flowpipe's `plug` or `plug.key` at the first dot; keys with dots are refused elsewhere (quirk Q42). */
export function splitPlug(text: string): { plug: string; key: string | null } {
  const dot = text.indexOf('.')
  return dot < 0 ? { plug: text, key: null } : { plug: text.slice(0, dot), key: text.slice(dot + 1) }
}

interface Declared {
  plug: string
  key: string | null
  /** identifier of the other node, name of its plug */
  other: [string, string][]
}

const names: Record<JsonKind, string> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null'
}

function expectKind(raw: Raw | undefined, kind: JsonKind, where: string): Raw {
  if (raw === undefined) return refuse('input', `${where} is missing; it should be ${names[kind]}`)
  const got = kindOf(raw)
  if (got !== kind) refuse('input', `${where} is ${names[got]}; it should be ${names[kind]}`)
  return raw
}

const textAt = (raw: Raw, key: string, where: string): string =>
  textOf(expectKind(memberOf(raw, key), 'string', `${where}.${key}`))

const objectAt = (raw: Raw, key: string, where: string): Raw =>
  expectKind(memberOf(raw, key), 'object', `${where}.${key}`)

function optionalText(raw: Raw, key: string, where: string): string | null {
  const value = memberOf(raw, key)
  return value === undefined || value === 'null' ? null : textOf(expectKind(value, 'string', `${where}.${key}`))
}

/** Names stand in messages: shown in quotes, on one line, at most 80 characters. */
export function shown(name: string): string {
  const line = JSON.stringify(name)
  return line.length > 80 ? `${line.slice(0, 76)}…"` : line
}

/** A record that cannot be read as a graph is refused with the path of the first wrong part. */
export function readGraph(text: string): Result<Graph> {
  return caught(() => {
    const root = take(checkJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text))
    expectKind(root, 'object', 'the file')
    if (memberOf(root, 'nodes') === undefined && memberOf(root, 'identifier') !== undefined) return readSingleNode(root)
    return new Reader().graph(root)
  })
}

/** A stored record as a node again; it was checked when it was imported. */
export const readNodeRecord = (record: Raw, graph: number, omit: boolean): GraphNode =>
  new Reader().node(record, 'a stored node', graph, omit)

function readSingleNode(root: Raw): Graph {
  const reader = new Reader()
  const graph = reader.graph(
    rawObject([
      ['name', rawText(textAt(root, 'name', 'the node'))],
      ['nodes', rawArray([root])]
    ]),
    true
  )
  return { ...graph, shape: 'node' }
}

class Reader {
  private readonly nodes: GraphNode[] = []
  private readonly indexOf = new Map<string, number>()
  private readonly incoming: Declared[][] = []
  private readonly outgoing: Declared[][] = []
  private readonly omitted = new Set<string>()

  graph(root: Raw, lone = false): Graph {
    const extension = memberOf(root, 'backlot')
    const scopes: GraphScope[] = []
    if (extension !== undefined) this.readOmitted(expectKind(extension, 'object', 'backlot'))
    this.scope(root, 'the graph', scopes)
    const subgraphs = memberOf(root, 'subgraphs')
    if (subgraphs !== undefined) {
      for (const [i, sub] of itemsOf(expectKind(subgraphs, 'array', 'subgraphs')).entries()) {
        const where = `subgraphs[${i}]`
        expectKind(sub, 'object', where)
        const nested = memberOf(sub, 'subgraphs')
        if (
          nested !== undefined &&
          nested !== 'null' &&
          itemsOf(expectKind(nested, 'array', `${where}.subgraphs`)).length
        ) {
          refuse(
            'input',
            `${where} holds subgraphs of its own; flowpipe lists every subgraph at the root, so move them there`
          )
        }
        this.scope(sub, where, scopes)
      }
    }
    if (extension !== undefined) readPromoted(extension, scopes)
    for (const identifier of this.omitted) {
      if (!this.indexOf.has(identifier))
        refuse('input', `backlot.omit names ${shown(identifier)}, which is no node of this graph`)
    }
    const root0 = scopes[0] as GraphScope
    return { name: root0.name, graphs: scopes, nodes: this.nodes, edges: this.edges(lone), shape: 'graph' }
  }

  private readOmitted(extension: Raw): void {
    const omit = memberOf(extension, 'omit')
    if (omit === undefined) return
    for (const item of itemsOf(expectKind(omit, 'array', 'backlot.omit'))) {
      this.omitted.add(textOf(expectKind(item, 'string', 'an entry of backlot.omit')))
    }
  }

  private scope(raw: Raw, where: string, scopes: GraphScope[]): void {
    const name = textAt(raw, 'name', where)
    const nodes = itemsOf(expectKind(memberOf(raw, 'nodes'), 'array', `${where}.nodes`))
    const header = rawObject(
      membersOf(raw).map(({ key, value }) => [key, key === 'nodes' || key === 'subgraphs' ? '[]' : value] as const)
    )
    scopes.push({ name, header, promoted: { inputs: [], outputs: [] } })
    const taken = new Set<string>()
    for (const [i, record] of nodes.entries()) {
      const node = this.node(record, `${where}.nodes[${i}]`, scopes.length - 1)
      if (taken.has(node.name)) {
        refuse(
          'input',
          `the graph ${shown(name)} has two nodes called ${shown(node.name)}; rename one, names are unique in a graph`
        )
      }
      taken.add(node.name)
    }
  }

  node(record: Raw, position: string, graph: number, omit?: boolean): GraphNode {
    expectKind(record, 'object', position)
    const name = textAt(record, 'name', position)
    const where = `node ${shown(name)}`
    const identifier = textAt(record, 'identifier', where)
    if (identifier === '') refuse('input', `${where} has an empty identifier; every node needs its own`)
    if (this.indexOf.has(identifier)) {
      refuse('input', `two nodes have the identifier ${shown(identifier)}; give each node its own`)
    }
    const func = memberOf(record, 'func')
    const module = textAt(record, 'module', where)
    const cls = textAt(record, 'cls', where)
    const isFunction = func !== undefined && func !== 'null'
    if (isFunction) expectKind(func, 'object', `${where}.func`)
    const outgoing: Declared[] = []
    const incoming: Declared[] = []
    const node: GraphNode = {
      identifier,
      name,
      graph,
      kind: isFunction ? 'function' : 'class',
      className: isFunction ? textAt(func, 'name', `${where}.func`) : cls,
      module: isFunction ? textAt(func, 'module', `${where}.func`) : module,
      fileLocation: optionalText(record, 'file_location', where),
      inputs: readPlugs(objectAt(record, 'inputs', where), `${where}.inputs`, incoming, readSources),
      outputs: readPlugs(objectAt(record, 'outputs', where), `${where}.outputs`, outgoing, readTargets),
      metadata: objectAt(record, 'metadata', where),
      omit: omit ?? this.omitted.has(identifier),
      record
    }
    this.indexOf.set(identifier, this.nodes.length)
    this.nodes.push(node)
    this.incoming.push(incoming)
    this.outgoing.push(outgoing)
    return node
  }

  /** Edges in the order of the sources' outputs. Both sides are read: an edge that one side denies is refused. */
  private edges(lone: boolean): Edge[] {
    if (lone) return []
    const edges: Edge[] = []
    const wanted = new Map<string, Edge>()
    const keyOf = (from: Endpoint, to: Endpoint) => JSON.stringify([from.node, plugText(from), to.node, plugText(to)])
    this.incoming.forEach((declared, node) => {
      for (const { plug, key, other } of declared) {
        const to = { node, plug, key }
        for (const [identifier, source] of other) {
          const from = this.endpoint(
            identifier,
            source,
            'outputs',
            `${this.labelOf(node)}.${plugText(to)}`,
            'is fed by'
          )
          wanted.set(keyOf(from, to), { from, to })
        }
      }
    })
    this.outgoing.forEach((declared, node) => {
      for (const { plug, key, other } of declared) {
        const from = { node, plug, key }
        for (const [identifier, target] of other) {
          const to = this.endpoint(identifier, target, 'inputs', `${this.labelOf(node)}.${plugText(from)}`, 'feeds')
          const edge = wanted.get(keyOf(from, to))
          if (!edge) {
            return refuse(
              'input',
              `${this.labelOf(node)}.${plugText(from)} says it feeds ${this.labelOf(to.node)}.${plugText(to)}, but that input does not list it; connect them again or remove the connection`
            )
          }
          wanted.delete(keyOf(from, to))
          edges.push(edge)
        }
      }
    })
    // an input may name its source alone: flowpipe's own from_json reads only this side
    return [...edges, ...wanted.values()]
  }

  private labelOf(node: number): string {
    return shown((this.nodes[node] as GraphNode).name)
  }

  private endpoint(
    identifier: string,
    text: string,
    side: 'inputs' | 'outputs',
    where: string,
    verb: string
  ): Endpoint {
    const index = this.indexOf.get(identifier)
    if (index === undefined) {
      return refuse(
        'input',
        `${where} ${verb} ${shown(identifier)}, which is no node of this file; add the node or remove the connection`
      )
    }
    const node = this.nodes[index] as GraphNode
    const end = splitPlug(text)
    const plug = node[side].find((p) => p.name === end.plug)
    const known = plug && (end.key === null || plug.subPlugs.some((sub) => sub.key === end.key))
    if (!known) {
      refuse(
        'input',
        `${where} ${verb} ${shown(node.name)}.${text}, but that node has no such ${side === 'inputs' ? 'input' : 'output'}`
      )
    }
    return { node: index, ...end }
  }
}

type ReadConnections = (raw: Raw, where: string) => [string, string][]

const readSources: ReadConnections = (raw, where) => {
  const members = membersOf(raw)
  if (members.length > 1)
    refuse('input', `${where} has ${members.length} sources; an input takes one, use sub-plugs for more`)
  return members.map(({ key, value }) => [key, textOf(expectKind(value, 'string', `${where}[${shown(key)}]`))])
}

const readTargets: ReadConnections = (raw, where) =>
  membersOf(raw).flatMap(({ key, value }) =>
    itemsOf(expectKind(value, 'array', `${where}[${shown(key)}]`)).map((target): [string, string] => [
      key,
      textOf(expectKind(target, 'string', `an entry of ${where}[${shown(key)}]`))
    ])
  )

function readPlugs(raw: Raw, where: string, connections: Declared[], read: ReadConnections): Plug[] {
  const taken = new Set<string>()
  return membersOf(raw).map(({ key: name, value: plug }) => {
    const at = `${where}.${name}`
    if (taken.has(name)) refuse('input', `${at} is there twice; plug names are unique in a node`)
    if (name.includes('.'))
      refuse('input', `${at} has a dot in its name; flowpipe keeps dots for sub-plugs, rename the plug`)
    taken.add(name)
    expectKind(plug, 'object', at)
    connections.push({ plug: name, key: null, other: read(objectAt(plug, 'connections', at), `${at}.connections`) })
    return { name, value: valueOf(plug, at), subPlugs: readSubPlugs(plug, name, at, connections, read) }
  })
}

function readSubPlugs(plug: Raw, name: string, at: string, connections: Declared[], read: ReadConnections): SubPlug[] {
  const raw = memberOf(plug, 'sub_plugs')
  if (raw === undefined) return []
  const taken = new Set<string>()
  return membersOf(expectKind(raw, 'object', `${at}.sub_plugs`)).map(({ key, value: sub }) => {
    const where = `${at}.${key}`
    if (key.includes('.'))
      refuse('input', `${where} has a dot in its sub-plug key, which flowpipe cannot restore (Q42); rename the key`)
    if (taken.has(key)) refuse('input', `${where} is there twice; sub-plug keys are unique in a plug`)
    taken.add(key)
    expectKind(sub, 'object', where)
    connections.push({ plug: name, key, other: read(objectAt(sub, 'connections', where), `${where}.connections`) })
    return { key, value: valueOf(sub, where) }
  })
}

const valueOf = (plug: Raw, where: string): Raw =>
  memberOf(plug, 'value') ?? refuse('input', `${where}.value is missing; write null where there is none`)

function readPromoted(extension: Raw, scopes: GraphScope[]): void {
  const promoted = memberOf(extension, 'promoted')
  if (promoted === undefined) return
  for (const { key, value } of membersOf(expectKind(promoted, 'object', 'backlot.promoted'))) {
    const scope = scopes.find((s) => s.name === key)
    if (!scope) return refuse('input', `backlot.promoted names the graph ${shown(key)}, which this file does not hold`)
    for (const side of ['inputs', 'outputs'] as const) {
      const plugs = memberOf(value, side)
      if (plugs === undefined) continue
      scope.promoted[side] = membersOf(expectKind(plugs, 'object', `backlot.promoted.${key}.${side}`)).map(
        (m) => [m.key, readPromotion(m.value, `backlot.promoted.${key}.${side}.${m.key}`)] as [string, Promotion]
      )
    }
  }
}

function readPromotion(raw: Raw, where: string): Promotion {
  expectKind(raw, 'object', where)
  const one = (plug: Raw) => ({ node: textAt(plug, 'node', where), plug: textAt(plug, 'plug', where) })
  const group = memberOf(raw, 'group')
  return group === undefined ? one(raw) : { group: itemsOf(expectKind(group, 'array', `${where}.group`)).map(one) }
}

const rawPromotion = (promotion: Promotion): Raw => {
  const one = (p: { node: string; plug: string }) =>
    rawObject([
      ['node', rawText(p.node)],
      ['plug', rawText(p.plug)]
    ])
  return 'group' in promotion ? rawObject([['group', rawArray(promotion.group.map(one))]]) : one(promotion)
}

/** The `backlot` member: what flowpipe's JSON cannot say. Empty text where there is nothing to say. */
function extensionOf(graph: Graph): Raw | null {
  const omit = graph.nodes.filter((node) => node.omit).map((node) => rawText(node.identifier))
  const promoted = graph.graphs
    .filter(({ promoted: p }) => p.inputs.length + p.outputs.length > 0)
    .map(({ name, promoted: p }) => {
      const side = (list: [string, Promotion][]) =>
        rawObject(list.map(([key, plug]) => [key, rawPromotion(plug)] as const))
      return [
        name,
        rawObject([
          ['inputs', side(p.inputs)],
          ['outputs', side(p.outputs)]
        ])
      ] as const
    })
  const members: [string, Raw][] = []
  if (promoted.length) members.push(['promoted', rawObject(promoted)])
  if (omit.length) members.push(['omit', rawArray(omit)])
  return members.length ? rawObject(members) : null
}

/** flowpipe's text for the graph: `write(read(x))` is x again, white space as json.dump(indent=2) lays it out. */
export function writeGraph(graph: Graph): string {
  if (graph.shape === 'node') return formatJson((graph.nodes[0] as GraphNode).record, 2)
  const nodesOf = (index: number) => rawArray(graph.nodes.filter((n) => n.graph === index).map((n) => n.record))
  const subgraphs = graph.graphs.slice(1).map((scope, i) => withMembers(scope.header, { nodes: nodesOf(i + 1) }))
  const extension = extensionOf(graph)
  return formatJson(
    withMembers((graph.graphs[0] as GraphScope).header, {
      nodes: nodesOf(0),
      subgraphs: rawArray(subgraphs),
      ...(extension === null ? {} : { backlot: extension })
    }),
    2
  )
}

/** The object with these members' values exchanged in place; those that it lacks are left out, except `backlot`. */
function withMembers(header: Raw, values: Record<string, Raw>): Raw {
  const members = membersOf(header)
    .filter(({ key }) => key !== 'backlot')
    .map(({ key, value }) => [key, values[key] ?? value] as const)
  return rawObject(values.backlot === undefined ? members : [...members, ['backlot', values.backlot] as const])
}

type Part = string | { slot: string; literal: Raw }

/**
 * The record cut at its inputs' values, so that filling it costs no second reading: a node of 100,000 batches is cut
 * once. Slots are named `plug` or `plug.key`; a slot without a value keeps its literal. Order and all else stay.
 */
export function recordTemplate(record: Raw): (values: ReadonlyMap<string, Raw>) => Raw {
  const parts: Part[] = cutMembers(record, (key, value) => (key === 'inputs' ? cutMembers(value, cutInput) : [value]))
  return (values) => parts.map((p) => (typeof p === 'string' ? p : (values.get(p.slot) ?? p.literal))).join('')
}

const cutInput = (plug: string, raw: Raw): Part[] =>
  cutMembers(raw, (key, value) => {
    if (key === 'value') return [{ slot: plug, literal: value }]
    if (key !== 'sub_plugs') return [value]
    return cutMembers(value, (sub, subRaw) =>
      cutMembers(subRaw, (k, v) => (k === 'value' ? [{ slot: `${plug}.${sub}`, literal: v }] : [v]))
    )
  })

function cutMembers(raw: Raw, cut: (key: string, value: Raw) => Part[]): Part[] {
  const members = membersOf(raw).flatMap((m, i): Part[] => [`${i ? ', ' : ''}${m.rawKey}: `, ...cut(m.key, m.value)])
  return ['{', ...members, '}']
}

/** The record with these inputs' literals exchanged: what `--set` makes of a node. */
export const withInputs = (record: Raw, values: ReadonlyMap<string, Raw>): Raw => recordTemplate(record)(values)

/** One value of a node's metadata as JavaScript; undefined where the key is absent. */
export function metadataOf(node: GraphNode, key: string): unknown {
  const raw = memberOf(node.metadata, key)
  return raw === undefined ? undefined : toJs(raw)
}

/** Names sorted as Python sorts them. */
export const sortedNames = (list: Iterable<string>): string[] => [...list].sort(byCodePoint)

/**
 * flowpipe's graph JSON (Graph.to_json of 1.x), read into nodes and edges. What flowpipe leaves out of its JSON (omit,
 * promoted plugs: quirks Q31, Q36) stands in our own `backlot` member of the root, which flowpipe's from_json ignores.
 */
import { at } from '../../domain/at.ts'
import {
  formatJson,
  itemsOf,
  kindOf,
  membersByKey,
  rawArray,
  rawObject,
  rawText,
  textOf,
  type Members,
  type Raw
} from '../../domain/json.ts'
import type { Problem } from '../../domain/problems.ts'
import { caught, refuse, type Result } from '../../domain/result.ts'
import { plugText, type Edge, type Endpoint, type Graph, type GraphNode, type GraphScope } from './model.ts'
import { shown, splitPlug } from './names.ts'
import { firstOf, noticeOf } from './notices.ts'
import { expectKind, objectAt, optionalText, textAt } from './parts.ts'
import { readPlugs, readSources, readTargets, type Declared } from './plugs.ts'
import { readPromoted } from './promoted.ts'
import { unwrapped } from './shapes.ts'

/**
 * A record that cannot be read as a graph is refused with the path of the first wrong part. `name`: of a graph whose file
 * holds nodes alone.
 */
export function readGraph(text: string, name = 'graph'): Result<Graph> {
  return caught(() => {
    const { root, notices } = unwrapped(text, name)
    const members = membersByKey(expectKind(root, 'object', 'the file'))
    const isLone = !members.has('nodes') && members.has('identifier')
    const graph = isLone ? readSingleNode(root, members) : new Reader().graph(members)
    const all = [...notices, ...(graph.notices ?? [])]
    return { ...graph, ...(all.length ? { notices: all } : {}) }
  })
}

const keyOf = (from: Endpoint, to: Endpoint): string =>
  JSON.stringify([from.node, plugText(from), to.node, plugText(to)])

/** A stored record as a node again; it was checked when it was imported. */
export const readNodeRecord = (record: Raw, graph: number, omit: boolean): GraphNode =>
  new Reader().node(recordIn(record, 'a stored node'), graph, omit)

/** A node's record with its members; `position`: where it stands, for a refusal. */
interface NodeRecord {
  record: Raw
  members: Members
  position: string
}

const recordIn = (record: Raw, position: string): NodeRecord => ({
  record,
  members: membersByKey(expectKind(record, 'object', position)),
  position
})

function readSingleNode(record: Raw, members: Members): Graph {
  const root = new Map([
    ['name', rawText(textAt(members, 'name', 'the node'))],
    ['nodes', rawArray([record])]
  ])
  const graph = new Reader().graph(root, true)
  return { ...graph, shape: 'node' }
}

class Reader {
  private readonly nodes: GraphNode[] = []
  private readonly indexOf = new Map<string, number>()
  private readonly incoming: Declared[][] = []
  private readonly outgoing: Declared[][] = []
  private readonly omitted = new Set<string>()
  private readonly notices: Problem[] = []
  private hasSubgraphs = false

  graph(root: Members, lone = false): Graph {
    const own = root.get('backlot')
    const extension = own === undefined ? null : membersByKey(expectKind(own, 'object', 'backlot'))
    const scopes: GraphScope[] = []
    if (extension) this.readOmitted(extension)
    this.scope(root, 'the graph', scopes)
    const subgraphs = root.get('subgraphs')
    this.hasSubgraphs = subgraphs !== undefined
    if (subgraphs !== undefined) {
      for (const [i, sub] of itemsOf(expectKind(subgraphs, 'array', 'subgraphs')).entries()) {
        const where = `subgraphs[${i}]`
        const members = membersByKey(expectKind(sub, 'object', where))
        const nested = members.get('subgraphs')
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
        this.scope(members, where, scopes)
      }
    }
    if (extension) readPromoted(extension, scopes)
    for (const identifier of this.omitted) {
      if (!this.indexOf.has(identifier))
        refuse('input', `backlot.omit names ${shown(identifier)}, which is no node of this graph`)
    }
    const edges = this.edges(lone)
    this.noticeAge()
    const { nodes, notices } = this
    const told = notices.length ? { notices } : {}
    return { name: at(scopes, 0).name, graphs: scopes, nodes, edges, shape: 'graph', ...told }
  }

  /** flowpipe before 0.5 had no sub-plugs; its outputs name but one input of a node, its inputs all that they need. */
  private noticeAge(): void {
    if (!this.isOld()) return
    const message =
      'its plugs have no "sub_plugs": flowpipe before 0.5 or an editor wrote it; its connections are read from the inputs'
    const remedy = 'none needed here; flowpipe 1.x itself does not read it'
    this.notices.push(noticeOf({ severity: 'info', code: 'flowpipe-old', message, remedy }))
  }

  /** How to get what a connection leads to into the file. */
  private outsideRemedy(): string {
    if (this.isOld()) return 'flowpipe before 0.5 wrote the file, which leaves subgraphs out: write it with a newer one'
    return this.hasSubgraphs
      ? 'add the node or remove the connection'
      : 'the file has no "subgraphs", which flowpipe before 0.7 and with_subgraphs=False leave out: write the whole graph'
  }

  private isOld(): boolean {
    const withPlugs = this.nodes.filter(({ inputs, outputs }) => inputs.length + outputs.length > 0)
    return withPlugs.length > 0 && !withPlugs.some(({ record }) => record.includes('"sub_plugs"'))
  }

  private readOmitted(extension: Members): void {
    const omit = extension.get('omit')
    if (omit === undefined) return
    for (const item of itemsOf(expectKind(omit, 'array', 'backlot.omit'))) {
      this.omitted.add(textOf(expectKind(item, 'string', 'an entry of backlot.omit')))
    }
  }

  private scope(members: Members, where: string, scopes: GraphScope[]): void {
    const name = textAt(members, 'name', where)
    const nodes = itemsOf(expectKind(members.get('nodes'), 'array', `${where}.nodes`))
    const header = rawObject(
      Array.from(members, ([key, value]) => [key, key === 'nodes' || key === 'subgraphs' ? '[]' : value] as const)
    )
    scopes.push({ name, header, promoted: { inputs: [], outputs: [] } })
    const before = this.nodes.length
    for (const [i, record] of nodes.entries()) {
      const found = recordIn(record, `${where}.nodes[${i}]`)
      if (!this.isKnown(found)) this.node(found, scopes.length - 1)
    }
    // Graph(nodes=[…]) leaves the nodes in the graph that they were made in, so flowpipe writes them twice (Q32)
    if (nodes.length > 0 && this.nodes.length === before && scopes.length > 1) scopes.pop()
  }

  /** Whether the very same record has been read already. */
  private isKnown({ record, members }: NodeRecord): boolean {
    const identifier = members.get('identifier')
    const index = identifier && kindOf(identifier) === 'string' ? this.indexOf.get(textOf(identifier)) : undefined
    return index !== undefined && formatJson(at(this.nodes, index).record) === formatJson(record)
  }

  node({ record, members, position }: NodeRecord, graph: number, omit?: boolean): GraphNode {
    const name = textAt(members, 'name', position)
    const where = `node ${shown(name)}`
    const identifier = textAt(members, 'identifier', where)
    if (identifier === '') refuse('input', `${where} has an empty identifier; every node needs its own`)
    if (this.indexOf.has(identifier)) {
      refuse('input', `two nodes have the identifier ${shown(identifier)}; give each node its own`)
    }
    const func = members.get('func')
    const isFunction = func !== undefined && func !== 'null'
    const module = textAt(members, 'module', where)
    const cls = textAt(members, 'cls', where)
    const code = isFunction ? membersByKey(expectKind(func, 'object', `${where}.func`)) : null
    const outgoing: Declared[] = []
    const incoming: Declared[] = []
    const node: GraphNode = {
      identifier,
      name,
      graph,
      kind: code ? 'function' : 'class',
      className: code ? textAt(code, 'name', `${where}.func`) : cls,
      module: code ? textAt(code, 'module', `${where}.func`) : module,
      fileLocation: optionalText(members, 'file_location', where),
      inputs: readPlugs(objectAt(members, 'inputs', where), `${where}.inputs`, incoming, readSources),
      outputs: readPlugs(objectAt(members, 'outputs', where), `${where}.outputs`, outgoing, readTargets),
      metadata: objectAt(members, 'metadata', where),
      omit: omit ?? this.omitted.has(identifier),
      record
    }
    this.indexOf.set(identifier, this.nodes.length)
    this.nodes.push(node)
    this.incoming.push(incoming)
    this.outgoing.push(outgoing)
    return node
  }

  /**
   * Edges in the order of the sources' outputs. Both sides are read: an edge that the input's side denies is refused. What
   * leads out of the file, and all of an input's sources but the last, flowpipe passes over, so they get a notice.
   */
  private edges(lone: boolean): Edge[] {
    if (lone) {
      this.noticeLone()
      return []
    }
    const edges: Edge[] = []
    const overruled = new Set<string>()
    const wanted = this.wanted(overruled)
    const outside: string[] = []
    this.outgoing.forEach((declared, node) => {
      for (const { plug, key, other } of declared) {
        const from = { node, plug, key }
        for (const [identifier, target] of other) {
          if (!this.indexOf.has(identifier)) {
            outside.push(`${this.endText(from)} feeds ${shown(identifier)}`)
            continue
          }
          const to = this.endpoint(identifier, target, 'inputs', from)
          const name = keyOf(from, to)
          const edge = wanted.get(name)
          if (edge) edges.push(edge)
          else if (!overruled.has(name)) this.refuseDenied(from, to)
          wanted.delete(name)
        }
      }
    })
    this.noticeOutside(outside)
    // an input may name its source alone: flowpipe's own from_json reads only this side
    return [...edges, ...wanted.values()]
  }

  /** What the inputs name; of several sources the last, as flowpipe connects one after the other. */
  private wanted(overruled: Set<string>): Map<string, Edge> {
    const wanted = new Map<string, Edge>()
    this.incoming.forEach((declared, node) => {
      for (const { plug, key, other } of declared) {
        const to = { node, plug, key }
        this.checkSources(node, plugText(to), other)
        for (const [i, [identifier, source]] of other.entries()) {
          const from = this.endpoint(identifier, source, 'outputs', to)
          if (i === other.length - 1) wanted.set(keyOf(from, to), { from, to })
          else overruled.add(keyOf(from, to))
        }
      }
    })
    return wanted
  }

  /** A node by itself is fed by nothing: what its record holds is used, which may be null. */
  private noticeLone(): void {
    const fed = this.incoming.flat().filter(({ other }) => other.length > 0)
    if (fed.length === 0) return
    const names = firstOf(
      fed.map(({ plug, key, other }) => `${plugText({ plug, key })} from ${shown(other[0]?.[0] ?? '')}`)
    )
    const message = `the file holds this node alone, so its connected inputs keep what the record holds (${names})`
    const remedy = 'run the whole graph, or the folder of all its node files'
    const severity = 'warning'
    this.notices.push(noticeOf({ severity, code: 'node-alone', message, remedy }, at(this.nodes, 0)))
  }

  private checkSources(node: number, plug: string, sources: Declared['other']): void {
    if (sources.length < 2) return
    if (sources.some(([identifier]) => !this.indexOf.has(identifier))) {
      const where = `node ${this.labelOf(node)}.inputs.${plug}.connections`
      refuse('input', `${where} has ${sources.length} sources; an input takes one, use sub-plugs for more`)
    }
    const names = sources.map(
      ([identifier, source]) => `${this.labelOf(this.indexOf.get(identifier) ?? node)}.${source}`
    )
    const message = `its input ${plug} has ${sources.length} sources (${firstOf(names)}); as in flowpipe the last one counts`
    const remedy = 'keep one, or give each a sub-plug of its own'
    this.notices.push(noticeOf({ severity: 'warning', code: 'sources-several', message, remedy }, at(this.nodes, node)))
  }

  private noticeOutside(outside: readonly string[]): void {
    if (outside.length === 0) return
    const message = `${firstOf(outside)}, which ${outside.length > 1 ? 'are no nodes' : 'is no node'} of this file; as in flowpipe nothing goes there`
    const remedy = 'write the whole graph with its subgraphs: json.dump(graph.to_json(), file)'
    this.notices.push(noticeOf({ severity: 'warning', code: 'target-outside', message, remedy }))
  }

  private refuseDenied(from: Endpoint, to: Endpoint): never {
    return refuse(
      'input',
      `${this.endText(from)} says it feeds ${this.endText(to)}, but that input does not list it; connect them again or remove the connection`
    )
  }

  private labelOf(node: number): string {
    return shown(at(this.nodes, node).name)
  }

  private endText(end: Endpoint): string {
    return `${this.labelOf(end.node)}.${plugText(end)}`
  }

  /** The other end of a connection that `declared` has. */
  private endpoint(identifier: string, text: string, side: 'inputs' | 'outputs', declared: Endpoint): Endpoint {
    const says = () => `${this.endText(declared)} ${side === 'outputs' ? 'is fed by' : 'feeds'}`
    const index = this.indexOf.get(identifier)
    if (index === undefined) {
      const remedy = this.outsideRemedy()
      return refuse('input', `${says()} ${shown(identifier)}, which is no node of this file; ${remedy}`)
    }
    const node = at(this.nodes, index)
    const end = splitPlug(text)
    const plug = node[side].find((p) => p.name === end.plug)
    const known = plug && (end.key === null || plug.subPlugs.some((sub) => sub.key === end.key))
    if (!known) {
      refuse(
        'input',
        `${says()} ${shown(node.name)}.${text}, but that node has no such ${side === 'inputs' ? 'input' : 'output'}${deeper(text)}`
      )
    }
    return { node: index, ...end }
  }
}

/** A sub-plug of a sub-plug works in memory, and is not written. */
const deeper = (text: string): string => {
  const [plug, key, ...more] = text.split('.')
  return more.length === 0 ? '' : `; flowpipe’s JSON keeps one level of sub-plugs: connect with ${plug}.${key}`
}

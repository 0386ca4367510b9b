/**
 * flowpipe's graph JSON (Graph.to_json of 1.x), read into nodes and edges. What flowpipe leaves out of its JSON (omit,
 * promoted plugs: quirks Q31, Q36) stands in our own `backlot` member of the root, which flowpipe's from_json ignores.
 */
import { at } from '../../domain/at.ts'
import { itemsOf, memberOf, membersOf, rawArray, rawObject, rawText, textOf, type Raw } from '../../domain/json.ts'
import { checkJson } from '../../domain/json-check.ts'
import { caught, refuse, take, type Result } from '../../domain/result.ts'
import { plugText, type Edge, type Endpoint, type Graph, type GraphNode, type GraphScope } from './model.ts'
import { shown, splitPlug } from './names.ts'
import { expectKind, objectAt, optionalText, textAt } from './parts.ts'
import { readPlugs, readSources, readTargets, type Declared } from './plugs.ts'
import { readPromoted } from './promoted.ts'

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
    return { name: at(scopes, 0).name, graphs: scopes, nodes: this.nodes, edges: this.edges(lone), shape: 'graph' }
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
          const from = this.endpoint(identifier, source, 'outputs', `${this.labelOf(node)}.${plugText(to)}`)
          wanted.set(keyOf(from, to), { from, to })
        }
      }
    })
    this.outgoing.forEach((declared, node) => {
      for (const { plug, key, other } of declared) {
        const from = { node, plug, key }
        for (const [identifier, target] of other) {
          const to = this.endpoint(identifier, target, 'inputs', `${this.labelOf(node)}.${plugText(from)}`)
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
    return shown(at(this.nodes, node).name)
  }

  /** The other end of a connection that `where` declares. */
  private endpoint(identifier: string, text: string, side: 'inputs' | 'outputs', where: string): Endpoint {
    const verb = side === 'outputs' ? 'is fed by' : 'feeds'
    const index = this.indexOf.get(identifier)
    if (index === undefined) {
      return refuse(
        'input',
        `${where} ${verb} ${shown(identifier)}, which is no node of this file; add the node or remove the connection`
      )
    }
    const node = at(this.nodes, index)
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

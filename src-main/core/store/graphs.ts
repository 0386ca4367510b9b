/** Graphs: stored once per content, never changed. */
import { asc, eq, sql } from 'drizzle-orm'
import { distinctNames } from '../graph/names.ts'
import { readNodeRecord } from '../graph/read.ts'
import type { Edge, Graph, GraphNode, GraphScope } from '../graph/model.ts'
import type { Db } from './db.ts'
import { edges, graphs, nodes } from './schema.ts'

type Tables = Db['db']

export interface NewGraph {
  graph: Graph
  /** of its text */
  hash: string
  /** the file it came from */
  source: string
}

/** The graph's id; one that is there already is not stored again. `at`: ms since 1970. */
export function putGraph(db: Tables, { graph, hash, source }: NewGraph, at: number): number {
  const known = db.select({ id: graphs.id }).from(graphs).where(eq(graphs.hash, hash)).get()
  if (known) return known.id
  const scopes = JSON.stringify(graph.graphs)
  const { id } = db
    .insert(graphs)
    .values({ hash, name: graph.name, shape: graph.shape, scopes, source, importedAt: at })
    .returning({ id: graphs.id })
    .get()
  insertNodes(db, graph, id)
  insertEdges(db, graph, id)
  return id
}

function insertNodes(db: Tables, graph: Graph, graphId: number): void {
  const p = sql.placeholder
  const columns = { position: p('position'), scope: p('scope'), identifier: p('identifier'), name: p('name') }
  const statement = db
    .insert(nodes)
    .values({ graphId, ...columns, omit: p('omit'), record: p('record') })
    .prepare()
  const names = distinctNames(graph.nodes)
  graph.nodes.forEach((node, position) =>
    statement.run({ ...node, position, scope: node.graph, name: names[position] ?? node.name })
  )
}

function insertEdges(db: Tables, graph: Graph, graphId: number): void {
  const p = sql.placeholder
  const from = { fromNode: p('fromNode'), fromPlug: p('fromPlug'), fromKey: p('fromKey') }
  const to = { toNode: p('toNode'), toPlug: p('toPlug'), toKey: p('toKey') }
  const statement = db
    .insert(edges)
    .values({ graphId, position: p('position'), ...from, ...to })
    .prepare()
  graph.edges.forEach(({ from, to }, position) =>
    statement.run({
      ...{ position, fromNode: from.node, fromPlug: from.plug, fromKey: from.key },
      ...{ toNode: to.node, toPlug: to.plug, toKey: to.key }
    })
  )
}

/** The graph again, as it was imported. Asking for one that is not there is a bug. */
export function readStoredGraph(db: Tables, id: number): Graph {
  const row = db.select().from(graphs).where(eq(graphs.id, id)).get()
  if (!row) throw new Error(`graph ${id} is not in the store`)
  const scopes = JSON.parse(row.scopes) as GraphScope[]
  const records = db.select().from(nodes).where(eq(nodes.graphId, id)).orderBy(asc(nodes.position)).all()
  const list = records.map((node): GraphNode => readNodeRecord(node.record, node.scope, node.omit))
  return { name: row.name, shape: row.shape, graphs: scopes, nodes: list, edges: edgesOf(db, id) }
}

export function edgesOf(db: Tables, graphId: number): Edge[] {
  const rows = db.select().from(edges).where(eq(edges.graphId, graphId)).orderBy(asc(edges.position)).all()
  return rows.map((e) => ({
    from: { node: e.fromNode, plug: e.fromPlug, key: e.fromKey },
    to: { node: e.toNode, plug: e.toPlug, key: e.toKey }
  }))
}

import { describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { writeGraph } from '../../src-main/core/graph/write.ts'
import { closureOf, orderOf } from '../../src-main/core/graph/order.ts'
import { plugText, type Graph } from '../../src-main/core/graph/model.ts'
import { goldenGraph, goldenJson, goldenNames, goldenText, unwrap } from '../helpers/goldens.ts'

const identifiers = (graph: Graph, indices: number[]) => indices.map((i) => graph.nodes[i]?.identifier)

describe.each(goldenNames)('golden graph %s', (name) => {
  const graph = goldenGraph(name)
  const facts = goldenJson('facts', `${name}.json`)
  const order = orderOf(graph)

  test('reads to the same nodes, graphs and counts as flowpipe', () => {
    expect(graph.name).toBe(facts.graph_name)
    expect(graph.graphs.map((g) => g.name).sort()).toEqual(facts.graphs)
    expect(graph.graphs.slice(1).map((g) => g.name)).toEqual(facts.subgraphs)
    expect({
      nodes_in_this_graph: graph.nodes.filter((n) => n.graph === 0).length,
      nodes_in_all_graphs: graph.nodes.length,
      edges: graph.edges.length
    }).toEqual(facts.counts)
  })

  test('has the same edges, sub-plugs included', () => {
    const edges = graph.edges.map((edge) => ({
      from: { node: graph.nodes[edge.from.node]?.identifier, plug: plugText(edge.from) },
      to: { node: graph.nodes[edge.to.node]?.identifier, plug: plugText(edge.to) }
    }))
    // flowpipe lists them in the order of a Python set, so order is not a fact
    const sorted = (list: unknown[]) => list.map((edge) => JSON.stringify(edge)).sort()
    expect(sorted(edges)).toEqual(sorted(facts.edges))
  })

  test('orders, levels and closures come from the edges', () => {
    expect(order.rows.map((row) => identifiers(graph, row))).toEqual(facts.evaluation_matrix)
    expect(order.rows.flat().map((i) => graph.nodes[i]?.name)).toEqual(facts.evaluation_sequence_names)
    expect(order.cycle !== null).toBe(facts.has_cycle)
    graph.nodes.forEach((node, i) => {
      const fact = facts.nodes[node.identifier]
      expect({
        name: node.name,
        graph: graph.graphs[node.graph]?.name,
        kind: node.kind,
        class_name: node.className,
        level: order.levels[i],
        parents: identifiers(graph, order.parents[i] ?? []).sort(),
        children: identifiers(graph, order.children[i] ?? []).sort(),
        upstream: identifiers(graph, closureOf(i, order.parents)).sort(),
        downstream: identifiers(graph, closureOf(i, order.children)).sort()
      }).toEqual({
        name: fact.name,
        graph: fact.graph,
        kind: fact.kind,
        class_name: fact.class_name,
        level: fact.level,
        parents: fact.parents,
        children: fact.children,
        upstream: fact.upstream,
        downstream: fact.downstream
      })
    })
  })

  test('is written back as the same text', () => {
    const text = goldenText('graphs', `${name}.json`)
    expect(writeGraph(graph)).toBe(text.trimEnd())
  })
})

test('a record with NaN, Infinity and integers above 2^53 is read, kept and written back', () => {
  const text = goldenText('nonstrict', 'nan_values.json.txt')
  const graph = unwrap(readGraph(text))
  expect(graph.nodes[0]?.inputs[0]?.value).toContain('1152921504606846977')
  expect(writeGraph(graph)).toBe(text.trimEnd())
})

test('omitted nodes and promoted plugs, which flowpipe forgets, are kept in a member of our own', () => {
  const record = JSON.parse(goldenText('graphs', '17_omitted_nodes.json'))
  record.backlot = {
    promoted: { omitted: { inputs: { first: { node: record.nodes[0].identifier, plug: 'a' } }, outputs: {} } },
    omit: [record.nodes[1].identifier]
  }
  const graph = unwrap(readGraph(JSON.stringify(record)))
  expect(graph.nodes.map((n) => n.omit)).toEqual([false, true, false, false, false])
  expect(JSON.parse(writeGraph(graph))).toEqual(record)
  expect(unwrap(readGraph(writeGraph(graph))).graphs[0]?.promoted.inputs).toHaveLength(1)
})

// files that hold a graph otherwise than flowpipe writes it, and files that hold none
import { describe, expect, test } from 'vitest'
import { convert } from '../../src-main/core/convert/convert.ts'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { writeGraph } from '../../src-main/core/graph/write.ts'
import { graphProblems } from '../../src-main/core/convert/graph-problems.ts'
import { goldenJson, goldenNames, goldenText, messageOf, unwrap } from '../helpers/goldens.ts'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a record to be changed at will
type Loose = any
const chain = (): Loose => goldenJson('graphs', '02_chain.json')
const text = JSON.stringify(chain())
const nodes = () => chain().nodes as Loose[]
const mapping = () => Object.fromEntries(nodes().map((node) => [node.identifier, node]))

describe('is read, with a notice', () => {
  const shapes: [string, string][] = [
    ['as text in JSON', JSON.stringify(text)],
    ['as text in text in JSON', JSON.stringify(JSON.stringify(text))],
    ['in a list', `[${text}]`],
    ['under a key', `{"graph": ${text}}`],
    ['under a key beside others', `{"version": 3, "saved": "today", "data": ${text}}`],
    ['under a key under a key', `{"data": {"graph": ${text}}}`],
    ['as text under a key', JSON.stringify({ graph: text })],
    ['a list of nodes', JSON.stringify(nodes())],
    ['a list of nodes as texts', JSON.stringify(nodes().map((node) => JSON.stringify(node)))],
    ['a mapping of nodes', JSON.stringify(mapping())],
    ['a mapping of nodes under a key', JSON.stringify({ nodes_by_id: mapping() })],
    ['a graph with a mapping of nodes', JSON.stringify({ ...chain(), nodes: mapping() })],
    [
      'a node a line',
      nodes()
        .map((node) => JSON.stringify(node))
        .join('\n')
    ],
    [
      'a node a line, with a mark and empty lines',
      `\ufeff${nodes()
        .map((node) => JSON.stringify(node))
        .join('\r\n\r\n')}\n`
    ],
    [
      'one node behind the other',
      nodes()
        .map((node) => JSON.stringify(node, null, 2))
        .join('\n')
    ]
  ]
  test.each(shapes)('%s', (_, file) => {
    const graph = unwrap(readGraph(file, 'chain'))
    expect(JSON.parse(writeGraph(graph)).nodes).toEqual(chain().nodes)
    expect([graph.name, graph.edges.length]).toEqual(['chain', unwrap(readGraph(text)).edges.length])
    expect(graph.notices?.map(({ code }) => code)).toContain('graph-shape')
    expect(graph.notices?.every(({ remedy }) => remedy !== '')).toBe(true)
  })

  test('what flowpipe writes is read without one', () => expect(unwrap(readGraph(text)).notices).toBeUndefined())
})

describe('is refused in a sentence that helps', () => {
  const python = text.replaceAll('"', "'").replaceAll('null', 'None')
  test.each([
    ['print(graph.to_json())', python, "Python's own notation, as print(graph.to_json()) writes it"],
    ['a list of it', `[${python}]`, "Python's own notation"],
    ['print() of an OrderedDict', `OrderedDict([('module', 'flowpipe.graph')])`, "Python's own notation"],
    ['None among JSON', text.replace('null', 'None'), "Python's own notation"],
    ['True among JSON', text.replace('"metadata":{}', '"metadata":{"a": True}'), "Python's own notation"],
    ['a tuple', text.replace('"metadata":{}', '"metadata":{"a": (1, 2)}'), "Python's own notation"],
    ['a range', text.replace('"metadata":{}', '"metadata":{"a": range(0, 3)}'), "Python's own notation"],
    ['an object', text.replace('"metadata":{}', '"metadata":{"a": <nodes.Thing object at 0x7f>}'), 'own notation'],
    ['nothing', '', 'the file is empty'],
    ['white space', ' \n\n', 'the file is empty'],
    ['HTML', '<!DOCTYPE html><html><body>Sign in</body></html>', 'HTML or XML, not JSON'],
    ['XML', '<?xml version="1.0"?><job/>', 'HTML or XML'],
    ['YAML', 'name: chain\nnodes:\n  - name: a\n', 'YAML'],
    ['YAML with a marker', '---\nname: chain\n', 'YAML'],
    ['Python source', 'from flowpipe import Graph\ngraph = Graph()\n', 'Python source, not JSON'],
    ['Python source with a head', '#!/usr/bin/env python\nimport flowpipe\n', 'Python source'],
    ['Python source with a docstring', '"""A graph."""\nimport flowpipe\n', 'Python source'],
    ['a trailing comma in an object', '{"name": "x", "nodes": [],\n}', 'a comma before }, which JSON does not allow'],
    ['a trailing comma in a list', '{"name": "x", "nodes": [1,\n ]}', 'a comma before ]'],
    ['a comment', '{"name": "x", // of the shot\n"nodes": []}', 'JSON has no comments'],
    ['undefined', '{"name": undefined}', 'undefined is JavaScript'],
    ['a file cut off', text.slice(0, 500), 'the file may have been cut off'],
    [
      'two graphs',
      `[${text}, ${text.replace('"name":"chain"', '"name":"other"')}]`,
      'holds 2 graphs ("chain", "other")'
    ],
    ['two graphs, one a line', `${text}\n${text}`, 'holds 2 graphs'],
    ['two graphs under keys', `{"a": ${text}, "b": ${text}}`, 'holds 2 graphs'],
    ['a list of numbers', '[1, 2]', 'the file is a list; it should be an object'],
    ['a list of nodes and more', JSON.stringify([...nodes(), 7]), 'the file is a list; it should be an object']
  ])('%s', (_, file, message) => {
    const said = messageOf(readGraph(file))
    expect(said).toContain(message)
    expect(said).not.toContain('\n')
  })
})

describe('what flowpipe reads', () => {
  const problemsOf = (graph: Loose) => {
    const read = unwrap(readGraph(JSON.stringify(graph)))
    return { read, problems: graphProblems(unwrap(convert(read))) }
  }

  test('a connection that leads out of the file', () => {
    const graph = chain()
    graph.nodes[4].outputs.sum.connections = { gone: ['a'], 'gone-too': ['b', 'c'] }
    const { read, problems } = problemsOf(graph)
    expect(read.edges).toEqual(unwrap(readGraph(text)).edges)
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['target-outside', expect.stringContaining('"n4".sum feeds "gone"')]
    ])
  })

  test('one node of several by itself: its connected inputs keep what its record holds, and that is said', () => {
    const [first, second] = nodes()
    expect(problemsOf(first).problems).toEqual([])
    expect(problemsOf(second).problems).toMatchObject([
      { code: 'node-alone', name: 'n1', message: expect.stringContaining('a from "n0-') }
    ])
  })

  test('a source in a subgraph that the file leaves out is refused, and why it is not there', () => {
    const { subgraphs, ...graph } = chain()
    graph.nodes[1].inputs.a.connections = { gone: 'sum' }
    graph.nodes[0].outputs.sum.connections = {}
    expect(messageOf(readGraph(JSON.stringify(graph)))).toContain('the file has no "subgraphs"')
    expect(messageOf(readGraph(JSON.stringify({ ...graph, subgraphs })))).toContain('add the node or remove')
  })

  test('an input with several sources: the last one counts', () => {
    const graph = chain()
    const [first, second, third] = graph.nodes
    third.inputs.a.connections = { [first.identifier]: 'sum', [second.identifier]: 'sum' }
    first.outputs.sum.connections[third.identifier] = ['a']
    const { read, problems } = problemsOf(graph)
    expect(read.edges).toEqual(unwrap(readGraph(text)).edges)
    expect(problems.map(({ code, name }) => [code, name])).toEqual([['sources-several', 'n2']])
  })

  test('the same node twice: in its graph and in the one that it was made in', () => {
    const graph = chain()
    graph.subgraphs = [{ ...chain(), name: 'default', nodes: nodes().slice(1, 3) }]
    const { read } = problemsOf(graph)
    expect([read.graphs.length, read.nodes.length]).toEqual([1, 5])
    graph.subgraphs = [{ ...chain(), name: 'default', nodes: [...nodes(), { ...nodes()[0], identifier: 'new' }] }]
    delete graph.subgraphs[0].subgraphs
    graph.subgraphs[0].nodes.at(-1).outputs.sum.connections = {}
    const mixed = unwrap(readGraph(JSON.stringify(graph)))
    expect(mixed.nodes.map((node) => node.graph)).toEqual([0, 0, 0, 0, 0, 1])
  })

  test('equal identifiers of records that differ are refused', () => {
    const graph = chain()
    graph.subgraphs = [{ ...chain(), name: 'default', nodes: [{ ...nodes()[0], metadata: { a: 1 } }] }]
    expect(messageOf(readGraph(JSON.stringify(graph)))).toContain('two nodes have the identifier')
  })

  test('equal names: numbered past the names that are taken, and chosen by number or identifier', () => {
    const graph = chain()
    for (const [i, name] of ['A', 'A', 'A_1', 'A', 'b'].entries()) graph.nodes[i].name = name
    const { read, problems } = problemsOf(graph)
    const names = (options: Loose) => unwrap(convert(read, options)).tasks.map((task) => task.name)
    expect(names({})).toEqual(['A_2', 'A_3', 'A_1', 'A_4', 'b'])
    expect(problems).toMatchObject([{ code: 'names-equal', severity: 'warning' }])
    expect(names({ only: ['A_3'] })).toEqual(['A_2', 'A_3'])
    expect(names({ only: [graph.nodes[0].identifier] })).toEqual(['A_2'])
    expect(messageOf(convert(read, { only: ['A'] }))).toMatch(
      /^3 nodes are called "A"; say which: chain\/A_2 or chain\/A_3/
    )
    expect(messageOf(convert(read, { set: { 'A.b': '1' } }))).toMatch(/^3 nodes are called "A"; say which/)
    const set = unwrap(convert(read, { set: { 'A_3.b': '7' } }))
    expect(set.nodes[1]?.node.inputs.find(({ name }) => name === 'b')?.value).toBe('7')
    expect(JSON.parse(set.nodes[1]?.record ?? '').name).toBe('A')
  })

  test('plugs without sub_plugs, and outputs that name one input as a text', () => {
    const graph = chain()
    const plugsOf = (node: Loose, side: string): Loose[] => Object.values(node[side])
    for (const node of graph.nodes as Loose[]) {
      for (const plug of [...plugsOf(node, 'inputs'), ...plugsOf(node, 'outputs')]) delete plug.sub_plugs
      for (const { connections } of plugsOf(node, 'outputs'))
        for (const key of Object.keys(connections)) connections[key] = connections[key][0]
    }
    const { read, problems } = problemsOf(graph)
    expect(read.edges).toEqual(unwrap(readGraph(text)).edges)
    expect(problems.map(({ code }) => code)).toEqual(['flowpipe-old'])
    expect(JSON.parse(writeGraph(read))).toEqual(graph)
    graph.nodes[1].inputs.a.connections = { gone: 'sum' }
    expect(messageOf(readGraph(JSON.stringify(graph)))).toContain('flowpipe before 0.5 wrote the file')
  })
})

describe('what the graph itself gives rise to', () => {
  test('an output that goes on whole beside its sub-plugs, and an input whose sub-plugs were only looked at', () => {
    const graph = chain()
    graph.nodes[0].outputs.sum.sub_plugs = { k: { name: 'sum.k', value: null, connections: {} } }
    graph.nodes[0].inputs.b.sub_plugs = { k: { name: 'b.k', value: null, connections: {} } }
    graph.nodes[0].inputs.b.value = null
    const problems = graphProblems(unwrap(convert(unwrap(readGraph(JSON.stringify(graph))))))
    expect(problems.map(({ code, name, severity }) => [code, name, severity])).toEqual([
      ['whole-and-parts', 'n0', 'warning'],
      ['input-hidden', 'n0', 'warning']
    ])
  })

  test('of graphs that flowpipe wrote, nothing but the value that a look at a sub-plug hides (Q44)', () => {
    const found = goldenNames.flatMap((name) => {
      const job = convert(unwrap(readGraph(goldenText('graphs', `${name}.json`))))
      return job.ok ? graphProblems(job.value).map(({ code }) => [name, code]) : []
    })
    expect(found).toEqual([['24_compound_hides_value', 'input-hidden']])
  })
})

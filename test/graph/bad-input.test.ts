import { describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { writeGraph } from '../../src-main/core/graph/write.ts'
import { orderOf } from '../../src-main/core/graph/order.ts'
import { convert } from '../../src-main/core/convert/convert.ts'
import { checkJson } from '../../src-main/domain/json-check.ts'
import { formatJson, maxDepth } from '../../src-main/domain/json.ts'
import { fromJs, toJs } from '../../src-main/domain/json-js.ts'
import { goldenText, messageOf, unwrap } from '../helpers/goldens.ts'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a record to be damaged at will
type Loose = any
const chain = (): Loose => JSON.parse(goldenText('graphs', '02_chain.json'))

/** The message for a chain that was damaged by `damage`. */
function refusalOf(damage: (graph: Loose) => void): string {
  const graph = chain()
  damage(graph)
  const message = messageOf(readGraph(JSON.stringify(graph)))
  expect(message).not.toContain('\n')
  return message
}

describe('text that is no JSON', () => {
  test.each([
    ['', 'the JSON ends too early, at line 1, column 1: a value is missing'],
    ['hello', 'not JSON at line 1, column 1: a value is missing'],
    ['{"a": 1,}', 'not JSON at line 1, column 9: a key in double quotes is missing'],
    ['{"a" 1}', 'not JSON at line 1, column 6: a colon is missing behind a key'],
    ['[1, 2\n, 3', 'the JSON ends too early, at line 2, column 4: a comma or ] is missing'],
    ['["a\\x"]', 'not JSON at line 1, column 5: an unknown escape in a string'],
    ['["a\nb"]', 'not JSON at line 1, column 4: a control character inside a string must be escaped'],
    ['["a', 'the JSON ends too early, at line 1, column 4: a string is not closed'],
    ['[01]', 'not JSON at line 1, column 3: a comma or ] is missing'],
    ['{} {}', 'not JSON at line 1, column 4: there is text behind the value']
  ])('%j: %s', (text, message) => expect(messageOf(checkJson(text))).toBe(message))

  test('a file cut off anywhere is refused, wherever it was cut', () => {
    const text = goldenText('graphs', '04_diamond.json').trimEnd()
    for (let end = 0; end < text.length; end += 7) expect(readGraph(text.slice(0, end)).ok).toBe(false)
  })

  test('nesting deeper than Python reads is refused at once, however long it goes on', () => {
    const deep = '['.repeat(200_000_000)
    expect(messageOf(readGraph(deep))).toContain(`nested deeper than ${maxDepth} levels`)
    expect(checkJson('['.repeat(maxDepth) + ']'.repeat(maxDepth)).ok).toBe(true)
  })
})

describe('shapes that are no graph', () => {
  test.each([
    'null',
    '[]',
    '"graph"',
    '7',
    '{}',
    '{"name": "x"}',
    '{"nodes": []}',
    '{"name": "x", "nodes": {}}',
    '{"name": 1, "nodes": []}'
  ])('%s', (text) => {
    expect(messageOf(readGraph(text))).toMatch(/is missing; it should be|it should be/)
  })

  test('every key of a node with every wrong kind of value is refused with the node’s name, or read and written back', () => {
    const wrong = [null, true, 7, 'text', [], {}, [1], { a: 1 }]
    const places = [
      'file_location',
      'module',
      'cls',
      'name',
      'identifier',
      'inputs',
      'outputs',
      'metadata',
      'func'
    ].map((key) => [key])
    const deeper = [
      ['inputs', 'a'],
      ['inputs', 'a', 'value'],
      ['inputs', 'a', 'connections'],
      ['inputs', 'a', 'sub_plugs'],
      ['outputs', 'sum'],
      ['outputs', 'sum', 'connections'],
      ['func', 'module'],
      ['func', 'name']
    ]
    for (const place of [...places, ...deeper]) {
      for (const value of [...wrong, undefined]) {
        const graph = chain()
        let at = graph.nodes[1]
        for (const key of place.slice(0, -1)) at = at[key]
        at[place.at(-1) as string] = value
        const read = readGraph(JSON.stringify(graph))
        if (read.ok) expect(JSON.parse(writeGraph(read.value))).toEqual(JSON.parse(JSON.stringify(graph)))
        else expect(read.error.message).toMatch(/"n1"|"text"|"n2|nodes\[1\]|node ""/)
      }
    }
  })

  test('a missing value, a second source and a source of the wrong kind are named by plug', () => {
    expect(refusalOf((g) => delete g.nodes[1].inputs.a.value)).toBe(
      'node "n1".inputs.a.value is missing; write null where there is none'
    )
    expect(refusalOf((g) => (g.nodes[1].inputs.a.connections.other = 'sum'))).toContain(
      'node "n1".inputs.a.connections has 2 sources'
    )
    expect(refusalOf((g) => (g.nodes[0].outputs.sum.connections = { x: 'a' }))).toContain(
      'is a text; it should be a list'
    )
  })
})

describe('identity and edges', () => {
  test('two nodes with one identifier', () => {
    expect(refusalOf((g) => (g.nodes[1].identifier = g.nodes[0].identifier))).toContain(
      'two nodes have the identifier "n0-'
    )
  })
  test('two nodes with one name in a graph are told apart by number', () => {
    const graph = chain()
    graph.nodes[1].name = 'n0'
    const job = unwrap(convert(unwrap(readGraph(JSON.stringify(graph)))))
    expect(job.tasks.map(({ name }) => name)).toEqual(['n0_1', 'n0_2', 'n2', 'n3', 'n4'])
  })
  test('an edge from nowhere, to a plug that is not there, and one that only the source knows', () => {
    expect(refusalOf((g) => (g.nodes[1].inputs.a.connections = { gone: 'sum' }))).toBe(
      '"n1".a is fed by "gone", which is no node of this file; add the node or remove the connection'
    )
    expect(refusalOf((g) => (g.nodes[1].inputs.a.connections = { [g.nodes[0].identifier]: 'nothing' }))).toContain(
      'that node has no such output'
    )
    expect(refusalOf((g) => (g.nodes[1].inputs.a.connections = {}))).toContain(
      'says it feeds "n1".a, but that input does not list it'
    )
  })
  test('dots in plug names and in sub-plug keys, and plugs that are there twice', () => {
    expect(refusalOf((g) => (g.nodes[0].inputs['a.b'] = g.nodes[0].inputs.a))).toContain('has a dot in its name')
    expect(
      refusalOf((g) => (g.nodes[0].inputs.a.sub_plugs = { 'x.y': { name: 'a.x.y', value: 1, connections: {} } }))
    ).toContain('has a dot in its sub-plug key')
    const twice = goldenText('graphs', '01_single_node.json').replace(
      '"inputs": {',
      '"inputs": {"a": {"name": "a", "value": 1, "connections": {}, "sub_plugs": {}},'
    )
    expect(messageOf(readGraph(twice))).toContain('is there twice')
  })
})

describe('names that break paths, shells and tables elsewhere', () => {
  test.each([
    '../../etc/passwd',
    "it's",
    'q"q',
    'new\nline',
    'x'.repeat(300),
    '🎬🎥',
    '',
    '__proto__',
    'constructor',
    'a\u0000b'
  ])('%j is kept and told apart', (name) => {
    const graph = chain()
    graph.nodes[1].name = name
    const read = unwrap(readGraph(JSON.stringify(graph)))
    expect(read.nodes[1]?.name).toBe(name)
    expect(JSON.parse(writeGraph(read))).toEqual(graph)
    expect(unwrap(convert(read)).tasks[1]?.name).toBe(name)
  })
  test('__proto__ as plug, key and value pollutes nothing', () => {
    const text = goldenText('graphs', '01_single_node.json').replaceAll(
      '"value": "',
      '"value": {"__proto__": {"polluted": 1}}, "x": "'
    )
    const read = readGraph(
      text.replace('"metadata": {}', '"metadata": {"__proto__": {"polluted": 1}, "batch_size": null}')
    )
    if (read.ok) convert(read.value)
    expect(({} as Loose).polluted).toBeUndefined()
    expect(Object.keys(toJs('{"__proto__": 1}') as object)).toEqual(['__proto__'])
  })
})

describe('a long chain and a wide graph', () => {
  test('20,000 nodes in a row neither overflow the stack nor lose a node', () => {
    const n = 20_000
    const node = (i: number) => ({
      file_location: null,
      module: 'flowpipe.node',
      cls: 'FunctionNode',
      name: `n${i}`,
      identifier: `id${i}`,
      inputs: { a: { name: 'a', value: null, connections: i ? { [`id${i - 1}`]: 'o' } : {}, sub_plugs: {} } },
      outputs: {
        o: { name: 'o', value: null, connections: i < n - 1 ? { [`id${i + 1}`]: ['a'] } : {}, sub_plugs: {} }
      },
      metadata: {},
      func: { module: 'm', name: 'f' }
    })
    const graph = unwrap(
      readGraph(JSON.stringify({ name: 'long', nodes: Array.from({ length: n }, (_, i) => node(i)), subgraphs: [] }))
    )
    expect(orderOf(graph).rows).toHaveLength(n)
    expect(unwrap(convert(graph)).tasks).toHaveLength(n)
  })
})

describe('values keep their text', () => {
  test.each([
    '2.0',
    '1e+300',
    '1152921504606846977',
    '-0.0',
    'NaN',
    '-Infinity',
    '"\\u00e9\\ud83c\\udfac"',
    '{"10": 1, "2": 2, "a": 3}',
    '[]',
    '{}'
  ])('%s', (raw) => {
    expect(formatJson(unwrap(checkJson(raw)))).toBe(raw)
  })
  test('JavaScript gets the value, keys in order, and gives the text back', () => {
    const raw = '{"10": 1152921504606846977, "2": [NaN, 1.5], "a": {"b": null}}'
    expect(Object.keys(toJs(raw) as object)).toEqual(['10', '2', 'a'])
    expect(unwrap(fromJs(toJs(raw)))).toBe(raw)
  })
  test('what JSON cannot hold is refused with its path', () => {
    expect(messageOf(fromJs({ files: [1, { when: new Date() }] }))).toBe(
      'files[1].when: a Date cannot be written as JSON; write its toISOString() in its place'
    )
    expect(messageOf(fromJs({ f: Math.max }))).toBe('f: a function (max) cannot be written as JSON')
    const circle: Loose = {}
    circle.self = circle
    expect(messageOf(fromJs(circle))).toBe('self: a value that contains itself cannot be written as JSON')
  })
})

import { describe, expect, test } from 'vitest'
import {
  AuthorError,
  defineNode,
  EvaluationError,
  Graph,
  range,
  type Evaluation
} from '../../src-main/core/graph/author.ts'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { writeGraph } from '../../src-main/core/graph/write.ts'
import { formatJson, textOf } from '../../src-main/domain/json.ts'
import { plugText, type Endpoint, type Graph as Model, type Plug } from '../../src-main/core/graph/model.ts'
import { rebuilt } from '../fixtures/author/golden_graphs.ts'
import { Add, Const, Fail, MayaRender, Pass, Split, SplitDeclared, SumItems } from '../fixtures/author/golden_nodes.ts'
import { goldenGraph, goldenJson, unwrap } from '../helpers/goldens.ts'

const read = (graph: Graph): Model => unwrap(readGraph(graph.toText()))

/** Everything but identifiers, code and the interpreter that Backlot names for TypeScript. */
function structureOf(model: Model): unknown {
  const end = (e: Endpoint) => `${model.nodes[e.node]?.name}.${plugText(e)}`
  const plugs = (list: Plug[]) => list.map((plug) => [plug.name, formatJson(plug.value), plug.subPlugs])
  return {
    graphs: model.graphs.map(({ name }) => name),
    nodes: model.nodes.map((node) => ({
      ...{ name: node.name, graph: node.graph, className: node.className },
      inputs: plugs(node.inputs),
      outputs: plugs(node.outputs),
      metadata: formatJson(node.metadata).replace('{"interpreter": "node"}', '{}')
    })),
    edges: model.edges.map(({ from, to }) => `${end(from)} → ${end(to)}`).sort()
  }
}

describe.each(rebuilt)('golden graph %s, built in TypeScript', (name, build) => {
  test('has the names, plugs, edges and values that flowpipe wrote', () => {
    expect(structureOf(read(build()))).toEqual(structureOf(goldenGraph(name)))
  })

  test('is written as text that comes back unchanged, and as an object of the same JSON', () => {
    const graph = build()
    expect(writeGraph(read(graph))).toBe(graph.toText())
    const stringified = JSON.stringify(graph).replace(/[\u007f-\uffff]/g, (c) => JSON.stringify(c).slice(1, -1))
    const python = (text: string) => formatJson(text).replace(/\\u00fc/g, 'ü')
    expect(python(stringified)).toBe(python(graph.toText()))
  })

  test.each(['linear', 'parallel'] as const)('evaluates, %s, to the values that flowpipe gives', async (mode) => {
    const graph = build()
    const before = graph.toText()
    const evaluation = await graph.evaluate({ mode })
    const record = goldenJson('evaluated', `${name}.json`)
    const all = [record, ...record.subgraphs].flatMap(({ nodes }) => nodes)
    expect(evaluation.succeeded).toHaveLength(all.length)
    for (const node of evaluation.succeeded) {
      const golden = all.find((other: { name: string }) => other.name === node.name)
      for (const [plug, { keys }] of node.outputs) {
        const value = evaluation.value(node.output(plug))
        if (keys.size === 0) expect(value).toEqual(golden.outputs[plug].value)
        for (const key of keys) {
          expect(evaluation.value(node.output(plug).at(key))).toEqual(golden.outputs[plug].sub_plugs[key].value)
        }
      }
    }
    expect(graph.toText()).toBe(before)
  })
})

test('promoted plugs, groups and omitted nodes come back from the text (Q31, Q36)', () => {
  const graph = new Graph('main')
  const [a, b] = [Add(graph, {}, { name: 'a', omit: true }), Add(graph, {}, { name: 'b' })]
  graph.group('value', [a.input('a'), b.input('a')])
  b.output('sum').promote('result')
  a.output('sum').connect(b.input('b'))
  const model = read(graph)
  expect(model.nodes.map((node) => node.omit)).toEqual([true, false])
  const end = (node: { identifier: string }, plug: string) => ({ node: node.identifier, plug })
  expect(model.graphs[0]?.promoted).toEqual({
    inputs: [['value', { group: [end(a, 'a'), end(b, 'a')] }]],
    outputs: [['result', end(b, 'sum')]]
  })
})

test('a node without another interpreter is for node; metadata is merged key by key', () => {
  const graph = new Graph('g')
  const render = MayaRender(graph, {}, { metadata: { batch_size: 10 } })
  expect([Const(graph).metadata, render.metadata]).toEqual([
    { interpreter: 'node' },
    { interpreter: 'maya', batch_size: 10 }
  ])
})

test('the record names this file, the file’s stem and the function', () => {
  const Here = defineNode({ outputs: [] }, function Here() {
    return null
  })
  const graph = new Graph('g')
  Here(graph, {}, { name: 'There', identifier: 'my-own' })
  const record = JSON.parse(read(graph).nodes[0]?.record ?? '{}')
  expect(record).toMatchObject({ module: 'backlot', cls: 'FunctionNode', name: 'There', identifier: 'my-own' })
  expect(record.file_location).toBe(import.meta.filename)
  expect(record.func).toEqual({ module: 'author.test', name: 'Here' })
  expect(Const(graph).identifier).toMatch(/^Const-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('literal defaults become values with their spelling and their order, and are nobody’s to share (Q49)', async () => {
  const Defaults = defineNode(
    { outputs: ['out'] },
    async function Defaults({
      none = null,
      float = -2.5,
      yes = true,
      text = 'ü',
      list = [1, [null, 'a']],
      object = { b: 1, 'a b': { c: [] } },
      plain
    }: Record<string, unknown>) {
      ;(list as unknown[]).push('mine')
      return { out: [none, float, yes, text, list, object, plain] }
    }
  )
  const graph = new Graph('g')
  const nodes = [Defaults(graph, {}, { name: 'a' }), Defaults(graph, {}, { name: 'b' })]
  expect(read(graph).nodes[0]?.inputs.map(({ value }) => formatJson(value))).toEqual([
    'null',
    '-2.5',
    'true',
    '"\\u00fc"',
    '[1, [null, "a"]]',
    '{"b": 1, "a b": {"c": []}}',
    'null'
  ])
  const evaluation = await graph.evaluate()
  for (const node of nodes) {
    const expected = [null, -2.5, true, 'ü', [1, [null, 'a'], 'mine'], { b: 1, 'a b': { c: [] } }, null]
    expect(evaluation.value(node.output('out'))).toEqual(expected)
  }
})

test('a value given to a node is a copy (Q49)', () => {
  const graph = new Graph('g')
  const frames = [1, 2]
  const render = MayaRender(graph, { frames })
  frames.push(3)
  expect(render.input('frames').value).toEqual([1, 2])
})

test('range counts as Python does', () => {
  expect([range(3), range(2, 5), range(0, 7, 3), range(5, 0, -2), range(3, 3)]).toEqual([
    [0, 1, 2],
    [2, 3, 4],
    [0, 3, 6],
    [5, 3, 1],
    []
  ])
})

describe('connections', () => {
  test('a second source replaces the first; disconnecting brings the literal back (Q47)', () => {
    const graph = new Graph('g')
    const [a, b, c] = [Const(graph, {}, { name: 'a' }), Const(graph, {}, { name: 'b' }), Pass(graph, { value: 5 })]
    a.output('value').connect(c.input('value'))
    b.output('value').connect(c.input('value'))
    expect(read(graph).edges).toEqual([
      { from: { node: 1, plug: 'value', key: null }, to: { node: 2, plug: 'value', key: null } }
    ])
    expect(read(graph).nodes[2]?.inputs[0]?.value).toBe('null')
    c.input('value').disconnect()
    expect(read(graph).edges).toEqual([])
    expect(read(graph).nodes[2]?.inputs[0]?.value).toBe('5')
  })

  test('looking at a sub-plug does not make it (Q44)', () => {
    const graph = new Graph('g')
    const sum = SumItems(graph, { items: { x: 1 } })
    const before = graph.toText()
    expect(() => sum.input('items').at('y').value).toThrow('"SumItems".items has no sub-plug "y"; it has none')
    expect(sum.input('items').at('y').source).toBe(null)
    expect(graph.toText()).toBe(before)
  })

  test('a deleted node leaves no edge and no promoted plug behind (Q26, Q33)', () => {
    const graph = new Graph('g')
    const source = Const(graph, {}, { name: 'source' })
    const targets = range(3).map((i) => Pass(graph, {}, { name: `t${i}` }))
    for (const target of targets) source.output('value').connect(target.input('value'))
    source.output('value').promote()
    graph.group('all', [source.input('value'), ...targets.map((target) => target.input('value'))])
    graph.delete(source)
    expect(read(graph).edges).toEqual([])
    expect(read(graph).graphs[0]?.promoted.outputs).toEqual([])
    expect(targets[0]?.input('value').source).toBe(null)
    graph.input('all').set(1)
    expect(targets.map((target) => target.input('value').value)).toEqual([1, 1, 1])
  })

  test('graphs behind each other are all in the text, sorted by name (Q27)', () => {
    const [main, b, a] = [new Graph('main'), new Graph('b'), new Graph('a')]
    const sum = SumItems(b)
    Pass(main).output('value').connect(sum.input('items').at('main'))
    Pass(a).output('value').connect(sum.input('items').at('a'))
    expect(read(main).graphs.map(({ name }) => name)).toEqual(['main', 'a', 'b'])
    expect(read(b).graphs.map(({ name }) => name)).toEqual(['b', 'a', 'main'])
  })

  test('an undeclared sub-output is made by connecting it, and whole plugs read as objects', async () => {
    const graph = new Graph('g')
    const split = Split(graph, { values: ['x', 'y'] })
    const [part, whole] = [Pass(graph, {}, { name: 'part' }), Pass(graph, {}, { name: 'whole' })]
    split.output('parts').at(1).connect(part.input('value'))
    split.output('parts').connect(whole.input('value'))
    const evaluation = await graph.evaluate()
    expect(evaluation.value(part.output('value'))).toBe('y')
    expect(evaluation.value(whole.output('value'))).toEqual({ 1: 'y', 0: 'x' })
  })
})

/** Sentences are compared whole: they are what the author reads. */
function refusal(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof AuthorError) return error.message
    throw error
  }
  return expect.fail('nothing was refused')
}

describe('what is wrong is refused by the call that causes it', () => {
  const pair = () => {
    const graph = new Graph('g')
    return { graph, a: Pass(graph, {}, { name: 'a' }), b: Pass(graph, {}, { name: 'b' }) }
  }
  const chain = () => {
    const graph = new Graph('g')
    const nodes = range(4).map((i) => Pass(graph, {}, { name: `n${i}` }))
    for (const i of range(3)) nodes[i]?.output('value').connect((nodes[i + 1] ?? expect.fail()).input('value'))
    return nodes
  }
  const loose = (name: string) => name as 'value'

  test('a circle, with its path (Q24)', () => {
    const [first, , , last] = chain()
    expect(refusal(() => last?.output('value').connect((first ?? expect.fail()).input('value')))).toBe(
      'connecting "n3" to "n0" closes a cycle: "n3" → "n0" → "n1" → "n2" → "n3"'
    )
    const { a } = pair()
    expect(refusal(() => a.output('value').connect(a.input('value')))).toBe(
      'connecting "a" to "a" closes a cycle: "a" → "a"'
    )
  })

  test('a name that another node of the graph has, also by renaming (Q32)', () => {
    const { graph, a, b } = pair()
    const sentence = 'the graph "g" has a node called "a" already; names are unique in a graph'
    expect(refusal(() => Pass(graph, {}, { name: 'a' }))).toBe(sentence)
    expect(refusal(() => b.rename('a'))).toBe(sentence)
    expect(refusal(() => b.rename(''))).toBe('a node of the graph "g" needs a name')
    a.rename('c')
    b.rename('a')
    expect(graph.nodes.map(({ name }) => name)).toEqual(['c', 'a'])
    expect(graph.node('a')).toBe(b)
  })

  test('an identifier that another node has, here or in a connected graph', () => {
    const { graph, a } = pair()
    const other = new Graph('other')
    const identifier = 'x'
    const x = Pass(graph, {}, { name: 'x', identifier })
    const sentence = 'two nodes have the identifier "x"; give each its own'
    expect(refusal(() => Pass(graph, {}, { identifier }))).toBe(sentence)
    const y = Pass(other, {}, { identifier })
    expect(refusal(() => a.output('value').connect(y.input('value')))).toBe(sentence)
    graph.delete(x)
    a.output('value').connect(y.input('value'))
    expect(refusal(() => Pass(graph, {}, { identifier }))).toBe(sentence)
  })

  test('no graph, and a graph without a name (Q34)', () => {
    expect(refusal(() => Pass(undefined as unknown as Graph))).toBe(
      'Pass takes the graph as its first argument; there is no default graph'
    )
    expect(refusal(() => new Graph(''))).toBe('a graph needs a name: new Graph("Rendering")')
  })

  test('plugs, nodes and promoted plugs that are not there', () => {
    const { graph, a } = pair()
    expect(refusal(() => a.input(loose('x')))).toBe('"a" has no input "x"; it has "value"')
    expect(refusal(() => a.output(loose('x')))).toBe('"a" has no output "x"; it has "value"')
    expect(refusal(() => Pass(graph, { x: 1 } as object))).toBe('"Pass" has no input "x"; it has "value"')
    expect(refusal(() => graph.node('x'))).toBe('the graph "g" has no node "x"; it has "a", "b"')
    expect(refusal(() => graph.input('x'))).toBe('the graph "g" promotes no input "x"; it has none')
    expect(refusal(() => graph.output('x'))).toBe('the graph "g" promotes no output "x"; it has none')
    const split = SplitDeclared(graph)
    expect(refusal(() => split.output('parts').at('c'))).toBe(
      '"SplitDeclared".parts has no sub-plug "c"; it has "a", "b"'
    )
  })

  test('sub-plugs beside a value or a connection, and the reverse (Q44, Q45)', () => {
    const { graph, a, b } = pair()
    const sum = SumItems(graph, { items: { x: 1 } })
    const items = sum.input('items')
    const hides = '"SumItems".items has the value {"x": 1}, which "SumItems".items.y would hide; set it to null first'
    expect(refusal(() => items.at('y').set(1))).toBe(hides)
    expect(refusal(() => a.output('value').connect(items.at('y')))).toBe(hides)
    items.set(null)
    b.output('value').connect(items)
    expect(refusal(() => items.at('y').set(1))).toBe(
      '"SumItems".items is fed by "b".value, which "SumItems".items.y would hide; disconnect it first'
    )
    items.disconnect()
    items.at('y').set(1)
    const mixed = '"SumItems".items has the sub-plugs "y"; use them'
    expect(refusal(() => items.set({}))).toBe(mixed)
    expect(refusal(() => b.output('value').connect(items))).toBe(mixed)
  })

  test('a value where a connection is', () => {
    const { a, b } = pair()
    a.output('value').connect(b.input('value'))
    expect(refusal(() => b.input('value').set(1))).toBe(
      '"b".value is fed by "a".value; disconnect it before you set a value'
    )
  })

  test('dots in keys, and sub-plugs of sub-plugs (Q42)', () => {
    const { graph, a } = pair()
    expect(refusal(() => a.input('value').at('k.v'))).toBe(
      '"a".value has a plug called "k.v"; dots are kept for sub-plugs, rename the plug'
    )
    expect(refusal(() => a.input('value').at('k').at('v'))).toBe('"a".value.k is a sub-plug and has none of its own')
    expect(refusal(() => a.input('value').at('k').promote())).toBe(
      '"a".value.k is a sub-plug; promote its plug "value" instead'
    )
    expect(refusal(() => graph.group('x', [a.input('value').at('k')]))).toBe(
      '"a".value.k is a sub-plug; put its plug into the group "x" instead'
    )
  })

  test('promoting under a taken name, strangers and empty groups (Q33)', () => {
    const { graph, a, b } = pair()
    a.input('value').promote()
    a.output('value').promote()
    const taken = 'the graph "g" promotes "value" already; take another name'
    expect(refusal(() => b.input('value').promote())).toBe(taken)
    expect(refusal(() => b.output('value').promote())).toBe(taken)
    expect(refusal(() => graph.group('value', [b.input('value')]))).toBe(taken)
    expect(refusal(() => graph.group('none', []))).toBe('the group "none" needs at least one input')
    const stranger = Pass(new Graph('other'))
    expect(refusal(() => graph.group('x', [stranger.input('value')]))).toBe(
      '"Pass".value belongs to no node of the graph "g"'
    )
  })

  test('values that JSON cannot hold, with node, input and path (Q38)', () => {
    const { graph } = pair()
    const set = (value: unknown) => refusal(() => Pass(graph, { value }))
    expect(set(new Set())).toBe('"Pass".value: a Set cannot be written as JSON; write [...it] in its place')
    expect(set({ a: [1, () => 0] })).toBe('"Pass".value.a[1]: a function (anonymous) cannot be written as JSON')
    const deep = JSON.parse(`${'['.repeat(895)}${']'.repeat(895)}`) as unknown
    expect(set(deep)).toBe('"Pass".value is nested deeper than 890 levels')
    const throws = {
      get a(): never {
        throw new Error('no')
      }
    }
    expect(set(throws)).toBe('"Pass".value cannot be read: no')
    const metadata: object = { date: new Date() }
    expect(refusal(() => Pass(graph, {}, { metadata }))).toBe(
      'the metadata of "Pass".date: a Date cannot be written as JSON; write its toISOString() in its place'
    )
    expect(graph.nodes.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('connecting two graphs of one name, near or far (Q29)', () => {
    const [main, near, sub, twin] = [new Graph('main'), new Graph('near'), new Graph('sub'), new Graph('sub')]
    const [a, b, c, d] = [Pass(main), Pass(near), Pass(sub), Pass(twin)]
    a.output('value').connect(c.input('value'))
    b.output('value').connect(d.input('value'))
    expect(refusal(() => a.output('value').connect(b.input('value')))).toBe(
      'two different graphs called "sub" cannot be connected; rename one of them'
    )
    expect(b.input('value').source).toBe(null)
  })

  test('nodes that were deleted', () => {
    const { graph, a, b } = pair()
    graph.delete(a)
    expect(refusal(() => a.output('value').connect(b.input('value')))).toBe(
      '"a" was deleted from "g"; it cannot be connected'
    )
    expect(refusal(() => a.rename('x'))).toBe('"a" was deleted from "g"')
    expect(refusal(() => graph.delete(a))).toBe('"a" is no node of the graph "g"')
    expect(refusal(() => a.input('value').promote())).toBe('"a".value belongs to no node of the graph "g"')
  })

  test('ranges that are none', () => {
    expect(refusal(() => range(0, 10, 0))).toBe('range(0, 10, 0) takes integers and a step other than 0')
    expect(refusal(() => range(0.5))).toBe('range(0, 0.5, 1) takes integers and a step other than 0')
  })
})

describe('functions that are no nodes are refused by defineNode', () => {
  const outputs = ['out'] as const
  const three = () => 3
  const define = (run: (...inputs: never[]) => unknown, names: readonly string[] = outputs) =>
    refusal(() => defineNode({ outputs: names }, run as (inputs: object) => object))

  test('defaults that have to be run', () => {
    expect(
      define(function F({ a = three() }: { a?: number }) {
        return { out: a }
      })
    ).toMatch(
      /^F\.a has the default .*three\(\), which is no literal; write null, true, a number, a text, or a list or object of those$/
    )
    for (const run of [
      function F({ a = [three()] }: { a?: number[] }) {
        return { out: a }
      },
      function F({ a = { b: three } }: { a?: object }) {
        return { out: a }
      },
      function F({ a = /x/ }: { a?: RegExp }) {
        return { out: a }
      },
      function F({ a = undefined }: { a?: number | undefined }) {
        return { out: a }
      }
    ])
      expect(define(run)).toContain('which is no literal')
  })

  test('parameters that are not one destructured object', () => {
    expect(
      define(function F(a: number) {
        return { out: a }
      })
    ).toBe("F has to name its inputs in the parameter, ({ a, b }): the names become the node's plugs")
    expect(
      define(function F({ a }: { a: number }, b: number) {
        return { out: a + b }
      })
    ).toBe('F takes 2 parameters; a node takes its inputs as one object, ({ a, b })')
    expect(
      define(function F({ a, ...rest }: { a: number }) {
        return { out: [a, rest] }
      })
    ).toBe('F collects inputs with "..."; name each input, the names become the node\'s plugs')
    const key = 'a'
    expect(
      define(function F({ [key]: a }: { a: number }) {
        return { out: a }
      })
    ).toBe('F computes the name of an input; write the name itself')
  })

  test.each(['func', 'name', 'identifier', 'inputs', 'outputs', 'metadata', 'omit', 'graph'])(
    'an input called %s, which flowpipe keeps for itself',
    (word) => {
      const run = new Function(`return function F({ ${word} }) {}`)() as () => object
      expect(define(run)).toBe(`F has an input called "${word}", a word that flowpipe keeps for itself; rename it`)
    }
  )

  test('names with dots, names twice, no name', () => {
    expect(
      define(function F({ 'a.b': a }: { 'a.b': number }) {
        return { out: a }
      })
    ).toContain('has a plug called "a.b"')
    expect(
      define(function F({ a, a: b }: { a: number }) {
        return { out: a + b }
      })
    ).toBe('F names the input "a" twice')
    expect(
      define(
        (
          () => () =>
            null
        )()
      )
    ).toContain('defineNode takes a function with a name')
  })

  test('what is no readable function', () => {
    expect(
      define(
        function F() {
          return null
        }.bind(null)
      )
    ).toMatch(/^bound F cannot be read \(.*\); give defineNode/)
    expect(
      define(function* F() {
        yield 1
      })
    ).toBe('F is a generator; a node is a plain or async function')
    expect(
      define(
        class F {
          x = 1
        } as never
      )
    ).toMatch(/^F cannot be read/)
  })

  test('outputs twice, whole and in parts, and with dots in their keys', () => {
    const run = function F() {
      return null
    }
    const twice = 'F declares the output "a" twice, once whole or twice with the same key'
    expect([define(run, ['a', 'a']), define(run, ['a', 'a.b']), define(run, ['a.b', 'a.b'])]).toEqual([
      twice,
      twice,
      twice
    ])
    expect(define(run, ['a.b.c'])).toContain('dots are kept for sub-plugs')
    expect(define(run, [''])).toBe('F has a plug without a name')
  })

  test('two nodes of one name in one file', () => {
    const define = (again: boolean) =>
      again
        ? defineNode({ outputs: [] }, function Twin() {
            return null
          })
        : defineNode({ outputs: [] }, function Twin() {
            return {}
          })
    define(false)
    define(false)
    expect(refusal(() => define(true))).toContain('defines two nodes called "Twin"; give one function another name')
  })

  test('methods, arrows, async functions and a defaulted parameter are fine', () => {
    const nodes = {
      Method({ a = 1 } = {}) {
        return { out: a }
      }
    }
    const Arrow = async ({ a = 1 }: { a?: number }) => ({ out: a })
    for (const create of [defineNode({ outputs }, nodes.Method), defineNode({ outputs }, Arrow)]) {
      expect(create(new Graph('g')).input('a').value).toBe(1)
    }
  })
})

describe('evaluate', () => {
  const failing = async (graph: Graph, mode: 'linear' | 'parallel' = 'linear'): Promise<EvaluationError> => {
    const error: unknown = await graph.evaluate({ mode }).then(
      () => expect.fail('nothing failed'),
      (e: unknown) => e
    )
    if (error instanceof EvaluationError) return error
    throw error
  }
  const namesOf = (evaluation: Evaluation) => ({
    succeeded: evaluation.succeeded.map(({ name }) => name),
    failed: evaluation.failed.map(({ node }) => node.name),
    blocked: evaluation.blocked.map(({ name }) => name)
  })

  test.each(['linear', 'parallel'] as const)('%s: a failing node stops what is downstream only', async (mode) => {
    const graph = new Graph('g')
    const bad = Fail(graph, { value: 3 })
    const [down, further] = [Pass(graph, {}, { name: 'Down' }), Pass(graph, {}, { name: 'Further' })]
    bad.output('status').connect(down.input('value'))
    down.output('value').connect(further.input('value'))
    const free = Pass(graph, { value: 1 }, { name: 'Zfree' })
    const after = Pass(graph, {}, { name: 'After' })
    free.output('value').connect(after.input('value'))
    const error = await failing(graph, mode)
    expect(error.message).toBe(
      '1 of 5 nodes of "g" failed: "Fail": Error: golden failure: 3; not evaluated for it: "Down", "Further"'
    )
    expect((error.cause as Error).message).toBe('golden failure: 3')
    expect(namesOf(error.evaluation)).toEqual({
      succeeded: ['Zfree', 'After'],
      failed: ['Fail'],
      blocked: ['Down', 'Further']
    })
    expect(error.evaluation.value(after.output('value'))).toBe(1)
    expect(refusal(() => error.evaluation.value(down.output('value')))).toContain('has no value')
  })

  test('omitted nodes pass null, in both modes (Q54)', async () => {
    for (const mode of ['linear', 'parallel'] as const) {
      const graph = new Graph('g')
      const [a, b] = [Const(graph, { value: 5 }, { omit: true }), Add(graph, { a: 1 })]
      a.output('value').connect(b.input('b'))
      const evaluation = await graph.evaluate({ mode })
      expect(evaluation.omitted).toEqual([a])
      expect(evaluation.value(b.output('sum'))).toBe(1)
    }
  })

  test('a second evaluation computes everything again (Q51, Q52)', async () => {
    const graph = new Graph('g')
    const [a, b] = [Const(graph, { value: 1 }), Pass(graph)]
    a.output('value').connect(b.input('value'))
    expect((await graph.evaluate()).value(b.output('value'))).toBe(1)
    a.input('value').set(2)
    expect((await graph.evaluate()).value(b.output('value'))).toBe(2)
  })

  test('parallel starts a node as soon as its own parents are done', async () => {
    const events: string[] = []
    const gates = new Map<string, () => void>()
    const Gate = defineNode({ outputs: ['out'] }, async function Gate({ who, after }: { who: string; after: unknown }) {
      events.push(`start ${who}`)
      if (who === 'slow') await new Promise<void>((resolve) => gates.set(who, resolve))
      if (who === 'last') gates.get('slow')?.()
      return { out: after }
    })
    const graph = new Graph('g')
    const gate = (who: string) => Gate(graph, { who }, { name: who })
    const [slow, quick, last] = [gate('slow'), gate('quick'), gate('last')]
    quick.output('out').connect(last.input('after'))
    await graph.evaluate({ mode: 'parallel' })
    expect(events.at(-1)).toBe('start last')
    expect(slow.targets.size).toBe(0)
  })

  test.each<[string, () => unknown, string]>([
    ['an undeclared output', () => ({ nope: 1 }), '"F" returned "nope", which is none of its outputs (out, parts)'],
    [
      'what JSON cannot hold',
      () => ({ out: [new Map()] }),
      'the output out of "F"[0]: a Map cannot be written as JSON; write Object.fromEntries(…) in its place'
    ],
    ['a list', () => [1], '"F" returned a list; a node returns an object with its outputs (out, parts)'],
    ['a text', () => 'x', '"F" returned a string; a node returns an object with its outputs (out, parts)'],
    ['whole and in parts', () => ({ out: 1, 'out.a': 1 }), '"F" returned "out" whole and in parts'],
    ['in parts and whole', () => ({ 'out.a': 1, out: { a: 1 } }), '"F" returned "out" whole and in parts']
  ])('a node fails that returns %s', async (_, run, message) => {
    const returned = run
    const F = defineNode({ outputs: ['out', 'parts.a'] }, function F() {
      return returned() as object
    })
    const graph = new Graph('g')
    F(graph)
    const error = await failing(graph)
    expect((error.cause as Error).message).toBe(message)
  })

  test.each<[string, () => object, unknown, unknown]>([
    ['with more than its sub-plugs', () => ({ parts: { a: 1, b: 2 } }), { a: 1, b: 2 }, 1],
    ['with its sub-plugs alone', () => ({ parts: { a: 1 } }), { a: 1 }, 1],
    ['without the sub-plug', () => ({ parts: { b: 2 } }), { b: 2 }, null],
    ['that is empty', () => ({ parts: {} }), {}, null],
    ['that is a list', () => ({ parts: [1, 2] }), [1, 2], null],
    ['that is null', () => ({ parts: null }), null, null],
    ['with sub-plugs that are null', () => ({ 'parts.a': null }), { a: null }, null]
  ])('a value %s goes on whole and in parts', async (_, run, whole, part) => {
    const returned = run
    const F = defineNode({ outputs: ['parts.a'] }, function Whole() {
      return returned()
    })
    const graph = new Graph('g')
    const [node, all, one] = [F(graph), Pass(graph, {}, { name: 'all' }), Pass(graph, {}, { name: 'one' })]
    node.output('parts').connect(all.input('value'))
    node.output('parts').at('a').connect(one.input('value'))
    const evaluation = await graph.evaluate()
    const got = [all, one].map((taker) => evaluation.value(taker.output('value')))
    expect([...got, evaluation.value(node.output('parts')), evaluation.value(node.output('parts').at('a'))]).toEqual([
      whole,
      part,
      whole,
      part
    ])
  })

  test('a missing or null return clears every output (Q51)', async () => {
    const F = defineNode({ outputs: ['out', 'parts.a'] }, function Empty() {
      return undefined
    })
    const graph = new Graph('g')
    const node = F(graph)
    const evaluation = await graph.evaluate()
    expect([evaluation.value(node.output('out')), evaluation.value(node.output('parts'))]).toEqual([null, { a: null }])
  })
})

test('texts in records are escaped as Python escapes them', () => {
  const graph = new Graph('Größe 🎬')
  expect(graph.toText()).toContain('"Gr\\u00f6\\u00dfe \\ud83c\\udfac"')
  expect(textOf('"Gr\\u00f6\\u00dfe"')).toBe('Größe')
})

test('a large graph is wired, written and read in seconds, from either end', () => {
  const graph = new Graph('large')
  const nodes = range(3000).map((i) => Pass(graph, {}, { name: `n${i}` }))
  for (const i of range(2998, -1, -1)) {
    const [from, to] = [nodes[i], nodes[i + 1]]
    if (from && to) from.output('value').connect(to.input('value'))
  }
  expect(read(graph).edges).toHaveLength(2999)
})

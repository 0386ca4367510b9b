import { describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { convert, type ConvertOptions } from '../../src-main/core/convert/convert.ts'
import { shippedInterpreters } from '../../src-main/domain/interpreter.ts'
import { moduleKey, type CheckOutcome, type InterpreterCheck } from '../../src-main/core/convert/preflight/input.ts'
import { preflight } from '../../src-main/core/convert/preflight/preflight.ts'
import { Graph, type Metadata } from '../../src-main/core/graph/author.ts'
import { Comp, Render, Step } from '../fixtures/nodes/steps.ts'
import { goldenGraph, unwrap } from '../helpers/goldens.ts'
import type { Graph as GraphData } from '../../src-main/core/graph/model.ts'

const python: InterpreterCheck = {
  language: 'python',
  version: '3.11.7',
  executable: '/usr/bin/python3',
  program: { name: 'Python', version: '3.11.7', path: '/usr/bin/python3' },
  flowpipe: '1.3.0',
  folders: [],
  packages: { folders: [], variables: [] },
  typingExtensions: true,
  modules: new Map()
}
const good: CheckOutcome = { ok: true, check: python }

function problems(
  graph: GraphData,
  options: ConvertOptions = {},
  checks: Record<string, CheckOutcome> = {},
  dataDirLength = 20
) {
  const job = unwrap(convert(graph, options))
  const interpreters = new Map(shippedInterpreters.map((entry) => [entry.name, entry]))
  const { map = {}, frames = null } = options
  return preflight({ job, interpreters, checks: new Map(Object.entries(checks)), map, frames, dataDirLength })
}

const authored = (graph: Graph) => unwrap(readGraph(graph.toText()))
const told = (list: ReturnType<typeof problems>) => list.map((p) => `${p.severity} ${p.code} ${p.name}`)

describe('interpreters', () => {
  test('one that nobody knows is an error with the node that needs it (Q12)', () => {
    const found = problems(goldenGraph('12_guide_implicit_30_10'), { map: { maya: 'katana' } })
    expect(found[0]).toMatchObject({
      severity: 'error',
      code: 'interpreter-unknown',
      name: 'MayaRender',
      message: 'there is no interpreter "katana", needed by "MayaRender"'
    })
    expect(found[0]?.remedy).toContain('--map maya=python')
  })
  test('one that cannot be started, and one without flowpipe or typing_extensions (Q58)', () => {
    const checks = {
      maya: { ok: false as const, reason: 'mayapy is not on the PATH' },
      python: { ok: true as const, check: { ...python, flowpipe: null, typingExtensions: false } }
    }
    const found = problems(goldenGraph('12_guide_implicit_30_10'), {}, checks)
    expect(told(found).slice(0, 2)).toEqual([
      'error interpreter-missing MayaRender',
      'error flowpipe-missing UpdateDatabase'
    ])
    expect(found[1]?.remedy).toBe(
      'install it into a folder DIR of yours: python3 -m pip install --target DIR flowpipe typing_extensions; then: backlot interpreter set python --env PYTHONPATH=DIR'
    )
  })
  test('a module that is neither importable nor there as a file', () => {
    const graph = goldenGraph('01_single_node')
    const [node] = unwrap(convert(graph)).nodes
    const modules = new Map([
      [moduleKey(node as NonNullable<typeof node>), { importable: false, fileExists: false, code: [], facts: null }]
    ])
    const found = problems(graph, {}, { python: { ok: true, check: { ...python, modules } } })
    expect(found[0]).toMatchObject({
      severity: 'error',
      code: 'module-missing',
      message: expect.stringContaining('has no module "golden_nodes"')
    })
    expect(problems(graph, {}, { python: good })).toEqual([])
  })
  test('an omitted node needs no interpreter', () => {
    const found = problems(goldenGraph('12_guide_implicit_30_10'), { map: { maya: 'katana' }, omit: ['MayaRender'] })
    expect(told(found)).toEqual(['info omitted MayaRender'])
  })
})

describe('frames and batches', () => {
  const render = (frames: unknown[], metadata: Record<string, unknown>) => {
    const graph = new Graph('frames')
    Render(graph, { frames }, { metadata })
    return authored(graph)
  }
  test('frames that the guide’s own converter loses (Q02)', () => {
    const found = problems(render([1, 2, 3], { batch_size: 2, merge: 'concat' }))
    expect(found[0]).toMatchObject({
      code: 'guide-loses-frames',
      message: expect.stringContaining('loses frame 3 here')
    })
    expect(problems(render([1, 2, 3, 4], { batch_size: 2, merge: 'concat' }))).toEqual([])
  })
  test('frames that were asked for and that nothing has are named; of those from upstream nobody knows', () => {
    const graph = render([1, 2, 3, 4], { batch_size: 2, merge: 'concat' })
    const absent = (frames: string[]) => problems(graph, { frames }).filter(({ code }) => code === 'frames-absent')
    expect(absent(['1', '"0002"', '3.0'])).toEqual([])
    expect(absent(['1', '98', '99', '100'])).toMatchObject([
      { severity: 'warning', message: 'no node has frame 98-100, which --frames asks for: nothing of it is rendered' }
    ])
    const fed = new Graph('fed')
    const step = Step(fed, { value: [1, 2] }, { name: 'a' })
    step.output('value').connect(Render(fed, {}, { name: 'b', metadata: { batch_size: 2 } }).input('frames'))
    const told = problems(authored(fed), { frames: ['99'] })
    expect(told.map(({ code }) => code)).not.toContain('frames-absent')
  })
  test('no frames at all is an error, repeated ones a warning', () => {
    expect(told(problems(render([], { batch_size: 2 })))).toEqual(['error no-frames Render'])
    expect(told(problems(render([1, 2, 2, 1], { batch_size: 2, merge: 'concat' })))).toEqual([
      'warning frames-repeated Render'
    ])
  })
  test('undeclared merging is told, declared merging is not', () => {
    expect(told(problems(render([1, 2, 3, 4], { batch_size: 2 })))).toEqual(['info merge-undeclared Render'])
  })
  test('a frame dependency on frames that upstream does not make', () => {
    const graph = new Graph('links')
    const metadata: Metadata = { batch_size: 1, merge: 'concat' }
    const above = Render(graph, { frames: [1, 2] }, { metadata: { ...metadata, batch_size: 2 } })
    above
      .output('files')
      .connect(Comp(graph, { frames: [1, 5] }, { metadata: { ...metadata, dependency: 'frame' } }).input('files'))
    const found = problems(authored(graph)).filter((p) => p.code === 'frames-unmatched')
    expect(found[0]?.message).toBe('it waits by frame for "Render", which does not make frame 5')
  })
})

describe('names, values and paths', () => {
  test('names that become one on a farm that folds case and dashes (Q11)', () => {
    const graph = new Graph('names')
    for (const name of ['Render-A', 'render_a', 'other']) Step(graph, {}, { name })
    expect(told(problems(authored(graph)))).toEqual(['warning name-collision render_a'])
  })
  test('NaN and Infinity are named by plug; texts that look like them are not (Q38)', () => {
    const graph = new Graph('values')
    Step(graph, { value: { deep: [NaN] } }, { name: 'bad' })
    Step(graph, { value: 'NaN and Infinity' }, { name: 'fine' })
    expect(problems(authored(graph))).toMatchObject([
      { code: 'not-json', name: 'bad', message: expect.stringContaining('value holds NaN') }
    ])
  })
  test('a connection that flowpipe ignores beside sub-plugs (Q45), and a value that a look at a sub-plug hides (Q44)', () => {
    expect(told(problems(goldenGraph('24_compound_hides_value')))).toEqual([
      'warning connection-ignored Both',
      'warning input-hidden Read'
    ])
  })
  test('a connection to a sub-plug is not ignored', () => {
    for (const name of ['06_fan_in_compound', '18_input_plug_group', '08_declared_sub_outputs'])
      expect(problems(goldenGraph(name)).map(({ code }) => code)).not.toContain('connection-ignored')
    const graph = goldenGraph('06_fan_in_compound')
    expect(graph.edges.some(({ to }) => to.key !== null)).toBe(true)
  })
  test('identifiers too long for a file name, and a data folder too deep for Windows', () => {
    const graph = new Graph('long')
    Step(graph, {}, { name: 'x'.repeat(300) })
    expect(told(problems(authored(graph)))).toEqual([`warning path-too-long ${'x'.repeat(300)}`])
    expect(told(problems(goldenGraph('01_single_node'), {}, {}, 250))).toEqual(['warning path-too-long null'])
  })
})

test('errors stand before warnings, these before the rest; inside in the order of the nodes', () => {
  const graph = new Graph('order')
  const metadata: Metadata = { batch_size: 2, merge: 'concat' }
  Step(graph, { value: NaN }, { name: 'a' })
  Render(graph, { frames: [1, 2] }, { name: 'b', metadata: { batch_size: 1 } })
  Render(graph, { frames: [] }, { name: 'c', metadata })
  Render(graph, { frames: [1, 1] }, { name: 'd', metadata })
  Render(graph, { frames: [] }, { name: 'e', metadata })
  expect(told(problems(authored(graph)))).toEqual([
    'error no-frames c',
    'warning not-json a',
    'warning guide-loses-frames b',
    'warning frames-repeated d',
    'info merge-undeclared b'
  ])
})

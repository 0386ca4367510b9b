import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testApp } from '../helpers/app.ts'
import { flowpipe } from '../helpers/flowpipe.ts'

const fixtures = join(import.meta.dirname, '../fixtures/evaluate')
const examples = join(import.meta.dirname, '../../examples')
const map = { maya: 'python', houdini: 'python', nuke: 'python', '3dequalizer': 'python' }

/** One node of the module for each [function, input, value]. */
function graphText(cases: readonly [module: string, func: string, input: string, value: string][]): string {
  const nodes = cases.map(([module, func, input, value], i) => ({
    file_location: join(fixtures, `${module}.py`),
    module: 'flowpipe.node',
    cls: 'FunctionNode',
    name: `${i} ${value}`,
    identifier: `id${i}`,
    inputs: { [input]: { name: input, value, connections: {}, sub_plugs: {} } },
    outputs: { out: { name: 'out', value: null, connections: {}, sub_plugs: {} } },
    metadata: {},
    func: { module, name: func }
  }))
  return JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'hard', nodes, subgraphs: [] })
}

describe.skipIf(!flowpipe())('Python nodes that do what a node should not', () => {
  test('each fails or succeeds by itself with one sentence, and the store holds every result', async () => {
    const { ask, dataDir } = testApp()
    const does = (deed: string): [string, string, string, string] => ['hard_nodes', 'Does', 'deed', deed]
    const cases: [string, string, string, string][] = [
      ['loud_nodes', 'Loud', 'value', 'megabytes at import'],
      does('exit'),
      does('_exit'),
      does('close 0 1 2'),
      does('binary'),
      does('surrogate'),
      does('interrupt'),
      ['hard_nodes', 'Returns', 'kind', 'set'],
      ['hard_nodes', 'Returns', 'kind', 'big'],
      ['hard_nodes', 'Returns', 'kind', 'tuple']
    ]
    const path = join(dataDir, 'hard.json')
    writeFileSync(path, graphText(cases))
    const { job } = await ask('job.create', { source: { path } })
    expect((await ask('job.run', { job })).status).toBe('failed')
    const { tasks } = await ask('task.list', { job })
    expect(tasks.map((t) => [t.node, t.state, t.reason])).toEqual([
      ['0 megabytes at import', 'succeeded', null],
      ['1 exit', 'failed', 'exit code 1: SystemExit: the node called exit(3)'],
      ['2 _exit', 'failed', 'the command wrote no result'],
      ['3 close 0 1 2', 'succeeded', null],
      ['4 binary', 'succeeded', null],
      ['5 surrogate', 'failed', expect.stringContaining('ValueError')],
      ['6 interrupt', 'failed', expect.stringContaining('KeyboardInterrupt')],
      [
        '7 set',
        'failed',
        'exit code 1: TypeError: out cannot be written as JSON: Object of type set is not JSON serializable; write sorted(…) in its place, or let an encoder do it: backlot interpreter set python --encoder backlot:encode'
      ],
      ['8 big', 'succeeded', null],
      ['9 tuple', 'succeeded', null]
    ])
    const { nodes } = await ask('job.outputs', { job })
    expect(nodes.find((n) => n.name === '8 big')?.outputs[0]?.value).toHaveLength(50 * 1024 * 1024 + 2)
    expect(nodes.find((n) => n.name === '9 tuple')?.outputs[0]?.value).toBe('[1, ["a"]]')
  })
})

describe.skipIf(!flowpipe())('a .py file is asked for its graph through the python interpreter, and runs', () => {
  test.each([
    ['guide/implicit_batching', 4],
    ['guide/explicit_batching', 4],
    ['vfx_rendering/graph', 14]
  ])('%s', async (name, count) => {
    const { ask } = testApp()
    const { job } = await ask('job.create', { source: { path: join(examples, `${name}.py`) }, options: { map } })
    expect((await ask('job.run', { job })).status).toBe('succeeded')
    expect((await ask('task.list', { job })).tasks).toHaveLength(count)
  })

  test('a file without a graph, or with a mistake, is refused in one sentence', async () => {
    const { app, dataDir } = testApp()
    const path = join(dataDir, 'none.py')
    writeFileSync(path, 'x = 1\n')
    const allow = () => app.call('graph.trust', { source: { path }, allow: true })
    await allow()
    const none = await app.call('graph.show', { source: { path }, as: 'list' })
    expect(none).toMatchObject({
      ok: false,
      error: { kind: 'input', message: expect.stringContaining('has no graph') }
    })
    writeFileSync(path, 'import nowhere_to_be_found\n')
    await allow()
    const broken = await app.call('graph.show', { source: { path }, as: 'list' })
    expect(broken).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('line 1: ModuleNotFoundError') }
    })
  })
})

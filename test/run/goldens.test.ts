import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { formatJson } from '../../src-main/domain/json.ts'
import { testApp, withGoldenNodes } from '../helpers/app.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { goldenJson, goldenNames, goldenPath, goldenText, messageOf, unwrap } from '../helpers/goldens.ts'

withGoldenNodes()
const map = { maya: 'python', houdini: 'python', nuke: 'python', '3dequalizer': 'python' }

type Texts = Record<string, Record<string, string>>

/** Outputs of a golden record file, as JSON text by identifier and `plug` or `plug.key`. */
function expectedOutputs(text: string): Texts {
  const graph = unwrap(readGraph(text))
  const plugs = (outputs: (typeof graph.nodes)[number]['outputs']) =>
    outputs.flatMap((p): [string, string][] =>
      p.subPlugs.length ? p.subPlugs.map((s) => [`${p.name}.${s.key}`, s.value]) : [[p.name, p.value]]
    )
  return Object.fromEntries(
    graph.nodes.map((n) => [n.identifier, Object.fromEntries(plugs(n.outputs).map(([k, v]) => [k, formatJson(v)]))])
  )
}

/** `stored/` keeps one record per node; together they are a graph. */
function storedOutputs(name: string): Texts {
  const graph = JSON.parse(goldenText('graphs', `${name}.json`))
  const stored = goldenJson('stored', `${name}.json`)
  graph.nodes = Object.values(stored.nodes)
  return expectedOutputs(JSON.stringify(graph))
}

interface NameCase {
  node_name: string
}

describe.skipIf(!flowpipe())('node names that break the guide’s commands (command_cases)', () => {
  test('run for real, every one of them, and batched too', async () => {
    const cases = goldenJson('jobs', 'command_cases.json').names as NameCase[]
    const base = goldenJson('graphs', '12_guide_implicit_30_10.json').nodes[0]
    const nodes = cases.map(({ node_name: name }, i) => ({
      ...structuredClone(base),
      name,
      identifier: `${name}-${i}`,
      outputs: { renderings: { name: 'renderings', value: null, connections: {}, sub_plugs: {} } },
      metadata: { interpreter: 'maya', batch_size: 15 }
    }))
    const { ask, dataDir } = testApp()
    const path = join(dataDir, 'names.json')
    writeFileSync(path, JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'names', nodes, subgraphs: [] }))
    const { job } = await ask('job.create', { source: { path }, options: { map } })
    expect((await ask('job.run', { job })).status).toBe('succeeded')
    const done = await ask('job.outputs', { job })
    expect(done.nodes.map((n) => n.name).sort()).toEqual(cases.map((c) => c.node_name).sort())
    expect(new Set(done.nodes.flatMap((n) => n.outputs.map((o) => o.value)))).toEqual(
      new Set(['"/renderings/file.%04d.exr"'])
    )
  })
})

async function run(name: string, slots: number, omit?: string[]) {
  const { app, ask } = testApp({ slots })
  // preflight knows what is wrong with some of them
  const source = { path: goldenPath(name) }
  const created = await app.call('job.create', { source, options: { map, omit }, force: special.includes(name) })
  if (!created.ok) return { created }
  const { status } = await ask('job.run', { job: created.value.job })
  const { nodes } = await ask('job.outputs', { job: created.value.job })
  const { tasks } = await ask('task.list', { job: created.value.job })
  const outputs: Texts = Object.fromEntries(
    nodes.map((n) => [n.identifier, Object.fromEntries(n.outputs.map((o) => [o.output, formatJson(o.value)]))])
  )
  return { created, status, outputs, tasks, states: Object.fromEntries(tasks.map((t) => [t.name, t.state])) }
}

const special = ['17_omitted_nodes', '20_failing_node', '22_undeserializable_class', '23_undetected_cycle']
const plain = goldenNames.filter((name) => !special.includes(name))

describe.skipIf(!flowpipe()).each([2, 1])('every golden graph as processes of the real flowpipe, %i slots', (slots) => {
  test.each(plain)('%s gives exactly the evaluated outputs as JSON text', async (name) => {
    const done = await run(name, slots)
    expect(done.status).toBe('succeeded')
    expect(done.outputs).toEqual(expectedOutputs(goldenText('evaluated', `${name}.json`)))
  })

  test('17: omit is not in flowpipe’s JSON, so the outputs are those of the stored records', async () => {
    const done = await run('17_omitted_nodes', slots)
    expect(done.outputs).toEqual(storedOutputs('17_omitted_nodes'))
  })

  test('17 with --omit: an omitted node runs nothing and passes null on', async () => {
    const done = await run('17_omitted_nodes', slots, ['b', 'd'])
    const byName = Object.fromEntries(
      Object.entries(done.outputs ?? {}).map(([id, values]) => [id.slice(0, 1), values])
    )
    expect(done.status).toBe('succeeded')
    expect(done.states).toEqual({ a: 'succeeded', b: 'omitted', c: 'succeeded', d: 'omitted', e: 'succeeded' })
    expect(byName).toEqual({ a: { sum: '2' }, b: {}, c: { sum: '1' }, d: {}, e: { sum: '1' } })
  })

  test('20: the failing node fails and blocks only what is downstream', async () => {
    const done = await run('20_failing_node', slots)
    expect(done.status).toBe('failed')
    expect(done.states).toEqual({ independent: 'succeeded', ok: 'succeeded', Fail: 'failed', after: 'blocked' })
    expect(done.tasks?.find((t) => t.name === 'Fail')?.reason).toContain('ValueError: golden failure: 1')
  })

  test('22: a class that cannot be built fails with the reason', async () => {
    const done = await run('22_undeserializable_class', slots)
    expect(done.status).toBe('failed')
    expect(done.tasks?.[0]?.reason).toContain("missing 1 required positional argument: 'plug_name'")
  })

  test('23: the cycle is refused with its path, and nothing is stored', async () => {
    const done = await run('23_undetected_cycle', slots)
    expect(messageOf(done.created)).toContain('has a cycle: ')
    expect(messageOf(done.created)).toContain('n0 → n1 → n2 → n3')
  })
})

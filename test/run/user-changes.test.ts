import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import type { Input } from '../../src-main/contract.ts'
import { Flaky, FromFile, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { graphFile, until } from '../helpers/cli.ts'

const create = async (t: TestApp, graph: Graph, more: Partial<Input<'job.create'>> = {}): Promise<number> =>
  (await t.ask('job.create', { source: { path: graphFile(t.dataDir, graph) }, ...more })).job

const idOf = async (t: TestApp, job: number, name: string) =>
  (await t.ask('task.find', { text: `${job}/${name}` })).task

async function states(t: TestApp, job: number): Promise<Record<string, string>> {
  const { tasks } = await t.ask('task.list', { job })
  return Object.fromEntries(tasks.map(({ name, state, attempts }) => [name, `${state} ${attempts}`]))
}

describe('a task whose result is used runs again', () => {
  /** `made` gives what its file holds, `used` waits for the gate. */
  async function chain() {
    const t = testApp()
    const [path, gate, trace] = ['value', 'gate', 'trace'].map((name) => join(t.dataDir, name)) as [
      string,
      string,
      string
    ]
    const graph = new Graph('chain')
    const made = FromFile(graph, { path }, { name: 'made' })
    const used = Step(graph, { until: gate, trace }, { name: 'used' })
    made.output('value').connect(used.input('value'))
    Step(graph, {}, { name: 'apart' })
    writeFileSync(path, '1')
    const job = await create(t, graph)
    const value = async () =>
      (await t.ask('job.outputs', { job })).nodes.find(({ name }) => name === 'used')?.outputs[0]?.value
    const begun = () => (existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : [])
    return { t, job, path, gate, value, begun }
  }

  test('while what used it runs: that is ended and begins again with the new one', async () => {
    const { t, job, path, gate, value, begun } = await chain()
    const done = t.ask('job.run', { job })
    await until(() => begun().length === 1)
    writeFileSync(path, '2')
    const tasks = [await idOf(t, job, 'made')]
    expect(await t.ask('task.retry', { job, tasks })).toEqual([...tasks, await idOf(t, job, 'used')])
    await until(() => begun().length === 2)
    writeFileSync(gate, '')
    expect((await done).status).toBe('succeeded')
    expect(begun()).toEqual(['1', '2'])
    expect(await value()).toBe('2')
    expect(await states(t, job)).toEqual({ made: 'succeeded 2', used: 'succeeded 2', apart: 'succeeded 1' })
  })

  test('after what used it is done: that is stale, says why and runs again; what has nothing to do with it stays', async () => {
    const { t, job, path, gate, value } = await chain()
    writeFileSync(gate, '')
    await t.ask('job.run', { job })
    writeFileSync(path, '3')
    await t.ask('task.retry', { job, tasks: [await idOf(t, job, 'made')] })
    const used = (await t.ask('task.list', { job })).tasks.find(({ name }) => name === 'used')
    expect(used).toMatchObject({ state: 'waiting', reason: 'what it was made from runs again' })
    await t.ask('job.run', { job })
    expect(await value()).toBe('3')
    expect(await states(t, job)).toEqual({ made: 'succeeded 2', used: 'succeeded 2', apart: 'succeeded 1' })
  })
})

describe('automatic retries', () => {
  test('count over stop and resume, also by another Backlot', async () => {
    const dataDir = scratch()
    const first = testApp({ dataDir })
    const graph = new Graph('counted')
    const gate = join(dataDir, 'gate')
    Flaky(graph, { ok: join(dataDir, 'never') })
    Step(graph, { until: gate })
    const job = await create(first, graph, { settings: { retries: 2 } })
    const running = first.ask('job.run', { job })
    await until(() => first.events.some((event) => event.type === 'task' && event.status === 'failed'))
    await first.app.close()
    await running
    expect(await states(testApp({ dataDir }), job)).toMatchObject({ Flaky: 'failed 3' })
    writeFileSync(gate, '')
    const second = testApp({ dataDir })
    await second.ask('job.run', { job })
    expect(await states(second, job)).toEqual({ Flaky: 'failed 3', Step: 'succeeded 2' })
    await second.ask('task.retry', { job })
    await second.ask('job.run', { job })
    expect(await states(second, job)).toMatchObject({ Flaky: 'failed 6' })
  })

  test('that a stop cut off go on from where they were', async () => {
    const dataDir = scratch()
    const first = testApp({ dataDir, slots: 1 })
    const graph = new Graph('cut')
    const trace = join(dataDir, 'trace')
    const flaky = Flaky(graph, { ok: join(dataDir, 'never') }, { name: 'a' })
    expect(flaky).toBeDefined()
    Step(graph, { trace, until: join(dataDir, 'gate') }, { name: 'b' })
    const job = await create(first, graph, { settings: { retries: 3 } })
    const running = first.ask('job.run', { job })
    await until(() => existsSync(trace))
    await first.app.close()
    await running
    const before = Number((await states(testApp({ dataDir }), job)).a?.split(' ')[1])
    writeFileSync(join(dataDir, 'gate'), '')
    const second = testApp({ dataDir, slots: 1 })
    await second.ask('job.run', { job })
    expect(before).toBeGreaterThan(0)
    expect(await states(second, job)).toEqual({ a: 'failed 4', b: 'succeeded 2' })
  })

  test('are counted afresh after a user’s retry', async () => {
    const t = testApp()
    const graph = new Graph('retries')
    Flaky(graph, { ok: join(t.dataDir, 'never') })
    const job = await create(t, graph, { settings: { retries: 1 } })
    await t.ask('job.run', { job })
    expect(await states(t, job)).toEqual({ Flaky: 'failed 2' })
    await t.ask('task.retry', { job })
    await t.ask('job.run', { job })
    expect(await states(t, job)).toEqual({ Flaky: 'failed 4' })
  })

  test('are not made of a command that cannot be started: nothing would be different', async () => {
    const t = testApp()
    const [shipped] = await t.ask('interpreter.list', {})
    if (!shipped) throw new Error('no interpreter')
    const argv = [join(t.dataDir, 'no-such-program'), '{task}']
    await t.ask('interpreter.set', { ...shipped, name: 'gone', argv, evaluator: 'none', start: 'cold', env: {} })
    const graph = new Graph('unstartable')
    Step(graph, {}, { metadata: { interpreter: 'gone' } })
    const job = await create(t, graph, { settings: { retries: 3 }, force: true })
    await t.ask('job.run', { job })
    expect(await states(t, job)).toEqual({ Step: 'failed 1' })
    const [attempt] = await t.ask('task.attempts', { task: await idOf(t, job, 'Step') })
    expect(attempt?.end).toBe('spawn-error')
  })
})

test('frames that differ the next time make other batches, all of them anew', async () => {
  const t = testApp()
  const graph = new Graph('again')
  const path = join(t.dataDir, 'frames')
  const render = Render(graph, {}, { metadata: { batch_size: 2 } })
  FromFile(graph, { path }).output('value').connect(render.input('frames'))
  writeFileSync(path, '[1, 2, 3]')
  const job = await create(t, graph)
  await t.ask('job.run', { job })
  writeFileSync(path, '[1, 2, 3, 4]')
  await t.ask('task.retry', { job, tasks: [await idOf(t, job, 'FromFile')] })
  expect((await t.ask('job.run', { job })).status).toBe('succeeded')
  expect(await states(t, job)).toEqual({
    FromFile: 'succeeded 2',
    'Render-0': 'succeeded 2',
    'Render-1': 'succeeded 2'
  })
  const { nodes } = await t.ask('job.outputs', { job })
  expect(nodes.find(({ name }) => name === 'Render')?.outputs[0]?.value).toBe('["f.1", "f.2", "f.3", "f.4"]')
})

describe('what a user does to a task is told to all that listen', () => {
  /** A job whose one task failed. */
  async function failed() {
    const t = testApp()
    const graph = new Graph('told')
    Flaky(graph, { ok: join(t.dataDir, 'never') })
    const job = await create(t, graph)
    await t.ask('job.run', { job })
    t.events.length = 0
    return { t, job, task: await idOf(t, job, 'Flaky') }
  }
  const told = { type: 'task', name: 'Flaky', attempt: null, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }

  test('a retry', async () => {
    const { t, job, task } = await failed()
    await t.ask('task.retry', { job })
    expect(t.events).toEqual([{ ...told, job, task, status: 'queued', reason: expect.stringContaining('user') }])
  })

  test('an omit', async () => {
    const { t, job, task } = await failed()
    await t.ask('task.omit', { tasks: [task] })
    expect(t.events).toEqual([{ ...told, job, task, status: 'omitted', reason: expect.stringContaining('user') }])
  })

  test('a cancel, and nothing of a task that it does not change', async () => {
    const { t, job, task } = await failed()
    await t.ask('task.cancel', { tasks: [task] })
    expect(t.events).toEqual([])
    await t.ask('task.retry', { job })
    t.events.length = 0
    await t.ask('task.cancel', { tasks: [task] })
    expect(t.events).toEqual([{ ...told, job, task, status: 'canceled', reason: expect.stringContaining('user') }])
  })
})

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a job is current as long as programs are looked for in the same places', async () => {
  const t = testApp()
  const graph = new Graph('places')
  Step(graph, { value: 1 })
  const path = graphFile(t.dataDir, graph)
  const { job } = await t.ask('job.create', { source: { path } })
  await t.ask('job.run', { job })
  const current = () => t.ask('job.current', { source: { path } })
  expect(await current()).toMatchObject({ job })
  for (const name of ['PATH', 'PYTHONPATH', 'NODE_PATH']) {
    vi.stubEnv(name, [process.env[name], join(t.dataDir, 'bin')].filter(Boolean).join(':'))
    expect(await current(), name).toBe(null)
    vi.unstubAllEnvs()
  }
  expect(await current()).toMatchObject({ job })
})

describe.skipIf(process.platform !== 'linux')('interpreters that came up for a job that is refused', () => {
  /** How many processes have this in their environment. */
  const marked = (mark: string): number =>
    readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)
      } catch {
        return false // it has ended, or is not ours to read
      }
    }).length

  test('are ended', async () => {
    const t = testApp()
    const node = (await t.ask('interpreter.list', {})).find(({ name }) => name === 'node')
    if (!node) throw new Error('no interpreter')
    const mark = `BACKLOT_TEST_MARK=${t.dataDir}`
    const up = join(t.dataDir, 'up')
    // says that it is there, then is the interpreter; what only asks it for its version comes without a task server
    const wrapper = ['/bin/sh', '-c', 'case "$*" in *session*) touch "$UP";; esac; exec "$@"', 'sh']
    const env = { BACKLOT_TEST_MARK: t.dataDir, UP: up }
    await t.ask('interpreter.set', { ...node, name: 'warm', wrapper, env, start: 'session' })
    const graph = new Graph('refused')
    Render(graph, { frames: [] }, { metadata: { interpreter: 'warm', batch_size: 1 } })
    Step(graph, {}, { metadata: { interpreter: 'warm' } })
    const refused = await t.app.call('job.create', { source: { path: graphFile(t.dataDir, graph) }, soon: true })
    expect(refused).toMatchObject({ ok: false, error: { kind: 'preflight' } })
    await until(() => existsSync(up))
    await until(() => marked(mark) === 0)
  })
})

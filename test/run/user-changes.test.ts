import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import type { Input } from '../../src-main/contract.ts'
import { Flaky, FromFile, Render, Step } from '../fixtures/nodes/steps.ts'
import { testApp, type TestApp } from '../helpers/app.ts'
import { graphFile, until } from '../helpers/cli.ts'

const create = async (t: TestApp, graph: Graph, more: Partial<Input<'job.create'>> = {}): Promise<number> =>
  (await t.ask('job.create', { source: { path: graphFile(t.dataDir, graph) }, ...more })).job

const idOf = async (t: TestApp, job: number, name: string) =>
  (await t.ask('task.find', { text: `${job}/${name}` })).task

async function states(t: TestApp, job: number): Promise<Record<string, string>> {
  const { tasks } = await t.ask('task.list', { job })
  return Object.fromEntries(tasks.map(({ name, state, attempts }) => [name, `${state} ${attempts}`]))
}

describe('automatic retries', () => {
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

test('frames that differ the next time queue the batches that differ, and leave the others done', async () => {
  const t = testApp()
  const graph = new Graph('again')
  const path = join(t.dataDir, 'frames')
  const render = Render(graph, {}, { metadata: { batch_size: 2 } })
  FromFile(graph, { path }).output('value').connect(render.input('frames'))
  writeFileSync(path, '[1, 2, 3]')
  const job = await create(t, graph)
  await t.ask('job.run', { job })
  writeFileSync(path, '[1, 2, 3, 4]')
  // not with everything downstream: the first batch stays as it is
  await t.ask('task.retry', { job, tasks: [await idOf(t, job, 'FromFile'), await idOf(t, job, 'Render-1')] })
  expect((await t.ask('job.run', { job })).status).toBe('succeeded')
  expect(await states(t, job)).toEqual({
    FromFile: 'succeeded 2',
    'Render-0': 'succeeded 1',
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
  const told = {
    type: 'task',
    name: 'Flaky',
    attempt: null,
    took: null,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)
  }

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

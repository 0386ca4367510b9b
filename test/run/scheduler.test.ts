import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import type { Input } from '../../src-main/contract.ts'
import { isAlive } from '../../src-main/core/process/identity.ts'
import { Comp, Evil, FailsOnce, Flaky, FromFile, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'

/** Writes the graph to a file and makes a job of it. */
async function create(t: TestApp, graph: Graph, more: Partial<Input<'job.create'>> = {}): Promise<number> {
  const folder = join(t.dataDir, 'graphs')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${graph.name}.json`)
  writeFileSync(path, graph.toText())
  return (await t.ask('job.create', { source: { path }, ...more })).job
}

async function states(t: TestApp, job: number): Promise<Record<string, string>> {
  const { tasks } = await t.ask('task.list', { job })
  return Object.fromEntries(tasks.map((task) => [task.name, task.state]))
}

const taskId = async (t: TestApp, job: number, name: string) =>
  (await t.ask('task.find', { text: `${job}/${name}` })).task

async function outputs(t: TestApp, job: number): Promise<Record<string, string>> {
  const { nodes } = await t.ask('job.outputs', { job })
  return Object.fromEntries(nodes.flatMap((n) => n.outputs.map((o) => [`${n.name}.${o.output}`, o.value])))
}

const logOf = async (t: TestApp, job: number, name: string) => {
  const log = await t.ask('task.log', { task: await taskId(t, job, name) })
  return readFileSync(log.path, 'utf8')
}

/** Resolves when an event says so. */
function until(t: TestApp, wanted: (event: TestApp['events'][number]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (t.events.some(wanted)) return resolve()
    const stop = t.app.on((event) => {
      if (!wanted(event)) return
      stop()
      resolve()
    })
  })
}

const became = (name: string, status: string) => (event: TestApp['events'][number]) =>
  event.type === 'task' && event.name === name && event.status === status

describe('order', () => {
  test('a task starts when everything it needs is done, and the queue keeps the order of evaluation', async () => {
    const t = testApp({ slots: 1 })
    const graph = new Graph('order')
    const trace = join(t.dataDir, 'trace')
    const a = Step(graph, { trace }, { name: 'a' })
    Step(graph, { value: 'b', trace }, { name: 'b' })
    Step(graph, { value: 'c', trace }, { name: 'c' }).output('value').connect(a.input('value'))
    const job = await create(t, graph)
    await t.ask('job.run', { job })
    expect(readFileSync(trace, 'utf8').trim().split('\n')).toEqual(['"b"', '"c"', '"c"'])
  })

  test('a higher priority starts first; a limit holds an interpreter back while others go on', async () => {
    const t = testApp({ slots: 3 })
    const graph = new Graph('limits')
    const trace = join(t.dataDir, 'trace')
    const gate = join(t.dataDir, 'gate')
    const node = (await t.ask('interpreter.list', {})).find((i) => i.name === 'node')
    if (!node) throw new Error('no node interpreter')
    await t.ask('interpreter.set', { ...node, name: 'licensed', limit: 1 })
    for (const [name, priority] of [
      ['low', 0],
      ['high', 5],
      ['mid', 1]
    ] as const) {
      Step(graph, { value: name, trace, until: gate }, { name, metadata: { interpreter: 'licensed', priority } })
    }
    Step(graph, { value: 'free', trace }, { name: 'free' })
    const job = await create(t, graph)
    const done = t.ask('job.run', { job })
    await until(t, became('free', 'succeeded'))
    expect(await states(t, job)).toEqual({ free: 'succeeded', high: 'running', low: 'ready', mid: 'ready' })
    writeFileSync(gate, '')
    expect((await done).status).toBe('succeeded')
    expect(
      readFileSync(trace, 'utf8')
        .trim()
        .split('\n')
        .filter((l) => l !== '"free"')
    ).toEqual(['"high"', '"mid"', '"low"'])
  })
})

describe('batches', () => {
  test('outputs of batches become one: equal values stay, lists are joined in batch order', async () => {
    const t = testApp()
    const graph = new Graph('merge')
    const render = Render(graph, { frames: [1, 2, 3, 4, 5] }, { metadata: { batch_size: 2 } })
    render.output('files').connect(Step(graph, {}, { name: 'Collect' }).input('value'))
    const job = await create(t, graph)
    await t.ask('job.run', { job })
    expect(await outputs(t, job)).toEqual({
      'Render.files': '["f.1", "f.2", "f.3", "f.4", "f.5"]',
      'Render.format': '"exr"',
      'Collect.value': '["f.1", "f.2", "f.3", "f.4", "f.5"]'
    })
  })

  test('a frame-dependent batch starts when its own upstream batches are done and reads them alone', async () => {
    const t = testApp({ slots: 1 })
    const graph = new Graph('frames')
    const render = Render(graph, { frames: [1, 2, 3, 4] }, { metadata: { batch_size: 2 } })
    const comp = Comp(
      graph,
      { frames: [1, 2, 3, 4] },
      { metadata: { batch_size: 1, dependency: 'frame', merge: { read: 'object' } } }
    )
    render.output('files').connect(comp.input('files'))
    const job = await create(t, graph)
    await t.ask('job.run', { job })
    expect((await outputs(t, job))['Comp.read']).toBe(
      '{"1": ["f.1", "f.2"], "2": ["f.1", "f.2"], "3": ["f.3", "f.4"], "4": ["f.3", "f.4"]}'
    )
    const started = t.events.flatMap((e) => (e.type === 'task' && e.status === 'running' ? [e.name] : []))
    expect(started).toEqual(['Render-0', 'Render-1', 'Comp-0', 'Comp-1', 'Comp-2', 'Comp-3'])
  })

  test('a merge rule that does not fit fails what is downstream by name, and every value is still shown', async () => {
    const t = testApp()
    const graph = new Graph('misfit')
    const render = Render(graph, { frames: [1, 2] }, { metadata: { batch_size: 1, merge: { format: 'concat' } } })
    render.output('format').connect(Step(graph, {}, { name: 'after' }).input('value'))
    const job = await create(t, graph)
    expect((await t.ask('job.run', { job })).status).toBe('failed')
    expect((await t.ask('task.list', { job })).tasks.at(-1)?.reason).toMatch(/^input value from Render: .*format/)
    expect((await outputs(t, job))['Render.format']).toBe('["exr", "exr"]')
  })

  test('frames from upstream are batched when upstream is done (Q14)', async () => {
    const t = testApp()
    const graph = new Graph('deferred')
    const range = Step(graph, { value: [7, 8, 9] }, { name: 'Range' })
    const render = Render(graph, {}, { metadata: { batch_size: 2 } })
    range.output('value').connect(render.input('frames'))
    render.output('files').connect(Step(graph, {}, { name: 'Collect' }).input('value'))
    const job = await create(t, graph)
    expect((await t.ask('job.run', { job })).status).toBe('succeeded')
    expect(Object.keys(await states(t, job))).toEqual(['Range', 'Render-0', 'Render-1', 'Collect'])
    expect((await outputs(t, job))['Collect.value']).toBe('["f.7", "f.8", "f.9"]')
  })

  test('frames that differ the next time make other batches: more, fewer, or the same', async () => {
    const t = testApp()
    const graph = new Graph('again')
    const path = join(t.dataDir, 'frames')
    const source = FromFile(graph, { path })
    const render = Render(graph, {}, { metadata: { batch_size: 2 } })
    source.output('value').connect(render.input('frames'))
    const job = await (writeFileSync(path, '[1, 2, 3]'), create(t, graph))
    await t.ask('job.run', { job })
    const again = async (frames: string) => {
      writeFileSync(path, frames)
      await t.ask('task.retry', { job, tasks: [await taskId(t, job, 'FromFile')], downstream: true })
      expect((await t.ask('job.run', { job })).status).toBe('succeeded')
      return [(await outputs(t, job))['Render.files'], await states(t, job)]
    }
    expect(await again('[7]')).toEqual([
      '["f.7"]',
      { FromFile: 'succeeded', 'Render-0': 'succeeded', 'Render-1': 'omitted' }
    ])
    expect(await again('[1, 2, 3, 4, 5]')).toEqual([
      '["f.1", "f.2", "f.3", "f.4", "f.5"]',
      { FromFile: 'succeeded', 'Render-0': 'succeeded', 'Render-1': 'succeeded', 'Render-2': 'succeeded' }
    ])
  })

  test.each([
    [[], 'no frames'],
    [null, 'frames is null; it should be a list or a range text such as "1-100x2"'],
    ['1-', '"1-" is no frame range: "1-" is not like 1-100, 1-100x2 or 7']
  ])('upstream that gives no frames fails the batched node by name: %j', async (value, why) => {
    const t = testApp()
    const graph = new Graph('deferred-empty')
    const render = Render(graph, {}, { metadata: { batch_size: 2 } })
    Step(graph, { value }, { name: 'Range' }).output('value').connect(render.input('frames'))
    const job = await create(t, graph)
    expect((await t.ask('job.run', { job })).status).toBe('failed')
    const { tasks } = await t.ask('task.list', { job })
    expect(tasks[1]?.reason).toBe(`Render cannot be batched by Range.value: ${why}`)
  })
})

describe('failure', () => {
  const chain = (t: TestApp) => {
    const graph = new Graph('chain')
    const ok = join(t.dataDir, 'ok')
    const flaky = Flaky(graph, { value: 1, ok })
    const after = Step(graph, {}, { name: 'after' })
    const last = Step(graph, {}, { name: 'last' })
    flaky.output('value').connect(after.input('value'))
    after.output('value').connect(last.input('value'))
    Step(graph, { value: 2 }, { name: 'apart' })
    return { graph, ok }
  }

  test('a failed task blocks only what is downstream; why tells the chain to the cause with its last lines', async () => {
    const t = testApp()
    const { graph } = chain(t)
    const job = await create(t, graph)
    expect((await t.ask('job.run', { job })).status).toBe('failed')
    expect(await states(t, job)).toEqual({ Flaky: 'failed', after: 'blocked', apart: 'succeeded', last: 'blocked' })
    const why = await t.ask('task.why', { task: await taskId(t, job, 'last') })
    expect(why.steps.map((s) => `${s.name} ${s.state}`)).toEqual(['last blocked', 'after blocked', 'Flaky failed'])
    expect(why.reason).toMatch(/^exit code 1: Error: no /)
    // the reason stands once; the lines say where it came from
    expect(why.lastLines.join('\n')).toContain('steps.ts:')
  })

  test('retry runs the failed task again and lets the job finish', async () => {
    const t = testApp()
    const { graph, ok } = chain(t)
    const job = await create(t, graph)
    await t.ask('job.run', { job })
    writeFileSync(ok, '')
    await t.ask('task.retry', { job })
    expect((await t.ask('job.run', { job })).status).toBe('succeeded')
    expect(await t.ask('task.attempts', { task: await taskId(t, job, 'Flaky') })).toHaveLength(2)
    expect(await t.ask('task.attempts', { task: await taskId(t, job, 'apart') })).toHaveLength(1)
  })

  test('retry with everything downstream runs that again, and only that', async () => {
    const t = testApp()
    const { graph, ok } = chain(t)
    writeFileSync(ok, '')
    const job = await create(t, graph)
    await t.ask('job.run', { job })
    await t.ask('task.retry', { job, tasks: [await taskId(t, job, 'after')], downstream: true })
    expect(await states(t, job)).toEqual({ Flaky: 'succeeded', after: 'ready', apart: 'succeeded', last: 'waiting' })
    await t.ask('job.run', { job })
    const tries = async (name: string) => (await t.ask('task.attempts', { task: await taskId(t, job, name) })).length
    expect([await tries('Flaky'), await tries('after'), await tries('last'), await tries('apart')]).toEqual([
      1, 2, 2, 1
    ])
  })

  test('an omitted task passes null on and blocks nothing', async () => {
    const t = testApp()
    const { graph } = chain(t)
    const job = await create(t, graph)
    await t.ask('job.run', { job })
    await t.ask('task.omit', { tasks: [await taskId(t, job, 'Flaky')] })
    expect(await states(t, job)).toMatchObject({ Flaky: 'omitted', after: 'ready' })
    expect((await t.ask('job.run', { job })).status).toBe('succeeded')
    expect((await outputs(t, job))['last.value']).toBe('null')
    expect(await logOf(t, job, 'after')).toContain('# null from upstream: value')
  })

  test('automatic retries try again, and the first try’s log stays', async () => {
    const t = testApp()
    const graph = new Graph('retries')
    FailsOnce(graph, { mark: join(t.dataDir, 'mark') })
    const job = await create(t, graph, { settings: { retries: 1 } })
    expect((await t.ask('job.run', { job })).status).toBe('succeeded')
    const attempts = await t.ask('task.attempts', { task: await taskId(t, job, 'FailsOnce') })
    expect(attempts.map((a) => [a.end, a.exitCode])).toEqual([
      ['exit', 1],
      ['exit', 0]
    ])
    expect(readFileSync(attempts[0]?.log ?? '', 'utf8')).toContain('first try')
  })

  test('fail-fast starts nothing new, and resume does the rest', async () => {
    const t = testApp({ slots: 1 })
    const graph = new Graph('fast')
    Flaky(graph, { ok: join(t.dataDir, 'never') }, { name: 'a' })
    Step(graph, { value: 1 }, { name: 'b' })
    const job = await create(t, graph, { settings: { failFast: true } })
    expect((await t.ask('job.run', { job })).status).toBe('failed')
    expect(await states(t, job)).toEqual({ a: 'failed', b: 'ready' })
    await t.ask('job.resume', { job })
    expect(await states(t, job)).toEqual({ a: 'failed', b: 'succeeded' })
  })
})

describe('bad node code, while other tasks go on', () => {
  async function runEvil(what: string, settings: Input<'job.create'>['settings'] = {}) {
    const t = testApp({ graceMs: 200 })
    const graph = new Graph('evil')
    const path = join(t.dataDir, 'path')
    Evil(graph, { what, path })
    Step(graph, { value: 1 }, { name: 'other' })
    const job = await create(t, graph, { settings })
    await t.ask('job.run', { job })
    const { tasks } = await t.ask('task.list', { job })
    const [evil, other] = tasks
    expect(other?.state).toBe('succeeded')
    return { t, job, path, state: evil?.state, reason: evil?.reason, task: evil?.id ?? 0 }
  }

  test('exit 0 without a result is a failure', async () => {
    const { state, reason } = await runEvil('exit0')
    expect([state, reason]).toEqual(['failed', 'the command wrote no result'])
  })

  test('a crash is named by its signal', async () => {
    const { state, reason } = await runEvil('segfault')
    expect([state, reason]).toEqual(['failed', 'the process was killed by SIGSEGV'])
  })

  test('a time limit ends the whole group, by force if it is deaf', async () => {
    const { state, reason, path, t, task } = await runEvil('deaf', { timeout: 6 })
    expect([state, reason]).toEqual(['failed', 'it ran longer than 6 s (--timeout)'])
    expect(isAlive(Number(readFileSync(path, 'utf8')), null)).toBe(false)
    expect((await t.ask('task.attempts', { task }))[0]).toMatchObject({ end: 'killed', cause: 'timeout' })
  })

  test('a silent task is ended by the silence limit, a chatty one is not', async () => {
    const { state, reason } = await runEvil('silent', { silence: 6 })
    expect([state, reason]).toEqual(['failed', 'its log did not grow for 6 s (--silence)'])
    const chatty = await runEvil('chatty', { silence: 6, timeout: 8 })
    expect(chatty.reason).toContain('--timeout')
  })

  test('a child that outlives its task is ended, and does not hold the task up', async () => {
    const { state, path, t, job } = await runEvil('child')
    expect(state).toBe('succeeded')
    await t.app.close()
    expect(isAlive(Number(readFileSync(path, 'utf8')), null)).toBe(false)
    expect(job).toBe(1)
  })

  test('closed output streams and binary in the log do no harm', async () => {
    expect((await runEvil('closed')).state).toBe('succeeded')
    const { state, t, job } = await runEvil('binary')
    expect(state).toBe('succeeded')
    expect((await logOf(t, job, 'Evil')).length).toBeGreaterThan(10_000)
  })

  test('a folder that cannot be written fails its task by name, and the others go on', async () => {
    const t = testApp()
    const graph = new Graph('unwritable')
    Step(graph, { value: 1 }, { name: 'a' })
    Step(graph, { value: 2 }, { name: 'b' })
    const job = await create(t, graph)
    const tasks = join(t.dataDir, 'jobs', String(job), 'tasks')
    // a folder where a file is wanted
    mkdirSync(join(tasks, '0', '1-1.task.json'), { recursive: true })
    expect((await t.ask('job.run', { job })).status).toBe('failed')
    expect(await states(t, job)).toEqual({ a: 'failed', b: 'succeeded' })
    const { reason } = (await t.ask('task.list', { job })).tasks[0] ?? {}
    expect(reason).toMatch(/^the command cannot be started: its files cannot be written: /)
  })

  test('a result of 50 MB is kept whole', async () => {
    const { state, t, job } = await runEvil('big')
    expect(state).toBe('succeeded')
    expect((await outputs(t, job))['Evil.value']).toHaveLength(50_000_002)
  })

  test('a directive that says it failed counts more than exit 0', async () => {
    const { state, reason } = await runEvil('says it failed')
    expect([state, reason]).toEqual(['failed', 'the log says it failed: licence lost'])
  })
})

describe('control', () => {
  /** a → b, where a runs until the file `gate` is there. */
  async function runHeld() {
    const t = testApp({ slots: 1 })
    const graph = new Graph('held back')
    const gate = join(t.dataDir, 'gate')
    Step(graph, { until: gate }, { name: 'a' })
      .output('value')
      .connect(Step(graph, {}, { name: 'b' }).input('value'))
    const job = await create(t, graph)
    const done = t.ask('job.run', { job })
    await until(t, became('a', 'running'))
    return { t, gate, job, done }
  }

  test('progress and status are read from the log while the task runs', async () => {
    const t = testApp()
    const graph = new Graph('progress')
    const path = join(t.dataDir, 'path')
    Evil(graph, { what: 'progress', path })
    const job = await create(t, graph)
    const done = t.ask('job.run', { job })
    await until(t, (e) => e.type === 'progress' && e.percent === 50 && e.message === 'halfway')
    writeFileSync(path, '')
    await done
  })

  test('pause starts nothing new; stop ends what runs and queues it again; resume finishes', async () => {
    const { t, gate, job, done } = await runHeld()
    await t.ask('job.pause', { job })
    await t.ask('job.stop', { job })
    expect((await done).status).toBe('paused')
    expect(await states(t, job)).toEqual({ a: 'ready', b: 'waiting' })
    writeFileSync(gate, '')
    expect(await t.ask('job.resume', {})).toEqual([{ job, status: 'succeeded' }])
    // one that its session had not taken yet left no attempt
    expect((await t.ask('task.attempts', { task: await taskId(t, job, 'a') })).at(-1)).toMatchObject({ end: 'exit' })
  })

  test('a canceled task blocks what needs it; a retry takes it up again', async () => {
    const { t, gate, job, done } = await runHeld()
    await t.ask('task.cancel', { tasks: [await taskId(t, job, 'a')] })
    expect((await done).status).toBe('canceled')
    expect(await states(t, job)).toEqual({ a: 'canceled', b: 'blocked' })
    writeFileSync(gate, '')
    await t.ask('task.retry', { job })
    expect((await t.ask('job.run', { job })).status).toBe('succeeded')
  })

  test('closing ends what runs; the next start takes the job up and finishes it', async () => {
    const dataDir = scratch()
    const first = testApp({ dataDir })
    const graph = new Graph('close')
    const gate = join(dataDir, 'gate')
    Step(graph, { until: gate, value: 1 }, { name: 'a' })
    const job = await create(first, graph)
    void first.app.call('job.run', { job })
    await until(first, became('a', 'running'))
    await first.app.close()
    writeFileSync(gate, '')
    const second = testApp({ dataDir })
    expect(await states(second, job)).toEqual({ a: 'ready' })
    expect(await second.ask('job.resume', {})).toEqual([{ job, status: 'succeeded' }])
  })

  test('the log’s head holds the command that ran, ready to paste', async () => {
    const t = testApp()
    const graph = new Graph('head')
    Render(graph, { frames: [1, 2, 3, 9] }, { name: "it's a 'name'", metadata: { batch_size: 10 } })
    const job = await create(t, graph)
    await t.ask('job.run', { job })
    const head = await logOf(t, job, "it's a 'name'-0")
    expect(head).toContain('# interpreter: node')
    expect(head).toContain('# frames: 1-3,9')
    const command = head.split('\n').find((line) => line.startsWith('cd ')) ?? ''
    const [attempt] = await t.ask('task.attempts', { task: await taskId(t, job, "it's a 'name'-0") })
    expect(command).toContain(attempt?.taskFile)
    expect(existsSync(attempt?.resultFile ?? '')).toBe(true)
  })
})

/** What Tractor's own Python library says of a submission, and what it is asked; a stand-in by its documents. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tractorClient } from '../../src-main/core/export/clients/tractor.ts'
import { submissionOf } from '../../src-main/core/export/pulled/submission.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { python } from '../helpers/farm-run.ts'
import { fileOf } from '../helpers/farms.ts'

const site = join(import.meta.dirname, '../fixtures/tractor/site')

function withVariables(variables: Record<string, string>): void {
  const before = { ...process.env }
  Object.assign(process.env, variables)
  onTestFinished(() => void (process.env = before))
}

type Row = Record<string, unknown>

/** A submission of a node with three batches, and of one that waits for it, as job 877. */
async function submitted() {
  const t = testApp()
  const graph = new Graph('two')
  const render = Render(graph, { frames: [1, 2, 3] }, { name: 'Render', metadata: { batch_size: 1 } })
  render.output('files').connect(Step(graph, {}, { name: 'Check' }).input('value'))
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const [folder, engine] = [join(scratch(), 'out'), scratch()]
  await t.ask('job.export', { job, format: 'tractor', out: folder, verify: true })
  mkdirSync(join(folder, 'runs/r1/tasks'), { recursive: true })
  const facts = ['submission 1', 'farm tractor', 'at 1767225600000', 'id 877', 'done', '']
  writeFileSync(join(folder, 'runs/r1/submission.txt'), facts.join('\n'))
  withVariables({ PYTHONPATH: site, TRACTOR_FARM: engine })
  const farm = (said: object) => writeFileSync(join(engine, 'farm.json'), JSON.stringify(said))
  const calls = join(engine, 'calls.txt')
  const pull = async () => {
    const pulled = await t.ask('job.pull', { path: folder, ask: true })
    const { tasks } = await t.ask('task.list', { job: pulled.job })
    return { ...pulled, tasks, said: tasks.map(({ name, state, reason }) => [name, state, reason]) }
  }
  return { t, folder, farm, pull, calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8') : '') }
}

/** A task with its command, by the engine's number: 1 is the node's, which has none. */
const taskOf = (tid: number, state: string) => ({ jid: 877, tid, state, title: 'x' })
const commandOf = (tid: number, folder: string, run = 'r1') => ({
  ...{ jid: 877, tid, cid: tid, service: 'node' },
  argv: ['/bin/sh', '/show/film/commands/0.sh', folder, run]
})
const commands = [commandOf(2, '0/0'), commandOf(3, '0/1'), commandOf(4, '0/2'), commandOf(5, '1/0')]
const invocationOf = (tid: number, more: Row) => ({
  ...{ jid: 877, tid, cid: tid, current: true, 'Blade.name': 'b07', starttime: null, rcode: null },
  ...more
})

describe.skipIf(!python())('the engine’s own words', () => {
  test('each task is found by its command, and told as it stands', async () => {
    const { farm, pull } = await submitted()
    const states = ['blocked', 'done', 'error', 'active', 'blocked']
    farm({
      tasks: [...states.map((state, i) => taskOf(i + 1, state)), { ...taskOf(2, 'error'), jid: 9 }],
      commands: [...commands, { ...commandOf(2, '0/2'), jid: 9 }],
      invocations: [
        invocationOf(2, { rcode: 0 }),
        invocationOf(3, { rcode: 9, current: false }),
        invocationOf(3, { rcode: 3, 'Blade.name': 'b08' }),
        invocationOf(4, { starttime: '2026-01-01 08:16:57.971-08' })
      ]
    })
    const { said, farm: own, running } = await pull()
    expect(said).toEqual([
      ['Render-0', 'waiting', 'it succeeded on its farm, on b07: its result is not in this folder yet'],
      ['Render-1', 'failed', 'it failed on its farm, on b08: Tractor says error, exit code 3'],
      ['Render-2', 'running', expect.stringMatching(/^running on the farm since 2026-01-01 .*, on b07$/) as string],
      ['Check', 'blocked', null]
    ])
    expect([own.open, running]).toEqual([true, 1])
  })

  test.each([
    ['all is done', ['done', 'done', 'done', 'done', 'done'], false],
    ['what is left waits for what failed', ['blocked', 'done', 'error', 'done', 'blocked'], false],
    ['something is ready', ['blocked', 'done', 'error', 'ready', 'blocked'], true],
    ['something begins in a moment', ['done', 'done', 'done', 'done', 'blocked'], true]
  ])('%s: whether it is open', async (_, states, open) => {
    const { folder } = await submitted()
    const out = JSON.stringify({ tasks: states.map((state, i) => taskOf(i + 1, state)), commands, invocations: [] })
    const read = tractorClient.read(submissionOf(folder, undefined), { code: 0, out, err: '' })
    expect(read?.open).toBe(open)
  })

  test('a job that is another submission’s, or nobody’s, says nothing', async () => {
    const { farm, pull } = await submitted()
    farm({ tasks: [taskOf(2, 'error')], commands: [commandOf(2, '0/0', 'r0')], invocations: [] })
    expect(await pull()).toMatchObject({ failed: 0, farm: { open: true }, unheard: expect.any(String) as string })
    farm({ tasks: [], commands: [], invocations: [] })
    expect((await pull()).unheard).toMatch(/did not say how its tasks stand: the engine knows no job 877$/)
    farm({ refuses: 'the engine is asleep' })
    expect((await pull()).unheard).toMatch(/: TractorQueryError: the engine is asleep$/)
    withVariables({ PYTHONPATH: scratch() })
    expect(await pull()).toMatchObject({ failed: 0, unheard: null })
  })

  test('single tasks are tried again and ended, and all of it is ended', async () => {
    const { t, farm, pull, calls } = await submitted()
    farm({ tasks: [taskOf(3, 'error'), taskOf(4, 'active')], commands, invocations: [] })
    const { job, tasks } = await pull()
    await t.ask('farm.act', { job, act: 'retry' })
    const third = tasks[2]?.id ?? 0
    await t.ask('farm.act', { job, act: 'kill', tasks: [third] })
    await t.ask('farm.act', { job, act: 'kill' })
    const asked = ['retry [{"jid": 877, "tid": 3}]', 'kill [{"jid": 877, "tid": 4}]', 'interrupt [{"jid": 877}]', '']
    expect(calls()).toBe(asked.join('\n'))
    farm({ tasks: [], commands: commands.slice(0, 2), invocations: [] })
    await expect(t.ask('farm.act', { job, act: 'kill', tasks: [third] })).rejects.toThrow('job 877 has no task 0/2')
    withVariables({ PYTHONPATH: scratch() })
    await expect(t.ask('farm.act', { job, act: 'kill' })).rejects.toThrow(/PYTHON names the Python that has it/)
    expect(calls()).toBe(asked.join('\n'))
  })
})

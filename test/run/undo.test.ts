/** What a user did to tasks is taken back, as far as nothing has come of it. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, FromFile, Step } from '../fixtures/nodes/steps.ts'
import { testApp, type TestApp } from '../helpers/app.ts'
import { graphFile, until } from '../helpers/cli.ts'

/** `made` gives what its file holds, once its gate is there, `used` gives that on, `other` has nothing to do with them. */
async function chain(t = testApp({ slots: 1 })) {
  const [path, gate, begun] = ['value', 'gate', 'begun'].map((name) => join(t.dataDir, name)) as [
    string,
    string,
    string
  ]
  const graph = new Graph('chain')
  const base = Step(graph, { until: gate, trace: begun, value: 1 }, { name: 'base' })
  const used = Step(graph, {}, { name: 'used' })
  base.output('value').connect(used.input('value'))
  FromFile(graph, { path }, { name: 'other' })
  Flaky(graph, { ok: join(t.dataDir, 'never') }, { name: 'failing' })
  for (const file of [path, gate]) writeFileSync(file, '7')
  const { job } = await t.ask('job.create', { source: { path: graphFile(t.dataDir, graph) } })
  await t.ask('job.run', { job })
  const ids = async (...names: string[]) =>
    Promise.all(names.map(async (name) => (await t.ask('task.find', { text: `${job}/${name}` })).task))
  return { t, job, gate, begun, ids }
}

async function seen(t: TestApp, job: number) {
  const { tasks } = await t.ask('task.list', { job })
  const { nodes } = await t.ask('job.outputs', { job })
  return {
    tasks: tasks.map(({ name, state, attempts, reason }) => [name, state, attempts, reason]),
    outputs: nodes.map(({ name, outputs }) => [name, outputs.map(({ value }) => value)])
  }
}

const states = async (t: TestApp, job: number) =>
  Object.fromEntries((await t.ask('task.list', { job })).tasks.map(({ name, state }) => [name, state]))

describe('before anything began', () => {
  test('a retry: tasks, reasons and outputs are as they were, also of what would have run again', async () => {
    const { t, job, ids } = await chain()
    const before = await seen(t, job)
    const again = await t.ask('task.retry', { job, tasks: await ids('base', 'failing') })
    expect(again).toHaveLength(3)
    expect(await states(t, job)).toMatchObject({ base: 'ready', used: 'waiting', failing: 'ready' })
    t.events.length = 0
    expect((await t.ask('task.undo', { job, tasks: again })).toSorted()).toEqual(again.toSorted())
    expect(await seen(t, job)).toEqual(before)
    expect(t.events.map((event) => event.type === 'task' && `${event.name} ${event.status}`)).toEqual([
      ...['base succeeded', 'failing failed', 'used succeeded']
    ])
    // there is nothing more to take back
    expect(await t.ask('task.undo', { job, tasks: again })).toEqual([])
  })

  test('an omit of what has succeeded, and of what failed', async () => {
    const { t, job, ids } = await chain()
    const before = await seen(t, job)
    const tasks = await ids('other', 'failing')
    await t.ask('task.omit', { tasks })
    expect(await states(t, job)).toMatchObject({ other: 'omitted', failing: 'omitted' })
    expect(await t.ask('task.undo', { job, tasks })).toEqual(tasks)
    expect(await seen(t, job)).toEqual(before)
  })

  test('two changes, the last first', async () => {
    const { t, job, ids } = await chain()
    const before = await seen(t, job)
    const tasks = await ids('other')
    await t.ask('task.retry', { job, tasks })
    await t.ask('task.omit', { tasks })
    await t.ask('task.undo', { job, tasks })
    expect(await states(t, job)).toMatchObject({ other: 'ready' })
    await t.ask('task.undo', { job, tasks })
    expect(await seen(t, job)).toEqual(before)
  })

  test('what another Backlot did is not known here', async () => {
    const { t, job, ids } = await chain()
    const tasks = await ids('other')
    await t.ask('task.retry', { job, tasks })
    await t.app.close()
    const other = testApp({ dataDir: t.dataDir })
    expect(await other.ask('task.undo', { job, tasks })).toEqual([])
    expect(await states(other, job)).toMatchObject({ other: 'ready' })
  })
})

describe('when something began', () => {
  /** Retries, and waits until `base` runs again: the one slot is taken. */
  async function begin(names: string[]) {
    const made = await chain()
    const { t, job, gate, begun, ids } = made
    const again = await t.ask('task.retry', { job, tasks: await ids(...names) })
    for (const file of [gate, begun]) rmSync(file)
    const done = t.ask('job.run', { job })
    await until(() => existsSync(begun))
    return { ...made, again, done }
  }

  test('that goes on with all that is made from it; the rest is as it was, and the job ends', async () => {
    const { t, job, gate, again, done, ids } = await begin(['base', 'other'])
    expect(await t.ask('task.undo', { job, tasks: again })).toEqual(await ids('other'))
    expect(await states(t, job)).toEqual({ base: 'running', used: 'waiting', other: 'succeeded', failing: 'failed' })
    writeFileSync(gate, '')
    expect((await done).status).toBe('failed')
    const { tasks } = await t.ask('task.list', { job })
    const attempts = Object.fromEntries(tasks.map((task) => [task.name, task.attempts]))
    expect(attempts).toEqual({ base: 2, used: 2, other: 1, failing: 1 })
  })

  test('a result of before does not come back on top of a new one, whichever change is taken back', async () => {
    const { t, job, gate, ids } = await chain()
    const used = await ids('used')
    await t.ask('task.retry', { job, tasks: used })
    await t.ask('task.retry', { job, tasks: await ids('base') })
    // used is canceled and queued again: its last change is one of these, its result is of the first
    await t.ask('task.cancel', { tasks: used })
    await t.ask('job.run', { job })
    expect(existsSync(gate)).toBe(true)
    expect(await states(t, job)).toMatchObject({ base: 'succeeded', used: 'canceled' })
    expect(await t.ask('task.undo', { job, tasks: used })).toEqual(used)
    expect(await states(t, job)).toMatchObject({ used: 'ready' })
    expect(await t.ask('task.undo', { job, tasks: used })).toEqual([])
    expect(await states(t, job)).toMatchObject({ used: 'ready' })
  })
})

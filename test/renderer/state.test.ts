import { describe, expect, test } from 'vitest'
import type { JobView, TaskView } from '../../src-main/api.ts'
import type { RunEvent, TaskEvent } from '../../src-main/domain/events.ts'
import { offersFor } from '../../src-renderer/jobs/actions.ts'
import { progressText, workOf } from '../../src-renderer/graph/work.ts'
import { readOneOf, readTexts, recall } from '../../src-renderer/state/kept.ts'
import { tabAfter } from '../../src-renderer/parts/tabs.ts'
import { statusCounts, withStatus, withWords } from '../../src-renderer/jobs/filter.ts'
import { rowsOf, taskOf } from '../../src-renderer/state/columns.ts'
import { changesOthers, patchesOf } from '../../src-renderer/state/patch.ts'
import { countsOf, Rows } from '../../src-renderer/state/rows.ts'
import { attemptOf } from '../../src-renderer/timeline/bars.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import { testApp, type TestApp } from '../helpers/app.ts'

const at = '2026-05-01T10:00:00.000Z'
const event = (status: TaskEvent['status'], more: Partial<TaskEvent> = {}): TaskEvent => ({
  ...{ type: 'task', job: 1, task: 7, name: 'a', status, at, attempt: 2, reason: null, took: null },
  ...more
})
const job = (id: number, more: Partial<JobView> = {}): JobView => ({
  ...{
    id,
    name: 'film',
    graphId: 1,
    source: '/shots/film.json',
    choice: null,
    createdAt: 0,
    deletedAt: null,
    farm: null,
    files: '',
    interruptedAt: null,
    held: false,
    priority: 0,
    open: 0
  },
  ...{ counts: { succeeded: 1 }, startedAt: 1, endedAt: 2, status: 'succeeded' },
  ...more
})

/** As the window's state puts a job's tasks together. */
async function asWindow(t: TestApp, id: number, limit: number): Promise<TaskView[]> {
  const list: TaskView[] = []
  for (let total = 1; list.length < total;) {
    const page = await t.ask('task.rows', { job: id, limit, after: list.at(-1)?.id ?? null })
    total = page.total
    list.push(...rowsOf(page.rows).map((row) => taskOf(row)))
  }
  const rows = new Rows(list)
  return rows.takeStates((await t.ask('task.states', { job: id })).runs) ? rows.list : []
}

describe('tasks in pages and columns', () => {
  test('put together they are the list, whatever the pages, before and after a run', async () => {
    const t = testApp()
    const graph = new Graph('film')
    const files = Render(graph, { frames: [1, 2, 3, 4, 5, 6, 7] }, { metadata: { batch_size: 2 } }).output('files')
    files.connect(Step(graph, {}, { name: 'publish' }).input('value'))
    const flaky = Flaky(graph, { ok: '/nowhere' })
    flaky.output('value').connect(Step(graph, {}, { name: 'after' }).input('value'))
    const path = join(t.dataDir, 'film.json')
    writeFileSync(path, graph.toText())
    const { job: id } = await t.ask('job.create', { source: { path } })
    const same = async () => {
      const { tasks } = await t.ask('task.list', { job: id })
      for (const limit of [1, 2, 3, 100]) expect(await asWindow(t, id, limit)).toEqual(tasks)
      return tasks.map((task) => task.state)
    }
    expect(new Set(await same())).toEqual(new Set(['ready', 'waiting']))
    await t.ask('job.run', { job: id })
    expect(new Set(await same())).toEqual(new Set(['succeeded', 'failed', 'blocked']))
    // with no task in the queue the states are those that are stored
    const { tasks } = await t.ask('task.list', { job: id })
    await t.ask('task.omit', { tasks: tasks.filter(({ state }) => state === 'blocked').map((task) => task.id) })
    expect(new Set(await same())).toEqual(new Set(['succeeded', 'failed', 'omitted']))
  })

  test('single tasks are asked for by number, those of other jobs are not given', async () => {
    const t = testApp()
    const graph = new Graph('two')
    Step(graph, { value: 1 }, { name: 'a' })
    Step(graph, { value: 2 }, { name: 'b' })
    const path = join(t.dataDir, 'two.json')
    writeFileSync(path, graph.toText())
    const first = await t.ask('job.create', { source: { path } })
    await t.ask('job.create', { source: { path } })
    const page = await t.ask('task.rows', { job: first.job, tasks: [2, 3] })
    expect(rowsOf(page.rows).map((row) => [row.id, row.name])).toEqual([[2, 'b']])
    expect(page.total).toBe(2)
    expect(rowsOf((await t.ask('task.rows', { job: first.job, tasks: [99] })).rows)).toEqual([])
    expect(await t.app.call('task.rows', { job: 99 })).toMatchObject({ ok: false, error: { kind: 'usage' } })
  })

  test('a running task comes with the last line of its log', async () => {
    const t = testApp()
    const graph = new Graph('held')
    const until = join(t.dataDir, 'gate')
    const held = Step(graph, { until }, { name: 'held' })
    held.output('value').connect(Step(graph, {}, { name: 'after' }).input('value'))
    const path = join(t.dataDir, 'held.json')
    writeFileSync(path, graph.toText())
    const { job: id, tasks } = await t.ask('job.create', { source: { path } })
    expect(tasks).toBe(2)
    const done = t.ask('job.run', { job: id })
    const row = async () => rowsOf((await t.ask('task.rows', { job: id, tasks: [1] })).rows)[0]
    while ((await row())?.status !== 'running') await new Promise((next) => setTimeout(next, 10))
    const log = await t.ask('task.log', { task: 1 })
    // only the head so far: nothing was printed
    expect((await row())?.lastLine).toBeNull()
    writeFileSync(log.path, 'tile 1\ntile 2 of 9\n', { flag: 'a' })
    expect((await row())?.lastLine).toBe('tile 2 of 9')
    const both = rowsOf((await t.ask('task.rows', { job: id, tasks: [1, 2] })).rows)
    expect(both.map(({ logGrewAt }) => typeof logGrewAt)).toEqual(['number', 'undefined'])
    // nothing that is not asked for costs a look at the disk
    expect((await row())?.logBytes).toBe(statSync(log.path).size)
    expect(rowsOf((await t.ask('task.rows', { job: id })).rows).map(({ logBytes }) => logBytes)).toEqual([
      ...[undefined, undefined]
    ])
    expect(both.map(({ logBytes }) => typeof logBytes)).toEqual(['number', 'object'])
    expect(await t.ask('job.started', {})).toEqual({ jobs: [id] })
    writeFileSync(until, '')
    await done
    expect((await row())?.lastLine).toBeNull()
  })

  test('a job that was not asked for is in work nowhere; a look at the machine starts nothing', async () => {
    const t = testApp()
    const graph = new Graph('waits')
    Step(graph, { value: 1 }, { name: 'a' })
    const path = join(t.dataDir, 'waits.json')
    writeFileSync(path, graph.toText())
    await t.ask('job.create', { source: { path } })
    expect(await t.ask('job.started', {})).toEqual({ jobs: [] })
    const touched = join(t.dataDir, 'touched')
    const program = join(t.dataDir, 'program.sh')
    writeFileSync(program, `#!/bin/sh\ntouch ${touched}\n`, { mode: 0o755 })
    const plain = { env: {}, wrapper: [], limit: null, setup: '', evaluator: 'none' as const, start: 'cold' as const }
    await t.ask('interpreter.set', { ...plain, name: 'mine', argv: [program] })
    await t.ask('interpreter.set', { ...plain, name: 'gone', argv: ['no-such-program-here'] })
    const found = new Map((await t.ask('interpreter.find', {})).map((one) => [one.name, one]))
    expect(found.get('mine')).toEqual({ name: 'mine', path: program, reason: null })
    expect(found.get('gone')).toMatchObject({ path: null, reason: 'no-such-program-here is not on the PATH' })
    expect(await t.ask('machine.show', {})).toMatchObject({ dataDir: t.dataDir, jobs: 1 })
    expect(existsSync(touched)).toBe(false)
  })

  test('states of other tasks are no states of these', () => {
    expect(new Rows([]).takeStates([['ready', 1]])).toBeNull()
  })
})

describe('what the page kept', () => {
  const stored = (text: string | null) => ({ getItem: () => text })

  test('comes back as it was', () => {
    expect(recall('recent', readTexts, [], stored('["/a.json"]'))).toEqual(['/a.json'])
    expect(recall('theme', readOneOf(['system', 'dark']), 'system', stored('dark'))).toBe('dark')
  })

  test.each(['', '{', 'null', '{"0": "/a.json"}', '[1]', '"/a.json"'])('as %j is as good as nothing', (text) => {
    expect(recall('recent', readTexts, ['none'], stored(text))).toEqual(['none'])
    expect(recall('theme', readOneOf(['system', 'dark']), 'system', stored(text))).toBe('system')
  })

  test('is nothing where there is none, or no storage', () => {
    expect(recall('recent', readTexts, ['none'], stored(null))).toEqual(['none'])
    const closed = {
      getItem: (): string => {
        throw new DOMException('denied', 'SecurityError')
      }
    }
    expect(recall('recent', readTexts, ['none'], closed)).toEqual(['none'])
  })
})

describe('the state of a node', () => {
  const workIn = (...states: TaskView['state'][]) =>
    workOf(states.map((state, id) => ({ id, identifier: 'n', state }) as TaskView)).get('n')

  test('is that of the task that needs a person first; all done, the best of them', () => {
    expect(workIn('succeeded', 'running', 'failed')?.state).toBe('failed')
    expect(workIn('waiting', 'succeeded')?.state).toBe('waiting')
    expect(workIn('omitted', 'succeeded')?.state).toBe('succeeded')
    expect(workIn('omitted', 'omitted')?.state).toBe('omitted')
  })

  test('is counted with omitted tasks as done', () => {
    const work = workIn('succeeded', 'omitted', 'failed', 'running')
    expect(work && progressText(work)).toBe('2 of 4 done, 1 failed')
  })
})

test('keys go round a list of tabs, along the way it lies', () => {
  const to = (keys: string[], at: number, vertical = false) => keys.map((key) => tabAfter(key, at, 4, vertical))
  expect(to(['ArrowRight', 'ArrowLeft', 'Home', 'End', 'ArrowDown', 'a'], 3)).toEqual([0, 2, 0, 3, null, null])
  expect(to(['ArrowDown', 'ArrowUp', 'ArrowLeft'], 0, true)).toEqual([1, 3, null])
  expect([tabAfter('ArrowLeft', -1, 4, false), tabAfter('End', -1, 0, false)]).toEqual([3, null])
})

describe('rows that change in place', () => {
  const rows = () => new Rows(([3, 1, 2] as const).map((id) => ({ id, state: 'waiting', reason: null }) as TaskView))

  test('only what changes is made anew, and counted along', () => {
    const r = rows()
    const [first, second] = r.list
    const patches = new Map<number, Partial<TaskView>>([
      [1, { state: 'running' }],
      [2, { reason: 'late' }],
      [9, { state: 'failed' }]
    ])
    expect(r.put(patches)).toEqual([1, 2])
    expect(r.list[0]).toBe(first)
    expect(r.list[1]).not.toBe(second)
    expect(r.find(1)).toMatchObject({ id: 1, state: 'running' })
    expect([r.placeOf(2), r.placeOf(9), r.find(9)]).toEqual([2, -1, undefined])
    expect(r.counts).toEqual({ waiting: 2, running: 1 })
  })

  test('counts are those of the list after any changes; a state without tasks is not named', () => {
    const r = rows()
    expect(r.takeStates([['ready', 3]])).toEqual([3, 1, 2])
    expect(r.counts).toEqual({ ready: 3 })
    const before = r.counts
    expect(
      r.takeStates([
        ['ready', 2],
        ['blocked', 1]
      ])
    ).toEqual([2])
    r.put(new Map([[2, { state: 'failed' }]]))
    expect(r.counts).toEqual(countsOf(r.list))
    expect(before).toEqual({ ready: 3 })
  })
})

describe('events', () => {
  test('a start begins with nothing, an end keeps what was, a later event wins', () => {
    const patches = patchesOf([event('running'), event('failed', { reason: 'exit code 1' })])
    expect(patches.get(7)).toMatchObject({
      state: 'failed',
      reason: 'exit code 1',
      startedAt: Date.parse(at),
      attempts: 2
    })
    const progress: RunEvent = { type: 'progress', job: 1, task: 7, name: 'a', at, percent: 40, message: 'tile 4' }
    expect(patchesOf([progress]).get(7)).toEqual({ progress: 40, message: 'tile 4', logGrewAt: Date.parse(at) })
  })

  test('a task that is queued again keeps its state until the plan was asked', () => {
    expect(patchesOf([event('queued', { reason: 'tried again' })]).get(7)).toEqual({
      reason: 'tried again',
      changedAt: Date.parse(at)
    })
    expect([event('running'), event('queued'), event('succeeded')].map(changesOthers)).toEqual([false, true, true])
  })

  test('they make the attempts of a timeline', () => {
    const begun = attemptOf(event('running'), undefined)
    expect(begun).toMatchObject({ task: 7, number: 2, startedAt: Date.parse(at), endedAt: null })
    const later = '2026-05-01T10:00:09.000Z'
    const ended = attemptOf(event('failed', { at: later, reason: 'exit code 1' }), begun ?? undefined)
    expect(ended).toMatchObject({ startedAt: Date.parse(at), endedAt: Date.parse(later), reason: 'exit code 1' })
    expect(attemptOf(event('omitted', { attempt: null }), undefined)).toBeNull()
  })
})

describe('the list of jobs', () => {
  const list = [
    job(12, { status: 'failed', counts: { failed: 2, succeeded: 1 } }),
    job(3, { name: 'comp', source: '/shots/comp.py' }),
    job(1, { status: 'running', counts: { running: 1 } })
  ]
  const ids = (jobs: readonly JobView[]) => jobs.map((one) => one.id)

  test('is found by every word, of number, name, status and graph', () => {
    expect(ids(withWords(list, 'COMP .py'))).toEqual([3])
    expect(ids(withWords(list, '#1'))).toEqual([12, 1])
    expect(ids(withWords(list, 'film running'))).toEqual([1])
    expect(ids(withWords(list, ''))).toEqual([12, 3, 1])
  })

  test('is filtered by status, and says how many there are of each', () => {
    expect(ids(withStatus(list, new Set(['failed', 'running'])))).toEqual([12, 1])
    expect(ids(withStatus(list, new Set()))).toEqual([12, 3, 1])
    expect(statusCounts(list.slice(1), new Set(['failed']))).toEqual([
      { status: 'failed', n: 0 },
      { status: 'running', n: 1 },
      { status: 'succeeded', n: 1 }
    ])
  })

  test('offers for each job what can be done to it', () => {
    const names = (one: JobView) => offersFor(one).map(({ name }) => name)
    expect(names(job(1, { status: 'queued', startedAt: null, counts: { queued: 3 } }))).toEqual([
      ...['run', 'rehearse', 'rerun', 'delete']
    ])
    expect(names(job(1, { status: 'running' }))).toEqual(['pause', 'stop', 'rerun'])
    expect(names(job(1, { status: 'running', held: true }))).toEqual(['run', 'stop', 'rerun'])
    expect(names(job(1, { status: 'paused', held: true }))).toEqual(['run', 'rerun', 'delete'])
    expect(names(list[0] as JobView)).toEqual(['retry', 'rerun', 'changed', 'delete'])
    expect(names(list[1] as JobView)).toEqual(['rerun', 'changed', 'delete'])
    // its farm has it: that is asked, and nothing of it is started or paused here
    const there = job(1, { status: 'remote', counts: { running: 2, failed: 3, queued: 1 } })
    expect(names(there)).toEqual(['retry', 'stop', 'rerun', 'delete'])
    expect(offersFor(there).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Retry 3 on the farm', 'End on the farm'])
    )
    expect(names(job(1, { status: 'remote', counts: { running: 2 } }))).toEqual(['stop', 'rerun', 'delete'])
    expect(offersFor(job(1, { status: 'queued', startedAt: null, counts: { queued: 3 } }))[0]?.label).toBe('Run')
  })
})

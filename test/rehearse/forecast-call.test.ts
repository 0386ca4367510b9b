/** The call and its command, on jobs that ran; how long their attempts took is then set in the store. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { openDb } from '../../src-main/core/store/db.ts'
import { beginRehearsal, endRehearsal } from '../../src-main/core/store/rehearsals.ts'
import { Store } from '../../src-main/core/store/store.ts'
import { Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { backlot, graphFile } from '../helpers/cli.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

/** A batched node, and one that fails until a file is there. */
function shot(folder: string, batchSize: number, frames = 6): string {
  const graph = new Graph('shot')
  const all = Array.from({ length: frames }, (_, i) => i + 1)
  const render = Render(graph, { frames: all }, { name: 'Render', metadata: { batch_size: batchSize } })
  const end = Step(graph, {}, { name: 'End' })
  render.output('files').connect(end.input('value'))
  Flaky(graph, { ok: join(folder, 'ok') }, { name: 'Flaky' })
  return graphFile(folder, graph)
}

function inStore<T>(dataDir: string, work: (store: Store) => T): T {
  const db = unwrap(openDb(join(dataDir, 'backlot.db'), join(import.meta.dirname, '../../drizzle')))
  try {
    return work(new Store(db))
  } finally {
    db.raw.close()
  }
}

/** All attempts of a job took 4 s and 2 s a frame; End 1 s. */
const took = (dataDir: string, job: number) =>
  inStore(dataDir, ({ raw }) =>
    raw
      .prepare(
        `update attempts set seconds = null, took = null, ended_at = started_at + coalesce(
           (select 4000 + 2000 * json_array_length(b.frames) from batches b where b.task_id = attempts.task_id), 1000)
         where task_id in (select id from tasks where job_id = ?)`
      )
      .run(job)
  )

async function ranJob(t: TestApp, path: string, options = {}): Promise<number> {
  const { job } = await t.ask('job.create', { source: { path }, options })
  await t.ask('job.run', { job })
  took(t.dataDir, job)
  return job
}

describe('job.forecast', () => {
  test('two sizes in one job, over two jobs, and what failed does not count', async () => {
    const t = testApp()
    const folder = scratch()
    const job = await ranJob(t, shot(folder, 4))
    const made = await t.ask('job.forecast', { job, workers: [1, 2] })
    const named = Object.fromEntries(made.nodes.map((node) => [node.name, node]))
    expect(named.Render).toMatchObject({ source: 'sizes', startup: 4, perFrame: 2, count: 2, tasks: 2, batchSize: 4 })
    expect(named.Flaky).toMatchObject({ source: 'none', count: 0, tasks: 1 })
    expect(named.End).toMatchObject({ source: 'whole', mean: 1, batchSize: null, frames: null })
    expect(made.workers.map(({ wall, machine }) => [wall, machine])).toEqual([
      [21, 21],
      [13, 21]
    ])
    expect(made.path.map(({ task }) => task)).toEqual(['Render-0', 'End'])
    expect(made.lowerBound).toBe(true)
    expect(made.notes[0]).toBe('not measured, so it counts as no time: Flaky')
    writeFileSync(join(folder, 'ok'), '')
    await ranJob(t, shot(folder, 1, 2))
    const one = await ranJob(t, shot(folder, 6))
    const both = await t.ask('job.forecast', { job: one, workers: [1] })
    expect(both.nodes.find(({ name }) => name === 'Render')).toMatchObject({
      source: 'sizes',
      startup: 4,
      perFrame: 2,
      sizes: [1, 2, 4, 6],
      batchSize: 6
    })
    expect(both.lowerBound).toBe(false)
  })

  test('a job that did not run is forecast from others of its graph, and other batch sizes are looked at', async () => {
    const t = testApp()
    const folder = scratch()
    writeFileSync(join(folder, 'ok'), '')
    await ranJob(t, shot(folder, 4))
    const { job } = await t.ask('job.create', {
      source: { path: shot(folder, 1, 12) },
      options: { omit: ['Flaky'] }
    })
    const walls = async (batch: Record<string, number>) =>
      (await t.ask('job.forecast', { job, workers: [3], batch })).workers.map(({ wall }) => wall)
    expect(await walls({})).toEqual([4 * 6 + 1])
    expect(await walls({ Render: 4 })).toEqual([12 + 1])
    const refused = (batch: Record<string, number>) => t.app.call('job.forecast', { job, batch })
    expect(messageOf(await refused({ Nobody: 2 }))).toBe(`there is no node "Nobody" in job ${job}`)
    expect(messageOf(await refused({ End: 2 }))).toBe('End has no frames that could be batched otherwise')
  })

  test('what cannot be forecast is said in one sentence', async () => {
    const t = testApp()
    const call = async (job?: number) => messageOf(await t.app.call('job.forecast', job === undefined ? {} : { job }))
    expect(await call()).toContain('there is no job yet')
    expect(await call(7)).toContain('there is no job 7')
    const { job } = await t.ask('job.create', { source: { path: shot(scratch(), 2) } })
    expect(await call(job)).toBe(`nothing of job ${job} was measured; run or rehearse it first`)
    for (const workers of [[0], [1.5], [100_001], []])
      expect(messageOf(await t.app.call('job.forecast', { job, workers }))).toMatch(/^workers(?:\.0)?: /)
  })

  test('a rehearsed job is looked at with the workers of its profile, and was not kept warm', async () => {
    const t = testApp()
    const folder = scratch()
    const job = await ranJob(t, shot(folder, 2))
    const usual = await t.ask('job.forecast', { job })
    expect(usual.workers.map(({ workers }) => workers)).toEqual([1, 10, 50])
    writeFileSync(join(folder, 'backlot.worker.yaml'), 'workers: 20\nmemory: 16GB\n')
    expect((await t.ask('job.forecast', { job })).profileWorkers).toBeNull()
    inStore(t.dataDir, (store) => {
      beginRehearsal(store, job, 1)
      endRehearsal(store, job, 2, { findings: [], passes: [] })
    })
    const made = await t.ask('job.forecast', { job })
    expect([made.profileWorkers, made.workers.map(({ workers }) => workers)]).toEqual([20, [20]])
    writeFileSync(join(folder, 'backlot.worker.yaml'), 'workers: many\n')
    expect((await t.ask('job.forecast', { job })).profileWorkers).toBeNull()
  })
})

describe('backlot forecast', () => {
  test('prints a table, and as JSON what the call gives', async () => {
    const t = testApp()
    const folder = scratch()
    writeFileSync(join(folder, 'ok'), '')
    const job = await ranJob(t, shot(folder, 4))
    const shown = backlot(t.dataDir, 'forecast', String(job), '--workers', '1,2')
    expect([shown.code, shown.err]).toEqual([0, ''])
    expect(shown.out).toContain(`job ${job}, shot: 4 tasks\n`)
    expect(shown.out).toMatch(/^1 +22\.0 s +22\.0 s +100 % +number of workers/m)
    expect(shown.out).toMatch(/^Render +2 +4 +4\.0 s +2\.0 s +10\.0 s +2 tasks in batches of 2, 4$/m)
    expect(shown.out).toMatch(/^Render +1 +4 +6 +start-up of 4\.0 s is paid twice now, once then; 4\.0 s sooner$/m)
    const json: unknown = JSON.parse(backlot(t.dataDir, 'forecast', String(job), '--workers', '1,2', '--json').out)
    expect(json).toEqual(await t.ask('job.forecast', { job, workers: [1, 2] }))
  })

  test.each([
    [['--workers', '0'], '0'],
    [['--workers', '1,,2'], '1,,2'],
    [['--workers', 'abc'], 'abc'],
    [['--workers', '100001'], '100001'],
    [['--batch', 'Render=0'], 'a batch size is a whole number'],
    [['abc'], '"abc" is no job'],
    [['3'], 'there is no job 3'],
    [[], 'there is no job yet']
  ])('%j ends with 2 and one sentence', (args, said) => {
    const { code, out, err } = backlot(scratch(), 'forecast', ...args)
    expect([code, out]).toEqual([2, ''])
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(err).toContain(said)
  })
})

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../src-main/core/graph/author.ts'
import { Flaky, Render, Step } from './fixtures/nodes/steps.ts'
import { scratch, testApp } from './helpers/app.ts'
import { cli } from './helpers/cli.ts'

function film(folder: string): string {
  const graph = new Graph('film')
  const render = Render(graph, { frames: [1, 2, 3, 4, 5] }, { metadata: { batch_size: 2 } })
  render.output('files').connect(Step(graph, {}, { name: 'publish' }).input('value'))
  const path = join(folder, 'film.json')
  writeFileSync(path, graph.toText())
  return path
}

describe('a job is run once more', () => {
  test('with the same graph, options and settings, and results of its own', async () => {
    const t = testApp()
    const options = { batch: { Render: 3 }, frames: '1-4' }
    const settings = { retries: 2, timeout: 60, failFast: true, cwd: t.dataDir }
    const first = await t.ask('job.create', { source: { path: film(t.dataDir) }, options, settings })
    await t.ask('job.run', { job: first.job })
    const again = await t.ask('job.rerun', { job: first.job })
    expect(again.job).not.toBe(first.job)
    expect([again.tasks, again.plan]).toEqual([first.tasks, first.plan])
    expect((await t.ask('task.list', { job: again.job })).tasks.map((task) => task.state)).toEqual([
      'ready',
      'ready',
      'waiting'
    ])
    expect((await t.ask('job.run', { job: again.job })).status).toBe('succeeded')
    const [newer, older] = await t.ask('job.list', {})
    expect([newer?.graphId, newer?.source]).toEqual([older?.graphId, older?.source])
    const { nodes } = await t.ask('job.outputs', { job: again.job })
    expect(nodes).toEqual((await t.ask('job.outputs', { job: first.job })).nodes)
  })

  test('although the file of its graph has changed since', async () => {
    const t = testApp()
    const path = film(t.dataDir)
    const { job } = await t.ask('job.create', { source: { path } })
    writeFileSync(path, 'no graph any more')
    expect((await t.ask('job.rerun', { job })).tasks).toBe(4)
  })

  test('by the interpreters as they are now, refused where one is gone, unless it is forced', async () => {
    const t = testApp()
    const { job } = await t.ask('job.create', { source: { path: film(t.dataDir) } })
    await t.ask('interpreter.remove', { name: 'node' })
    const refused = await t.app.call('job.rerun', { job })
    expect(refused).toMatchObject({ ok: false, error: { kind: 'preflight' } })
    expect((await t.ask('job.rerun', { job, force: true })).job).toBe(job + 1)
    expect(await t.app.call('job.rerun', { job: 99 })).toMatchObject({ ok: false, error: { kind: 'usage' } })
  })

  test('by the command line: the newest job, to its end, with an exit code that tells how it went', () => {
    const dataDir = scratch()
    const graph = new Graph('flaky')
    const ok = join(dataDir, 'ok')
    Flaky(graph, { ok, value: 1 })
    const path = join(dataDir, 'flaky.json')
    writeFileSync(path, graph.toText())
    const backlot = (...args: string[]) =>
      spawnSync(process.execPath, [cli, '--data-dir', dataDir, ...args], { encoding: 'utf8' })
    expect(backlot('run', path, '--trust').status).toBe(1)
    expect(backlot('rerun', '1').status).toBe(1)
    writeFileSync(ok, '')
    const last = backlot('rerun')
    expect([last.status, last.stderr]).toEqual([0, expect.stringContaining('job 3 is job 2 once more')])
    expect(backlot('rerun', '77').status).toBe(2)
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from '../src-main/core/graph/author.ts'
import { Flaky, Render } from './fixtures/nodes/steps.ts'
import { scratch, testApp } from './helpers/app.ts'
import { exported, filmGraph, jobOf } from './helpers/farms.ts'
import { messageOf } from './helpers/goldens.ts'

test('two runs of one job gave the same; each task has both sides', async () => {
  const t = testApp()
  const graph = filmGraph()
  const [left, right] = [await jobOf(t, graph), await jobOf(t, graph)]
  for (const job of [left, right]) await t.ask('job.run', { job })
  const { tasks } = await t.ask('job.compare', { left, right })
  expect(tasks).toHaveLength(12)
  expect(tasks.filter((task) => task.differs)).toEqual([])
  for (const task of tasks)
    expect([task.left?.exitCode, task.right?.exitCode, task.left?.duration !== null]).toEqual([0, 0, true])
})

test('other outputs, other ends and missing tasks are listed per batch', async () => {
  const t = testApp()
  const ok = join(scratch(), 'ok')
  const film = (prefix: string, frames: number[]) => {
    const graph = new Graph('film')
    Render(graph, { frames, prefix }, { name: 'Render', metadata: { batch_size: 2 } })
    Flaky(graph, { value: 1, ok }, { name: 'Flaky' })
    return graph
  }
  const left = await jobOf(t, film('a', [1, 2, 3, 4]))
  await t.ask('job.run', { job: left })
  writeFileSync(ok, '')
  const right = await jobOf(t, film('b', [1, 2]))
  await t.ask('job.run', { job: right })
  const { tasks } = await t.ask('job.compare', { left, right })
  const found = tasks.map((task) => [task.node, task.batch, task.left?.exitCode, task.right?.exitCode, task.outputs])
  expect(found).toEqual([
    ['Flaky', null, 1, 0, [{ output: 'value', left: null, right: '1' }]],
    ['Render', 0, 0, 0, [{ output: 'files', left: '["a.1", "a.2"]', right: '["b.1", "b.2"]' }]],
    [
      'Render',
      1,
      0,
      undefined,
      [
        { output: 'files', left: '["a.3", "a.4"]', right: null },
        { output: 'format', left: '"exr"', right: null }
      ]
    ]
  ])
})

test('a pulled run is compared with the one it came from', async () => {
  const t = testApp()
  const job = await jobOf(t, filmGraph())
  await t.ask('job.run', { job })
  const { folder } = await exported(t, job, 'tractor')
  const pulled = await t.ask('job.pull', { path: folder })
  const { tasks } = await t.ask('job.compare', { left: job, right: pulled.job })
  expect(tasks.every((task) => task.differs && task.right?.status === 'queued')).toBe(true)
})

test('a job that is not there is named', async () => {
  const t = testApp()
  expect(messageOf(await t.app.call('job.compare', { left: 3, right: 4 }))).toContain('there is no job 3')
})

/** A Backlot that takes over what an earlier one left running says so: what was read of it before is out of date. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from 'backlot'
import { Step } from '../fixtures/nodes/steps.ts'
import { testApp } from '../helpers/app.ts'
import { graphFile, until } from '../helpers/cli.ts'

test('a job that was left running is shown as running once it is taken over, and listeners hear to look again', async () => {
  const first = testApp()
  const { dataDir } = first
  const graph = new Graph('left')
  Step(graph, { until: join(dataDir, 'gate'), value: 1 }, { name: 'held' })
  const { job } = await first.ask('job.create', { source: { path: graphFile(dataDir, graph) } })
  void first.app.call('job.run', { job })
  await until(() => first.events.some((event) => event.type === 'task' && event.status === 'running'))
  expect(first.events.some(({ type }) => type === 'runner')).toBe(false)
  await first.app.close('leave')

  const next = testApp({ dataDir })
  const status = async () => (await next.ask('job.show', { job })).status
  expect(await status()).toBe('interrupted')
  await next.ask('job.recover', {})
  await until(() => next.events.some((event) => event.type === 'runner' && event.runner?.here === true))
  expect(await status()).toBe('running')
  writeFileSync(join(dataDir, 'gate'), '')
  await until(() => next.events.some((event) => event.type === 'job' && event.status === 'succeeded'))
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { openDb } from '../../src-main/core/store/db.ts'
import { unfinishedAttempts } from '../../src-main/core/store/views.ts'
import { Flaky, Step } from '../fixtures/nodes/steps.ts'
import { testApp } from '../helpers/app.ts'
import { graphFile, until } from '../helpers/cli.ts'
import { unwrap } from '../helpers/goldens.ts'

test('of a running task only the last attempt is unfinished: earlier ones have ended', async () => {
  const t = testApp()
  const graph = new Graph('twice')
  const [trace, gate] = [join(t.dataDir, 'trace'), join(t.dataDir, 'gate')]
  writeFileSync(trace, '')
  Step(graph, { trace, until: gate }, { name: 'Gated' })
  Flaky(graph, { ok: join(t.dataDir, 'never') })
  const { job } = await t.ask('job.create', { source: { path: graphFile(t.dataDir, graph) } })
  const lines = () => readFileSync(trace, 'utf8').split('\n').length - 1
  const first = t.ask('job.run', { job })
  await until(() => lines() === 1)
  await t.ask('job.stop', { job })
  await first
  const second = t.ask('job.run', { job })
  await until(() => lines() === 2)
  const { db, raw } = unwrap(openDb(join(t.dataDir, 'backlot.db'), join(import.meta.dirname, '../../drizzle')))
  const { task } = await t.ask('task.find', { text: `${job}/Gated` })
  // the other one may or may not have ended by now
  const own = unfinishedAttempts(db).filter((row) => row.task === task)
  expect(own.map((row) => row.number)).toEqual([2])
  raw.close()
  writeFileSync(gate, '')
  await second
})

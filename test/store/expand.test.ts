import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { openDb } from '../../src-main/core/store/db.ts'
import { Store } from '../../src-main/core/store/store.ts'
import { jobNodeRows } from '../../src-main/core/store/views.ts'
import { at } from '../../src-main/domain/at.ts'
import { FromFile, Render } from '../fixtures/nodes/steps.ts'
import { testApp } from '../helpers/app.ts'
import { graphFile } from '../helpers/cli.ts'
import { unwrap } from '../helpers/goldens.ts'
import { writeFileSync } from 'node:fs'

test('other frames queue the batches that differ, and leave the others as they are', async () => {
  const t = testApp()
  const graph = new Graph('again')
  const path = join(t.dataDir, 'frames')
  const render = Render(graph, {}, { metadata: { batch_size: 2 } })
  FromFile(graph, { path }).output('value').connect(render.input('frames'))
  writeFileSync(path, '[1, 2, 3]')
  const { job } = await t.ask('job.create', { source: { path: graphFile(t.dataDir, graph) } })
  await t.ask('job.run', { job })
  const opened = unwrap(openDb(join(t.dataDir, 'backlot.db'), join(import.meta.dirname, '../../drizzle')))
  const store = new Store(opened)
  const { id } = at(jobNodeRows(store.db, job), 1).node
  store.expand({ job, id }, [['1', '2'], ['3', '4'], ['5']], Date.now())
  await store.close()
  const { tasks } = await t.ask('task.list', { job })
  expect(tasks.map(({ name, state, frames }) => [name, state, frames])).toEqual([
    ['FromFile', 'succeeded', null],
    ['Render-0', 'succeeded', '1-2'],
    ['Render-1', 'ready', '3-4'],
    ['Render-2', 'ready', '5']
  ])
})

/** What a Backlot does when the process that ran jobs is gone: it takes over what that left, and what was asked of that. */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Graph } from 'backlot'
import { Step } from '../fixtures/nodes/steps.ts'
import { newHolder, removeHolder, writeHolder } from '../../src-main/control/holder.ts'
import { speak, words } from '../../src-main/control/wire.ts'
import { takeLock } from '../../src-main/core/store/lock.ts'
import { testApp } from '../helpers/app.ts'
import { graphFile, until } from '../helpers/cli.ts'
import { unwrap } from '../helpers/goldens.ts'

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

/** A process that runs jobs and ends with the first call that it gets. */
async function fleeting(dataDir: string): Promise<void> {
  const lock = unwrap(takeLock(dataDir))
  const holder = newHolder(dataDir)
  const server = createServer((socket) => {
    void speak(socket).then((connection) => {
      connection.onRequest(words.hello, () => ({ ok: true, value: null }))
      connection.onRequest(words.call, () => {
        removeHolder(dataDir, holder)
        lock.release()
        server.close()
        socket.destroy()
      })
      connection.listen()
    })
  })
  await new Promise<void>((resolve) => server.listen(holder.address, resolve))
  writeHolder(dataDir, holder)
}

test('what was asked of a process that ended meanwhile is done by who asked; what may not be done twice is left to look at', async () => {
  const { app, dataDir, ask } = testApp()
  const graph = new Graph('asked')
  Step(graph, { value: 1 }, { name: 'one' })
  const { job } = await ask('job.create', { source: { path: graphFile(dataDir, graph) } })
  await fleeting(dataDir)
  await ask('job.priority', { job, priority: 7 })
  expect((await ask('job.show', { job })).priority).toBe(7)
  await fleeting(dataDir)
  expect(await app.call('job.delete', { job })).toMatchObject({ ok: false, error: { kind: 'held' } })
  expect((await ask('job.show', { job })).id).toBe(job)
})

// Blender itself in sessions: what one task leaves behind, the next one does not find
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { scratch, testApp } from '../helpers/app.ts'
import { outputsOf } from '../helpers/farms.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { blender } from '../helpers/rooms.ts'

const fixture = (name: string) => join(import.meta.dirname, '../fixtures/dcc', name)

async function runFixture(name: string, env: Record<string, string> = {}) {
  const t = testApp({ slots: 1 })
  const entry = (await t.ask('interpreter.list', {})).find((one) => one.name === 'blender')
  if (!entry) throw new Error('there is no entry for Blender')
  await t.ask('interpreter.set', { ...entry, env: { ...entry.env, ...env } })
  const cwd = scratch()
  const { job } = await t.ask('job.create', { source: { path: fixture(name) }, settings: { cwd }, force: true })
  const { status } = await t.ask('job.run', { job })
  const { tasks } = await t.ask('task.list', { job })
  const attempts = await Promise.all(tasks.map(({ id }) => t.ask('task.attempts', { task: id })))
  const logs = attempts.map((tries) => readFileSync(tries.at(-1)?.log ?? '', 'utf8'))
  return { t, job, status, tasks, logs, attempts: attempts.map((tries) => tries.at(-1)) }
}

describe.skipIf(!flowpipe() || !blender())('Blender', () => {
  test('17 kinds of state that a careless task leaves are gone for the next one, in one process', async () => {
    const { t, job, status, attempts } = await runFixture('leak.py')
    expect(status).toBe('succeeded')
    const [, difference] = Object.values(await outputsOf(t, job))
    // one process, so not even that differs
    expect(JSON.parse(difference ?? '')).toEqual({})
    expect(attempts.map((one) => one?.nth)).toEqual([1, 2, 3, null])
  }, 120_000)

  test.each([{}, { PYTHONUNBUFFERED: '' }])(
    'what C code prints is in its own task’s log: %j',
    async (env) => {
      const { status, logs } = await runFixture('cstdio.py', env)
      expect(status).toBe('succeeded')
      const said = logs.map((text) => text.match(/C says: this is frame \d/g))
      expect(said).toEqual([1, 2, 3].map((frame) => [`C says: this is frame ${frame}`]))
    },
    120_000
  )

  test.each([
    ['segv', 'the process was killed by SIGSEGV'],
    ['exit0', 'no result']
  ])(
    '%s: fails its own task with what happened; the next one renders in a new session',
    async (how, why) => {
      process.env.HOW = how
      const { tasks } = await runFixture('fail.py').finally(() => delete process.env.HOW)
      expect(tasks.map(({ state }) => state)).toEqual(['succeeded', 'failed', 'succeeded'])
      expect(tasks[1]?.reason).toContain(why)
    },
    120_000
  )
})

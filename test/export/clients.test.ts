/** What farms that steer whole jobs alone are asked: never more than what was meant. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { fileOf } from '../helpers/farms.ts'

/** A pulled submission of two tasks, of which one failed, and a client that writes down what it was asked. */
async function pulled(format: 'deadline', client: string) {
  const t = testApp()
  const graph = new Graph('two')
  for (const name of ['one', 'two']) Step(graph, { value: 1 }, { name })
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format, out: folder, verify: false })
  const run = join(folder, 'runs/20260101-000000-1')
  mkdirSync(join(run, 'tasks/0/0'), { recursive: true })
  const facts = ['submission 1', `farm ${format}`, 'at 1767225600000', 'id 5f00aa', 'done', '']
  writeFileSync(join(run, 'submission.txt'), facts.join('\n'))
  writeFileSync(join(run, 'tasks/0/0/attempts.txt'), '1 began 1767225601000 on b07\n1 ended 1767225602000 3\n')
  const [bin, heard] = [scratch(), join(scratch(), 'heard')]
  writeFileSync(join(bin, client), `#!/bin/sh\necho "$@" >> '${heard}'\n`)
  chmodSync(join(bin, client), 0o755)
  const { PATH } = process.env
  process.env.PATH = `${bin}:${PATH}`
  onTestFinished(() => void (process.env.PATH = PATH))
  const { job: there } = await t.ask('job.pull', { path: folder })
  const { tasks } = await t.ask('task.list', { job: there })
  return { t, job: there, tasks, heard: () => (existsSync(heard) ? readFileSync(heard, 'utf8') : '') }
}

describe('deadline', () => {
  const asked = { kill: 'FailJob 5f00aa\n', retry: 'RequeueJob 5f00aa\n' }

  test.each(['kill', 'retry'] as const)('%s: the whole of it, or nothing for a single task', async (act) => {
    const { t, job, tasks, heard } = await pulled('deadline', 'deadlinecommand')
    const [{ id = 0 } = {}] = tasks
    await expect(t.ask('farm.act', { job, act, tasks: [id] })).rejects.toThrow(/the whole of a submission alone/)
    expect(heard()).toBe('')
    await t.ask('farm.act', { job, act })
    expect(heard()).toBe(asked[act])
  })
})

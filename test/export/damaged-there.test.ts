/** A folder that came here by other ways than a farm's own disk, or in part: what is missing is said, and nothing is made up. */
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { submissionOf } from '../../src-main/core/export/pulled/submission.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { messageOf } from '../helpers/goldens.ts'
import { fileOf } from '../helpers/farms.ts'

const began = 1_767_225_600_000
const facts = ['submission 1', 'farm slurm', `at ${began}`, 'user artist', 'id 41', 'array 0 0 41', 'done', '']
const notes = [`1 began ${began} on b07`, `1 ended ${began + 4000} 0`, '']
const result = '{"protocol": 1, "outputs": {"value": {"value": 1}}}'

/** A submission of one task, which no client is asked about; what its attempts and itself are told as. */
async function submitted() {
  const t = testApp()
  const graph = new Graph('one')
  Step(graph, { value: 1 }, { name: 'one' })
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format: 'slurm', out: folder, verify: false })
  const run = join(folder, 'runs/r1')
  const task = join(run, 'tasks/0/0')
  mkdirSync(task, { recursive: true })
  writeFileSync(join(run, 'submission.txt'), facts.join('\n'))
  const pull = async () => {
    const { job: there, changes } = await t.ask('job.pull', { path: folder })
    const [one] = (await t.ask('task.list', { job: there })).tasks
    const attempts = await t.ask('task.attempts', { task: one?.id ?? 0 })
    return { state: one?.state, reason: one?.reason, attempts, changes: changes.length }
  }
  return { t, folder, run, task, pull }
}

test('notes and records whose lines end as Windows ends them say the same', async () => {
  const { folder, run, task, pull } = await submitted()
  const plain = submissionOf(folder, undefined)
  writeFileSync(join(run, 'submission.txt'), facts.join('\r\n'))
  expect(submissionOf(folder, undefined)).toEqual(plain)
  writeFileSync(join(task, 'attempts.txt'), notes.join('\r\n'))
  writeFileSync(join(task, 'result.json'), result)
  const { state, attempts } = await pull()
  expect([state, attempts]).toMatchObject(['succeeded', [{ host: 'b07', endedAt: began + 4000, exitCode: 0 }]])
})

test('one that never showed a sign of life is lost once, and not at each look anew', async () => {
  const { task, pull } = await submitted()
  writeFileSync(join(task, 'attempts.txt'), `1 began ${began} on b07\n`)
  const lost = { state: 'failed', attempts: [{ end: 'lost', startedAt: began, endedAt: began }] }
  expect(await pull()).toMatchObject({ ...lost, changes: 1 })
  expect(await pull()).toMatchObject({ ...lost, changes: 0 })
})

test('one that ended well and whose result is not here is told as that', async () => {
  const { task, pull } = await submitted()
  writeFileSync(join(task, 'attempts.txt'), notes.join('\n'))
  expect(await pull()).toMatchObject({
    state: 'failed',
    reason: `it ended well on its farm, on b07, but its result is not in this folder: ${join(task, 'result.json')}`
  })
  writeFileSync(join(task, 'result.json'), result.slice(0, -9))
  expect((await pull()).reason).toMatch(
    /^it ended well on its farm, on b07, but the result is damaged: the JSON ends too/
  )
  writeFileSync(join(task, 'result.json'), result)
  expect(await pull()).toMatchObject({ state: 'succeeded', reason: null })
})

// root may read everything
if (process.getuid?.() !== 0)
  test('a result that we may not read fails no task', async () => {
    const { t, folder, task, pull } = await submitted()
    writeFileSync(join(task, 'attempts.txt'), notes.join('\n'))
    writeFileSync(join(task, 'result.json'), result)
    chmodSync(join(task, 'result.json'), 0)
    expect(messageOf(await t.app.call('job.pull', { path: folder }))).toContain('result.json cannot be read by ')
    chmodSync(join(task, 'result.json'), 0o644)
    expect(await pull()).toMatchObject({ state: 'succeeded' })
  })

test.each([
  ['in place of a record', 'submission.txt', 'no record'],
  ['in place of notes', 'tasks/0/0/attempts.txt', 'no notes']
])('a folder %s is none', async (_, file) => {
  const { run, pull } = await submitted()
  rmSync(join(run, file), { force: true })
  mkdirSync(join(run, file))
  expect(await pull()).toMatchObject({ attempts: [], changes: 0 })
})

test.each([
  ['graph.json', '{"nodes": [', /graph\.json: the JSON ends too early/],
  ['bundle.json', '{"bundle": 1}', /of another version than 2; pull it with the Backlot that wrote it, or export again/]
])('a damaged %s is named', async (file, text, why) => {
  const { t, folder } = await submitted()
  writeFileSync(join(folder, file), text)
  expect(messageOf(await t.app.call('job.pull', { path: folder }))).toMatch(why)
})

test('a folder that was moved is said to be gone, and is the same job where it is now', async () => {
  const { t, folder } = await submitted()
  const { job } = await t.ask('job.pull', { path: folder })
  const now = `${folder} now`
  renameSync(folder, now)
  const gone = `there is no folder ${folder}; where it was moved, pull it there: backlot pull FOLDER`
  for (const ask of [true, false])
    expect(messageOf(await t.app.call('job.pull', { path: folder, run: 'r1', ask }))).toBe(gone)
  expect(messageOf(await t.app.call('farm.act', { job, act: 'kill' }))).toBe(gone)
  expect((await t.ask('job.pull', { path: now })).job).toBe(job)
  expect((await t.ask('job.show', { job })).farm?.folder).toBe(now)
})

test.each([
  ['is empty', '', 'does not say which farm took it'],
  ['is no text', '\0\u0001\uffff\n\n\r\n', 'does not say which farm took it'],
  ['was cut off', 'submission 1\nfarm slurm\nat 1767225600000\nid 4', 'names no job of it']
])('a record that %s is said, since nobody can be asked about it', async (_, text, why) => {
  const { t, folder, run } = await submitted()
  const record = join(run, 'submission.txt')
  writeFileSync(record, text)
  const { unheard, farm } = await t.ask('job.pull', { path: folder, ask: true })
  expect([unheard, farm.open]).toEqual([`${record} ${why}: it was cut off or damaged, or is being written`, true])
})

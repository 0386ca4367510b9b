/** What a farm's client says of tasks that run there and have noted nothing in the folder. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { momentText } from '../../src-main/domain/durations.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { fileOf } from '../helpers/farms.ts'

const second = Date.parse('2026-01-01T10:00:00')
const clock = (seconds: number): string => new Date(second + seconds * 1000).toLocaleString('sv').replace(' ', 'T')
const since = (seconds: number): string => momentText(second + seconds * 1000)

/** A submission of one task to Slurm; `notes`: what its script has written down. Each pull is told a line of squeue. */
async function submitted(notes: readonly string[]) {
  const t = testApp()
  const graph = new Graph('one')
  Step(graph, { value: 1 }, { name: 'one' })
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const [folder, bin] = [join(scratch(), 'out'), scratch()]
  await t.ask('job.export', { job, format: 'slurm', out: folder, verify: false })
  const run = join(folder, 'runs/r1')
  mkdirSync(join(run, 'tasks/0/0'), { recursive: true })
  const facts = ['submission 1', 'farm slurm', `at ${second}`, 'id 41', 'array 0 0 41', 'done', '']
  writeFileSync(join(run, 'submission.txt'), facts.join('\n'))
  if (notes.length > 0) writeFileSync(join(run, 'tasks/0/0/attempts.txt'), notes.map((one) => `${one}\n`).join(''))
  const { PATH } = process.env
  process.env.PATH = `${bin}:${PATH}`
  onTestFinished(() => void (process.env.PATH = PATH))
  /** `script`: what squeue does */
  const hear = async (script: string) => {
    writeFileSync(join(bin, 'squeue'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const { job: there, changes, unheard } = await t.ask('job.pull', { path: folder, ask: true })
    const [task] = (await t.ask('task.list', { job: there })).tasks
    const attempts = await t.ask('task.attempts', { task: task?.id ?? 0 })
    const told = attempts.map(({ host, startedAt, end }) => [host, Math.round((startedAt - second) / 1000), end])
    return { state: task?.state, reason: task?.reason, told, changed: changes.length, unheard }
  }
  return { pull: (line: string) => hear(`echo '41|0|${line}'`), hear }
}

test('one that has noted nothing runs where and since when the farm says, told once', async () => {
  const { pull } = await submitted([])
  expect(await pull('PENDING||Resources|N/A')).toMatchObject({ state: 'waiting', told: [] })
  const runs = { state: 'running', reason: `running on the farm since ${since(5)}, on b07`, told: [['b07', 5, null]] }
  expect(await pull(`RUNNING|b07|None|${clock(5)}`)).toEqual({ ...runs, changed: 1, unheard: null })
  expect(await pull(`RUNNING|b07|None|${clock(5)}`)).toEqual({ ...runs, changed: 0, unheard: null })
  // its node died before it wrote a word, and it waits again
  expect(await pull('PENDING||BeginTime|N/A')).toMatchObject({ state: 'waiting', told: [] })
})

test('one that the farm runs again has an attempt that its script has not noted yet', async () => {
  const { pull } = await submitted([`1 began ${second} on b01`, `1 ended ${second + 4000} 3`])
  expect(await pull(`RUNNING|b07|None|${clock(9)}`)).toMatchObject({
    ...{ state: 'running', reason: `running on the farm since ${since(9)}, on b07` },
    told: [
      ['b01', 0, 'exit'],
      ['b07', 9, null]
    ]
  })
})

test.each([
  ['has not heard of the end yet', clock(0)],
  ['does not say since when', 'N/A']
])('one that has ended is over, where the farm %s', async (_, start) => {
  const { pull } = await submitted([`1 began ${second} on b01`, `1 ended ${second + 4000} 3`])
  expect(await pull(`COMPLETING|b01|None|${start}`)).toMatchObject({ state: 'failed', told: [['b01', 0, 'exit']] })
})

test('one that says itself that it runs is told by its own notes', async () => {
  const { pull } = await submitted([`1 began ${Date.now()} on b01`])
  const { told } = await pull(`RUNNING|b07|None|${clock(9)}`)
  expect(told).toEqual([['b01', expect.any(Number), null]])
})

test('what it said stays while it does not answer, which is said', async () => {
  const { pull, hear } = await submitted([])
  const deaf = 'echo "41|0|PENDING||None|N/A"; echo "slurm_load_jobs error: Socket timed out" >&2; exit 1'
  const unheard = 'squeue did not say how its tasks stand: slurm_load_jobs error: Socket timed out'
  await pull(`RUNNING|b07|None|${clock(5)}`)
  const runs = { state: 'running', told: [['b07', 5, null]] }
  expect(await hear(deaf)).toMatchObject({ ...runs, changed: 0, unheard })
  expect(await hear('exit 3')).toMatchObject({
    ...runs,
    unheard: 'squeue did not say how its tasks stand: exit code 3'
  })
})

test('how one that never began has ended stays when the farm has forgotten it', async () => {
  const { pull, hear } = await submitted([])
  const forgets = 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1'
  expect(await pull('CANCELLED||None|N/A')).toMatchObject({ state: 'canceled' })
  expect(await hear(forgets)).toMatchObject({ state: 'canceled', changed: 0, unheard: null })
  // until it is tried again there
  expect(await pull('PENDING||BeginTime|N/A')).toMatchObject({ state: 'waiting' })
  // one that was only known to run does not run for ever
  await pull(`RUNNING|b07|None|${clock(9)}`)
  expect(await hear(forgets)).toMatchObject({ state: 'ready' })
})

test('what its farm alone tells is told once, as long as the farm says the same', async () => {
  const { pull } = await submitted([])
  const cancelled = { state: 'canceled', reason: 'it was cancelled on its farm: Slurm says CANCELLED' }
  expect(await pull('CANCELLED||None|N/A')).toMatchObject({ ...cancelled, changed: 1 })
  expect(await pull('CANCELLED||None|N/A')).toMatchObject({ ...cancelled, changed: 0 })
  expect(await pull('RUNNING|b07|None|N/A')).toMatchObject({ state: 'running', changed: 1 })
  const { told } = await pull('RUNNING|b07|None|N/A')
  expect(await pull('RUNNING|b07|None|N/A')).toMatchObject({ told, changed: 0 })
})

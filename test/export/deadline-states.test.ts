/** What deadlinecommand says of a submission: a job a node, asked one by one, lines of `Key=Value` for each task. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deadlineClient } from '../../src-main/core/export/clients/deadline.ts'
import { submissionOf } from '../../src-main/core/export/pulled/submission.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { range } from '../helpers/export-jobs.ts'
import { fileOf } from '../helpers/farms.ts'

/** A submission of a node with four batches of two frames from 11 on, and of one that waits for it. */
async function submitted() {
  const t = testApp()
  const graph = new Graph('two')
  const render = Render(graph, { frames: range(11, 18) }, { name: 'Render', metadata: { batch_size: 2 } })
  const check = Step(graph, { value: null }, { name: 'Check' })
  render.output('files').connect(check.input('value'))
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format: 'deadline', out: folder, verify: false })
  mkdirSync(join(folder, 'runs/20260101-000000-1/tasks'), { recursive: true })
  const facts = ['submission 1', 'farm deadline', 'at 1767225600000']
  const jobs = ['id 5f00aa', 'job 0 5f00aa', 'id 5f00bb', 'job 1 5f00bb', 'done', '']
  writeFileSync(join(folder, 'runs/20260101-000000-1/submission.txt'), [...facts, ...jobs].join('\n'))
  return { t, folder }
}

const task = (id: number | string, status: string, host = '') =>
  `TaskId=${id}\nTaskFrames=x=1\nTaskStatus=${status}\nTaskSlaveName=${host}\n`

test('each of its tasks is the batch in the same place', async () => {
  const { folder } = await submitted()
  const submission = { ...submissionOf(folder, undefined), ids: ['5f00aa'] }
  const out = [task(0, 'Completed', 'b07'), task(1, 'Failed', 'b08'), task(2, 'Rendering', 'b09'), task(3, 'Suspended')]
  const word = { exitCode: null, signal: null, peakMemory: null }
  const said = {
    tasks: new Map([
      ['0/11', { ...word, end: 'succeeded', text: null, host: 'b07' }],
      ['0/13', { ...word, end: 'failed', text: 'Deadline says Failed', host: 'b08' }]
    ]),
    running: new Map([['0/15', { since: null, host: 'b09' }]]),
    waiting: new Set(['0/17']),
    open: true
  }
  // with lines between them or none, with Windows' ends of lines, in any order of the keys
  for (const text of [out.join(''), out.join('\n'), out.join('\n').replaceAll('\n', '\r\n')])
    expect(deadlineClient.read(submission, { code: 0, out: text, err: '' })).toEqual(said)
  const turned = out.map((one) => one.trimEnd().split('\n').reverse().join('\n')).join('\n')
  expect(deadlineClient.read(submission, { code: 0, out: turned, err: '' })).toEqual(said)
})

test.each([
  ['an error', { code: 1, out: task(0, 'Completed'), err: 'no such job' }],
  ['nothing', { code: 0, out: '', err: '' }],
  ['something else', { code: 0, out: 'Error: the repository cannot be reached\n', err: '' }],
  [
    'places that no task has',
    { code: 0, out: `${task(9, 'Completed')}${task(-1, 'Failed')}${task('', 'Failed')}`, err: '' }
  ],
  ['a status that nobody knows', { code: 0, out: task(0, 'Melting'), err: '' }]
])('%s counts for nothing', async (_, answer) => {
  const { folder } = await submitted()
  expect(deadlineClient.read({ ...submissionOf(folder, undefined), ids: ['5f00aa'] }, answer)).toBeNull()
})

test('a job file that somebody changed or removed leaves the folder alone to count', async () => {
  const { t, folder } = await submitted()
  const info = join(folder, 'deadline/0/job_info.txt')
  writeFileSync(info, `${readFileSync(info, 'utf8')}Pool=night\n`)
  const submission = { ...submissionOf(folder, undefined), ids: ['5f00aa'] }
  expect(deadlineClient.read(submission, { code: 0, out: task(0, 'Completed'), err: '' })).toBeNull()
  rmSync(info)
  expect(deadlineClient.read(submission, { code: 0, out: task(0, 'Completed'), err: '' })).toBeNull()
  await t.ask('job.pull', { path: folder })
})

test('it is asked of each job, and pulled', async () => {
  const { t, folder } = await submitted()
  const bin = scratch()
  const [first, second] = [task(0, 'Completed') + task(1, 'Failed', 'b08') + task(2, 'Queued'), task(0, 'Pending')]
  writeFileSync(join(bin, '5f00aa'), first)
  writeFileSync(join(bin, '5f00bb'), second)
  writeFileSync(join(bin, 'deadlinecommand'), `#!/bin/sh\necho "$@" >> "${bin}/calls"\ncat "${bin}/$2"\n`)
  chmodSync(join(bin, 'deadlinecommand'), 0o755)
  const { PATH } = process.env
  process.env.PATH = `${bin}:${PATH}`
  onTestFinished(() => void (process.env.PATH = PATH))
  const { job } = await t.ask('job.pull', { path: folder, ask: true })
  expect(readFileSync(join(bin, 'calls'), 'utf8')).toBe('GetJobTasks 5f00aa\nGetJobTasks 5f00bb\n')
  const shown = await t.ask('job.show', { job })
  expect(shown.farm?.open).toBe(true)
  const { tasks } = await t.ask('task.list', { job })
  expect(tasks.map(({ node, batch, state }) => [node, batch, state])).toMatchObject([
    ['Render', 0, expect.anything()],
    ['Render', 1, 'failed'],
    ['Render', 2, expect.anything()],
    ['Render', 3, expect.anything()],
    ['Check', null, expect.anything()]
  ])
})

test('a job that was deleted there keeps silent, and the others count all the same', async () => {
  const { t, folder } = await submitted()
  const bin = scratch()
  const says = (text: string) => writeFileSync(join(bin, 'deadlinecommand'), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  const { PATH } = process.env
  process.env.PATH = `${bin}:${PATH}`
  onTestFinished(() => void (process.env.PATH = PATH))
  const pull = () => t.ask('job.pull', { path: folder, ask: true })
  const [first, second] = [task(0, 'Completed') + task(1, 'Failed') + task(2, 'Rendering', 'b09'), task(0, 'Queued')]
  writeFileSync(join(bin, '5f00aa'), first)
  writeFileSync(join(bin, '5f00bb'), second)
  says(`cat '${bin}'/"$2" || { echo "Error: no such job $2"; exit 1; }`)
  expect(await pull()).toMatchObject({ failed: 1, running: 1, unheard: null })
  rmSync(join(bin, '5f00bb'))
  const unheard = expect.stringMatching(
    /^deadlinecommand did not say .*: (?:cat: .*|Error: no such job 5f00bb)$/
  ) as string
  expect(await pull()).toMatchObject({ failed: 1, running: 1, changes: [], unheard, farm: { open: true } })
  // of the first nobody says more: what is known stays
  writeFileSync(join(bin, '5f00bb'), second)
  rmSync(join(bin, '5f00aa'))
  expect(await pull()).toMatchObject({ failed: 1, running: 1, changes: [], farm: { open: true } })
})

/** A submission to AWS Deadline Cloud with the real `deadline` command and library, against a stand-in for the service. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { momentText } from '../../src-main/domain/durations.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmId, jobId, queueId, startCloud } from '../helpers/deadline-cloud.ts'
import { runsOf } from '../helpers/farm-runs.ts'
import { fileOf } from '../helpers/farms.ts'
import { openjd } from '../helpers/openjd.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render, Step } from '../fixtures/nodes/steps.ts'

/** Not spawnSync: the service is in this process. */
function run(program: string, ...args: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })))
}

/** Frames 1 to 6 in pairs, then a task for all of them. */
function framesGraph(): Graph {
  const graph = new Graph('frames')
  const render = Render(graph, { frames: [1, 2, 3, 4, 5, 6] }, { metadata: { batch_size: 2 } })
  render.output('files').connect(Step(graph, {}, { name: 'Publish' }).input('value'))
  return graph
}

describe.skipIf(!openjd())('Deadline Cloud', () => {
  async function submitted() {
    const cloud = await startCloud()
    const t = testApp()
    const { job } = await t.ask('job.create', { source: fileOf(framesGraph()) })
    const folder = join(scratch(), 'out')
    await t.ask('job.export', { job, format: 'openjd', out: folder, verify: false })
    const place = ['--farm-id', farmId, `--queue-id=${queueId}`]
    const done = await run('sh', join(folder, 'submit.sh'), '--cloud', ...place)
    expect(done).toMatchObject({ code: 0 })
    return { cloud, t, folder }
  }

  test('is given the job with its submission, and the record says where it is', async () => {
    const { cloud, folder } = await submitted()
    const [run = ''] = runsOf(folder)
    expect(cloud.taken).toMatchObject([{ parameters: { Run: { string: run } } }])
    const record = readFileSync(join(folder, 'runs', run, 'submission.txt'), 'utf8')
    expect(record).toContain(`farm deadline-cloud\n`)
    expect(record).toContain(`option --farm-id ${farmId}\noption --queue-id ${queueId}\nid ${jobId}\ndone\n`)
  })

  test('says of each task how it stands, takes back single ones, and ends all', async () => {
    const { cloud, t, folder } = await submitted()
    const startedAt = '2026-01-01T00:00:01Z'
    const batch = (value: string, runStatus: string) => ({
      ...{ step: 'Render', parameters: { Frames: { chunkInt: value } }, runStatus, startedAt }
    })
    cloud.tasks = [
      ...[batch('1-2', 'SUCCEEDED'), batch('3-4', 'FAILED'), batch('5-6', 'RUNNING')],
      { step: 'Publish', parameters: {}, runStatus: 'PENDING' }
    ]
    cloud.status = 'RUNNING'
    const pulled = await t.ask('job.pull', { path: folder, ask: true })
    expect(pulled).toMatchObject({ failed: 1, running: 1, farm: { open: true, format: 'deadline-cloud' } })
    const { tasks } = await t.ask('task.list', { job: pulled.job })
    const failed = tasks.find(({ state }) => state === 'failed')
    expect(failed).toMatchObject({ reason: expect.stringContaining('failed on its farm') as string })
    // results that were not brought here are none
    expect(tasks.map(({ state, reason }) => [state, reason])).toEqual([
      ['waiting', 'it succeeded on its farm: its result is not in this folder yet'],
      ['failed', expect.any(String)],
      ['running', `running on the farm since ${momentText(Date.parse(startedAt))}`],
      ['blocked', null]
    ])

    await t.ask('farm.act', { job: pulled.job, act: 'retry', tasks: [failed?.id ?? 0] })
    await t.ask('farm.act', { job: pulled.job, act: 'kill' })
    expect(cloud.told).toEqual([
      { what: expect.stringMatching(/^task-0*1-0$/) as string, body: { targetRunStatus: 'PENDING' } },
      { what: jobId, body: { targetTaskRunStatus: 'CANCELED' } }
    ])

    cloud.tasks = cloud.tasks.map((task) => ({ ...task, runStatus: 'CANCELED' }))
    cloud.status = 'CANCELED'
    const over = await t.ask('job.pull', { path: folder, ask: true })
    expect(over).toMatchObject({ job: pulled.job, updated: true, farm: { open: false } })
  })

  test('one that nobody knows there leaves nothing behind', async () => {
    await startCloud()
    const t = testApp()
    const { job } = await t.ask('job.create', { source: fileOf(framesGraph()) })
    const folder = join(scratch(), 'out')
    await t.ask('job.export', { job, format: 'openjd', out: folder, verify: false })
    const done = await run('sh', join(folder, 'submit.sh'), '--cloud', '--farm-id', farmId)
    expect(done).toMatchObject({ code: 1, text: expect.stringContaining('nothing was submitted') as string })
    expect(runsOf(folder)).toEqual([])
  })
})

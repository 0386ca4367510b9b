/** What scripts note on a farm, cut off anywhere and in any order: nothing is made of half a line. */
import { readFileSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { runsOf } from '../helpers/farm-runs.ts'
import { fileOf } from '../helpers/farms.ts'
import { slurm, submitted } from '../helpers/slurm.ts'

async function exportOf(t: TestApp, graph: Graph, format: 'bundle' | 'slurm' = 'bundle') {
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format, out: folder, verify: false })
  return folder
}

function oneStep(): Graph {
  const graph = new Graph('one')
  Step(graph, { value: 1 }, { name: 'first' })
  return graph
}

const runTask = (folder: string) => spawnSync('sh', [join(folder, 'commands/0.sh'), '0/0'], { encoding: 'utf8' })

async function told(t: TestApp, folder: string) {
  const { job } = await t.ask('job.pull', { path: folder })
  const [task] = (await t.ask('task.list', { job })).tasks
  const attempts = await t.ask('task.attempts', { task: task?.id ?? 0 })
  return { state: task?.state, reason: task?.reason, attempts }
}

describe('attempts.txt', () => {
  const began = 1_795_875_623_000
  const whole = [
    `1 began ${began} on b07 SLURM_JOB_ID=12`,
    '1 process 4711 pid:[4026531836]',
    `1 told TERM ${began + 5000}`,
    `1 ended ${began + 6000} 143`
  ]

  test('cut off anywhere, it tells no other time, exit code or machine', async () => {
    const t = testApp()
    const folder = await exportOf(t, oneStep())
    const notes = join(folder, 'tasks/0/0/attempts.txt')
    const text = whole.map((one) => `${one}\n`).join('')
    for (let length = 1; length <= text.length; length += 3) {
      writeFileSync(notes, text.slice(0, length))
      const { attempts } = await told(t, folder)
      for (const { startedAt, endedAt, exitCode, host } of attempts) {
        expect([startedAt, host]).toEqual([began, 'b07'])
        expect([null, 143]).toContain(exitCode)
        if (exitCode !== null) expect(endedAt).toBe(began + 6000)
      }
    }
  })

  test('its lines in another order say the same', async () => {
    const t = testApp()
    const folder = await exportOf(t, oneStep())
    const notes = join(folder, 'tasks/0/0/attempts.txt')
    for (const lines of [whole, whole.toReversed()]) {
      writeFileSync(notes, lines.map((one) => `${one}\n`).join(''))
      const { attempts } = await told(t, folder)
      expect(attempts).toMatchObject([{ startedAt: began, endedAt: began + 6000, exitCode: 143, host: 'b07' }])
    }
  })

  test('without its first line, an attempt began when its log did', async () => {
    const t = testApp()
    const folder = await exportOf(t, oneStep())
    expect(runTask(folder).status).toBe(0)
    const notes = join(folder, 'tasks/0/0/attempts.txt')
    const [, ...rest] = readFileSync(notes, 'utf8').split('\n')
    writeFileSync(notes, rest.join('\n'))
    const { state, attempts } = await told(t, folder)
    expect(state).toBe('succeeded')
    expect(attempts[0]?.startedAt).toBeGreaterThan(began)
  })

  test('a line that was cut off is none either once another attempt has gone on behind it', async () => {
    const t = testApp()
    const graph = new Graph('bad')
    Flaky(graph, { ok: '/nowhere' }, { name: 'first' })
    const folder = await exportOf(t, graph)
    expect(runTask(folder).status).toBe(1)
    const notes = join(folder, 'tasks/0/0/attempts.txt')
    writeFileSync(
      notes,
      whole
        .map((one) => `${one}\n`)
        .join('')
        .slice(0, -3)
    )
    expect(runTask(folder).status).toBe(1)
    const { attempts } = await told(t, folder)
    expect(attempts.map(({ exitCode }) => exitCode)).toEqual([null, 1])
  })
})

test('a submission’s record that was cut off names no other job of the farm', async () => {
  const t = testApp()
  const folder = await exportOf(t, oneStep(), 'slurm')
  expect(submitted(slurm(), folder).status).toBe(0)
  const [run = ''] = runsOf(folder)
  const record = join(folder, 'runs', run, 'submission.txt')
  const text = readFileSync(record, 'utf8')
  const ids = /^id (\d+)$/m.exec(text)?.[1]
  for (let length = 1; length <= text.length; length += 3) {
    writeFileSync(record, text.slice(0, length))
    const { farm } = await t.ask('job.pull', { path: folder })
    expect([[], [ids]]).toContainEqual(farm.ids)
    expect([null, expect.stringMatching(/\/slurm$/)]).toContainEqual(farm.logs)
  }
})

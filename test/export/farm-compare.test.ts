/** A farm's run beside the run here that it was exported from: machines, what the rehearsal had said, times. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Output } from '../../src-main/api.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { FromVariable } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { runOn } from '../helpers/farm-host.ts'
import { jobOf } from '../helpers/farms.ts'
import { messageOf } from '../helpers/goldens.ts'
import { finding, passes, putRehearsal } from '../helpers/rehearsal.ts'

function withVariables(more: Readonly<Record<string, string>>): void {
  const before = Object.keys(more).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, more)
  onTestFinished(() => {
    for (const [name, value] of before)
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
  })
}

/** Four batches that give a variable; run here and exported, unless told otherwise. */
async function exportedShot(t: TestApp, run = true) {
  const graph = new Graph('shot')
  FromVariable(graph, { variable: 'OCIO', frames: [1, 2, 3, 4] }, { name: 'Comp', metadata: { batch_size: 1 } })
  const job = await jobOf(t, graph)
  if (run) await t.ask('job.run', { job })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format: 'bundle', out: folder })
  return { job, folder }
}

const kept = (folder: string, task: string) => readFileSync(join(folder, 'tasks', task, 'environment.1.txt'), 'utf8')

const ocio = '/show/100%\nocio.config'

/** Of the variables that are set here, those of this file; the tests' own runner sets more. */
const hostsOf = (farm: Output<'job.compare'>['farm']) =>
  (farm?.hosts ?? []).map(({ environment, ...host }) => ({
    ...host,
    environment: environment && environment.filter(({ name }) => ['OCIO', 'SHOT', 'SHOW_TOKEN', 'HOME'].includes(name))
  }))

/** Ran on two machines, one of which lacks a variable. */
async function ranOnFarm(t: TestApp, run = true) {
  withVariables({ OCIO: ocio, SHOW_TOKEN: 'abc123', SHOT: '010' })
  const { job, folder } = await exportedShot(t, run)
  const good = { OCIO: ocio, SHOW_TOKEN: 'xyz', SHOT: '020', SLURM_JOB_ID: '7', HOME: '/home/farm' }
  for (const task of ['0/0', '0/1', '0/2']) expect(runOn('b01', folder, task, good)).toBe(0)
  expect(runOn('b07', folder, '0/3', { SHOT: '010', ONLY_THERE: '1' })).toBe(0)
  return { job, folder, pulled: (await t.ask('job.pull', { path: folder })).job }
}

describe('what was set around a task on its farm', () => {
  test('is written down beside its result, without what looks secret', async () => {
    const t = testApp()
    const { folder } = await exportedShot(t, false)
    runOn('b01', folder, '0/0', { OCIO: ocio, studioKey: 'abc123', HUB: 'https://me:abc123@hub/', TERM: 'xterm' })
    const lines = kept(folder, '0/0').trimEnd().split('\n').sort()
    expect(lines).toEqual(
      expect.arrayContaining(['HUB', 'OCIO=/show/100%25%0Aocio.config', 'studioKey', expect.stringMatching(/^PATH=/)])
    )
    expect(lines.join('\n')).not.toMatch(/abc123|TERM|PWD/)
  })

  test('that cannot be written down stops nothing, and nothing is said of it', async () => {
    const t = testApp()
    withVariables({ OCIO: ocio })
    const { job, folder } = await exportedShot(t)
    writeFileSync(join(folder, 'commands/environment.awk'), 'BEGIN { print "OCIO=1"; exit 3 }\n')
    for (const task of ['0/0', '0/1', '0/2', '0/3']) expect(runOn('b01', folder, task, { OCIO: ocio })).toBe(0)
    expect(existsSync(join(folder, 'tasks/0/0/environment.1.txt'))).toBe(false)
    const { job: right } = await t.ask('job.pull', { path: folder })
    const { farm, left, tasks } = await t.ask('job.compare', { right })
    expect([left, farm?.hosts]).toEqual([job, [{ host: 'b01', tasks: 4, environment: null }]])
    expect(tasks.some(({ differs }) => differs)).toBe(false)
  })

  test('stays the farm’s: it is no environment of the job here', async () => {
    const t = testApp()
    const { pulled } = await ranOnFarm(t)
    expect((await t.ask('job.surroundings', { job: pulled })).first).toBe(null)
    const [{ id: task = 0 } = {}] = (await t.ask('task.list', { job: pulled })).tasks
    const [attempt] = await t.ask('task.attempts', { task })
    expect(attempt?.command).not.toContain('SHOT=')
  })
})

describe('a farm’s run beside the run here', () => {
  test('is held against the job it was exported from, machine by machine', async () => {
    const t = testApp()
    const { job, pulled } = await ranOnFarm(t)
    const { left, right, environment, farm, tasks } = await t.ask('job.compare', { right: pulled })
    expect({ left, right, environment }).toEqual({ left: job, right: pulled, environment: null })
    expect(farm?.run.origin).toBe(job)
    const shot = { name: 'SHOT', left: '010', right: '020', hidden: false }
    expect(hostsOf(farm)).toEqual([
      { host: 'b01', tasks: 3, environment: [shot] },
      {
        host: 'b07',
        tasks: 1,
        environment: [
          { name: 'OCIO', left: ocio, right: null, hidden: false },
          { name: 'SHOW_TOKEN', left: null, right: null, hidden: true }
        ]
      }
    ])
    expect(tasks.map((one) => [one.batch, one.differs, one.left?.host, one.right?.host])).toEqual([
      [0, false, null, 'b01'],
      [1, false, null, 'b01'],
      [2, false, null, 'b01'],
      [3, true, null, 'b07']
    ])
    expect(tasks[3]?.outputs).toMatchObject([{ output: 'value', right: '["4 none"]' }])
    expect(tasks.every((one) => one.left?.peakMemory !== undefined && one.right?.duration !== null)).toBe(true)
  })

  test('what an interpreter brings with it was not missing', async () => {
    const t = testApp()
    const node = (await t.ask('interpreter.list', {})).find(({ name }) => name === 'node')
    if (!node) throw new Error('there is no node')
    await t.ask('interpreter.set', { ...node, env: { OCIO: ocio } })
    const { pulled } = await ranOnFarm(t)
    const { farm, tasks } = await t.ask('job.compare', { right: pulled })
    expect(hostsOf(farm)[1]?.environment?.map(({ name }) => name)).toEqual(['SHOW_TOKEN'])
    expect(tasks.some(({ differs }) => differs)).toBe(false)
  })

  test('says which tasks the rehearsal had named, and whether that was before', async () => {
    const t = testApp()
    withVariables({ OCIO: ocio })
    const { job, folder } = await exportedShot(t)
    const named = finding({ kind: 'environment', tasks: ['Comp-1', 'Comp-3'], message: 'Comp needs OCIO' })
    putRehearsal(t.dataDir, job, { findings: [finding({ tasks: ['Comp-0'] }), named], passes })
    for (const task of ['0/0', '0/1', '0/2', '0/3']) expect(runOn('b07', folder, task)).toBe(0)
    const { job: right } = await t.ask('job.pull', { path: folder })
    const { farm, tasks } = await t.ask('job.compare', { left: job, right })
    expect(farm?.rehearsal).toMatchObject({ job, before: true })
    expect(tasks.map(({ warned }) => warned)).toEqual([[0], [1], [], [1]])
    const { kind, severity, message, remedy, tasks: names } = named
    expect(farm?.rehearsal?.findings[1]).toEqual({ kind, severity, message, remedy, tasks: names })
    // as if the farm had begun before the rehearsal did
    const notes = join(folder, 'tasks/0/0/attempts.txt')
    const early = String(Date.now() - 3 * 3_600_000)
    writeFileSync(notes, readFileSync(notes, 'utf8').replace(/began \d+/, `began ${early}`))
    await t.ask('job.pull', { path: folder })
    expect((await t.ask('job.compare', { right })).farm?.rehearsal?.before).toBe(false)
  })

  test('the forecast from the run here is for as many as ran, beside what came', async () => {
    const t = testApp()
    const { job, folder, pulled } = await ranOnFarm(t)
    expect(runOn('b07', folder, '0/3', { OCIO: ocio })).toBe(0)
    expect((await t.ask('job.pull', { path: folder })).job).toBe(pulled)
    const { farm } = await t.ask('job.compare', { right: pulled })
    const { came } = farm ?? {}
    expect(came).toMatchObject({ hosts: 2, atOnce: 1, open: false, queued: null })
    const attempts = await t.ask('job.attempts', { job: pulled })
    expect(attempts).toHaveLength(5)
    const seconds = attempts.map(({ startedAt, endedAt }) => ((endedAt ?? 0) - startedAt) / 1000)
    const again = attempts.findIndex(
      ({ task, number }) => number === 1 && attempts.some((one) => one.task === task && one.number === 2)
    )
    expect(came?.machine).toBeCloseTo(seconds.reduce((a, b) => a + b, 0))
    expect(came?.lost).toBeCloseTo(seconds[again] ?? -1)
    const forecast = await t.ask('job.forecast', { job, workers: [2, 1], advise: false })
    const rounded = (some: readonly { workers: number; wall: number; machine: number }[] = []) =>
      some.map((one) => [one.workers, one.wall.toFixed(3), one.machine.toFixed(3)])
    expect(rounded(farm?.forecast)).toEqual(rounded(forecast.workers))
  })

  test('of a job that never ran here nothing is forecast: the farm’s own times are none of ours', async () => {
    const t = testApp()
    const { job, pulled } = await ranOnFarm(t, false)
    const { left, farm } = await t.ask('job.compare', { right: pulled })
    expect([left, farm?.forecast]).toEqual([job, []])
    // its graph was rehearsed: that is what it is held against
    const { job: rehearsed } = await t.ask('job.rerun', { job })
    await t.ask('job.run', { job: rehearsed })
    putRehearsal(t.dataDir, rehearsed, { findings: [], passes })
    const again = await t.ask('job.compare', { right: pulled })
    expect([again.left, again.farm?.rehearsal?.job]).toEqual([rehearsed, rehearsed])
  })

  test('which job it was is asked for where nobody knows', async () => {
    const t = testApp()
    const { job, folder } = await exportedShot(t)
    expect(messageOf(await t.app.call('job.compare', { right: job }))).toContain('was run here')
    const other = testApp()
    const { job: right } = await other.ask('job.pull', { path: folder })
    const message = messageOf(await other.app.call('job.compare', { right }))
    expect(message).toContain(`name the job to hold beside it: backlot compare JOB ${right}`)
  })
})

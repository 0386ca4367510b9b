/** People tell sbatch where the log goes: Slurm's own words are found there. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { fileOf } from '../helpers/farms.ts'

/** Two tasks whose scripts ran as jobs 51 and 52 with these files for output and errors, and never wrote their end. */
async function ran(output: (task: number) => string, errors: (task: number) => string) {
  const t = testApp()
  const graph = new Graph('two')
  for (const name of ['one', 'two']) Step(graph, { value: 1 }, { name })
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format: 'slurm', out: folder, verify: false })
  const run = join(folder, 'runs/r1')
  mkdirSync(join(run, 'tasks'), { recursive: true })
  cpSync(join(folder, 'nodes'), join(run, 'nodes'), { recursive: true })
  const facts = ['submission 1', 'farm slurm', 'at 1767225600000', 'logs slurm', 'id 41', 'array 0 0 41', 'id 42']
  writeFileSync(join(run, 'submission.txt'), [...facts, 'array 1 0 42', 'done', ''].join('\n'))
  for (const task of [0, 1]) {
    const env = { ...process.env, SLURM_JOB_ID: String(51 + task) }
    const stdio = ['ignore', openSync(output(task), 'a'), openSync(errors(task), 'a')] as const
    spawnSync('sh', [join(folder, 'commands/0.sh'), `${task}/0`, 'r1'], { env, stdio: [...stdio] })
    const notes = join(run, 'tasks', String(task), '0/attempts.txt')
    writeFileSync(notes, readFileSync(notes, 'utf8').replace(/^1 ended .*\n/m, ''))
  }
  const pull = async () => {
    const { job: there } = await t.ask('job.pull', { path: folder })
    const { tasks } = await t.ask('task.list', { job: there })
    const logs = await Promise.all(tasks.map(({ id }) => t.ask('task.attempts', { task: id })))
    return { reasons: tasks.map(({ reason }) => reason), logs: logs.map((all) => all.at(-1)?.farmLog) }
  }
  return pull
}

const word = (job: number, cause: string) =>
  `slurmstepd-b07: error: *** JOB ${job} ON b07 CANCELLED AT 2026-01-01T10:00:09${cause} ***\n`

test('in a file of their own, and errors in another one', async () => {
  const place = scratch()
  const [output, errors] = ['o', 'e'].map((kind) => (task: number) => join(place, `my ${kind}${task}`))
  if (!output || !errors) return
  const pull = await ran(output, errors)
  appendFileSync(errors(0), word(51, ' DUE TO TIME LIMIT'))
  appendFileSync(errors(1), word(52, ''))
  const { reasons, logs } = await pull()
  expect(reasons).toEqual([
    expect.stringMatching(/^it timed out on its farm, on b07: slurmstepd/),
    expect.stringMatching(/^it was cancelled on its farm, on b07: slurmstepd/)
  ])
  expect(logs).toEqual([output(0), output(1)])
})

test('in one file for all: each job’s word is its own', async () => {
  const all = join(scratch(), 'all.txt')
  const pull = await ran(
    () => all,
    () => all
  )
  appendFileSync(all, word(52, '') + word(51, ' DUE TO TIME LIMIT'))
  const { reasons, logs } = await pull()
  expect(reasons).toEqual([
    expect.stringMatching(/^it timed out on its farm, on b07: .*JOB 51/),
    expect.stringMatching(/^it was cancelled on its farm, on b07: .*JOB 52/)
  ])
  expect(logs).toEqual([all, all])
})

test('in files that a night’s cleaning has renamed or packed', async () => {
  const place = scratch()
  const output = (task: number) => join(place, `o${task}`)
  const pull = await ran(output, output)
  appendFileSync(output(0), word(51, ' DUE TO TIME LIMIT'))
  appendFileSync(output(1), word(52, ''))
  renameSync(output(0), `${output(0)}.1`)
  writeFileSync(`${output(1)}.gz`, gzipSync(readFileSync(output(1))))
  rmSync(output(1))
  const { reasons, logs } = await pull()
  expect(reasons).toEqual([
    expect.stringMatching(/^it timed out on its farm, on b07: /),
    expect.stringMatching(/^it was cancelled on its farm, on b07: /)
  ])
  expect(logs).toEqual([`${output(0)}.1`, `${output(1)}.gz`])
  // one that is no archive says nothing
  writeFileSync(`${output(1)}.gz`, 'cut off')
  expect((await pull()).logs).toEqual([`${output(0)}.1`, null])
})

/** Slurm's accounting: jobs that squeue has forgotten and whose scripts wrote no end. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { slurmBooks } from '../../src-main/core/export/clients/sacct.ts'
import { submissionOf } from '../../src-main/core/export/pulled/submission.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { range } from '../helpers/export-jobs.ts'
import { fileOf } from '../helpers/farms.ts'

const at = Date.parse('2026-01-01T10:00:00Z')

function record(folder: string, ...facts: string[]): void {
  mkdirSync(join(folder, 'runs/r1/tasks'), { recursive: true })
  const lines = ['submission 1', 'farm slurm', `at ${at}`, ...facts, 'done']
  writeFileSync(join(folder, 'runs/r1/submission.txt'), lines.map((one) => `${one}\n`).join(''))
}

describe('what sacct says', () => {
  const said = (...lines: string[]) => {
    const folder = scratch()
    record(folder, 'id 41', 'array 0 0 41', 'id 42', 'array 0 1000 42')
    const answer = { code: 0, out: lines.map((one) => `${one}\n`).join(''), err: '' }
    const words = slurmBooks.read(submissionOf(folder, undefined), answer)
    return words === null || words === 'none' ? words : Object.fromEntries(words)
  }
  const word = { text: null, exitCode: null, signal: null, peakMemory: null, host: null }

  test.each([
    ['COMPLETED|0:0|b07|None', { end: 'succeeded', text: 'Slurm says COMPLETED', host: 'b07' }],
    ['FAILED|1:0|b07|None', { end: 'failed', text: 'Slurm says FAILED, exit code 1', exitCode: 1, host: 'b07' }],
    ['FAILED|0:9|b07|None', { end: 'failed', text: 'Slurm says FAILED, signal 9', host: 'b07' }],
    ['CANCELLED by 1000|0:0|None assigned|None', { end: 'cancelled', text: 'Slurm says CANCELLED by 1000' }],
    ['CANCELLED+|0:15|b07|', { end: 'cancelled', text: 'Slurm says CANCELLED+, signal 15', host: 'b07' }],
    [
      'NODE_FAIL|1:0|b07|NodeDown',
      { end: 'node lost', text: 'Slurm says NODE_FAIL, exit code 1', exitCode: 1, host: 'b07' }
    ],
    [
      'OUT_OF_MEMORY|0:125|b07|None',
      { end: 'out of memory', text: 'Slurm says OUT_OF_MEMORY, signal 125', host: 'b07' }
    ],
    ['TIMEOUT|0:0|b[07-08]|None', { end: 'timed out', text: 'Slurm says TIMEOUT', host: 'b[07-08]' }]
  ])('%s', (rest, expected) => {
    expect(said(`41_4|${rest}`)).toEqual({ '0/4': { ...word, ...expected } })
  })

  test.each([
    ['41_[5-7]', ['0/5', '0/6', '0/7']],
    ['42_[0,3-5%2]', ['0/1000', '0/1003', '0/1004', '0/1005']],
    ['41_[0-6:3]', ['0/0', '0/3', '0/6']],
    ['41_[1-2,9-...]', ['0/1', '0/2']]
  ])('%s are elements that ended together', (id, places) => {
    expect(Object.keys(said(`${id}|CANCELLED by 0|0:0|None assigned|None`) ?? {})).toEqual(places)
  })

  test.each([
    ['a step', '41_4.batch|FAILED|1:0|b07|'],
    ['another step', '41_4.extern|COMPLETED|0:0|b07|'],
    ['a job of another submission', '77_4|FAILED|1:0|b07|None'],
    ['a job without an array', '41|FAILED|1:0|b07|None'],
    ['one that still runs', '41_4|RUNNING|0:0|b07|None'],
    ['one that waits', '41_[4-9]|PENDING|0:0|None assigned|Resources'],
    ['one that could never start', '41_4|CANCELLED|0:0|None assigned|Dependency'],
    ['a state of tomorrow', '41_4|EVAPORATED|0:0|b07|None'],
    ['half a line', '41_4|FAIL'],
    ['what a site says beside', 'Welcome | to | moon | and | all']
  ])('%s is no end', (_, line) => {
    expect(said(line)).toEqual({})
  })

  test('a site without accounting has none, which is no error', () => {
    record(scratch())
    const answer = { code: 1, out: '', err: 'Slurm accounting storage is disabled\n' }
    expect(slurmBooks.read(submissionOf(scratch(), undefined), answer)).toBe('none')
    expect(slurmBooks.read(submissionOf(scratch(), undefined), { ...answer, err: 'Connection refused' })).toBeNull()
  })
})

/** Six tasks of one array on `cluster`: the first ended well, of the second the script has begun, of the others nobody knows. */
async function forgotten(cluster: string, sacct: string) {
  const t = testApp()
  const graph = new Graph('many')
  Render(graph, { frames: range(1, 6) }, { metadata: { batch_size: 1 } })
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const [folder, bin] = [join(scratch(), 'out'), scratch()]
  await t.ask('job.export', { job, format: 'slurm', out: folder, verify: false })
  record(folder, `option --clusters ${cluster}`, 'id 41', 'array 0 0 41')
  const [first, second] = ['0/0', '0/1'].map((name) => join(folder, 'runs/r1/tasks', name))
  for (const one of [first, second]) mkdirSync(one ?? '', { recursive: true })
  writeFileSync(join(first ?? '', 'attempts.txt'), `1 began ${at} on b01\n1 ended ${at + 4000} 3\n`)
  writeFileSync(join(second ?? '', 'attempts.txt'), `1 began ${at} on b01\n`)
  const heard = join(bin, 'heard')
  const does = (program: string, says: string) =>
    writeFileSync(join(bin, program), `#!/bin/sh\n${says}\n`, { mode: 0o755 })
  does('squeue', "echo '41|5|PENDING||Resources|N/A'")
  does('sacct', `echo "$SLURM_BITSTR_LEN $*" >> '${heard}'\n${sacct}`)
  const { PATH } = process.env
  process.env.PATH = `${bin}:${PATH}`
  onTestFinished(() => void (process.env.PATH = PATH))
  const pull = async () => {
    const { job: there, farm } = await t.ask('job.pull', { path: folder, ask: true })
    const { tasks } = await t.ask('task.list', { job: there })
    return { open: farm.open, tasks: tasks.map(({ state, reason }) => [state, reason]) }
  }
  const asked = () => (existsSync(heard) ? readFileSync(heard, 'utf8').trim().split('\n') : [])
  return { pull, asked, does }
}

test('how they ended is asked once for a while, of all of them, and once more when nothing is left there', async () => {
  const rows = ['0|FAILED|3:0|b01|None', '1|NODE_FAIL|0:0|b01|None', '[2-3]|CANCELLED by 7|0:0|None assigned|None']
    .concat('4|TIMEOUT|0:0|b02|None', '4.batch|CANCELLED|0:15|b02|', '5|PENDING|0:0|None assigned|Resources')
    .map((row) => `echo '41_${row}'`)
  const { pull, asked, does } = await forgotten('books', rows.join('\n'))
  const { open, tasks } = await pull()
  expect(open).toBe(true)
  expect(tasks).toEqual([
    ['failed', expect.stringContaining('exit code 3')],
    ['failed', 'its node was lost, on b01: Slurm says NODE_FAIL'],
    ['canceled', 'it was cancelled on its farm: Slurm says CANCELLED by 7'],
    ['canceled', 'it was cancelled on its farm: Slurm says CANCELLED by 7'],
    ['failed', 'it timed out on its farm, on b02: Slurm says TIMEOUT'],
    ['waiting', null]
  ])
  expect(asked()).toEqual([
    '0 --clusters=books --allocations --allusers --parsable2 --noheader --format=JobID,State,ExitCode,NodeList,Reason --starttime=2025-12-31 --jobs 41'
  ])
  expect((await pull()).tasks).toEqual(tasks)
  expect(asked()).toHaveLength(1)
  does('squeue', 'echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1')
  expect(await pull()).toEqual({ open: false, tasks: [...tasks.slice(0, -1), ['ready', null]] })
  expect(asked()).toHaveLength(2)
})

test('where there is no accounting nothing is said of it, and it is not asked again', async () => {
  const { pull, asked, does } = await forgotten('bookless', 'echo "Slurm accounting storage is disabled" >&2; exit 1')
  const { tasks } = await pull()
  expect(tasks.slice(1, 3)).toEqual([
    ['failed', expect.stringContaining('no sign of life')],
    ['waiting', null]
  ])
  does('squeue', '')
  await pull()
  expect(asked()).toHaveLength(1)
})

test('what squeue still knows and what has said how it ended is no reason to ask', async () => {
  const { pull, asked, does } = await forgotten('busy', '')
  does('squeue', [1, 2, 3, 4, 5].map((i) => `echo '41|${i}|PENDING||Resources|N/A'`).join('\n'))
  await pull()
  expect(asked()).toEqual([])
})

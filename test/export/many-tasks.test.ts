/** A farm's client is asked about more tasks than one command can name: in several, and told as one. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { clients } from '../../src-main/core/export/clients/ask.ts'
import { command } from '../../src-main/core/export/clients/client.ts'
import { askedAll, longestWords, partsOf } from '../../src-main/core/export/clients/parts.ts'
import { submissionOf } from '../../src-main/core/export/pulled/submission.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { range } from '../helpers/export-jobs.ts'
import { fileOf } from '../helpers/farms.ts'

const count = 6000

/** A record of a submission alone, in a folder of its own. */
function recorded(...facts: string[]) {
  const folder = scratch()
  mkdirSync(join(folder, 'runs/r1'), { recursive: true })
  const lines = ['submission 1', 'at 1767225600000', ...facts]
  writeFileSync(join(folder, 'runs/r1/submission.txt'), lines.map((one) => `${one}\n`).join(''))
  return submissionOf(folder, undefined)
}

test('each task is named once, in commands that the system starts; where one fails it is said which tasks that were', async () => {
  const t = testApp()
  const graph = new Graph('many')
  Render(graph, { frames: range(1, count) }, { metadata: { batch_size: 1 } })
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const [folder, bin] = [join(scratch(), 'out'), scratch()]
  await t.ask('job.export', { job, format: 'slurm', out: folder, verify: false })
  mkdirSync(join(folder, 'runs/r1/tasks'), { recursive: true })
  const facts = ['submission 1', 'farm slurm', 'at 1767225600000', 'id 1000000', 'array 0 0 1000000', 'done']
  writeFileSync(join(folder, 'runs/r1/submission.txt'), facts.map((one) => `${one}\n`).join(''))
  const { job: there } = await t.ask('job.pull', { path: folder })
  const tasks = (await t.ask('task.list', { job: there })).tasks.map(({ id }) => id)
  const heard = join(bin, 'heard')
  const does = (program: string, says: string) =>
    writeFileSync(join(bin, program), `#!/bin/sh\necho "$*" >> '${heard}'\n${says}\n`, { mode: 0o755 })
  const { PATH } = process.env
  process.env.PATH = `${bin}:${PATH}`
  onTestFinished(() => void (process.env.PATH = PATH))
  for (const [program, act] of [
    ['scontrol', 'retry'],
    ['scancel', 'kill']
  ] as const) {
    does(program, '')
    const done = await t.ask('farm.act', { job: there, act, tasks: tasks.toReversed() })
    const lines = readFileSync(heard, 'utf8').trim().split('\n')
    expect([lines.length, done.commands]).toEqual([2, 2])
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(longestWords)
    const named = lines.flatMap((line) => line.match(/\b1000000_\d+\b/g) ?? [])
    expect([named.length, new Set(named).size]).toEqual([count, count])
    rmSync(heard)
  }
  does('scancel', 'case $* in *" 1000000_7 "*) echo "not yours" >&2; exit 1 ;; esac')
  const error = await t.ask('farm.act', { job: there, act: 'kill', tasks }).then(String, String)
  expect(error).toContain('asked in 2 commands, and not all was done: scancel refused: not yours. ')
  expect(error).toContain(
    'Done: Render-3000 to Render-5999 (3,000); refused, all or some of Render-0 to Render-2999 (3,000)'
  )
  expect(readFileSync(heard, 'utf8').trim().split('\n')).toHaveLength(2)
})

test('what one that is gone was not asked for is said, and nothing more is asked', async () => {
  const wrote = join(scratch(), 'wrote')
  const parts = [
    { units: ['a', 'b'], command: command('sh', '-c', 'true') },
    { units: ['c'], command: command(join(scratch(), 'none')) },
    { units: ['d', 'e'], command: command('touch', wrote) }
  ]
  const done = await askedAll({ parts, nameOf: (unit) => unit.toUpperCase() })
  expect(done).toMatchObject({
    error: {
      message: expect.stringMatching(/there is no .*Done: A to B \(2\); not asked for C, D to E \(2\)$/) as string
    }
  })
  expect(existsSync(wrote)).toBe(false)
})

const tasks = Array.from({ length: count }, (_, i) => `0/${i}`)
const ids = Array.from({ length: 20_000 }, (_, i) => `id ${1_000_000 + i}`)

test.each([
  ['OpenCue', clients.opencue, ['id 8a21', 'layer 0 a_layer_of_a_rather_long_name'], tasks],
  ['Slurm', clients.slurm, ['id 41', 'array 0 0 41'], tasks.map((_, i) => `0/${i + 1_000_000}`)]
])('%s: no command about tasks is longer than the system takes', (_, client, facts, named) => {
  const submission = recorded(...facts)
  for (const act of ['kill', 'retry'] as const) {
    const parts = partsOf(named, (some) => client[act](submission, some)) ?? []
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.flatMap(({ units }) => units)).toEqual(named)
    for (const part of parts) expect(part.command.argv.join(' ').length).toBeLessThan(longestWords)
  }
})

test.each(['slurm', 'deadline'] as const)('%s: the same of many jobs, where all is ended or asked about', (format) => {
  const submission = recorded(...ids)
  const client = clients[format]
  const kills = partsOf(submission.ids, (some) => client.kill({ ...submission, ids: [...some] }, null)) ?? []
  expect(kills.length).toBeGreaterThan(1)
  expect(kills.flatMap(({ units }) => units)).toEqual(submission.ids)
  const asked = partsOf(submission.ids, (some) => client.states({ ...submission, ids: [...some] }))
  for (const part of [...kills, ...(asked ?? [])]) expect(part.command.argv.join(' ').length).toBeLessThan(longestWords)
})

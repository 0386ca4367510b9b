/** Farms' clients that hang, say other things beside, are set up otherwise, or are asked of what nobody knows there. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { asked } from '../../src-main/core/export/clients/start.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { fileOf } from '../helpers/farms.ts'

function withVariables(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name]
    process.env[name] = value
    onTestFinished(() => {
      if (before === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = before
    })
  }
}

/** A pulled submission of two tasks, of which the first failed, and clients that write down what they were asked. */
async function onFarm(format: 'slurm' | 'opencue', facts: readonly string[], clients: Record<string, string>) {
  const t = testApp()
  const graph = new Graph('two')
  for (const name of ['one', 'two']) Step(graph, { value: 1 }, { name })
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const [folder, bin] = [join(scratch(), 'out'), scratch()]
  await t.ask('job.export', { job, format, out: folder, verify: false })
  const run = join(folder, 'runs/r1')
  mkdirSync(join(run, 'tasks/0/0'), { recursive: true })
  const lines = ['submission 1', `farm ${format}`, 'at 1767225600000', ...facts]
  writeFileSync(join(run, 'submission.txt'), lines.map((one) => `${one}\n`).join(''))
  writeFileSync(join(run, 'tasks/0/0/attempts.txt'), '1 began 1767225601000 on b07\n1 ended 1767225602000 3\n')
  const heard = join(bin, 'heard')
  for (const [name, text] of Object.entries(clients)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> '${heard}'\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  withVariables({ PATH: `${bin}:${process.env.PATH}` })
  const pull = () => t.ask('job.pull', { path: folder, ask: true })
  const { job: there } = await pull()
  const { tasks } = await t.ask('task.list', { job: there })
  return { t, pull, job: there, tasks, heard: () => (existsSync(heard) ? readFileSync(heard, 'utf8') : '') }
}

const arrays = ['id 41', 'array 0 0 41', 'id 42', 'array 1 0 42']

test('one that hangs, and whose children hold its output open, is given up', async () => {
  const answer = await asked({ argv: ['sh', '-c', 'echo begun; sleep 60; echo done'], input: null }, 300)
  expect(answer).toMatchObject({ code: null, out: expect.not.stringContaining('done') as string })
})

test('one that is there and cannot be started is not said to be missing', async () => {
  const program = join(scratch(), 'squeue')
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o644 })
  const answer = await asked({ argv: [program], input: null })
  expect(answer).toMatchObject({ code: 126, err: expect.stringContaining('EACCES') as string })
  expect(await asked({ argv: [join(scratch(), 'none')], input: null })).toBeNull()
})

describe('Slurm', () => {
  test('what people set for their own squeue hides no task', async () => {
    withVariables({ SQUEUE_USERS: 'somebody', SQUEUE_PARTITION: 'other', SLURM_TIME_FORMAT: '%d.%m. %H:%M' })
    const squeue = `[ -z "$SQUEUE_USERS$SQUEUE_PARTITION" ] || exit 0
[ "$SLURM_TIME_FORMAT" = standard ] && echo '42|0|RUNNING|b09|None|2026-01-01T10:00:00'`
    const { pull } = await onFarm('slurm', arrays, { squeue })
    expect(await pull()).toMatchObject({ running: 1, farm: { open: true } })
  })

  test('what a site’s own squeue says beside is no task', async () => {
    const squeue = "echo 'Welcome to moon'; echo 'CLUSTER: moon'; echo 'maintenance | on | Friday'"
    const { pull } = await onFarm('slurm', arrays, { squeue })
    expect(await pull()).toMatchObject({ running: 0, farm: { open: false } })
  })

  test('what waits for ever for a failed task keeps nobody waiting, and what is being ended still runs', async () => {
    const rows = ['42|0|PENDING||DependencyNeverSatisfied|N/A', '42|0|SIGNALING|b09|None|2026-01-01T10:00:00']
    const [never = '', ending = ''] = rows.map((row) => `echo '${row}'`)
    const { pull } = await onFarm('slurm', arrays, { squeue: never })
    expect(await pull()).toMatchObject({ waiting: 1, farm: { open: false } })
    const { pull: again } = await onFarm('slurm', arrays, { squeue: ending })
    expect(await again()).toMatchObject({ running: 1, farm: { open: true } })
  })

  test('the cluster that took it is asked', async () => {
    const scancel = ''
    const { t, job, heard } = await onFarm('slurm', ['option --clusters moon', ...arrays], { squeue: '', scancel })
    await t.ask('farm.act', { job, act: 'kill' })
    expect(heard()).toMatch(/^squeue --clusters=moon -h .* -j 41,42$/m)
    expect(heard()).toMatch(/^scancel --clusters=moon 41 42$/m)
  })
})

test('what a site’s Python says beside its answer is no answer', async () => {
  const frames = '{"frames": [["0000-two", "2", -1, "b09.lan/1.0/0", 0, 1767225600]], "pending": true}'
  const says = `cat > /dev/null; echo 'studio Python 3.11 {moon}'; echo '${frames}'; echo 'bye'`
  const facts = ['id 8a21', 'name show-shot-me_two', 'layer 0 one', 'layer 1 two']
  const { pull } = await onFarm('opencue', facts, { python3: says })
  expect(await pull()).toMatchObject({ running: 1, unheard: null })
})

describe.each([
  ['slurm', ['id 41', 'array 0 0 41'], 'scancel'],
  ['opencue', ['id 8a21', 'name show-shot-me_two', 'layer 0 one'], 'python3']
] as const)('%s', (format, facts, client) => {
  test('a task that is not in the record ends no other one, and not the whole job', async () => {
    const { t, job, tasks, heard } = await onFarm(format, facts, { [client]: '' })
    const [, two] = tasks
    const before = heard()
    await expect(t.ask('farm.act', { job, act: 'kill', tasks: [two?.id ?? 0] })).rejects.toThrow(/cannot be asked/)
    await expect(t.ask('farm.act', { job, act: 'kill', tasks: tasks.map(({ id }) => id) })).rejects.toThrow()
    expect(heard()).toBe(before)
  })
})

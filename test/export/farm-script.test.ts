/** The script of a task where its program leaves something running, and on disks that are full or cannot be written. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Evil, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { fillUp, makeReadOnly, smallDisk } from '../helpers/disk.ts'
import { limited } from '../helpers/export-jobs.ts'
import { fileOf } from '../helpers/farms.ts'

async function exportOf(t: TestApp, graph: Graph) {
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format: 'bundle', out: folder, verify: false })
  return folder
}

const runTask = (folder: string) => spawnSync('sh', [join(folder, 'commands/0.sh'), '0/0'], { encoding: 'utf8' })

test('what a program leaves running is not waited for, though it holds the output open', async () => {
  const t = testApp()
  const path = join(scratch(), 'pid')
  const graph = new Graph('left')
  Evil(graph, { what: 'child', path }, { name: 'e' })
  const folder = await exportOf(t, graph)
  onTestFinished(() => void process.kill(Number(readFileSync(path, 'utf8')), 'SIGKILL'))
  const child = spawn('sh', [join(folder, 'commands/0.sh'), '0/0'], { stdio: 'ignore' })
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
  // the test is of nothing where that has ended by itself
  expect(existsSync(`/proc/${readFileSync(path, 'utf8')}`)).toBe(true)
  expect(await t.ask('job.pull', { path: folder })).toMatchObject({ succeeded: 1, running: 0 })
  expect(readFileSync(join(folder, 'tasks/0/0/log.1.txt'), 'utf8')).toMatch(/still runs and holds its output open/)
})

test.each([
  ['full', fillUp, 'No space left on device'],
  ['read-only', makeReadOnly, 'Read-only file system']
])('a disk that is %s: nothing is started, and why is said', async (_, spoil, why) => {
  const t = testApp()
  const graph = new Graph('one')
  const trace = join(scratch(), 'trace')
  Step(graph, { value: 1, trace }, { name: 'first' })
  const made = await exportOf(t, graph)
  const disk = smallDisk(2048)
  if (disk === null) return // this machine lets nobody mount one
  const folder = join(disk, 'out')
  mkdirSync(folder)
  cpSync(made, folder, { recursive: true })
  spoil(disk)
  const { status, stderr } = runTask(folder)
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(new RegExp(`cannot write into .*, so the task was not started: ${why}\n$`))
  ])
  expect(existsSync(trace)).toBe(false)
})

test('a script that does not say what runs it is started by no shell either, and why is told', async () => {
  const t = testApp()
  const program = join(scratch(), 'bare')
  await t.ask('interpreter.set', { ...limited('bare'), argv: [program], evaluator: 'none' })
  const graph = new Graph('bare')
  Step(graph, { value: 1 }, { name: 'first', metadata: { interpreter: 'bare' } })
  const folder = await exportOf(t, graph)
  const runs = (text: string) => {
    writeFileSync(program, text, { mode: 0o755 })
    const { status, stdout } = runTask(folder)
    return { status, said: stdout.split('# output:\n')[1] }
  }
  expect(runs('echo ran\n')).toEqual({ status: 126, said: expect.stringContaining('write #!/bin/sh') as string })
  expect(await t.ask('job.pull', { path: folder })).toMatchObject({ failed: 1 })
  expect(runs('')).toEqual({ status: 126, said: `backlot: ${program} is empty\n` })
  expect(runs('#!/bin/sh\necho ran\n')).toEqual({ status: 0, said: 'ran\n' })
})

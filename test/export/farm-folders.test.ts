/** Folders as farms and people leave them: not writable, another user's, cut off, moved, without a log, with other clocks. */
import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { FailsOnce, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { until } from '../helpers/cli.ts'
import { endGroup, runsOf, startTask } from '../helpers/farm-runs.ts'
import { fileOf } from '../helpers/farms.ts'
import { openjd } from '../helpers/openjd.ts'
import { slurm, submitted } from '../helpers/slurm.ts'

const nobody = 65534
const isRoot = process.getuid?.() === 0

async function exportOf(t: TestApp, graph: Graph, format: 'bundle' | 'slurm' | 'openjd' = 'bundle') {
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  const folder = join(scratch(), 'out')
  await t.ask('job.export', { job, format, out: folder, verify: false })
  return folder
}

const oneStep = (more: { trace?: string; until?: string } = {}) => {
  const graph = new Graph('one')
  Step(graph, { value: 1, ...more }, { name: 'first' })
  return graph
}

const runTask = (folder: string, task = '0/0', env: Record<string, string> = {}) =>
  spawnSync('sh', [join(folder, 'commands/0.sh'), task], { encoding: 'utf8', env: { ...process.env, ...env } })

const tasksOf = async (t: TestApp, job: number) => (await t.ask('task.list', { job })).tasks

const notesOf = (folder: string, task = '0/0') => join(folder, 'tasks', task, 'attempts.txt')

describe('case 10: a folder that cannot be written', () => {
  test.runIf(isRoot)('the script stops before the work, and says who cannot write where', async () => {
    const t = testApp()
    const trace = join(scratch(), 'trace')
    const folder = await exportOf(t, oneStep({ trace }))
    chmodSync(dirname(folder), 0o755)
    chmodSync(dirname(trace), 0o777)
    const args = [join(folder, 'commands/0.sh'), '0/0']
    const done = spawnSync('sh', args, { encoding: 'utf8', uid: nobody, gid: nobody })
    expect(done.status).toBe(1)
    expect(done.stderr).toMatch(
      new RegExp(
        `^backlot: \\S+ \\(uid ${nobody}\\) cannot write into ${folder}/tasks/0/0 on ${hostname()}, so the task was not started: .*\\n$`
      )
    )
    expect(existsSync(trace)).toBe(false)
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ missing: 1, running: 0, failed: 0 })
    // the same task by who may
    expect(runTask(folder).status).toBe(0)
    expect(existsSync(trace)).toBe(true)
  })
})

describe('case 11: what failed first and ran again', () => {
  test('each attempt has the reason of its own log, where nothing else says why', async () => {
    const t = testApp()
    const graph = new Graph('flaky')
    FailsOnce(graph, { mark: join(scratch(), 'mark') })
    const folder = await exportOf(t, graph)
    expect(runTask(folder).status).toBe(1)
    // as of a program that ends before it can write a result
    rmSync(join(folder, 'tasks/0/0/result.json'))
    appendFileSync(join(folder, 'tasks/0/0/log.1.txt'), 'Segmentation fault of try 1\n')
    expect(runTask(folder).status).toBe(0)
    const { job } = await t.ask('job.pull', { path: folder })
    const [{ id: task = 0 } = {}] = await tasksOf(t, job)
    expect(await t.ask('task.attempts', { task })).toMatchObject([
      { exitCode: 1, reason: 'exit code 1: Segmentation fault of try 1' },
      { exitCode: 0, reason: null }
    ])
  })
})

describe('case 04: one folder, two submissions at once', () => {
  test('each has its own results, and a pull of each gives its own', async () => {
    const t = testApp()
    const go = join(scratch(), 'go')
    const folder = await exportOf(t, oneStep({ until: go }), 'slurm')
    const cluster = slurm()
    for (let i = 0; i < 2; i++) expect(submitted(cluster, folder).status).toBe(0)
    const runs = runsOf(folder)
    const both = await Promise.all(runs.map((run) => startTask(folder, '0/0', { BACKLOT_RUN: run })))
    for (const run of runs) expect(await t.ask('job.pull', { path: folder, run })).toMatchObject({ running: 1 })
    writeFileSync(go, '')
    for (const { ended } of both) expect(await ended).toBe(0)
    const pulled = await Promise.all(runs.map((run) => t.ask('job.pull', { path: folder, run })))
    expect(pulled).toMatchObject(runs.map((run) => ({ succeeded: 1, missing: 0, farm: { run, open: false } })))
    expect(new Set(pulled.map(({ job }) => job)).size).toBe(2)
    expect(existsSync(join(folder, 'tasks/0/0/result.json'))).toBe(false)
  })
})

describe('what the script leaves', () => {
  test('a task whose log is still being read is running, however long ago it began', async () => {
    const t = testApp()
    const folder = await exportOf(t, oneStep())
    const [bin, go] = [scratch(), join(scratch(), 'go')]
    // the script looks through the log with sed, and the log is long
    writeFileSync(
      join(bin, 'sed'),
      `#!/bin/sh\ncase $1 in 1,*) while [ ! -e '${go}' ]; do sleep 0.05; done ;; esac\nexec /bin/sed "$@"\n`
    )
    chmodSync(join(bin, 'sed'), 0o755)
    const { ended } = await startTask(folder, '0/0', { PATH: `${bin}:${process.env.PATH}` })
    await until(
      () => existsSync(join(folder, 'tasks/0/0/result.json')) && !existsSync(join(folder, 'tasks/0/0/code.1'))
    )
    const notes = readFileSync(notesOf(folder), 'utf8')
    const old = notes.replace(/^1 began \d+ on \S+/, `1 began ${Date.now() - 3_600_000} on b07`)
    writeFileSync(notesOf(folder), old)
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ running: 1, failed: 0 })
    writeFileSync(go, '')
    expect(await ended).toBe(0)
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ succeeded: 1 })
    expect(existsSync(join(folder, 'tasks/0/0/alive.1'))).toBe(false)
  })

  test('a log that was cleared away makes no attempt another one, and a plain command has succeeded without it', async () => {
    const t = testApp()
    const graph = new Graph('flaky')
    FailsOnce(graph, { mark: join(scratch(), 'mark') })
    const folder = await exportOf(t, graph)
    expect(runTask(folder).status).toBe(1)
    rmSync(join(folder, 'tasks/0/0/log.1.txt'))
    expect(runTask(folder).status).toBe(0)
    const { job, succeeded } = await t.ask('job.pull', { path: folder })
    expect(succeeded).toBe(1)
    const [{ id: task = 0 } = {}] = await tasksOf(t, job)
    expect(await t.ask('task.attempts', { task })).toMatchObject([
      { number: 1, exitCode: 1 },
      { number: 2, exitCode: 0 }
    ])
  })

  test('notes that were cut off hide only what was cut off', async () => {
    const t = testApp()
    const graph = new Graph('flaky')
    FailsOnce(graph, { mark: join(scratch(), 'mark') })
    const folder = await exportOf(t, graph)
    expect(runTask(folder).status).toBe(1)
    const notes = readFileSync(notesOf(folder), 'utf8')
    writeFileSync(notesOf(folder), notes.slice(0, -6))
    expect(runTask(folder).status).toBe(0)
    const pulled = await t.ask('job.pull', { path: folder })
    expect(pulled).toMatchObject({ succeeded: 1, failed: 0, running: 0 })
  })

  test('a result that is half written fails the task until it is whole', async () => {
    const t = testApp()
    const folder = await exportOf(t, oneStep())
    expect(runTask(folder).status).toBe(0)
    const result = join(folder, 'tasks/0/0/result.json')
    const whole = readFileSync(result, 'utf8')
    writeFileSync(result, whole.slice(0, whole.length / 2))
    const { job, failed } = await t.ask('job.pull', { path: folder })
    expect(failed).toBe(1)
    writeFileSync(result, whole)
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ job, succeeded: 1, failed: 0 })
  })

  test('a task that had succeeded and runs again is running, and what waits for it waits', async () => {
    const t = testApp()
    const go = join(scratch(), 'go')
    const graph = new Graph('pair')
    const first = Step(graph, { value: 1, until: go }, { name: 'first' })
    first.output('value').connect(Step(graph, {}, { name: 'second' }).input('value'))
    const folder = await exportOf(t, graph)
    writeFileSync(go, '')
    expect(runTask(folder).status).toBe(0)
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ succeeded: 1, waiting: 1 })
    rmSync(go)
    const { ended } = await startTask(folder, '0/0')
    await until(() => readFileSync(notesOf(folder), 'utf8').includes('2 began'))
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ succeeded: 0, running: 1, waiting: 1 })
    writeFileSync(go, '')
    expect(await ended).toBe(0)
  })

  test('clocks of the farm that are hours away make no running task a lost one', async () => {
    const t = testApp()
    const go = join(scratch(), 'go')
    const folder = await exportOf(t, oneStep({ until: go }))
    const { child, ended } = await startTask(folder, '0/0')
    onTestFinished(() => endGroup(child))
    const notes = readFileSync(notesOf(folder), 'utf8')
    for (const hours of [-5, 5]) {
      writeFileSync(
        notesOf(folder),
        notes.replace(/^1 began (\d+)/, (_, at) => `1 began ${Number(at) + hours * 3_600_000}`)
      )
      expect(await t.ask('job.pull', { path: folder })).toMatchObject({ running: 1, failed: 0 })
    }
    writeFileSync(go, '')
    expect(await ended).toBe(0)
    const { job, succeeded } = await t.ask('job.pull', { path: folder })
    expect(succeeded).toBe(1)
    const [{ id: task = 0 } = {}] = await tasksOf(t, job)
    const [attempt] = await t.ask('task.attempts', { task })
    expect(attempt?.endedAt).toBeGreaterThanOrEqual(attempt?.startedAt ?? Infinity)
  })
})

describe('a submission’s record', () => {
  test.each([0, 1, 40])('of which only %s characters were written is the newest all the same', async (length) => {
    const t = testApp()
    const folder = await exportOf(t, oneStep(), 'slurm')
    const cluster = slurm()
    expect(submitted(cluster, folder).status).toBe(0)
    const [first = ''] = runsOf(folder)
    expect(runTask(folder, '0/0', { BACKLOT_RUN: first }).status).toBe(0)
    const old = await t.ask('job.pull', { path: folder })
    expect(old).toMatchObject({ succeeded: 1 })
    const second = '20990101-000000-1'
    cpSync(join(folder, 'runs', first), join(folder, 'runs', second), { recursive: true })
    rmSync(join(folder, 'runs', second, 'tasks'), { recursive: true })
    mkdirSync(join(folder, 'runs', second, 'tasks'))
    const record = join(folder, 'runs', second, 'submission.txt')
    const text = readFileSync(record, 'utf8').replace(/^at \d+$/m, `at ${Date.UTC(2099, 0)}`)
    writeFileSync(record, text.slice(0, length))
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({
      succeeded: 0,
      farm: { run: second, format: 'slurm' }
    })
  })

  test('a folder that was moved is the same job, which says where it lies now', async () => {
    const t = testApp()
    const folder = await exportOf(t, oneStep(), 'slurm')
    expect(submitted(slurm(), folder).status).toBe(0)
    const { job } = await t.ask('job.pull', { path: folder })
    const moved = join(scratch(), 'elsewhere')
    renameSync(folder, moved)
    const [run = ''] = runsOf(moved)
    expect(runTask(moved, '0/0', { BACKLOT_RUN: run }).status).toBe(0)
    expect(await t.ask('job.pull', { path: moved })).toMatchObject({
      job,
      updated: true,
      succeeded: 1,
      farm: { folder: moved }
    })
    expect(await t.ask('job.show', { job })).toMatchObject({ source: moved })
  })
})

describe.runIf(isRoot)('a folder that is another user’s', () => {
  /** Pulls as nobody, who has a data folder of his own. */
  function pulledAsNobody(folder: string) {
    const data = scratch()
    chmodSync(data, 0o777)
    const program = join(import.meta.dirname, '../../scripts/cli.mjs')
    return spawnSync(process.execPath, [program, '--data-dir', join(data, 'own'), 'pull', folder], {
      ...{ encoding: 'utf8', uid: nobody, gid: nobody, cwd: '/' },
      env: { PATH: process.env.PATH, HOME: data }
    })
  }

  test('is pulled where it can be read, and else what cannot is said', async () => {
    const t = testApp()
    const folder = await exportOf(t, oneStep(), 'slurm')
    chmodSync(dirname(folder), 0o755)
    expect(submitted(slurm(), folder).status).toBe(0)
    const [run = ''] = runsOf(folder)
    expect(runTask(folder, '0/0', { BACKLOT_RUN: run }).status).toBe(0)
    expect(pulledAsNobody(folder).stdout).toBe('job 1: 1 succeeded, 0 failed, 0 without a result\n')
    for (const part of ['', '/tasks/0/0', '/tasks/0/0/attempts.txt', '/tasks/0/0/log.1.txt', '/submission.txt']) {
      const path = join(folder, 'runs', run, part)
      chmodSync(path, 0o000)
      const { status, stderr } = pulledAsNobody(folder)
      expect([part, status, stderr]).toEqual([part, 2, expect.stringMatching(/cannot be read by nobody \(EACCES\)/)])
      chmodSync(path, 0o755)
    }
  })
})

describe.skipIf(!openjd())('openjd run that is killed', () => {
  test('is over at once: what ran is lost, and what waited is not on a farm any more', async () => {
    const t = testApp()
    const go = join(scratch(), 'go')
    const graph = new Graph('pair')
    const first = Step(graph, { value: 1, until: go }, { name: 'first' })
    first.output('value').connect(Step(graph, {}, { name: 'second' }).input('value'))
    Step(graph, { value: 2 }, { name: 'third' })
    const folder = await exportOf(t, graph, 'openjd')
    const { spawn } = await import('node:child_process')
    const child = spawn('sh', [join(folder, 'submit.sh')], { stdio: 'ignore', detached: true })
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
    const own = () => join(folder, 'runs', runsOf(folder)[0] ?? '', 'tasks/0/0')
    const pidOf = (name: string) => readFileSync(join(own(), name), 'utf8')
    await until(() => existsSync(join(own(), 'pid.1')) && pidOf('pid.1') !== '')
    const pids = [/^1 process (\d+)/m.exec(pidOf('attempts.txt'))?.[1], pidOf('pid.1')].map(Number)
    onTestFinished(() => writeFileSync(go, ''))
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ running: 1, farm: { open: true } })
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    // its task goes on by itself, and is waited for
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ running: 1, farm: { open: true } })
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await until(() => pids.every((pid) => !existsSync(`/proc/${pid}`)))
    const pulled = await t.ask('job.pull', { path: folder })
    expect(pulled).toMatchObject({ running: 0, failed: 1, blocked: 1, farm: { open: false } })
    expect(await t.ask('job.show', { job: pulled.job })).not.toMatchObject({ status: 'remote' })
  })
})

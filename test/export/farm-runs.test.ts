/** Runs on a farm as `pull` tells of them: what runs there, how it ended there, and whose job it is. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { FailsOnce, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { endGroup, silence, startTask } from '../helpers/farm-runs.ts'
import { fileOf } from '../helpers/farms.ts'
import { slurm, submitted } from '../helpers/slurm.ts'

/** `first` waits for a file, `second` for it; a job, and its export. */
async function exportedPair(t: TestApp, format: 'bundle' | 'slurm', out = join(scratch(), 'out')) {
  const go = join(scratch(), 'go')
  const graph = new Graph('pair')
  const first = Step(graph, { value: 1, until: go }, { name: 'first' })
  first.output('value').connect(Step(graph, {}, { name: 'second' }).input('value'))
  const { job } = await t.ask('job.create', { source: fileOf(graph) })
  await t.ask('job.export', { job, format, out, verify: format !== 'bundle' })
  return { folder: out, go, job }
}

const tasksOf = async (t: TestApp, job: number) =>
  (await t.ask('task.list', { job })).tasks.map(({ name, state, reason }) => ({ name, state, reason }))

const refusal = { ok: false, error: { message: expect.stringContaining('is on its farm') as string } }

describe('a job that runs on its farm', () => {
  test('is the farm’s: nothing of it starts, stops or changes here', async () => {
    const t = testApp()
    const { folder, go, job: own } = await exportedPair(t, 'bundle')
    const { ended } = await startTask(folder, '0/0')
    const pulled = await t.ask('job.pull', { path: folder })
    expect(pulled).toMatchObject({ running: 1, waiting: 1, missing: 1, failed: 0, updated: false })
    const { job } = pulled
    expect(await t.ask('job.show', { job })).toMatchObject({ status: 'remote', source: folder })
    expect(await tasksOf(t, job)).toEqual([
      {
        name: 'first',
        state: 'running',
        reason: expect.stringMatching(/^running on the farm since .*, on \S+$/) as string
      },
      { name: 'second', state: 'waiting', reason: null }
    ])
    const [{ id: task = 0 } = {}] = (await t.ask('task.list', { job })).tasks
    for (const call of [
      () => t.app.call('job.run', { job }),
      () => t.app.call('job.resume', { job }),
      () => t.app.call('job.stop', { job }),
      () => t.app.call('job.pause', { job }),
      () => t.app.call('job.rehearse', { job }),
      () => t.app.call('task.retry', { job }),
      () => t.app.call('task.cancel', { tasks: [task] }),
      () => t.app.call('task.omit', { tasks: [task] })
    ])
      expect(await call()).toMatchObject(refusal)
    // with no number: all that is this machine's, which the farm's job is not
    const here = t.ask('job.resume', {})
    writeFileSync(go, '')
    expect(await here).toEqual([{ job: own, status: 'succeeded' }])
    expect(await t.ask('job.show', { job })).toMatchObject({ status: 'remote' })
    await ended
  })

  test('is one job, however often it is pulled, with its log and progress as they are', async () => {
    const t = testApp()
    const { folder, go } = await exportedPair(t, 'bundle')
    const { ended } = await startTask(folder, '0/0')
    const first = await t.ask('job.pull', { path: folder })
    const again = await t.ask('job.pull', { path: folder })
    expect(again).toMatchObject({ job: first.job, updated: true, running: 1, changes: [] })
    writeFileSync(go, '')
    expect(await ended).toBe(0)
    const done = await t.ask('job.pull', { path: folder })
    expect(done).toMatchObject({ job: first.job, succeeded: 1, running: 0, missing: 1 })
    // what has not begun is nobody's, where nobody submitted it
    expect(await t.ask('job.resume', { job: done.job })).toEqual([{ job: done.job, status: 'succeeded' }])
    // it was finished here: what the farm does from now on is another run
    expect((await t.ask('job.pull', { path: folder })).job).not.toBe(done.job)
  })

  test('can be taken from it, and is finished here', async () => {
    const t = testApp()
    const { folder, go } = await exportedPair(t, 'bundle')
    const { child, ended } = await startTask(folder, '0/0')
    const { job } = await t.ask('job.pull', { path: folder })
    endGroup(child)
    await ended
    writeFileSync(go, '')
    expect(await t.ask('job.resume', { job, here: true })).toEqual([{ job, status: 'succeeded' }])
    const [{ id: task = 0 } = {}] = (await t.ask('task.list', { job })).tasks
    expect(await t.ask('task.attempts', { task })).toMatchObject([{ end: 'lost' }, { end: 'exit', exitCode: 0 }])
  })

  test('keeps its own folder and priority', async () => {
    const t = testApp()
    const { job, folder } = await exportedPair(t, 'bundle')
    await t.ask('job.priority', { job, priority: 7 })
    const other = join(scratch(), 'other')
    await t.ask('job.export', { job, format: 'bundle', out: other })
    const jobs = [await t.ask('job.pull', { path: folder }), await t.ask('job.pull', { path: other })]
    const shown = await Promise.all(jobs.map((one) => t.ask('job.show', { job: one.job })))
    expect(shown).toMatchObject([
      { source: folder, priority: 0 },
      { source: other, priority: 7 }
    ])
  })
})

describe('how a task ended there is told as it was', () => {
  test.each([
    ['SIGTERM', 143, 'TERM'],
    ['SIGHUP', 129, 'HUP'],
    ['SIGINT', 130, 'INT']
  ] as const)('told to end by %s: the script says so before it goes', async (signal, code, name) => {
    const t = testApp()
    const { folder } = await exportedPair(t, 'bundle')
    const { child, ended } = await startTask(folder, '0/0')
    // the script alone, as where a farm knows one process; its program ends with it
    child.kill(signal)
    expect(await ended).toBe(code)
    const notes = readFileSync(join(folder, 'tasks/0/0/attempts.txt'), 'utf8')
    expect(notes).toMatch(
      new RegExp(`^1 began \\d+ on \\S+\\n1 process \\d+ \\S*\\n1 told ${name} \\d+\\n1 ended \\d+ ${code}\\n$`)
    )
    const pulled = await t.ask('job.pull', { path: folder })
    expect(pulled).toMatchObject({ failed: 1, blocked: 1, running: 0 })
    const [first] = await tasksOf(t, pulled.job)
    expect(first).toMatchObject({ state: 'failed', reason: expect.stringContaining(`killed on its farm`) as string })
    expect(first?.reason).toContain(`SIG${name}`)
    expect(readdirSync(join(folder, 'tasks/0/0')).sort()).toEqual([
      'attempts.txt',
      'environment.1.txt',
      'log.1.txt',
      'task.json'
    ])
  })

  test('killed with no time to say so: it is lost at once where it ran on this machine', async () => {
    const t = testApp()
    const { folder } = await exportedPair(t, 'bundle')
    const { child, ended } = await startTask(folder, '0/0')
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ running: 1 })
    endGroup(child)
    expect(await ended).toBe('SIGKILL')
    const pulled = await t.ask('job.pull', { path: folder })
    expect(pulled).toMatchObject({ running: 0, failed: 1, blocked: 1, farm: { open: false } })
    const [first] = await tasksOf(t, pulled.job)
    expect(first?.reason).toMatch(/^it was lost, on \S+: its process is gone and did not say how it ended$/)
  })

  test.each([
    ['of another machine', /^(1 began \d+ on )\S+/m, '$1b07'],
    ['of a container with pids of its own', /^(1 process \d+ ).*$/m, '$1pid:[1]'],
    ['of a script that says no process', /^1 process .*\n/m, '']
  ])('killed with no time to say so, %s: it is lost once it shows no sign of life', async (_, from, to) => {
    const t = testApp()
    const { folder } = await exportedPair(t, 'bundle')
    const { child, ended } = await startTask(folder, '0/0')
    endGroup(child)
    expect(await ended).toBe('SIGKILL')
    const notes = join(folder, 'tasks/0/0/attempts.txt')
    writeFileSync(notes, readFileSync(notes, 'utf8').replace(from, to))
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ running: 1 })
    silence(folder, '0/0', 300)
    const pulled = await t.ask('job.pull', { path: folder })
    expect(pulled).toMatchObject({ running: 0, failed: 1, blocked: 1 })
    const [first] = await tasksOf(t, pulled.job)
    expect(first?.reason).toMatch(/^it was lost, on \S+: no sign of life since /)
    expect(await t.ask('job.show', { job: pulled.job })).toMatchObject({ status: 'failed' })
  })

  test('what failed and ran again: each try has its own reason, from its own result', async () => {
    const t = testApp()
    const graph = new Graph('flaky')
    FailsOnce(graph, { mark: join(scratch(), 'mark') })
    const { job } = await t.ask('job.create', { source: fileOf(graph) })
    const folder = join(scratch(), 'out')
    await t.ask('job.export', { job, format: 'bundle', out: folder })
    for (const code of [1, 0]) {
      const { ended } = await startTask(folder, '0/0').catch(() => ({ ended: Promise.resolve(null) }))
      expect(await ended).toBe(code)
    }
    const pulled = await t.ask('job.pull', { path: folder })
    expect(pulled).toMatchObject({ succeeded: 1, failed: 0 })
    const [{ id: task = 0 } = {}] = (await t.ask('task.list', { job: pulled.job })).tasks
    expect(await t.ask('task.attempts', { task })).toMatchObject([
      { exitCode: 1, reason: expect.stringContaining('first try') as string },
      { exitCode: 0, reason: null }
    ])
  })
})

/** Slurm's own words of an element, behind what its script printed. */
const slurmSays = (path: string, why: string) =>
  appendFileSync(path, `slurmstepd-b07: error: *** JOB 4000 ON b07 CANCELLED AT 2026-11-28T02:00:00${why} ***\n`)

describe('submissions', () => {
  test('have a folder each, and the newest is pulled; an earlier one is there by its name', async () => {
    const t = testApp()
    const { folder, go } = await exportedPair(t, 'slurm')
    const cluster = slurm()
    expect(submitted(cluster, folder).status).toBe(0)
    const [one = ''] = readdirSync(join(folder, 'runs'))
    writeFileSync(go, '')
    for (const task of ['0/0', '1/0']) expect(await (await startTask(folder, task, { BACKLOT_RUN: one })).ended).toBe(0)
    const first = await t.ask('job.pull', { path: folder })
    expect(first).toMatchObject({
      succeeded: 2,
      farm: { run: one, format: 'slurm', ids: ['4000', '4007'], open: false }
    })

    expect(submitted(cluster, folder).status).toBe(0)
    const second = await t.ask('job.pull', { path: folder })
    expect(second).toMatchObject({ succeeded: 0, waiting: 2, farm: { open: true, ids: ['4014', '4021'] } })
    expect(second.job).not.toBe(first.job)
    expect(await t.ask('job.show', { job: second.job })).toMatchObject({ status: 'remote' })
    expect(await t.ask('job.pull', { path: folder, run: one })).toMatchObject({
      job: first.job,
      updated: true,
      succeeded: 2
    })
    expect(await t.app.call('job.pull', { path: folder, run: 'none' })).toMatchObject({
      error: { kind: 'usage', message: expect.stringContaining(one) as string }
    })
  })

  test.each([
    ['', 'canceled', 'cancelled'],
    [' DUE TO TIME LIMIT', 'failed', 'timed out'],
    [' DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS', 'failed', 'node was lost'],
    [' DUE TO JOB REQUEUE', 'waiting', 'requeued'],
    [' DUE TO PREEMPTION', 'waiting', 'preempted']
  ])('Slurm’s own log says why an element was told to end: CANCELLED%s', async (why, state, words) => {
    const t = testApp()
    const { folder } = await exportedPair(t, 'slurm')
    submitted(slurm(), folder)
    const [run = ''] = readdirSync(join(folder, 'runs'))
    const ids = { SLURM_ARRAY_JOB_ID: '4000', SLURM_ARRAY_TASK_ID: '0' }
    const { child, ended } = await startTask(folder, '0/0', { BACKLOT_RUN: run, ...ids })
    child.kill('SIGTERM')
    await ended
    const log = readFileSync(join(folder, 'runs', run, 'tasks/0/0/log.1.txt'), 'utf8')
    expect(log.split('\n')[0]).toContain('SLURM_ARRAY_JOB_ID=4000 SLURM_ARRAY_TASK_ID=0')
    const own = join(folder, 'runs', run, 'slurm/4000_0.txt')
    writeFileSync(own, log)
    slurmSays(own, why)
    const pulled = await t.ask('job.pull', { path: folder })
    const [first] = await tasksOf(t, pulled.job)
    expect(first).toMatchObject({ state, reason: expect.stringContaining(words) as string })
    const [{ id: task = 0 } = {}] = (await t.ask('task.list', { job: pulled.job })).tasks
    expect(await t.ask('task.attempts', { task })).toMatchObject([{ farmLog: own, host: expect.any(String) as string }])
  })

  test('rqd’s footer says how a frame ended that had no time to say it', async () => {
    const t = testApp()
    const { folder } = await exportedPair(t, 'slurm')
    const logs = scratch()
    const run = join(folder, 'runs/r1')
    mkdirSync(join(run, 'tasks'), { recursive: true })
    mkdirSync(join(run, 'nodes'))
    for (const file of readdirSync(join(folder, 'nodes')))
      writeFileSync(join(run, 'nodes', file), readFileSync(join(folder, 'nodes', file)))
    const facts = [
      'submission 1',
      'farm opencue',
      'at 1',
      'name bbb-s1-me_pair',
      `logs ${logs}`,
      'layer 0 first',
      'layer 1 second'
    ]
    writeFileSync(join(run, 'submission.txt'), facts.map((fact) => `${fact}\n`).join(''))
    const ids = { CUE_JOB: 'bbb-s1-me_pair', CUE_FRAME: '0000-first', CUE_FRAME_ID: 'f-1', CUE_LOG_PATH: logs }
    const { child, ended } = await startTask(folder, '0/0', { BACKLOT_RUN: 'r1', ...ids })
    endGroup(child)
    await ended
    const printed = readFileSync(join(run, 'tasks/0/0/log.1.txt'), 'utf8')
    expect(printed).toContain('CUE_FRAME_ID=f-1')
    const footer = (...lines: string[]) =>
      `\n${'='.repeat(59)}\nRenderQ Job Complete\n\n${lines.map((line) => `${line}\n`).join('')}${'='.repeat(59)}\n`
    const pad = (name: string, value: string | number) => `${name.padEnd(20)}${value}`
    const rqlog = join(logs, 'bbb-s1-me_pair.0000-first.rqlog')
    const told = async (...lines: string[]) => {
      writeFileSync(rqlog, `RenderQ JobSpec\n${printed}${footer(...lines)}`)
      const { job } = await t.ask('job.pull', { path: folder })
      return (await tasksOf(t, job))[0]
    }
    const killed = [pad('exitStatus', 1), pad('exitSignal', 9), pad('maxrss', 2048), pad('renderhost', 'b07')]
    expect(await told(...killed)).toMatchObject({
      state: 'failed',
      reason: 'it was killed on its farm, on b07: signal 9'
    })
    expect(await told(...killed, pad('killMessage', 'Frame timed out'))).toMatchObject({
      reason: 'it timed out on its farm, on b07: Frame timed out; signal 9'
    })
    // cuebot's words before it had a list of causes
    for (const words of ['This frame has reached it timeout.', 'This frame has reached it LLU timeout.'])
      expect((await told(...killed, pad('killMessage', words)))?.reason).toContain('it timed out on its farm')
    // rqd says that it is over, whatever its last sign of life: no script was left to say so
    const plain = (status: number) => [pad('exitStatus', status), pad('exitSignal', 0), pad('renderhost', 'b07')]
    for (const status of [1, 137, 299])
      expect(await told(...plain(status))).toMatchObject({
        state: 'failed',
        reason: `it failed on its farm, on b07: exit status ${status}`
      })
    // a machine that its user has taken back: cuebot starts the frame again and counts no try
    expect(await told(...plain(286))).toMatchObject({ state: 'waiting', reason: expect.stringContaining('preempted') })
    // its script has ended well, and its last note is not there yet
    expect((await told(...plain(0)))?.reason).toBe('it succeeded on its farm, on b07: the command wrote no result')
    const result = join(run, 'tasks/0/0/result.json')
    writeFileSync(result, '{"protocol": 1, "outputs": {}}')
    expect(await told(...plain(0))).toMatchObject({ state: 'succeeded', reason: null })
    rmSync(result)
    // a frame that rqd could not start
    const second = join(logs, 'bbb-s1-me_pair.0000-second.rqlog')
    writeFileSync(
      second,
      `OSError: [Errno 36] File name too long\n${footer(pad('exitStatus', 256), pad('exitSignal', 0))}`
    )
    const { job } = await t.ask('job.pull', { path: folder })
    expect((await tasksOf(t, job))[1]).toMatchObject({
      state: 'failed',
      reason: 'its launch failed on its farm: OSError: [Errno 36] File name too long'
    })
    expect(existsSync(second)).toBe(true)
  })
})

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scratch, testApp, withGoldenNodes, type TestApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { allTasks, deadlineFarm, expectJob, filesOf, runJobs, submitted } from '../helpers/deadline.ts'
import { created, everyGraph, framePair, range } from '../helpers/export-jobs.ts'
import { expectPulled, exported, farmJobOf, filmGraph, jobOf } from '../helpers/farms.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { goldenPath } from '../helpers/goldens.ts'

withGoldenNodes()

/** Runs the job here and from a folder that moved, by what submit.sh submitted; the outputs must be the same. */
async function runBoth(t: TestApp, job: number): Promise<number> {
  await t.ask('job.run', { job })
  const { folder } = await exported(t, job, 'deadline')
  const moved = join(scratch(), `it's $HOME "here"; & \`there\` <STARTFRAME> {0} =ü`)
  renameSync(folder, moved)
  const cluster = deadlineFarm()
  const { status, stdout, stderr } = submitted(cluster, moved)
  expect([status, stderr]).toEqual([0, ''])
  const jobs = cluster.jobs()
  expect(stdout).toBe(jobs.map(({ id }) => `${id}\n`).join(''))
  expect(jobs.map(({ plugin }) => plugin.StartupDirectory)).toEqual(jobs.map(() => moved))
  const states = runJobs(jobs, cluster.env)
  expect(new Set(states.values())).toEqual(new Set(['done']))
  expect(states.size).toBe(allTasks(jobs).length)
  await expectPulled(t, job, moved, states.size)
  return states.size
}

describe('what submit.sh gives to deadlinecommand', () => {
  test('is every golden graph, the examples and the film as the jobs that they are', async () => {
    const t = testApp()
    const graphs = everyGraph()
    expect(graphs.length).toBeGreaterThan(20)
    for (const [name, graph] of graphs) {
      const job = await created(t, graph)
      const { folder } = await exported(t, job, 'deadline')
      const cluster = deadlineFarm()
      expect([name, submitted(cluster, folder).stderr]).toEqual([name, ''])
      expectJob(farmJobOf(t, job), cluster.jobs(), folder)
    }
  })

  test('is random jobs, whatever they and their nodes are called', () => {
    for (const job of fc.sample(farmJobs(), { numRuns: 15, seed: 9 })) {
      const cluster = deadlineFarm()
      const folder = filesOf(job)
      expect(submitted(cluster, folder)).toMatchObject({ status: 0, stderr: '' })
      expectJob(job, cluster.jobs(), folder)
    }
  })

  test('runs from a folder that moved and gives what our own run gave', async () => {
    const t = testApp()
    expect(await runBoth(t, await jobOf(t, filmGraph()))).toBe(12)
  })

  test.skipIf(!flowpipe())('runs Python nodes and gives what our own run gave', async () => {
    const t = testApp()
    for (const name of ['04_diamond', '11_metadata_batching'])
      expect(await runBoth(t, await jobOf(t, { path: goldenPath(name) }))).toBeGreaterThan(1)
  })

  test('lets only that wait which needs the frames of a task that failed, after as many errors as retries allow', async () => {
    const t = testApp()
    const graph = framePair({ frames: range(1, 6), size: 2 }, { frames: range(1, 6), size: 2 })
    const { folder } = await exported(t, await created(t, graph, { retries: 2 }), 'deadline')
    writeFileSync(join(folder, 'tasks/0/3/task.json'), 'no task')
    const cluster = deadlineFarm()
    expect(submitted(cluster, folder).status).toBe(0)
    expect(Object.fromEntries(runJobs(cluster.jobs(), cluster.env))).toEqual({
      ...{ '0/1': 'done', '0/3': 'failed', '0/5': 'done', '1/1': 'done', '1/5': 'done' }
    })
    const [run = ''] = readdirSync(join(folder, 'runs'))
    expect(readFileSync(join(folder, 'runs', run, 'tasks/0/3/attempts.txt'), 'utf8')).toContain('3 ended')
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ succeeded: 4, failed: 1, missing: 1 })
  })

  test('stops where deadlinecommand refuses, and says what was submitted already', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'deadline')
    const two = deadlineFarm({ most: 2 })
    const { status, stdout, stderr } = submitted(two, folder)
    const ids = two.jobs().map(({ id }) => id)
    expect(ids).toHaveLength(2)
    expect([status, stdout]).toEqual([1, ids.map((id) => `${id}\n`).join('')])
    expect(stderr).toBe(
      `deadlinecommand refused deadline/2: Error: the repository cannot be reached; submitted already: ${ids.join(' ')}\n` +
        'Delete these jobs in the Monitor before you submit again\n'
    )
  })

  test('stops when it is interrupted, says what may be submitted, and leaves no file behind', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'deadline')
    const { env } = deadlineFarm()
    const impatient = join(scratch(), 'deadlinecommand')
    writeFileSync(impatient, '#!/bin/sh\nkill -TERM "$PPID"\nexec deadlinecommand "$@"\n', { mode: 0o755 })
    const TMPDIR = scratch()
    const { status, stderr } = submitted({ env: { ...env, TMPDIR, DEADLINECOMMAND: impatient } }, folder)
    expect([status, stderr]).toEqual([1, expect.stringMatching(/deadline\/0[^]*; submitted already: nothing\n$/)])
    expect(readdirSync(TMPDIR)).toEqual([])
    expect(submitted({ env: { ...deadlineFarm().env, TMPDIR } }, folder).status).toBe(0)
    expect(readdirSync(TMPDIR)).toEqual([])
  })

  test('stops where deadlinecommand says no id', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'deadline')
    const silent = deadlineFarm({ silent: true })
    const { status, stdout, stderr } = submitted(silent, folder)
    expect([status, stdout, silent.jobs().length]).toEqual([1, '', 1])
    expect(stderr).toMatch(/^deadlinecommand gave no JobID for deadline\/0: [^]*; submitted already: nothing\n$/)
  })

  test('is nothing where there is no deadlinecommand', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'deadline')
    const { env } = deadlineFarm()
    const missing = submitted({ env: { ...env, DEADLINECOMMAND: '/nowhere/deadlinecommand' } }, folder)
    expect(missing).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^there is no \/nowhere\/deadlinecommand here: [^]*; submitted already: nothing\n$/)
    })
    const found = join(import.meta.dirname, '../fixtures/deadline')
    const elsewhere = { ...env, PATH: process.env.PATH, DEADLINE_PATH: found }
    expect(submitted({ env: elsewhere }, folder).status).toBe(0)
    expect(submitted({ env: { ...elsewhere, DEADLINE_PATH: undefined } }, folder).stderr).toContain(
      'there is no deadline'
    )
  })

  test('has what people say of each job in place of what stood there, but for what the job is made of', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'deadline')
    const cluster = deadlineFarm()
    expect(submitted(cluster, folder, 'Pool=my pool', 'Priority=80', 'EnvironmentKeyValue0=A=\\n b').status).toBe(0)
    for (const { info } of cluster.jobs())
      expect(info).toMatchObject({
        Pool: 'my pool',
        Priority: '80',
        EnvironmentKeyValue0: 'A=\\n b',
        BatchName: 'film'
      })
    const refused = (...options: string[]) => submitted(deadlineFarm(), folder, ...options)
    for (const one of ['Frames=1-2', 'JobDependencies=', 'Plugin=Python', 'A=b\nc=d'])
      expect(refused(one)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining('not to be said here')
      })
    expect(refused('--pool')).toMatchObject({ status: 2, stderr: expect.stringContaining('usage:') })
    expect(refused('Poole=x').stderr).toContain('refused deadline/0: Error: unknown key Poole')
    expect(refused('EnvironmentKeyValue1=A=b').stderr).toContain('EnvironmentKeyValue1 stands where')
  })

  test('starts in the folder as it is called, be it with backslashes or like what stands in its place', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'deadline')
    const moved = join(scratch(), 'back\\slash\\n & {folder} %s')
    renameSync(folder, moved)
    const cluster = deadlineFarm()
    expect(submitted(cluster, moved).status).toBe(0)
    expect(new Set(cluster.jobs().map(({ plugin }) => plugin.StartupDirectory))).toEqual(new Set([moved]))
  })

  test('is nothing from a folder that cannot stand in a line', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'deadline')
    let at = folder
    for (const name of ['space at its end ', 'new\nline', 'tab\there']) {
      const moved = join(scratch(), name)
      renameSync(at, moved)
      at = moved
      expect(submitted(deadlineFarm(), moved)).toMatchObject({ status: 1, stderr: expect.stringContaining('move ') })
    }
  })
})

describe('our deadlinecommand', () => {
  const job = 'Plugin=CommandLine\nName=a\n'
  const plugin = 'Executable=/bin/sh\nArguments=x\n'
  test.each([
    ['a job that it can know', job, plugin, 'Result=Success'],
    ['no key that Deadline lacks', `${job}Chunk=1\n`, plugin, 'unknown key Chunk'],
    ['no key of the plugin that it lacks', job, `${plugin}Frames=1\n`, 'unknown key Frames'],
    ['no job without a plugin', 'Name=a\n', plugin, 'there is no Plugin'],
    ['no command without a program', job, 'Arguments=x\n', 'there is no Executable'],
    ['no value of two lines', `${job}Comment=a\nb\n`, plugin, 'no Key=Value: b'],
    ['no frames such as ours in print', `${job}Frames=1-3x2,\n`, plugin, 'Frames is 1-3x2,'],
    ['no priority above 100', `${job}Priority=101\n`, plugin, 'Priority is 101'],
    ['no numbers with gaps', `${job}OutputDirectory0=a\nOutputDirectory2=b\n`, plugin, 'OutputDirectory2 stands where'],
    ['no id that it never gave', `${job}JobDependencies=5f0123\n`, plugin, 'there is no job 5f0123']
  ])('takes %s', (_, info, own, said) => {
    const folder = scratch()
    writeFileSync(join(folder, 'job_info.txt'), info)
    writeFileSync(join(folder, 'plugin_info.txt'), own)
    const { env, jobs } = deadlineFarm()
    const { stdout } = spawnSync('deadlinecommand', ['job_info.txt', 'plugin_info.txt'], {
      ...{ cwd: folder, encoding: 'utf8', env }
    })
    expect(stdout).toContain(said)
    expect(jobs()).toHaveLength(said === 'Result=Success' ? 1 : 0)
  })
})

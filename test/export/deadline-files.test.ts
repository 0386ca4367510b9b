import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { deadline as farm } from '../../src-main/core/export/deadline.ts'
import type { FarmJob } from '../../src-main/core/export/farm.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { Comp, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { deadlineFarm, expectJob, filesOf, submitted, tasksIn } from '../helpers/deadline.ts'
import { created, framePair, limited, range } from '../helpers/export-jobs.ts'
import { exported, farmJobOf, filmGraph, jobOf, readBack } from '../helpers/farms.ts'
import { unwrap } from '../helpers/goldens.ts'

const codesOf = (job: FarmJob) => farm.problems(job).map(({ severity, code }) => `${severity} ${code}`)

const infoOf = (folder: string, position: number) =>
  readFileSync(join(folder, 'deadline', String(position), 'job_info.txt'), 'utf8')

describe('frames', () => {
  test.each([
    ['without gaps go over as they are', [1, 2, 3, 4, 5], 2, '1-5', '2', [[1, 2], [3, 4], [5]]],
    ['of one batch too', [7, 8], 5, '7-8', '2', [[7, 8]]],
    ['alone too', [0], 1, '0', '1', [[0]]],
    ['with gaps are batches by number', [1, 2, 3, 7, 8], 2, '0-2', '1', [[0], [1], [2]]],
    ['with steps too', [1, 3, 5], 1, '0-2', '1', [[0], [1], [2]]],
    ['below 0 too', [-1, 0, 1], 1, '0-2', '1', [[0], [1], [2]]],
    ['above what Deadline counts too', [2 ** 31 - 1, 2 ** 31], 1, '0-1', '1', [[0], [1]]]
  ])('%s', async (_, frames, size, text, chunk, tasks) => {
    const t = testApp()
    const graph = new Graph('frames')
    Render(graph, { frames }, { metadata: { batch_size: size } })
    const job = farmJobOf(t, await created(t, graph))
    const folder = filesOf(job)
    const cluster = deadlineFarm()
    expect(submitted(cluster, folder).status).toBe(0)
    const [one] = cluster.jobs()
    expect(one?.info).toMatchObject({ Frames: text, ChunkSize: chunk })
    expect(one && tasksIn(one)).toEqual(tasks)
    expect(codesOf(job).includes('info batch-number')).toBe(one?.info.Comment !== undefined)
    expectJob(job, cluster.jobs(), folder)
  })

  const five = range(1, 5)
  const gappy = [1, 2, 3, 7, 8]
  test.each([
    [five, 1, five, 1, true],
    [five, 2, five, 2, true],
    [gappy, 2, gappy, 2, true],
    [five, 2, five, 1, false],
    [five, 1, five, 2, false],
    [five, 1, [1, 2], 1, false],
    [range(0, 4), 1, [0, 1, 2, 3, 5], 1, false]
  ])(
    '%j in batches of %i are kept for %j in batches of %i behind them: %s',
    async (above, size, below, small, kept) => {
      const t = testApp()
      const graph = framePair({ frames: above, size }, { frames: below, size: small })
      const job = farmJobOf(t, await created(t, graph))
      const folder = filesOf(job)
      expect(infoOf(folder, 1).includes('IsFrameDependent=true')).toBe(kept)
      expect(codesOf(job).includes('warning frame-dependency')).toBe(!kept)
      const cluster = deadlineFarm()
      expect(submitted(cluster, folder).status).toBe(0)
      expectJob(job, cluster.jobs(), folder)
    }
  )

  test('are kept from none of the parents where one is waited for as a whole', async () => {
    const t = testApp()
    const graph = new Graph('mixed')
    const [near, far] = ['near', 'far'].map((name) =>
      Render(graph, { frames: five }, { name, metadata: { batch_size: name === 'near' ? 1 : 2 } })
    )
    const comp = Comp(graph, { frames: five }, { metadata: { batch_size: 1, dependency: 'frame' } })
    near?.output('files').connect(comp.input('files').at('1'))
    far?.output('files').connect(comp.input('files').at('2'))
    const job = farmJobOf(t, await created(t, graph))
    expect(codesOf(job).filter((code) => code === 'warning frame-dependency')).toHaveLength(2)
    const folder = filesOf(job)
    expect(infoOf(folder, 2)).toContain('JobDependencies={0},{1}\n')
    expect(infoOf(folder, 2)).not.toContain('IsFrameDependent')
    expect(differences(job, farm, unwrap(farm.read(folder)))).toEqual([])
  })

  test('of any job, read back, are the job again, every frame once', () => {
    fc.assert(
      fc.property(farmJobs(), (job) => {
        const replay = readBack(farm, job, scratch())
        expect(replay.tasks.size).toBe(job.tasks.length)
      }),
      { numRuns: 200 }
    )
  })

  test('of 6,000 batches behind 6,000 are two jobs of four lines for their frames', async () => {
    const t = testApp()
    const many = { frames: range(1, 6000), size: 1 }
    const job = farmJobOf(t, await created(t, framePair(many, many)))
    expect(farm.files(job, '/farm').reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(6000)
    expect(differences(job, farm, unwrap(farm.read(filesOf(job))))).toEqual([])
    expect(codesOf(job).slice(0, 2)).toEqual(['warning tasks', 'warning tasks'])
  })
})

describe('files', () => {
  test('that were changed are not taken for the job', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph([1, 2, 3, 4, 5]))
    const { folder } = await exported(t, job, 'deadline')
    const own = farmJobOf(t, job)
    const after = (file: string, old: string | RegExp, now: string) => {
      const path = join(folder, file)
      const text = readFileSync(path, 'utf8')
      expect(text).toMatch(old)
      writeFileSync(path, text.replace(old, now))
      const replay = farm.read(folder)
      writeFileSync(path, text)
      return replay.ok ? differences(own, farm, replay.value).join('\n') : replay.error.message
    }
    const info = (position: number, old: string | RegExp, now: string) =>
      after(`deadline/${position}/job_info.txt`, old, now)
    const plugin = after.bind(null, 'deadline/0/plugin_info.txt')
    expect(info(0, '', '')).toBe('')
    expect(info(0, 'Frames=1-5', 'Frames=1-6')).toContain('gives Render-2 the frames 5,6, the job 5')
    expect(info(0, 'Frames=1-5', 'Frames=1-4')).toContain('lacks the task Render-2')
    expect(info(0, 'ChunkSize=2', 'ChunkSize=1')).toContain('has a task 0/2')
    expect(info(0, 'ChunkSize=2', 'ChunkSize=0')).toContain('ChunkSize')
    expect(info(0, 'Plugin=', 'Plugins=')).toContain('job_info.txt')
    expect(info(0, 'Priority', 'ChunkSize')).toContain('says a key twice')
    expect(info(0, 'Priority=50', 'Priority 50')).toContain('is no Key=Value')
    expect(info(2, 'JobDependencies={0}\n', '')).toContain('start before')
    expect(info(2, '{0}\n', '{9}\n')).toContain('{9}, which is not submitted before')
    expect(info(2, '{0}\n', '{0}\nIsFrameDependent=true\n')).toContain('which has other frames')
    expect(plugin('0/<STARTFRAME>', '1/<STARTFRAME>')).toContain('runs the tasks of 1')
    expect(plugin('0/<STARTFRAME>', '0/<ENDFRAME>')).toContain('Arguments')
    expect(plugin('/bin/sh', '/bin/rm')).toContain('Executable')
    expect(plugin('{folder}', '/tmp')).toContain('StartupDirectory')
    expect(after('submit.sh', 'in 0 1 2', 'in 2 0 1')).toContain('{0}, which is not submitted before')
    expect(after('submit.sh', 'in 0 1 2', 'in 0 2')).toContain('submits not each job')
    expect(after('submit.sh', 'Delete these', 'Keep these')).toBe('submit.sh is not as it was written')
  })

  test.skipIf(spawnSync('dash', ['-c', ':']).status !== 0)('are what a plain POSIX sh understands', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'deadline')
    const { stderr, status } = spawnSync('dash', ['-n', join(folder, 'submit.sh')], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('the loss report', () => {
  test('says nothing of a plain job but what has to be known', async () => {
    const t = testApp()
    const graph = framePair({ frames: range(1, 4), size: 2 }, { frames: range(1, 4), size: 2 })
    expect(codesOf(farmJobOf(t, await created(t, graph)))).toEqual(['info submission', 'info log', 'info needs'])
  })

  test('names all that is lost or changes, and what stands in the files', async () => {
    const t = testApp()
    for (const name of ['prman,24', 'Prman_24']) await t.ask('interpreter.set', limited(name))
    const graph = new Graph('film\nof "$HOME"')
    Step(graph, { value: 1 }, { name: ' 日本語 ', metadata: { interpreter: 'prman,24', priority: 7 } })
    Step(graph, { value: 1 }, { name: 'B', metadata: { interpreter: 'Prman_24', priority: -70 } })
    const job = await created(t, graph, { retries: 3, timeout: 90.5, silence: 600, failFast: true })
    await t.ask('job.priority', { job, priority: 5 })
    const { folder, problems } = await exported(t, job, 'deadline')
    const found = problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)
    expect(found.sort()).toEqual([
      expect.stringContaining('info log:'),
      'info name: its job is called "日本語" there',
      'info name: the batch of jobs is called "film of \\"$HOME\\"" there',
      'info name: the interpreter "Prman_24" is the limit Prman_24_2 there',
      'info name: the interpreter "prman,24" is the limit prman_24 there',
      expect.stringContaining('info needs:'),
      expect.stringContaining('info not-rehearsed:'),
      'info priority: its priority, 5 of the job and 7 of its own, becomes 62',
      'info retries: a task fails when it has 4 errors; a repository may fail the whole job, or a Worker for it, before that',
      expect.stringContaining('info submission:'),
      expect.stringContaining('warning fail-fast:'),
      expect.stringContaining('at most 2 tasks of Prman_24 at once is the limit Prman_24_2 of Deadline'),
      expect.stringContaining('at most 2 tasks of prman,24 at once is the limit prman_24 of Deadline'),
      'warning priority: its priority, 5 of the job and -70 of its own, becomes 0',
      'warning silence: the limit of time without output of 600 s is lost',
      'warning timeout: the limit of time of 90.5 s becomes 91 s'
    ])
    const cluster = deadlineFarm()
    expect(submitted(cluster, folder).status).toBe(0)
    const infos = cluster.jobs().map(({ info }) => info)
    expect(new Set(infos.map(({ LimitGroups }) => LimitGroups?.toLowerCase()))).toEqual(
      new Set(['prman_24', 'prman_24_2'])
    )
    expect(infos.find(({ Name }) => Name === '日本語')).toMatchObject({
      ...{ BatchName: 'film of "$HOME"', Priority: '62', Comment: 'Its frame 0 is all of it', Frames: '0' },
      ...{ TaskTimeoutSeconds: '91', OnTaskTimeout: 'Error', FailureDetectionTaskErrors: '4' }
    })
  })

  test('refuses a job without a task', () => {
    const [job] = fc.sample(farmJobs(), { numRuns: 1, seed: 1 })
    expect(codesOf({ ...(job as FarmJob), nodes: [], tasks: [] })).toContain('error empty')
  })
})

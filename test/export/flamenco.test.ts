import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { putFiles } from '../../src-main/core/export/bundle.ts'
import { flamenco as farm } from '../../src-main/core/export/flamenco.ts'
import { folderOf, scriptOf, type FarmJob } from '../../src-main/core/export/farm.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { Comp, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { created, emptyJob, eachExport, expectAnyJobBack, framePair, limited, range } from '../helpers/export-jobs.ts'
import { pairsOf, python, runInOrder, submit, tasksOf } from '../helpers/farm-run.ts'
import { runsOf } from '../helpers/farm-runs.ts'
import { expectPulled, exported, farmJobOf, filmGraph, jobOf, writtenFor } from '../helpers/farms.ts'
import { commandsOf, compiledFrom, manager, replayOf, type MadeTask } from '../helpers/flamenco.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

/** What the Manager makes is the job: each task once with its command and priority, each waiting for what it has to. */
function expectJob(made: readonly MadeTask[], job: FarmJob, root: string, run?: string): void {
  const own = made.filter(({ commands }) => commands[0]?.name === 'exec')
  expect(own.map(({ type, priority, commands }) => ({ type, priority, commands }))).toEqual(
    tasksOf(job).map(({ node, task }) => ({
      type: 'misc',
      priority: 50 + node.priority,
      commands: [
        {
          name: 'exec',
          parameters: {
            exe: '/bin/sh',
            args: [`${root}/${scriptOf(job, node)}`, folderOf(farm, node, task), ...(run === undefined ? [] : [run])]
          }
        }
      ]
    }))
  )
  expect(differences(job, farm, replayOf(made))).toEqual([])
}

const tell = (problems: readonly { severity: string; code: string; message: string }[]) =>
  problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)

test('a folder of Windows has slashes that both systems read, also where workers see it elsewhere', () => {
  const rules = [{ from: 'D:\\show', to: '/mnt/show' }]
  const folderIn = (paths: typeof rules) => {
    const job = emptyJob()
    const files = farm.files({ ...job, workers: { ...job.workers, paths } }, 'D:\\show\\film')
    const text = files.find(({ path }) => path === 'flamenco/job.json')?.text ?? ''
    return (JSON.parse(text) as { settings: { folder: string } }).settings.folder
  }
  expect([folderIn([]), folderIn(rules)]).toEqual(['D:/show/film', '/mnt/show/film'])
})

describe('the job type, run as the Manager runs it', () => {
  test('makes of every golden graph, the examples and the film the job that they are', { timeout: 180_000 }, () =>
    eachExport('flamenco', (folder, job) => expectJob(compiledFrom(folder), job, folder))
  )

  test('makes of random jobs what they are, and so does --verify', { timeout: 180_000 }, () => {
    const folder = scratch()
    fc.assert(
      fc.property(farmJobs(), (job) => {
        const made = compiledFrom(writtenFor(farm, job, folder))
        expectJob(made, job, '/farm')
        const own = unwrap(farm.read(folder))
        expect([...own.tasks]).toEqual([...replayOf(made).tasks])
        expect(pairsOf(own)).toEqual(pairsOf(replayOf(made)))
      }),
      { numRuns: 250, seed: 5 }
    )
  })

  test.each([
    ['each behind its own', { frames: range(1, 6), size: 2 }, { frames: range(1, 6), size: 2 }, 'each'],
    ['other batches', { frames: range(1, 4), size: 2 }, { frames: range(1, 4), size: 1 }, [[0], [0], [1], [1]]],
    [
      'some frames that the other has not',
      { frames: range(1, 2), size: 1 },
      { frames: range(2, 3), size: 1 },
      [[1], null]
    ],
    ['all behind all', { frames: range(1, 4), size: 4 }, { frames: range(1, 4), size: 1 }, null]
  ])('keeps frames: %s', async (_, above, below, waited) => {
    const t = testApp()
    const job = await created(t, framePair(above, below))
    const { folder } = await exported(t, job, 'flamenco')
    const { settings } = JSON.parse(readFileSync(join(folder, 'flamenco/job.json'), 'utf8')) as {
      settings: { tasks: string }
    }
    const [, child] = JSON.parse(settings.tasks) as { waits: unknown }[]
    expect(child?.waits).toEqual([{ node: 0, tasks: waited }])
    expectJob(compiledFrom(folder), farmJobOf(t, job), folder)
  })

  test(
    'puts one task between 20,000 and 10,000 that wait for all of them, and few dependencies',
    { timeout: 180_000 },
    async () => {
      const t = testApp()
      const graph = new Graph('barriers')
      const frames = { frames: range(1, 10_000) }
      const last = Comp(graph, frames, { name: 'last', metadata: { batch_size: 1 } })
      for (const name of ['first', 'second']) {
        const node = Render(graph, frames, { name, metadata: { batch_size: 1 } })
        node.output('files').connect(last.input('files').at(name === 'first' ? '1' : '2'))
      }
      const job = farmJobOf(t, await created(t, graph))
      const folder = writtenFor(farm, job)
      expect(readFileSync(join(folder, 'flamenco/job.json')).length).toBeLessThan(15 * job.tasks.length)
      const made = compiledFrom(folder)
      expect(made).toHaveLength(30_002)
      expect(made.reduce((sum, { dependencies }) => sum + dependencies.length, 0)).toBe(40_000)
      expect(differences(job, farm, replayOf(made))).toEqual([])
      expect(tell(farm.problems(job)).filter((text) => text.includes('gate'))).toHaveLength(2)
    }
  )

  test('shows what a task is: its name, and the frames of its batch', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'flamenco')
    const names = [
      'Render-0 1-2',
      'Render-1 3,7',
      'Render-2 8',
      'Comp-0 1',
      'Comp-1 2',
      'Comp-2 3',
      'Comp-3 7',
      'Comp-4 8'
    ]
    expect(compiledFrom(folder).map(({ name }) => name)).toEqual(
      expect.arrayContaining([...names, "it's $HOME; 'x' {{a}} <b>", 'Everything'])
    )
  })
})

describe.skipIf(!python())('submit.sh', () => {
  test(
    'sends the job from a folder that moved; what its tasks run, in their order, gives what our own run gave',
    { timeout: 180_000 },
    async () => {
      const t = testApp()
      const job = await jobOf(t, filmGraph())
      await t.ask('job.run', { job })
      const { folder } = await exported(t, job, 'flamenco')
      const moved = join(scratch(), `it's $HOME "here" [ü]; & é`)
      renameSync(folder, moved)
      const farmhouse = await manager()
      farmhouse.types.set('backlot', readFileSync(join(moved, 'flamenco/backlot.js'), 'utf8'))
      const env = { FLAMENCO_MANAGER: `${farmhouse.url}/` }
      expect(await submit(moved, ['--check'], env)).toEqual({ code: 0, out: 'the Manager takes it\n', err: '' })
      expect(farmhouse.jobs).toEqual([])
      const said = ['priority=61', 'worker_tag=abc', 'initial_status=paused']
      expect(await submit(moved, said, env)).toEqual({ code: 0, out: 'job-1\n', err: '' })
      const [sent] = farmhouse.jobs
      expect(sent?.sent).toMatchObject({
        ...{ name: 'film', type: 'backlot', priority: 61, worker_tag: 'abc', initial_status: 'paused' },
        ...{ submitter_platform: process.platform, metadata: { 'backlot.job': String(job), 'user.name': 'artist' } }
      })
      expectJob(sent?.tasks ?? [], farmJobOf(t, job), moved, runsOf(moved)[0])
      expect(runInOrder(commandsOf(sent?.tasks ?? []))).toHaveLength(12)
      await expectPulled(t, job, moved, 12)
    }
  )

  test('says why a Manager takes nothing', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'flamenco')
    const farmhouse = await manager()
    const env = { FLAMENCO_MANAGER: farmhouse.url }
    const refused = async (args: string[], own: Record<string, string> = env) => {
      const { code, err } = await submit(folder, args, own)
      expect(code).toBe(1)
      return err
    }
    expect(await refused([], {})).toContain('FLAMENCO_MANAGER=http://HOST:8080')
    expect(await refused([], { FLAMENCO_MANAGER: 'http://127.0.0.1:1' })).toContain('no answer from the Manager')
    expect(await refused([])).toContain('has no job type backlot: copy flamenco/backlot.js')
    const script = readFileSync(join(folder, 'flamenco/backlot.js'), 'utf8')
    farmhouse.types.set('backlot', script.replace('version 2', 'version 1'))
    expect(await refused([])).toContain('another version of scripts/backlot.js')
    farmhouse.types.set('backlot', script)
    expect(await refused(['initial_status=gone'])).toContain('the Manager refused it:')
    for (const one of ['priority=high', 'type=other', 'settings={}', 'worker_tag=', '-p'])
      expect(await refused([one])).toMatch(/not to be said here|whole number/)
    expect(farmhouse.jobs).toEqual([])
    expect(runsOf(folder)).toEqual([])
    const printed = await submit(folder, ['--print', 'priority=7'])
    expect(JSON.parse(printed.out)).toMatchObject({ priority: 7, settings: { folder } })
  })

  test('says a folder as workers see it, which the Manager finds in its two-way variables', async () => {
    const folder = scratch()
    const show = join(folder, 'show')
    const windows = { os: 'windows', paths: [{ from: show, to: 'P:\\show' }] } as const
    const t = testApp()
    const job: FarmJob = { ...farmJobOf(t, await created(t, filmGraph())), workers: windows }
    putFiles(join(show, 'out'), farm.files(job, `${show}/out`))
    expect(unwrap(farm.read(join(show, 'out'))).tasks.size).toBe(job.tasks.length)
    const farmhouse = await manager({ store: { windows: 'P:\\show', linux: '/mnt/show' } })
    farmhouse.types.set('backlot', readFileSync(join(show, 'out/flamenco/backlot.js'), 'utf8'))
    const { code } = await submit(join(show, 'out'), [], { FLAMENCO_MANAGER: farmhouse.url })
    expect(code).toBe(0)
    const [task] = farmhouse.jobs[0]?.tasks ?? []
    expect(farmhouse.jobs[0]?.sent.submitter_platform).toBe('windows')
    expect(task?.commands[0]?.parameters).toMatchObject({
      exe: 'python',
      args: [
        expect.stringMatching(/^\{store\}\\out\/commands\/\d\.py$/),
        expect.stringMatching(/^\d\/0$/),
        runsOf(join(show, 'out'))[0]
      ]
    })
  })
})

describe('a job of Flamenco', () => {
  test('of any job, read back, is the job again', () => {
    expectAnyJobBack(farm)
  })

  test('that was changed is not taken for the job', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    const { folder } = await exported(t, job, 'flamenco')
    const own = farmJobOf(t, job)
    const after = (file: string, old: string | RegExp, now: string) => {
      const path = join(folder, 'flamenco', file)
      const text = readFileSync(path, 'utf8')
      expect(text).toMatch(old)
      writeFileSync(path, text.replace(old, now))
      const replay = farm.read(folder)
      writeFileSync(path, text)
      return replay.ok ? differences(own, farm, replay.value).join('\n') : replay.error.message
    }
    expect(after('job.json', /x*/, '')).toBe('')
    expect(after('job.json', '\\"3,7\\",', '')).toContain('waits for a task that its parent has not')
    expect(after('job.json', '\\"7\\",\\"8\\"]', '\\"7\\"]')).toMatch(/lacks the task Comp-4/)
    expect(after('job.json', '\\"tasks\\":[[0],[0],[1],[1],[2]]', '\\"tasks\\":[[0],[1],[1],[1],[2]]')).toMatch(
      /makes Comp-1 wait for Render-1, which it need not/
    )
    expect(after('job.json', '\\"tasks\\":[[0]', '\\"tasks\\":[[7]')).toContain(
      'waits for a task that its parent has not'
    )
    expect(after('job.json', '\\"waits\\":[{\\"node\\":0', '\\"waits\\":[{\\"node\\":9')).toContain('a node after it')
    expect(after('job.json', '"/bin/sh"', '"/bin/rm"')).toContain('settings.program')
    expect(after('job.json', '\\"node\\":1,', '\\"node\\":0,')).toContain('twice')
    expect(after('job.json', '"type"', '"kind"')).toContain('flamenco/job.json: the job')
    expect(after('job.json', '[{', '{')).toContain('settings.tasks is no JSON')
    expect(after('backlot.js', 'addDependency(above)', 'addDependency(task)')).toContain('is not as it was written')
  })

  test('cannot lie in a folder with braces, which are variables there', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    for (const name of ['{blender}', 'a\\b', 'new\nline']) {
      const out = join(scratch(), name)
      expect(messageOf(await t.app.call('job.export', { job, format: 'flamenco', out }))).toContain(
        'which Flamenco changes'
      )
    }
    if (!python()) return
    const { folder } = await exported(t, job, 'flamenco')
    const moved = join(scratch(), 'in {braces}')
    renameSync(folder, moved)
    expect((await submit(moved)).err).toContain('in a path: move')
  })
})

describe('the loss report', () => {
  test('says nothing of a plain job but what has to be known', async () => {
    const t = testApp()
    const problems = farm.problems(farmJobOf(t, await jobOf(t, filmGraph())))
    expect(problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      ...['info retries', 'info first-failure', 'warning job-type', 'info needs']
    ])
  })

  test('names all that is lost, and what stands in the file', async () => {
    const t = testApp()
    await t.ask('interpreter.set', limited('prman,24'))
    const graph = new Graph(' odd\n')
    Step(graph, { value: 1 }, { name: 'A\tB', metadata: { interpreter: 'prman,24', priority: 7 } })
    const job = await created(t, graph, { retries: 3, timeout: 90, silence: 600, failFast: true })
    await t.ask('job.priority', { job, priority: 5 })
    const { folder, problems } = await exported(t, job, 'flamenco')
    expect(tell(problems)).toEqual([
      expect.stringContaining('info not-rehearsed:'),
      'info name: the node is called "A B" there',
      'info node-priority: the priority 7 is 57 of its tasks there, within the job',
      expect.stringContaining('warning retries: its 3 retries are lost'),
      'warning timeout: the limit of time of 90 s is lost: Flamenco ends no task',
      'warning silence: the limit of time without output of 600 s is lost',
      expect.stringContaining('warning fail-fast:'),
      'info priority: the priority 5 is 55 there',
      'warning limit: at most 2 tasks of prman,24 at once is lost: Flamenco limits only which workers take a job',
      'info name: the job is called "odd" there',
      'warning job-type: the Manager has to know the job type backlot, once for all jobs',
      expect.stringContaining('info needs:')
    ])
    const [task] = compiledFrom(folder)
    expect(task).toMatchObject({ name: 'A B', priority: 57 })
  })

  test('stops an export without a task', () => {
    expect(farm.problems(emptyJob()).map(({ severity, code }) => `${severity} ${code}`)[0]).toBe('error empty')
  })
})

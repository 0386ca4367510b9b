import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { afanasy as farm } from '../../src-main/core/export/afanasy.ts'
import { maskOf } from '../../src-main/core/export/afanasy/names.ts'
import { putFiles } from '../../src-main/core/export/bundle.ts'
import { folderOf, scriptOf, type FarmJob } from '../../src-main/core/export/farm.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { commandsOf, replayOf, taken, takenFrom, type AfJob } from '../helpers/afanasy.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { created, emptyJob, eachExport, expectAnyJobBack, framePair, limited, range } from '../helpers/export-jobs.ts'
import { pairsOf, python, runInOrder, submit, tasksOf } from '../helpers/farm-run.ts'
import { runsOf } from '../helpers/farm-runs.ts'
import { expectPulled, exported, farmJobOf, filmGraph, jobOf, readBack, writtenFor } from '../helpers/farms.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

/** What the server makes is the job: each task once, with its command, waiting for what it has to. */
function expectJob(made: AfJob, job: FarmJob): void {
  expect(commandsOf(made).map(({ argv }) => argv[2])).toEqual(
    tasksOf(job).map(({ node, task }) => `/bin/sh ${scriptOf(job, node)} ${folderOf(farm, node, task)}`)
  )
  expect(differences(job, farm, replayOf(made))).toEqual([])
}

const cgru = join(import.meta.dirname, '../fixtures/afanasy')

/** CGRU on a user's machine, with a server that keeps what it is sent. */
function farmhouse(env: Record<string, string> = {}) {
  const file = join(scratch(), 'sent')
  return {
    env: { CGRU_LOCATION: cgru, FAKE_SERVER: file, PYTHONDONTWRITEBYTECODE: '1', ...env },
    sent: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(taken) : [])
  }
}

describe('the server', () => {
  test('makes of every golden graph, the examples and the film the job that they are', { timeout: 180_000 }, () =>
    eachExport('afanasy', (folder, job) => expectJob(takenFrom(folder), job))
  )

  test('makes of random jobs what they are, and so does --verify', { timeout: 180_000 }, () => {
    const folder = scratch()
    fc.assert(
      fc.property(farmJobs(), (job) => {
        const made = takenFrom(writtenFor(farm, job, folder))
        expectJob(made, job)
        const own = unwrap(farm.read(folder))
        expect([...own.tasks.keys()]).toEqual([...replayOf(made).tasks.keys()])
        expect(pairsOf(own)).toEqual(pairsOf(replayOf(made)))
      }),
      { numRuns: 250, seed: 5 }
    )
  })

  test.each([
    ['batches of two before single frames', { frames: range(1, 9), size: 2 }, { frames: range(1, 9), size: 1 }, true],
    ['single frames before batches of three', { frames: range(1, 9), size: 1 }, { frames: range(1, 9), size: 3 }, true],
    ['every second frame', { frames: [1, 3, 5, 7, 9], size: 2 }, { frames: [1, 3, 5, 7, 9], size: 1 }, true],
    ['negative frames', { frames: range(-5, 5), size: 2 }, { frames: range(-5, 5), size: 1 }, true],
    ['gaps, with the same batches', { frames: [1, 2, 9, 40], size: 2 }, { frames: [1, 2, 9, 40], size: 2 }, true],
    ['gaps, with other batches', { frames: [1, 2, 9, 40], size: 2 }, { frames: [1, 2, 9, 40], size: 1 }, false],
    ['some of the frames', { frames: range(1, 9), size: 1 }, { frames: range(3, 6), size: 1 }, true],
    ['frames that the other has not', { frames: range(3, 6), size: 1 }, { frames: range(1, 9), size: 1 }, false]
  ])('keeps frames: %s', async (_, above, below, kept) => {
    const t = testApp()
    const { folder, problems } = await exported(t, await created(t, framePair(above, below)), 'afanasy')
    const [, child] = takenFrom(folder).blocks
    expect([child?.tasks_depend_mask, child?.depend_mask]).toEqual(kept ? ['Render', undefined] : [undefined, 'Render'])
    expect(problems.filter(({ code }) => code === 'frame-dependency')).toHaveLength(kept ? 0 : 1)
  })

  test(
    'takes 20,000 frames in a few lines, and as many odd ones in a file of their size',
    { timeout: 180_000 },
    async () => {
      const t = testApp()
      const text = async (frames: number[]) => {
        const batched = { frames, size: 1 }
        const job = farmJobOf(t, await created(t, framePair(batched, batched)))
        const folder = scratch()
        expect(readBack(farm, job, folder).tasks.size).toBe(2 * frames.length)
        return readFileSync(join(folder, 'afanasy/job.json'), 'utf8')
      }
      expect((await text(range(1, 10_000))).length).toBeLessThan(1500)
      expect((await text([...range(1, 2999), 4000])).length).toBeLessThan(6000 * 80)
    }
  )

  test('finds exactly the blocks that a mask is made of, whatever they are called', () => {
    const names = [
      'a.b',
      'axb',
      'a+',
      'aa',
      '(c)',
      'c',
      '$x',
      '{2}',
      'd*',
      'd',
      'e?',
      '日本 🎬',
      '-',
      'a|b'.replace('|', '_')
    ]
    for (const name of names) {
      const mask = new RegExp(`^(?:${maskOf([name])})$`)
      expect(names.filter((other) => mask.test(other))).toEqual([name])
    }
    expect(maskOf(['a.b', 'c'])).toBe('a[.]b|c')
  })
})

describe.skipIf(!python())('submit.sh', () => {
  test(
    'sends the job from a folder that moved; what renders run, in order, gives what our own run gave',
    { timeout: 180_000 },
    async () => {
      const t = testApp()
      const job = await jobOf(t, filmGraph())
      await t.ask('job.run', { job })
      const { folder } = await exported(t, job, 'afanasy')
      const moved = join(scratch(), `it's $HOME "here" [ü]; & @#@ é`)
      renameSync(folder, moved)
      const house = farmhouse()
      const said = ['priority=120', 'max_running_tasks=4', 'hosts_mask=b.*', 'paused']
      expect(await submit(moved, said, house.env)).toEqual({ code: 0, out: '7\n', err: '' })
      const [sent] = house.sent()
      expect(sent).toMatchObject({
        ...{ name: 'film', user_name: 'artist', host_name: 'desk', priority: 120, offline: true },
        ...{ max_running_tasks: 4, hosts_mask: 'b.*' }
      })
      expect(runInOrder(commandsOf(sent as AfJob))).toHaveLength(12)
      await expectPulled(t, job, moved, 12)
    }
  )

  test('says the folder as the server sees it: by CGRU’s own paths, or by the worker profile', async () => {
    const t = testApp()
    const job = farmJobOf(t, await created(t, filmGraph()))
    const show = scratch()
    putFiles(join(show, 'plain'), farm.files(job, join(show, 'plain')))
    const windows = { os: 'windows', paths: [{ from: show, to: 'P:\\show' }] } as const
    putFiles(join(show, 'windows'), farm.files({ ...job, workers: windows }, join(show, 'windows')))
    expect(unwrap(farm.read(join(show, 'windows'))).tasks.size).toBe(job.tasks.length)
    const house = farmhouse({ FAKE_PATHMAP: `${show}=/mnt/show` })
    for (const name of ['plain', 'windows']) expect((await submit(join(show, name), [], house.env)).code).toBe(0)
    const [plain, other] = house.sent().map(({ blocks }) => blocks[0])
    expect(plain?.working_directory).toBe('/mnt/show/plain')
    expect(other?.working_directory).toBe('P:\\show\\windows')
    expect(other?.command).toMatch(/^python commands\/\d\.py \d\/@#@ \d+-\d+-\d+$/)
  })

  test('says why a server takes nothing, and shows what it would send without one', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'afanasy')
    const refused = async (args: string[], env: Record<string, string>) => {
      const { code, err } = await submit(folder, args, env)
      expect(code).toBe(1)
      return err
    }
    const house = farmhouse()
    for (const one of ['priority=high', 'blocks=1', 'name=a"b', 'user_name=x', '-p', 'pause'])
      expect(await refused([one], house.env)).toContain('not to be said here')
    expect(house.sent()).toEqual([])
    expect(await refused([], {})).toContain('say where it is with CGRU_LOCATION')
    expect(await refused([], farmhouse({ FAKE_ANSWER: 'none' }).env)).toContain('took nothing: no answer')
    expect(await refused([], farmhouse({ FAKE_ANSWER: '{"id":0,"error":"Invalid job."}' }).env)).toContain(
      'Invalid job.'
    )
    expect(runsOf(folder)).toEqual([])
    const { out } = await submit(folder, ['--print'])
    expect(taken(out)).toMatchObject({ user_name: 'artist', priority: 99 })
  })
})

describe('a job of Afanasy', () => {
  test('of any job, read back, is the job again', () => {
    expectAnyJobBack(farm)
  })

  test('that was changed is not taken for the job', async () => {
    const t = testApp()
    const job = await created(t, framePair({ frames: range(1, 9), size: 2 }, { frames: range(1, 9), size: 1 }))
    const { folder } = await exported(t, job, 'afanasy')
    const own = farmJobOf(t, job)
    const file = join(folder, 'afanasy/job.json')
    const text = readFileSync(file, 'utf8')
    const after = (old: string | RegExp, now: string) => {
      expect(text).toMatch(old)
      writeFileSync(file, text.replace(old, now))
      const replay = farm.read(folder)
      return replay.ok ? differences(own, farm, replay.value).join('\n') : replay.error.message
    }
    expect(after('{', '{')).toBe('')
    expect(after('"frame_last": 9', '"frame_last": 8')).toMatch(/lacks the task Render-4/)
    expect(after('"frames_per_task": 2', '"frames_per_task": 3')).toMatch(/lacks the task/)
    expect(after('"tasks_depend_mask": "Render"', '"depend_mask": "Render"')).toContain('which it need not')
    expect(after('"tasks_depend_mask": "Render"', '"tasks_depend_mask": "Rende"')).toContain('start before')
    expect(after('"name": "Comp"', '"name": "Render"')).toContain('two blocks have one name')
    expect(after('/bin/sh commands/0.sh 1/', '/bin/sh commands/0.sh 0/')).toContain('twice')
    expect(after('/bin/sh', '/bin/rm')).toContain('blocks.0')
    expect(after('"flags"', '"flag"')).toContain('blocks.0')
    expect(after('}', '')).toContain('is no JSON')
  })

  test('cannot lie in a folder with a control character', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    const out = join(scratch(), 'new\nline')
    expect(messageOf(await t.app.call('job.export', { job, format: 'afanasy', out }))).toContain('a control character')
  })
})

describe('the loss report', () => {
  const codesOf = (job: FarmJob) => farm.problems(job).map(({ severity, code }) => `${severity} ${code}`)

  test('says nothing of a plain job but what has to be known', async () => {
    const t = testApp()
    const pair = framePair({ frames: range(1, 9), size: 2 }, { frames: range(1, 9), size: 1 })
    expect(codesOf(farmJobOf(t, await jobOf(t, pair)))).toEqual(['info service', 'info needs'])
  })

  test('names all that is lost, and what stands in the file', async () => {
    const t = testApp()
    await t.ask('interpreter.set', limited('prman,24'))
    const graph = new Graph('say "hi"')
    for (const name of ['A|B', 'A_B'])
      Step(graph, { value: 1 }, { name, metadata: { interpreter: 'prman,24', priority: name === 'A|B' ? 7 : 0 } })
    const job = await created(t, graph, {
      retries: 3,
      timeout: 90.5,
      silence: 600,
      failFast: true,
      memory: 5_000_000_000
    })
    await t.ask('job.priority', { job, priority: 200 })
    const { folder, problems } = await exported(t, job, 'afanasy')
    expect(problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toEqual([
      expect.stringContaining('info not-rehearsed:'),
      'info name: its block is called "A_B 2" there',
      'warning node-priority: its priority 7 is lost',
      expect.stringContaining('info retries: a task is tried 4 times'),
      'warning timeout: the limit of time of 90.5 s becomes 91 s',
      'warning silence: the limit of time without output of 600 s is lost',
      expect.stringContaining('warning fail-fast:'),
      'warning priority: the priority 200 becomes 250',
      'warning limit: at most 2 tasks of prman,24 at once is a ticket prman_24 for each; where no pool has such tickets they wait for ever',
      expect.stringContaining('info memory-limit:'),
      `info name: the job is called "say _hi_" there`,
      'info name: the interpreter "prman,24" is the ticket prman_24 there',
      expect.stringContaining('info service:'),
      expect.stringContaining('info needs:')
    ])
    expect(takenFrom(folder)).toMatchObject({
      ...{ name: 'say _hi_', priority: 250 },
      blocks: [
        { name: 'A_B', errors_retries: 3, task_max_run_time: 91, need_memory: 4769, tickets: { prman_24: 1 } },
        { name: 'A_B 2' }
      ]
    })
  })

  test('stops an export without a task, and one whose masks no server could read', () => {
    expect(codesOf(emptyJob())[0]).toBe('error empty')
    const [job] = fc.sample(farmJobs(), { numRuns: 1, seed: 3 }) as [FarmJob]
    const [first] = job.nodes
    if (!first) throw new Error('no node')
    const parents = Array.from({ length: 200 }, (_, i) => ({
      ...first,
      parents: [],
      position: i,
      name: `${i}${'x'.repeat(150)}`
    }))
    const child = { ...first, position: 200, parents: parents.map((parent) => ({ parent, tasks: null })) }
    expect(codesOf({ ...job, nodes: [...parents, child] })).toContain('error parents')
  })
})

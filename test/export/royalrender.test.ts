import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { putFiles } from '../../src-main/core/export/bundle.ts'
import { folderOf, scriptOf, type FarmJob } from '../../src-main/core/export/farm.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { royalrender as farm } from '../../src-main/core/export/royalrender.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { created, emptyJob, eachExport, framePair, limited, range } from '../helpers/export-jobs.ts'
import { pairsOf, python, runInOrder, submit, tasksOf } from '../helpers/farm-run.ts'
import { runsOf } from '../helpers/farm-runs.ts'
import { expectPulled, exported, farmJobOf, filmGraph, jobOf, readBack, writtenFor } from '../helpers/farms.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'
import { commandsOf, jobsFrom, jobsIn, replayOf, type RrJob } from '../helpers/royalrender.ts'

/** What Royal Render makes is the job: a job per node, its frames the node's tasks, with what it has to wait for. */
function expectJob(folder: string, jobs: readonly RrJob[], job: FarmJob, root: string, run?: string): void {
  expect(jobs.map(({ options }) => options.Priority)).toEqual(
    job.nodes.map((node) => `1~${Math.max(1, Math.min(99, 50 + job.priority + node.priority))}`)
  )
  for (const [i, node] of job.nodes.entries()) {
    const scene = jobs[i]?.scene ?? ''
    expect(dirname(scene)).toBe(run === undefined ? `${root}/royalrender` : `${root}/runs/${run}/royalrender`)
    expect(readFileSync(join(folder, scene.slice(root.length)), 'utf8')).toBe(
      `#!/bin/sh\n/bin/sh '${root}/royalrender/run.sh' ${node.position} ${scriptOf(job, node)} $1 $2 $3${run === undefined ? '' : ` ${run}`}\n`
    )
  }
  expect([...replayOf(folder, jobs).tasks.keys()]).toEqual(
    tasksOf(job).map(({ node, task }) => folderOf(farm, node, task))
  )
  expect(differences(job, farm, replayOf(folder, jobs))).toEqual([])
}

/** A Royal Render on a user's machine that keeps what it is told to submit. */
function farmhouse() {
  const folder = scratch()
  const bin = join(folder, 'bin/lx64')
  mkdirSync(bin, { recursive: true })
  const script = '#!/bin/sh\ncp "$2" "$RR_ROOT/sent.xml"\nprintf \'%s\\n\' "$1" "$@" > "$RR_ROOT/told"\n'
  writeFileSync(join(bin, 'rrStartLocal'), script, { mode: 0o755 })
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '')
  return { env: { RR_ROOT: folder }, sent: () => jobsIn(read('sent.xml')), told: () => read('told') }
}

describe('Royal Render', () => {
  test('makes of every golden graph, the examples and the film the job that they are', { timeout: 180_000 }, () =>
    eachExport('royalrender', (folder, job) => expectJob(folder, jobsFrom(folder), job, folder))
  )

  test('makes of random jobs what they are, and so does --verify', { timeout: 180_000 }, () => {
    fc.assert(
      fc.property(farmJobs(), (job) => {
        const folder = writtenFor(farm, job)
        const jobs = jobsFrom(folder)
        expectJob(folder, jobs, job, '/farm')
        const own = unwrap(farm.read(folder))
        expect([...own.tasks]).toEqual([...replayOf(folder, jobs).tasks])
        expect(pairsOf(own)).toEqual(pairsOf(replayOf(folder, jobs)))
      }),
      { numRuns: 150, seed: 5 }
    )
  })

  test('has a node’s own frames where each is a batch, else the places of its batches', async () => {
    const t = testApp()
    const frames = async (frames: number[], size: number) => {
      const batched = { frames, size }
      const { folder, problems } = await exported(t, await created(t, framePair(batched, batched)), 'royalrender')
      return [jobsFrom(folder)[0]?.frames, problems.filter(({ code }) => code === 'batch-number').length]
    }
    expect(await frames([1001, 1003, 1005], 1)).toEqual([[1001, 1003, 1005], 0])
    expect(await frames(range(1001, 1005), 2)).toEqual([[0, 1, 2], 2])
    expect(await frames([-2, -1], 1)).toEqual([[0, 1], 2])
    expect(await frames([1, 2, 40], 1)).toEqual([[0, 1, 2], 2])
  })

  test('takes 20,000 frames in a few lines', async () => {
    const t = testApp()
    const batched = { frames: range(1, 10_000), size: 1 }
    const job = farmJobOf(t, await created(t, framePair(batched, batched)))
    const folder = scratch()
    expect(readBack(farm, job, folder).tasks.size).toBe(20_000)
    expect(readFileSync(join(folder, 'royalrender/job.xml')).length).toBeLessThan(4000)
  })
})

describe.skipIf(!python())('submit.sh', () => {
  test.each([
    ['bash', 1],
    ['direct', 3]
  ] as const)(
    'submits from a folder that moved; what clients run in %s, %d frames at once, gives our own results',
    { timeout: 180_000 },
    async (shell, most) => {
      const t = testApp()
      const job = await jobOf(t, filmGraph())
      await t.ask('job.run', { job })
      const { folder } = await exported(t, job, 'royalrender')
      const moved = join(scratch(), 'it is #here [ü]; & é')
      renameSync(folder, moved)
      const house = farmhouse()
      const said = ['CompanyProjectName=0~film', 'Priority=1~61']
      expect(await submit(moved, said, house.env)).toEqual({ code: 0, out: '', err: '' })
      expect(house.told()).toMatch(/^rrSubmitterconsole\n.*\n.*\.xml\nCompanyProjectName=0~film\nPriority=1~61\n$/)
      expectJob(moved, house.sent(), farmJobOf(t, job), moved, runsOf(moved)[0])
      expect(house.sent()[0]).toMatchObject({
        tags: { Software: ['Execute'], Renderer: ['PerFrame'], SceneOS: ['lx'], IsActive: ['true'] },
        options: { SequenceDivide: '1~1', SeqDivMIN: '1~1', SeqDivMAX: '1~1', AllowLocalSceneCopy: '0~0' }
      })
      runInOrder(commandsOf(house.sent(), shell, most))
      await expectPulled(t, job, moved, 12)
    }
  )

  test('says the folder as workers see it', async () => {
    const t = testApp()
    const show = scratch()
    const windows = { os: 'windows', paths: [{ from: show, to: '\\\\server\\show' }] } as const
    const job: FarmJob = { ...farmJobOf(t, await created(t, filmGraph())), workers: windows }
    putFiles(join(show, 'a'), farm.files(job, join(show, 'a')))
    expect(unwrap(farm.read(join(show, 'a'))).tasks.size).toBe(job.tasks.length)
    renameSync(join(show, 'a'), join(show, 'b'))
    const house = farmhouse()
    expect((await submit(join(show, 'b'), [], house.env)).code).toBe(0)
    const [first] = house.sent()
    const [run = ''] = runsOf(join(show, 'b'))
    expect(first?.scene).toMatch(/^\\\\server\\show\\b\\runs\\[\d-]+\\royalrender\\\d_\w+\.bat$/)
    expect(first?.tags.SceneOS).toEqual(['win'])
    const name = first?.scene.split('\\').at(-1) ?? ''
    const scene = readFileSync(join(show, 'b/runs', run, 'royalrender', name), 'utf8')
    expect(scene.replace(/ \d commands/, ' N commands')).toBe(
      `@python "%~dp0..\\..\\..\\royalrender\\run.py" N commands/0.py %1 %2 %3 ${run}\r\n`
    )
  })

  test('runs a node’s tasks on Windows by their numbers, up to the first that fails', async () => {
    const t = testApp()
    const windows = { os: 'windows', paths: [] } as const
    const job: FarmJob = { ...farmJobOf(t, await created(t, filmGraph())), workers: windows }
    const folder = scratch()
    putFiles(folder, farm.files(job, folder))
    const script = 'import sys\nprint(sys.argv[1])\nsys.exit(3 if sys.argv[1] == "1/5" else 0)\n'
    putFiles(folder, [{ path: 'commands/0.py', text: script }])
    const run = (...numbers: string[]) => {
      const args = [join(folder, 'royalrender/run.py'), '1', 'commands/0.py', ...numbers]
      const { status, stdout, stderr } = spawnSync('python3', args, { cwd: '/', encoding: 'utf8' })
      return [status, stdout.split('\n').slice(0, -1), stderr]
    }
    expect(run('1', '4', '1')).toEqual([0, ['1/1', '1/2', '1/3', '1/4'], ''])
    expect(run('1.0', '9.0', '2')).toEqual([3, ['1/1', '1/3', '1/5'], ''])
    expect(run('a', 'b')).toEqual([1, [], expect.stringContaining('said no frames')])
  })

  test('says why nothing is submitted', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'royalrender')
    const house = farmhouse()
    const refused = async (args: string[], env: Record<string, string>) => {
      const { code, err } = await submit(folder, args, env)
      expect(code).toBe(1)
      return err
    }
    for (const one of ['SeqDivMin=1~9', 'DoNotCheckForFrames=0~0', '-SceneName', 'Priority=60', 'x'])
      expect(await refused([one], house.env)).toContain('not to be said here')
    expect(house.told()).toBe('')
    expect(await refused([], {})).toContain('RR_ROOT=FOLDER')
    expect(await refused([], { RR_ROOT: '/nowhere' })).toContain('does not start')
    expect((await submit(folder, [], { RR_SUBMITTERCONSOLE: 'false' })).code).toBe(1)
    expect(runsOf(folder)).toEqual([])
    const { out } = await submit(folder, ['--print'])
    expect(jobsIn(out)).toHaveLength(5)
    const moved = join(scratch(), 'a $HOME')
    renameSync(folder, moved)
    expect((await submit(moved)).err).toContain('in a path: move')
  })

  test('stops at the first task that fails, and says so', async () => {
    const t = testApp()
    const { folder } = await exported(t, await created(t, filmGraph()), 'royalrender')
    const scene = jobsFrom(folder)[0]?.scene ?? ''
    const bash = (numbers: string) => spawnSync('bash', ['-c', `source "${scene}" ${numbers}`], { encoding: 'utf8' })
    expect(bash('7 9 1')).toMatchObject({ status: 1, stderr: expect.stringContaining('there is no task') as string })
    expect(bash('')).toMatchObject({ status: 1, stderr: expect.stringContaining('said no frames') as string })
  })
})

describe('a submission', () => {
  test('of any job, read back, is the job again', () => {
    fc.assert(
      fc.property(farmJobs(), (job) => {
        expect(readBack(farm, job, scratch()).tasks.size).toBe(job.tasks.length)
      }),
      { numRuns: 150 }
    )
  })

  test('that was changed is not taken for the job', async () => {
    const t = testApp()
    const job = await created(t, framePair({ frames: range(1, 9), size: 1 }, { frames: range(1, 9), size: 2 }))
    const { folder } = await exported(t, job, 'royalrender')
    const own = farmJobOf(t, job)
    const after = (path: string, old: string | RegExp, now: string) => {
      const text = readFileSync(join(folder, path), 'utf8')
      expect(text).toMatch(old)
      writeFileSync(join(folder, path), text.replace(old, now))
      const replay = farm.read(folder)
      writeFileSync(join(folder, path), text)
      return replay.ok ? differences(own, farm, replay.value).join('\n') : replay.error.message
    }
    const xml = 'royalrender/job.xml'
    expect(after(xml, '<', '<')).toBe('')
    expect(after(xml, '<SeqEnd>9', '<SeqEnd>8')).toMatch(/lacks the task Render-8/)
    expect(after(xml, '<WaitForPreID>0</WaitForPreID>', '')).toContain('start before')
    expect(after(xml, '<WaitForPreID>0', '<WaitForPreID>1')).toContain('which is none before it')
    expect(after(xml, '<PreID>1', '<PreID>0')).toContain('the pre-ID 0 twice')
    expect(after(xml, 'SeqDivMAX=1~1', 'SeqDivMAX=1~9')).toContain('lacks one of')
    expect(after(xml, '>Execute<', '>Maya<')).toContain('Software')
    expect(after(xml, /rrJob_submitFile/g, 'RR_Job_File')).toContain('not a rrJob_submitFile')
    expect(after(xml, '</Job>', '')).toContain('is no XML')
    expect(after('royalrender/0_Render.sh', 'commands/0.sh', 'rm')).toContain('no script of ours')
    expect(after('royalrender/0_Render.sh', ' 0 commands', ' 1 commands')).toContain('twice')
  })

  test('cannot lie in a folder that shells or Royal Render take for something else', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    for (const name of ["it's", '<Scene>', '100%', 'a "b"', '$HOME', 'new\nline']) {
      const out = join(scratch(), name)
      expect(messageOf(await t.app.call('job.export', { job, format: 'royalrender', out }))).toContain(
        'name another folder'
      )
    }
  })
})

describe('the loss report', () => {
  const codesOf = (job: FarmJob) => farm.problems(job).map(({ severity, code }) => `${severity} ${code}`)

  test('says nothing of a plain job but what has to be known', async () => {
    const t = testApp()
    const graph = new Graph('plain')
    Step(graph, { value: 1 }, { name: 'A' })
    expect(codesOf(farmJobOf(t, await jobOf(t, graph)))).toEqual(['warning unchecked', 'info submission', 'info needs'])
  })

  test('names all that is lost, and what stands in the file', async () => {
    const t = testApp()
    await t.ask('interpreter.set', limited('prman,24'))
    const graph = new Graph('odd')
    Step(graph, { value: 1 }, { name: 'A B', metadata: { interpreter: 'prman,24', priority: 70 } })
    const job = await created(t, graph, {
      retries: 3,
      timeout: 90,
      silence: 600,
      failFast: true,
      memory: 5_000_000_000
    })
    await t.ask('job.priority', { job, priority: 5 })
    const { folder, problems } = await exported(t, job, 'royalrender')
    expect(problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toEqual([
      expect.stringContaining('info not-rehearsed:'),
      'info name: its job is called "A_B" there',
      'warning priority: its priority, 5 of the job and 70 of its own, becomes 99',
      expect.stringContaining('warning retries:'),
      expect.stringContaining('warning timeout: the limit of time of 90 s is lost'),
      expect.stringContaining('warning silence:'),
      expect.stringContaining('warning fail-fast:'),
      'warning limit: at most 2 tasks of prman,24 at once is the licence prman_24, which limits nothing until rrConfig says its number',
      expect.stringContaining('info memory-limit:'),
      'info name: the interpreter "prman,24" is the licence prman_24 there',
      expect.stringContaining('warning unchecked:'),
      expect.stringContaining('info submission:'),
      expect.stringContaining('info needs:')
    ])
    const [first] = jobsFrom(folder)
    expect(first).toMatchObject({
      options: { Priority: '1~99', RequiredMemory: '1~5' },
      tags: { RequiredLicenses: ['prman_24'], Layer: ['A_B'] }
    })
  })

  test('stops what a server would not keep: too many jobs, too many to wait for, none', () => {
    expect(codesOf(emptyJob())[0]).toBe('error empty')
    const [job] = fc.sample(farmJobs(), { numRuns: 1, seed: 3 }) as [FarmJob]
    const [first] = job.nodes
    if (!first) throw new Error('no node')
    const nodes = Array.from({ length: 257 }, (_, position) => ({ ...first, parents: [], position }))
    expect(codesOf({ ...job, nodes })[0]).toBe('error nodes')
    const child = { ...first, position: 99, parents: nodes.slice(0, 21).map((parent) => ({ parent, tasks: null })) }
    expect(codesOf({ ...job, nodes: [...nodes.slice(0, 21), child] })).toContain('error parents')
  })
})

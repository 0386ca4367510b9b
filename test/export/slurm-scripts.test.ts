import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { type FarmJob, type FarmNode, type FarmTask } from '../../src-main/core/export/farm.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { slurm as farm } from '../../src-main/core/export/slurm.ts'
import { linkedPlaces, risingSlices } from '../helpers/oracle.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { created, framePair, limited, range } from '../helpers/export-jobs.ts'
import { exported, farmJobOf, filmGraph, readBack } from '../helpers/farms.ts'
import { scriptsOf, slurm, submitted } from '../helpers/slurm.ts'

/** Two nodes of so many batches of one frame each. */
function pairOf(above: number, below: number, dependency: 'node' | 'frame'): FarmJob {
  const [job] = fc.sample(farmJobs(), { numRuns: 1, seed: 1 })
  const [seed] = job?.nodes ?? []
  if (!job || !seed) throw new Error('there is no job to begin with')
  const tasks = range(0, above + below - 1).map((index): FarmTask => {
    const batch = index < above ? index : index - above
    return { id: index + 1, index, name: `task ${index}`, batch, frames: [String(batch)] }
  })
  const [first, second] = [tasks.slice(0, above), tasks.slice(above)]
  const parent: FarmNode = { ...seed, position: 0, tasks: first, parents: [], chunks: risingSlices(first) }
  const links = linkedPlaces(first, second, dependency)
  const link = { parent, tasks: links && links.map((list) => list.map((i) => first[i] as FarmTask)) }
  const child: FarmNode = { ...seed, position: 1, tasks: second, parents: [link], chunks: risingSlices(second) }
  return { ...job, tasks, nodes: [parent, child] }
}

const codesOf = (job: FarmJob) => farm.problems(job).map(({ severity, code }) => `${severity} ${code}`)

describe('scripts', () => {
  test('of any job, read back, are the job again, every frame once', () => {
    const folder = scratch()
    fc.assert(
      fc.property(farmJobs(), (job) => {
        const replay = readBack(farm, job, folder)
        expect(replay.tasks.size).toBe(job.tasks.length)
      }),
      { numRuns: 300 }
    )
  })

  test('of any number of batches, read back, are the job again', () => {
    const folder = scratch()
    const count = fc.oneof(fc.integer({ min: 990, max: 1010 }), fc.integer({ min: 1, max: 3100 }))
    const frame = fc.constantFrom('node' as const, 'frame' as const)
    fc.assert(
      fc.property(count, count, frame, (above, below, dependency) => {
        const job = pairOf(above, below, dependency)
        const replay = readBack(farm, job, folder)
        expect(replay.tasks.size).toBe(above + below)
      }),
      { numRuns: 25 }
    )
  })

  test('that were changed are not taken for the job', async () => {
    const t = testApp()
    const job = await created(t, filmGraph())
    const { folder } = await exported(t, job, 'slurm')
    const own = farmJobOf(t, job)
    const after = (file: string, old: string | RegExp, now: string) => {
      const text = readFileSync(join(folder, file), 'utf8')
      writeFileSync(join(folder, file), text.replace(old, now))
      const replay = farm.read(folder)
      writeFileSync(join(folder, file), text)
      return replay.ok ? differences(own, farm, replay.value).join('\n') : replay.error.message
    }
    const submit = after.bind(null, 'submit.sh')
    expect(submit('', '')).toBe('')
    expect(submit('--array=0-2', '--array=0-3')).toContain('has a task 0/3')
    expect(submit('--array=0-2', '--array=0-1')).toContain('lacks the task Render-2')
    expect(submit(/ --dependency="afterok:\$n0"/, '')).toContain('start before')
    expect(submit('"afterok:$n0"', '"aftercorr:$n0_0"')).toContain('waits for an index that its parent has not')
    expect(submit('"afterok:$n0"', '"afterany:$n0"')).toContain('is no dependency of ours')
    expect(submit('"afterok:$n0"', '"afterok:$n9"')).toContain('$n9 does not stand before')
    expect(submit(/commands\/0\.sh 1 0/, 'commands/0.sh 0 0')).toContain('submits 0/0 twice')
    expect(submit(/; n1_0=/, '; n0_0=')).toContain('n0_0 stands twice')
    expect(submit('"$folder/job.sh"', '"$folder/job.sh" &')).toContain('is no line of ours')
    expect(submit('--parsable', '')).toContain('begins or ends not as it was written')
    expect(after('job.sh', '$3 + ', '')).toBe('job.sh is not as it was written')
    expect(after('job.sh', '-dep=yes', '-dep=no')).toBe('job.sh is not as it was written')
  })

  test('are what a plain POSIX sh understands', () => {
    for (const job of fc.sample(farmJobs(), { numRuns: 20, seed: 4 })) {
      const folder = scriptsOf(job)
      for (const file of ['submit.sh', 'job.sh']) {
        const { stderr, status } = spawnSync('sh', ['-n', join(folder, file)], { encoding: 'utf8' })
        expect([status, stderr]).toEqual([0, ''])
      }
    }
  })
})

describe('the loss report', () => {
  test('says nothing of a plain job but what has to be known', async () => {
    const t = testApp()
    const graph = framePair({ frames: range(1, 4), size: 2 }, { frames: range(1, 4), size: 2 })
    expect(codesOf(farmJobOf(t, await created(t, graph)))).toEqual(['info submission', 'info needs'])
  })

  test('names all that is lost, and what stands in the scripts', async () => {
    const t = testApp()
    for (const name of ['prman,24', 'prman_24']) await t.ask('interpreter.set', limited(name))
    const graph = new Graph('film of "$HOME"')
    Step(graph, { value: 1 }, { name: '日本語', metadata: { interpreter: 'prman,24', priority: 7 } })
    Step(graph, { value: 1 }, { name: 'B', metadata: { interpreter: 'prman_24' } })
    const job = await created(t, graph, { retries: 3, timeout: 90, silence: 600, failFast: true })
    await t.ask('job.priority', { job, priority: 5 })
    const { folder, problems } = await exported(t, job, 'slurm')
    expect(problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toEqual([
      expect.stringContaining('info not-rehearsed:'),
      'info name: its array is called "node1" there',
      'warning node-priority: its priority 7 is lost',
      'warning retries: its 3 retries are lost: what waits for a failed task is canceled at once',
      'warning timeout: the limit of time of 90 s becomes 2 min',
      'warning silence: the limit of time without output of 600 s is lost',
      expect.stringContaining('warning fail-fast:'),
      'warning priority: the priority 5 is lost',
      expect.stringContaining('at most 2 tasks of prman_24 at once is a licence prman_24 for each'),
      expect.stringContaining('at most 2 tasks of prman,24 at once is a licence prman_24_2 for each'),
      'info name: the job is called "film_of_HOME_" there',
      expect.stringContaining('info submission:'),
      expect.stringContaining('info needs:')
    ])
    expect(submitted(slurm(), folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('Invalid license') })
    const cluster = slurm(['prman_24', 'prman_24_2'])
    expect(submitted(cluster, folder).status).toBe(0)
    expect(cluster.arrays().map(({ options }) => [options['job-name'], options.licenses, options.time])).toEqual([
      ['film_of_HOME_.B', 'prman_24:1', '2'],
      ['film_of_HOME_.node1', 'prman_24_2:1', '2']
    ])
  })

  test('says that more tasks than a farm takes may be refused, and that none are', async () => {
    const t = testApp()
    const many = framePair({ frames: range(1, 10_001), size: 1 }, { frames: [1], size: 1 })
    expect(codesOf(farmJobOf(t, await created(t, many)))).toContain('warning tasks')
    const empty = { ...pairOf(1, 1, 'node'), nodes: [], tasks: [] }
    expect(codesOf(empty)).toContain('error empty')
  })
})

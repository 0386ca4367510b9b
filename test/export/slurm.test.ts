import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import type { FarmJob } from '../../src-main/core/export/farm.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { slurm as farm } from '../../src-main/core/export/slurm.ts'
import { Comp, Render } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, withGoldenNodes, type TestApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { created, everyGraph, framePair, range } from '../helpers/export-jobs.ts'
import { expectPulled, exported, farmJobOf, filmGraph, jobOf } from '../helpers/farms.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { goldenPath, unwrap } from '../helpers/goldens.ts'
import { replayOf, runArrays, scriptsOf, slurm, submitted, type SlurmArray } from '../helpers/slurm.ts'

withGoldenNodes()

/** What sbatch was given is the job, whichever way it is read. */
function expectJob(job: FarmJob, arrays: readonly SlurmArray[], folder: string): void {
  const taken = replayOf(arrays)
  expect(differences(job, farm, taken)).toEqual([])
  const read = unwrap(farm.read(folder))
  expect([...read.tasks.keys()]).toEqual([...taken.tasks.keys()])
  expect(differences(job, farm, read)).toEqual([])
}

const codesOf = (job: FarmJob) => farm.problems(job).map(({ severity, code }) => `${severity} ${code}`)

/** Runs the job here and from a folder that moved, by what submit.sh gave to sbatch; the outputs must be the same. */
async function runBoth(t: TestApp, job: number): Promise<number> {
  await t.ask('job.run', { job })
  const { folder } = await exported(t, job, 'slurm')
  const moved = join(scratch(), 'it\'s $HOME "here"; & `there` %j ü')
  renameSync(folder, moved)
  const cluster = slurm()
  const { status, stdout, stderr } = submitted(cluster, moved, '--partition=render')
  expect([status, stderr]).toEqual([0, ''])
  const arrays = cluster.arrays()
  expect(stdout).toBe(`${arrays.map(({ id }) => id).join(' ')}\n`)
  const states = runArrays(arrays, cluster.env)
  expect(new Set(states.values())).toEqual(new Set(['done']))
  const [run = ''] = readdirSync(join(moved, 'runs'))
  expect(readdirSync(join(moved, 'runs', run, 'slurm'))).toHaveLength(states.size)
  await expectPulled(t, job, moved, states.size)
  return states.size
}

describe('what submit.sh gives to sbatch', () => {
  test('is every golden graph, the examples and the film as the jobs that they are', async () => {
    const t = testApp()
    const graphs = everyGraph()
    expect(graphs.length).toBeGreaterThan(20)
    for (const [name, graph] of graphs) {
      const job = await created(t, graph)
      const { folder, problems } = await exported(t, job, 'slurm')
      const cluster = slurm()
      expect([name, submitted(cluster, folder).status]).toEqual([name, 0])
      expectJob(farmJobOf(t, job), cluster.arrays(), folder)
      expect(problems.map(({ code }) => code)).toEqual(expect.arrayContaining(['submission', 'needs']))
    }
  })

  test('is random jobs, whatever they and their nodes are called', () => {
    for (const job of fc.sample(farmJobs(), { numRuns: 25, seed: 9 })) {
      const cluster = slurm(['maya'])
      const folder = scriptsOf(job)
      expect(submitted(cluster, folder)).toMatchObject({ status: 0, stderr: '' })
      const arrays = cluster.arrays()
      expectJob(job, arrays, folder)
      expect(arrays.map(({ args }) => args[3])).toEqual(arrays.map(() => folder))
      for (const { options } of arrays) expect(options['job-name']).toMatch(/^[\w.-]+\.[\w.-]+$/)
    }
  })

  test('runs from a folder that moved and gives what our own run gave', async () => {
    const t = testApp()
    expect(await runBoth(t, await jobOf(t, filmGraph()))).toBe(12)
  })

  test.skipIf(!flowpipe())('runs Python nodes and gives what our own run gave', async () => {
    const t = testApp()
    expect(await runBoth(t, await jobOf(t, { path: goldenPath('11_metadata_batching') }))).toBeGreaterThan(2)
  })

  test('lets nothing run that waits for what failed, and everything else', async () => {
    const t = testApp()
    const graph = framePair({ frames: range(1, 3), size: 1 }, { frames: range(1, 3), size: 1 })
    const { folder } = await exported(t, await created(t, graph), 'slurm')
    writeFileSync(join(folder, 'tasks/0/1/task.json'), 'no task')
    const cluster = slurm()
    expect(submitted(cluster, folder).status).toBe(0)
    const [above, below] = cluster.arrays().map(({ id }) => id)
    expect(Object.fromEntries(runArrays(cluster.arrays(), cluster.env))).toEqual({
      ...{ [`${above}_0`]: 'done', [`${above}_1`]: 'failed', [`${above}_2`]: 'done' },
      ...{ [`${below}_0`]: 'done', [`${below}_1`]: 'canceled', [`${below}_2`]: 'done' }
    })
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ succeeded: 4, failed: 1, missing: 1 })
  })

  test('stops where sbatch refuses, and says what was submitted so far', async () => {
    const t = testApp()
    const { folder } = await exported(t, await created(t, filmGraph()), 'slurm')
    const [none, two] = [slurm([], 0), slurm([], 2)]
    expect(submitted(none, folder)).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/unable to accept job\nsbatch took not all of it; submitted so far: nothing\n$/)
    })
    const { status, stdout, stderr } = submitted(two, folder)
    const ids = two.arrays().map(({ id }) => id)
    expect(ids).toHaveLength(2)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(
      `submitted so far: ${ids.join(' ')}\nscancel --clusters=rehearsal ${ids.join(' ')} takes it back\n`
    )
  })

  test('is nothing from a folder with a backslash, which Slurm would change', async () => {
    const t = testApp()
    const { folder } = await exported(t, await created(t, filmGraph()), 'slurm')
    const moved = join(scratch(), 'a \\ b')
    renameSync(folder, moved)
    const cluster = slurm()
    const stderr = `Slurm takes no \\ in a path: move ${moved}\n`
    expect(submitted(cluster, moved)).toEqual({ status: 1, stdout: '', stderr })
    expect(cluster.arrays()).toEqual([])
  })

  test('has people’s options, and none of them counts more than the arrays', async () => {
    const t = testApp()
    const { folder } = await exported(t, await created(t, filmGraph(), { timeout: 90 }), 'slurm')
    const cluster = slurm()
    submitted(cluster, folder, '--partition=gpu', '--time=7', '--job-name=mine')
    expect(cluster.arrays()[0]).toMatchObject({
      first: 0,
      last: 2,
      options: { partition: 'gpu', time: '7', 'job-name': 'mine', chdir: folder }
    })
  })
})

describe('arrays', () => {
  test('of more batches than an array may have are cut where their children are', async () => {
    const t = testApp()
    const graph = framePair({ frames: range(1, 2500), size: 1 }, { frames: range(1, 2500), size: 1 })
    const job = farmJobOf(t, await created(t, graph))
    const folder = scriptsOf(job)
    const cluster = slurm()
    expect(submitted(cluster, folder).status).toBe(0)
    const arrays = cluster.arrays()
    expect(arrays.map(({ last }) => last)).toEqual([999, 999, 499, 999, 999, 499])
    expect(arrays.slice(3).map((one) => one.dependencies)).toEqual(
      arrays.slice(0, 3).map(({ id }) => [{ type: 'aftercorr', id }])
    )
    expectJob(job, arrays, folder)
    expect(codesOf(job)).toEqual(['info arrays', 'info arrays', 'info submission', 'info needs'])
  })

  test('behind a barrier wait for every array of it, in a line each', async () => {
    const t = testApp()
    const graph = new Graph('barrier')
    const render = Render(graph, { frames: range(1, 3001) }, { metadata: { batch_size: 1 } })
    const comp = Comp(graph, { frames: range(1, 1001) }, { metadata: { batch_size: 1 } })
    render.output('files').connect(comp.input('files'))
    const job = farmJobOf(t, await created(t, graph))
    const folder = scriptsOf(job)
    const cluster = slurm()
    expect(submitted(cluster, folder).status).toBe(0)
    const arrays = cluster.arrays()
    expect(arrays.map(({ last }) => last)).toEqual([999, 999, 999, 0, 999, 0])
    for (const array of arrays.slice(4))
      expect(array.dependencies).toEqual(arrays.slice(0, 4).map(({ id }) => ({ type: 'afterok', id })))
    expectJob(job, arrays, folder)
  })

  test.each([
    [1, 1, [1, 2, 3, 7, 8], true],
    [2, 2, [1, 2, 3, 7, 8], true],
    [2, 1, [1, 2, 3, 7, 8], false],
    [1, 2, [1, 2, 3, 7, 8], false],
    [1, 1, [1, 2], true],
    [1, 1, [2, 3], false]
  ])('of batches of %i and %i behind them for frames %j keep their frames: %s', async (above, below, frames, kept) => {
    const t = testApp()
    const graph = framePair({ frames: [1, 2, 3, 7, 8], size: above }, { frames, size: below })
    const job = farmJobOf(t, await created(t, graph))
    const [, child] = job.nodes
    expect(farm.keeps(child as never, child?.parents[0] as never, job)).toBe(kept)
    expect(codesOf(job).includes('warning frame-dependency')).toBe(!kept)
    const folder = scriptsOf(job)
    expect(readFileSync(join(folder, 'submit.sh'), 'utf8').includes('aftercorr:$n0_0')).toBe(kept)
    expect(differences(job, farm, unwrap(farm.read(folder)))).toEqual([])
  })
})

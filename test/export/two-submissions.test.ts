/** One folder, submitted twice, one after the other and at once: each submission has its own results and logs. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Step } from '../fixtures/nodes/steps.ts'
import { testApp } from '../helpers/app.ts'
import { runsOf } from '../helpers/farm-runs.ts'
import { python, runInOrder, submit } from '../helpers/farm-run.ts'
import { exported, filmGraph, jobOf } from '../helpers/farms.ts'
import { Field } from '../helpers/field.ts'
import { commandsOf, manager } from '../helpers/flamenco.ts'
import { openjd } from '../helpers/openjd.ts'

/** A job whose first task fails until the file `ok` is there. */
function folderOf(one: Field): string {
  const graph = new Graph('told')
  const first = Flaky(graph, { ok: one.at('ok'), value: 7 }, { name: 'first' })
  first.output('value').connect(Step(graph, {}, { name: 'after' }).input('value'))
  writeFileSync(one.at('told.json'), graph.toText())
  expect(one.backlot('run', 'told.json', '--trust').code).toBe(1)
  expect(one.backlot('export', '1', '--format', 'openjd', '--out', 'farm').code).toBe(0)
  return one.at('farm')
}

describe.skipIf(!openjd())('openjd run', () => {
  const run = (folder: string): Promise<number | null> => {
    const child = spawn('sh', [join(folder, 'submit.sh')], { cwd: '/', stdio: 'ignore' })
    return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
  }

  test('a second submission shows nothing of the first, and the first stays as it was', async () => {
    const one = new Field(null)
    const folder = folderOf(one)
    expect(await run(folder)).not.toBe(0)
    expect(one.backlot('pull', 'farm').out).toBe('job 2: 0 succeeded, 1 failed, 1 without a result\n')
    writeFileSync(one.at('ok'), '')
    expect(await run(folder)).toBe(0)
    const [first = '', second = ''] = runsOf(folder)
    expect(one.backlot('pull', 'farm').out).toBe('job 3: 2 succeeded, 0 failed, 0 without a result\n')
    expect(one.backlot('log', '--job', '3', 'first').out).not.toContain('no file')
    expect(one.backlot('pull', 'farm', '--run', first).out).toContain('job 2: 0 succeeded, 1 failed')
    expect(readFileSync(join(folder, 'runs', second, 'submission.txt'), 'utf8')).toMatch(
      /^submission 1\nfarm openjd\nat \d{13}\nuser \S+\nhost \S+\nclient \d+ \S*\n$/
    )
    expect(JSON.parse(one.backlot('jobs', '--json').out)).toHaveLength(3)
  })

  test('two at once in one folder do not meet', async () => {
    const one = new Field(null)
    const folder = folderOf(one)
    writeFileSync(one.at('ok'), '')
    expect(await Promise.all([run(folder), run(folder)])).toEqual([0, 0])
    const runs = runsOf(folder)
    expect(runs).toHaveLength(2)
    for (const name of runs)
      expect(one.backlot('pull', 'farm', '--run', name).out).toContain('2 succeeded, 0 failed, 0 without a result')
    expect(one.backlot('compare', '2', '3').code).toBe(0)
  })
})

test.skipIf(!python())('Flamenco: what was submitted again has nothing of the first until its tasks ran', async () => {
  const t = testApp()
  const { folder } = await exported(t, await jobOf(t, filmGraph()), 'flamenco')
  const farmhouse = await manager()
  farmhouse.types.set('backlot', readFileSync(join(folder, 'flamenco/backlot.js'), 'utf8'))
  const env = { FLAMENCO_MANAGER: farmhouse.url }
  expect((await submit(folder, [], env)).code).toBe(0)
  runInOrder(commandsOf(farmhouse.jobs[0]?.tasks ?? []))
  const first = await t.ask('job.pull', { path: folder })
  expect(first).toMatchObject({ succeeded: 11, missing: 0, farm: { format: 'flamenco', ids: ['job-1'], open: false } })
  expect((await submit(folder, [], env)).code).toBe(0)
  const second = await t.ask('job.pull', { path: folder })
  expect(second).toMatchObject({ succeeded: 0, missing: 11, farm: { ids: ['job-2'], open: true } })
  expect(second.job).not.toBe(first.job)
  expect(await t.ask('job.pull', { path: folder, run: runsOf(folder)[0] })).toMatchObject({ job: first.job })
})

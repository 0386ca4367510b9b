import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { at } from '../../src-main/domain/at.ts'
import type { FarmJob } from '../../src-main/core/export/farm.ts'
import { Evil, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, withGoldenNodes, type TestApp } from '../helpers/app.ts'
import { expectPulled, exported, farmJobOf, filmGraph, jobOf, outputsOf } from '../helpers/farms.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { goldenNames, goldenPath, messageOf } from '../helpers/goldens.ts'
import { deadlineBundle, engineJobs, openjd, openjdCommand, tasksOf } from '../helpers/openjd.ts'

withGoldenNodes()

/** Writes the job out and has the engine check it; the template's path. */
async function checked(t: TestApp, job: number): Promise<{ folder: string; template: string; codes: string[] }> {
  const { folder, problems } = await exported(t, job, 'openjd')
  const template = join(folder, 'template.yaml')
  expect(await openjdCommand('check', template)).toMatchObject({ code: 0 })
  return { folder, template, codes: problems.map((one) => one.code) }
}

/** Runs the job here and by the engine; what comes back has to be what our own run gave. */
async function runBoth(t: TestApp, job: number, template: string, folder: string) {
  const [own, engine] = await Promise.all([t.ask('job.run', { job }), openjdCommand('run', template)])
  expect([own.status, engine.code, engine.printed]).toEqual([
    'succeeded',
    0,
    expect.stringMatching(/ended successfully/)
  ])
  const pulled = await t.ask('job.pull', { path: folder })
  expect(pulled).toMatchObject({ failed: 0, missing: 0 })
  expect(await outputsOf(t, pulled.job)).toEqual(await outputsOf(t, job))
  return pulled
}

/** Every task as the engine would run it is a task of ours, in the same order, and so are the steps' dependencies. */
function expectSame(t: TestApp, job: number, template: string): FarmJob {
  const own = farmJobOf(t, job)
  expect(engineJobs([readFileSync(template, 'utf8')])).toEqual([tasksOf(own)])
  return own
}

const culprits: Record<string, string> = { '20_failing_node': 'Fail', '22_undeserializable_class': 'Dyn' }
const runnable = goldenNames.filter((name) => name !== '23_undetected_cycle')

/** The engine takes seconds for each: those that differ in what a run needs, and all of them with BACKLOT_ALL=1. */
const different = /^(?:02|06|08|09|11|12|14|15|17|18)_/
const isRun = (name: string): boolean => process.env.BACKLOT_ALL === '1' || different.test(name)

/** A job of a golden and its export, not yet checked. */
async function golden(t: TestApp, name: string) {
  const job = await jobOf(t, { path: goldenPath(name) })
  const { folder } = await exported(t, job, 'openjd')
  return { job, folder, template: join(folder, 'template.yaml') }
}

describe.skipIf(!flowpipe() || !openjd())('the real openjd with every golden graph', () => {
  test('accepts each of them, and sees the tasks and dependencies that we mean', async () => {
    const t = testApp()
    const all: Awaited<ReturnType<typeof golden>>[] = []
    for (const name of runnable) all.push(await golden(t, name))
    // one program reads them all; `openjd check` does the same with each, and takes a second to start
    expect(await openjdCommand('check', at(all, 0).template)).toMatchObject({ code: 0 })
    const texts = all.map(({ template }) => readFileSync(template, 'utf8'))
    expect(engineJobs(texts)).toEqual(all.map(({ job }) => tasksOf(farmJobOf(t, job))))
  })

  test.each(runnable.filter((name) => !culprits[name] && isRun(name)))(
    '%s: run to its end, and what comes back equals our own run',
    async (name) => {
      const t = testApp()
      const { job, folder, template } = await golden(t, name)
      await runBoth(t, job, template, folder)
    }
  )

  test.each(Object.entries(culprits))('%s: the run fails at %s, and its log comes back', async (name, culprit) => {
    const t = testApp()
    const { folder, template } = await golden(t, name)
    const { code, printed } = await openjdCommand('run', template)
    expect([code, printed]).toEqual([1, expect.stringContaining(`Running step '${culprit}'`)])
    const pulled = await t.ask('job.pull', { path: folder })
    expect(pulled.failed).toBe(1)
    const { tasks } = await t.ask('task.list', { job: pulled.job })
    const [failed, ...others] = tasks.filter((task) => task.state === 'failed')
    expect([failed?.name, others]).toEqual([culprit, []])
    const { path } = await t.ask('task.log', { task: failed?.id ?? 0 })
    expect(readFileSync(path, 'utf8')).toMatch(/golden failure|required positional argument/)
  })

  test('23: a cycle is refused before there is anything to write out', async () => {
    const t = testApp()
    const source = { path: goldenPath('23_undetected_cycle') }
    expect(messageOf(await t.app.call('job.create', { source }))).toContain('has a cycle')
  })
})

describe.skipIf(!openjd())('the real openjd', () => {
  const noDcc = { maya: 'node', houdini: 'node', nuke: 'node', '3dequalizer': 'node' }

  /** A job of an example, and its export; the guide's are goldens 12 and 13 in TypeScript. */
  async function example(t: TestApp, name: string, set: Record<string, string> = {}) {
    const path = join(import.meta.dirname, '../../examples', `${name}.ts`)
    const options = { map: noDcc, set }
    const { job } = await t.ask('job.create', { source: { path }, options, force: true })
    const written = await checked(t, job)
    expectSame(t, job, written.template)
    return { job, ...written }
  }

  test.each(['guide/implicit_batching', 'guide/explicit_batching'])('accepts the example %s', async (name) => {
    await example(testApp(), name)
  })

  test('runs the film workflow to its end, with our own outputs', async () => {
    const t = testApp()
    const { job, template, folder } = await example(t, 'vfx_rendering/graph')
    await runBoth(t, job, template, folder)
  })

  test('renders the example, pictures and all', async () => {
    const t = testApp()
    const size = ['Render', 'CheckImages'].flatMap((node) => [
      [`${node}.width`, '48'],
      [`${node}.height`, '27']
    ])
    const set = { 'Render.folder': scratch(), ...(Object.fromEntries(size) as Record<string, string>) }
    const { job, template, folder } = await example(t, 'rendering/graph', set)
    await runBoth(t, job, template, folder)
  })

  test('runs a folder that was moved, from anywhere, batched by what its own run found out', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    await t.ask('job.run', { job })
    const { folder, codes } = await checked(t, job)
    expect(codes).not.toContain('deferred')
    const moved = join(scratch(), 'moved here, "it\'s" {{new}} ü')
    renameSync(folder, moved)
    const { code, printed } = await openjdCommand('run', join(moved, 'template.yaml'))
    expect([code, printed]).toEqual([0, expect.stringContaining('Chunks run: 12')])
    await expectPulled(t, job, moved, 12)
  })

  test('names of every kind, two nodes of one name among them', async () => {
    const t = testApp()
    const graph = new Graph('a "job" {{Param.Folder}}\nof }} names')
    const names = [
      'same',
      'x'.repeat(64),
      '{{Task.Param.X}}',
      '}}',
      '"quoted" \'twice\' \\',
      'two\nlines\t',
      '日本語 🎬'
    ]
    names.push('- a: b #c', '🎬'.repeat(70), '\u2028\u0085', ' ', 'null', '1e3', 'e\u0301')
    const all = Step(graph, {}, { name: 'all' })
    names.forEach((name, i) => {
      Step(graph, { value: i }, { name })
        .output('value')
        .connect(all.input('value').at(String(i)))
    })
    const twin = Step(new Graph('sub'), { value: 'twin' }, { name: 'same' })
    twin.output('value').connect(all.input('value').at('twin'))
    const job = await jobOf(t, graph)
    const { folder, template } = await checked(t, job)
    const own = expectSame(t, job, template)
    expect(own.nodes).toHaveLength(names.length + 2)
    expect(await openjdCommand('run', template)).toMatchObject({ code: 0 })
    const pulled = await t.ask('job.pull', { path: folder })
    const value = (await outputsOf(t, pulled.job))[`${own.nodes.at(-1)?.identifier} value`]
    expect(JSON.parse(value ?? '')).toEqual({ ...names.map((_, i) => i), twin: 'twin' })
  })

  test('braces in an interpreter’s argv, environment and setup stay as they are', async () => {
    const t = testApp()
    await t.ask('interpreter.set', {
      ...{ name: 'odd', argv: ['{node}', '--title=}}{{Param.Folder}}', '{evaluator}', '{task}'], wrapper: [] },
      ...{
        env: { WORDS: '}} {{Task.Param.X}} it\'s "$HOME"\nand more' },
        limit: null,
        evaluator: 'node',
        start: 'cold'
      },
      setup:
        'globalThis.nested = { a: { b: {}}}\nif (!process.env.WORDS.endsWith("more")) throw new Error(process.env.WORDS)'
    })
    const graph = new Graph('braces')
    Step(graph, { value: '}} {{' }, { metadata: { interpreter: 'odd' } })
    const job = await jobOf(t, graph)
    const { folder, template } = await checked(t, job)
    await runBoth(t, job, template, folder)
  })

  test('ends what runs longer than the time limit', async () => {
    const t = testApp()
    const graph = new Graph('slow')
    Evil(graph, { what: 'silent' })
    const path = join(scratch(), 'graph.json')
    writeFileSync(path, graph.toText())
    const { job } = await t.ask('job.create', { source: { path }, settings: { timeout: 0.5 } })
    const { folder, template, codes } = await checked(t, job)
    expect(codes).toContain('timeout')
    const { code, printed } = await openjdCommand('run', template)
    expect([code, printed]).toEqual([1, expect.stringMatching(/tim(ed out|eout|e limit)/i)])
    // it was killed without a word: its process is gone, and it ran here
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ succeeded: 0, failed: 1, running: 0 })
  })

  test('5,000 frames with gaps, one by one and in pairs, are the tasks that we mean', async () => {
    const t = testApp()
    const frames = Array.from({ length: 7500 }, (_, i) => i + 1).filter((frame) => frame % 3)
    const job = await jobOf(t, filmGraph(frames))
    const { folder, template } = await checked(t, job)
    const own = expectSame(t, job, template)
    expect(own.nodes.map((node) => node.tasks.length)).toEqual([2500, 1, 5000, 1, 1])
    const last = ['--step', 'Render', '--tasks', JSON.stringify([{ Frames: '7498-7499' }])]
    const { code, printed } = await openjdCommand('run', template, ...last)
    expect([code, printed]).toEqual([0, expect.stringContaining('Chunks run: 1')])
    expect(await t.ask('job.pull', { path: folder })).toMatchObject({ succeeded: 1, missing: 7502 })
  })

  test('Deadline Cloud’s own library reads the bundle: settings, and a folder that goes in and out', async () => {
    const t = testApp()
    const path = join(scratch(), 'graph.json')
    writeFileSync(path, filmGraph().toText())
    const { job } = await t.ask('job.create', { source: { path }, settings: { retries: 3, failFast: true } })
    await t.ask('job.priority', { job, priority: 70 })
    const { folder, codes } = await checked(t, job)
    expect(codes).toEqual(expect.arrayContaining(['settings', 'priority']))
    expect(deadlineBundle(folder)).toEqual({
      settings: { priority: 100, maxRetriesPerTask: 3, maxFailedTasksCount: 0 },
      parameters: { Folder: { path: folder } },
      assetReferences: {
        inputs: { directories: [folder], filenames: [] },
        outputs: { directories: [folder] },
        referencedPaths: []
      }
    })
  })
})

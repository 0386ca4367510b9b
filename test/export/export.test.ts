import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { farmNames } from '../../src-main/domain/formats.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, withGoldenNodes, type TestApp } from '../helpers/app.ts'
import { created, framePair, range } from '../helpers/export-jobs.ts'
import { exported, filmGraph, jobOf, outputsOf, resultValues } from '../helpers/farms.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { goldenJson, goldenNames, goldenPath, messageOf } from '../helpers/goldens.ts'

withGoldenNodes()

interface Task {
  name: string
  command: string
  argv: string[]
  dependencies: string[]
  batch: number | null
}

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/job.schema.json'), 'utf8')) as object
const fits = new Ajv2020({ allowUnionTypes: true }).compile(schema)

/** A random legal order of the tasks, from a seed. */
function legalOrder(tasks: readonly Task[], seed: number): Task[] {
  const done = new Set<string>()
  const order: Task[] = []
  let state = seed
  while (order.length < tasks.length) {
    const ready = tasks.filter((t) => !done.has(t.name) && t.dependencies.every((d) => done.has(d)))
    state = (state * 48271) % 2147483647
    const next = ready[state % ready.length] as Task
    done.add(next.name)
    order.push(next)
  }
  return order
}

/** Nothing but bash, Python and what they need; the exit code. Without --norc bash takes a socket on stdin for rshd. */
const paste = (command: string, cwd: string) =>
  spawnSync('bash', ['--noprofile', '--norc', '-c', command], {
    cwd,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONPATH: process.env.PYTHONPATH }
  }).status

const create = (t: TestApp, path: string) => jobOf(t, { path })

const runnable = goldenNames.filter((name) => name !== '23_undetected_cycle')

describe.skipIf(!flowpipe())('job-json of every golden', () => {
  test.each(runnable)(
    '%s: fits the schema, has the reference’s tasks, and its commands run when pasted into bash',
    async (name) => {
      const t = testApp()
      const out = join(t.dataDir, 'job.json')
      const job = await create(t, goldenPath(name))
      await t.ask('job.export', { job, format: 'job-json', out })
      const exported = JSON.parse(readFileSync(out, 'utf8')) as { name: string; tasks: Task[] }
      expect(fits(exported), JSON.stringify(fits.errors)).toBe(true)
      const reference = goldenJson('jobs', `graph_${name}.json`).reference
      expect(exported.tasks.map((task) => [task.name, task.dependencies])).toEqual(
        reference.tasks.map((task: { name: string; direct_dependencies: string[] }) => [
          task.name,
          task.direct_dependencies
        ])
      )
      const failing = { '20_failing_node': ['Fail', 'after'], '22_undeserializable_class': ['Dyn'] }[name] ?? []
      for (const task of exported.tasks)
        expect([task.name, paste(task.command, '/')]).toEqual([task.name, failing.includes(task.name) ? 1 : 0])
      if (failing.length) return
      // what the pasted commands wrote is what our own run writes
      await t.ask('job.run', { job })
      const own = await outputsOf(t, job)
      const { tasks } = await t.ask('task.list', { job })
      exported.tasks.forEach((task, i) => {
        if (task.batch !== null) return
        const folder = dirname(task.argv.find((word) => word.endsWith('task.json')) ?? '')
        const written = resultValues(readFileSync(join(folder, 'result.json'), 'utf8'))
        for (const [output, value] of Object.entries(written)) {
          const key = `${tasks[i]?.identifier} ${output}`
          if (key in own) expect([key, value]).toEqual([key, own[key]])
        }
      })
    }
  )
})

describe('bundles', () => {
  test('a bundle’s commands, in any legal order and in a folder that moved, give our own outputs; pull brings them back', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph([1, 2, 3, 4, 5]))
    await t.ask('job.run', { job })
    const expected = await outputsOf(t, job)
    expect(Object.keys(expected)).toHaveLength(8)
    for (const seed of [1, 99]) {
      const folder = join(scratch(), 'bundle')
      await t.ask('job.export', { job, format: 'bundle', out: folder })
      const moved = `${folder} moved here`
      renameSync(folder, moved)
      const { tasks } = JSON.parse(readFileSync(join(moved, 'job.json'), 'utf8')) as { tasks: Task[] }
      expect(tasks).toHaveLength(12)
      for (const task of legalOrder(tasks, seed))
        expect([task.name, paste(task.command, moved)]).toEqual([task.name, 0])
      const pulled = await t.ask('job.pull', { path: moved })
      expect(pulled).toMatchObject({ succeeded: 12, failed: 0, missing: 0 })
      expect(await outputsOf(t, pulled.job)).toEqual(expected)
    }
  })

  test('results that are missing stay queued, and the run can be finished here', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph([1, 2, 3, 4, 5]))
    await t.ask('job.run', { job })
    const folder = join(scratch(), 'bundle')
    await t.ask('job.export', { job, format: 'bundle', out: folder })
    const { tasks } = JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8')) as { tasks: Task[] }
    const renders = tasks.filter((task) => task.name.startsWith('Render-'))
    for (const task of renders) paste(task.command, folder)
    const fresh = testApp()
    const pulled = await fresh.ask('job.pull', { path: folder })
    expect(pulled).toMatchObject({ succeeded: 3, missing: 9 })
    expect(await fresh.ask('job.resume', { job: pulled.job })).toEqual([{ job: pulled.job, status: 'succeeded' }])
    expect(await outputsOf(fresh, pulled.job)).toEqual(await outputsOf(t, job))
  })

  test('a task whose upstream has not run says which task to run first', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph([1, 2, 3, 4, 5]))
    const folder = join(scratch(), 'bundle')
    const { problems } = await t.ask('job.export', { job, format: 'bundle', out: folder })
    expect(problems[0]?.message).toContain('"Later" is one task here')
    const { tasks } = JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8')) as { tasks: Task[] }
    const comp = tasks.findIndex((task) => task.name === 'Comp-0')
    expect(paste(tasks[comp]?.command ?? '', folder)).toBe(1)
    expect(readFileSync(join(folder, dirname(tasks[comp]?.argv.at(-1) ?? ''), 'result.json'), 'utf8')).toMatch(
      /Render-0.*has to run first/
    )
  })

  test('names never become paths, and nothing is overwritten or half written', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph([1, 2, 3, 4, 5]))
    const folder = join(t.dataDir, 'bundle')
    await t.ask('job.export', { job, format: 'bundle', out: folder })
    expect(readdirSync(join(folder, 'nodes')).every((file) => /^\d+\.json$/.test(file))).toBe(true)
    expect(messageOf(await t.app.call('job.export', { job, format: 'bundle', out: folder }))).toContain(
      'is there and not empty'
    )
    expect(existsSync(`${folder}.part`)).toBe(false)
    expect(messageOf(await t.app.call('job.export', { job, format: 'bundle' }))).toContain('name it with --out')
  })

  test('what is no bundle, or one of another version, is refused and stores nothing', async () => {
    const t = testApp()
    const folder = join(t.dataDir, 'b')
    mkdirSync(folder)
    const refused = async () => messageOf(await t.app.call('job.pull', { path: folder }))
    expect(await refused()).toContain('is no bundle: bundle.json cannot be read')
    writeFileSync(join(folder, 'bundle.json'), '{"bundle": 9}')
    expect(await refused()).toContain('it is of another version than 2')
    expect(await t.ask('job.list', {})).toEqual([])
  })
})

test.each(farmNames)('%s: with batches omitted, the others keep their frames', async (format) => {
  const t = testApp()
  for (const [frames, size] of [
    [range(1, 8), 1],
    [range(1, 8), 2],
    [[1, 2, 5, 9, 10], 2]
  ] as const) {
    const job = await created(t, framePair({ frames, size }, { frames, size }))
    const { tasks } = await t.ask('task.list', { job })
    await t.ask('task.omit', { tasks: [tasks[0]?.id ?? 0] })
    const { folder } = await exported(t, job, format)
    const read = await t.ask('job.pull', { path: folder })
    expect(read.missing).toBe(tasks.length - 1)
  }
})

test('two tasks of one name get names of their own in an export, since dependencies go by name (Q11)', async () => {
  const t = testApp()
  const [graph, sub] = [new Graph('main'), new Graph('sub')]
  const a = Step(graph, { value: 1 }, { name: 'same' })
  const b = Step(sub, {}, { name: 'same' })
  a.output('value').connect(b.input('value'))
  const path = join(t.dataDir, 'g.json')
  writeFileSync(path, graph.toText())
  const job = await create(t, path)
  const { text } = await t.ask('job.export', { job, format: 'job-json' })
  const { tasks } = JSON.parse(text ?? '') as { tasks: Task[] }
  expect(tasks.map((task) => [task.name, task.dependencies])).toEqual([
    ['same', []],
    ['same (2)', ['same']]
  ])
})

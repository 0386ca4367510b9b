import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { putFiles } from '../../src-main/core/export/bundle.ts'
import { verify } from '../../src-main/core/export/export.ts'
import type { FarmJob } from '../../src-main/core/export/farm.ts'
import { stepNames } from '../../src-main/core/export/openjd/names.ts'
import { engineChunks, rangeConstraints, rangeExpression } from '../../src-main/core/export/openjd/ranges.ts'
import { templateText } from '../../src-main/core/export/openjd/template.ts'
import { openjd as farm } from '../../src-main/core/export/openjd.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { plainText } from '../../src-main/domain/frames.ts'
import { Comp, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { exported, farmJobOf, filmGraph, jobOf } from '../helpers/farms.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'
import { engineJobs, openjd, tasksOf } from '../helpers/openjd.ts'

/** Frames with gaps, as an engine sees them: rising whole numbers. */
const frames = fc
  .uniqueArray(fc.integer({ min: -30, max: 60 }), { minLength: 1, maxLength: 40 })
  .map((list) => list.sort((a, b) => a - b))
const chunking = fc.record({
  frames,
  size: fc.integer({ min: 1, max: 12 }),
  constraint: fc.constantFrom(...rangeConstraints)
})

/** A template whose one step has one parameter, in JSON, which YAML holds. */
const templateWith = (parameter: object) =>
  JSON.stringify({
    ...{ specificationVersion: 'jobtemplate-2023-09', extensions: ['TASK_CHUNKING'], name: 'n' },
    steps: [
      {
        ...{ name: 's', parameterSpace: { taskParameterDefinitions: [{ name: 'P', ...parameter }] } },
        script: { actions: { onRun: { command: 'c', args: ['{{Task.Param.P}}'] } } }
      }
    ]
  })

/** What the engine hands over, task by task. */
function valuesIn(answer: ReturnType<typeof engineJobs>[0] | undefined): unknown {
  return answer && 'steps' in answer ? answer.steps[0]?.tasks.flat() : answer
}

describe.skipIf(!openjd())('the engine’s own code', () => {
  test('reads our range expressions and cuts them into the chunks that we expect', () => {
    fc.assert(
      fc.property(fc.array(chunking, { minLength: 100, maxLength: 100 }), (cases) => {
        const answers = engineJobs(
          cases.flatMap(({ frames: list, size, constraint }) => {
            const range = rangeExpression(list)
            const chunks = { defaultTaskCount: size, rangeConstraint: constraint }
            return [templateWith({ type: 'INT', range }), templateWith({ type: 'CHUNK[INT]', range, chunks })]
          })
        )
        cases.forEach(({ frames: list, size, constraint }, i) => {
          expect(valuesIn(answers[2 * i])).toEqual(list.map(String))
          const own = engineChunks(list, size, constraint)
          expect(valuesIn(answers[2 * i + 1])).toEqual(own.map((chunk) => chunk.text))
          expect(own.flatMap((chunk) => chunk.frames)).toEqual(list)
        })
      }),
      { numRuns: 3, endOnFailure: true }
    )
  })

  test('makes of any job of ours the tasks that we mean, and keeps its names and dependencies', () => {
    fc.assert(
      fc.property(fc.array(farmJobs(), { minLength: 100, maxLength: 100 }), (jobs) => {
        expect(engineJobs(jobs.map(templateText))).toEqual(jobs.map((job) => tasksOf(job)))
      }),
      { numRuns: 2, endOnFailure: true }
    )
  })
})

/** Writes the job's template and reads it back. */
function replayOf(job: FarmJob, folder: string, change = (text: string) => text) {
  putFiles(
    folder,
    farm.files(job, folder).map((file) => ({ ...file, text: change(file.text) }))
  )
  return farm.read(folder)
}

test('whatever the job, what is read back is the job, with every frame exactly once', () => {
  const folder = scratch()
  fc.assert(
    fc.property(farmJobs(), (job) => {
      const replay = unwrap(replayOf(job, folder))
      expect(differences(job, farm, replay)).toEqual([])
      for (const { position, tasks } of job.nodes) {
        const read = [...replay.tasks].filter(([path]) => path.startsWith(`${position}/`))
        expect(read).toHaveLength(tasks.length)
        if (read.every(([, list]) => list !== null))
          expect(read.flatMap(([, list]) => list)).toEqual(tasks.flatMap((task) => task.frames?.map(plainText)))
      }
    })
  )
})

test('the same waits said otherwise are no difference; one that is left out is', () => {
  const folder = scratch()
  fc.assert(
    fc.property(farmJobs(), (job) => {
      const { tasks, waits } = unwrap(replayOf(job, folder))
      const single = waits.flatMap(({ tasks: own, on }) => own.map((task) => ({ tasks: [task], on }))).reverse()
      expect(differences(job, farm, { tasks, waits: single })).toEqual([])
      const last = job.nodes.at(-1)
      const without = waits.filter((wait) => !wait.tasks[0]?.startsWith(`${last?.position}/`))
      expect(differences(job, farm, { tasks, waits: without }).length > 0).toBe((last?.parents.length ?? 0) > 0)
    })
  )
})

test('whatever the job, its loss report is complete: names, priorities, limits, links, and no error', () => {
  fc.assert(
    fc.property(farmJobs(), (job) => {
      const problems = farm.problems(job)
      const about = (code: string) => problems.filter((one) => one.code === code)
      expect(problems.filter((one) => one.severity === 'error')).toEqual([])
      expect(problems.filter((one) => !one.message || !one.remedy)).toEqual([])
      const renamed = tasksOf(job).steps.filter(({ name }, i) => name !== job.nodes[i]?.name)
      expect(about('name').filter((one) => one.node !== null)).toHaveLength(renamed.length)
      expect(about('node-priority')).toHaveLength(job.nodes.filter((node) => node.priority !== 0).length)
      const partial = job.nodes.flatMap((node) =>
        node.parents.filter(({ parent, tasks }) => tasks?.some((own) => own.length < parent.tasks.length))
      )
      expect(about('frame-dependency')).toHaveLength(partial.length)
      expect(about('silence')).toHaveLength(job.settings.silence === null ? 0 : 1)
      expect(about('limit')).toHaveLength(job.nodes.some((node) => node.interpreter.limit !== null) ? 1 : 0)
    })
  )
})

test('a name keeps what it may: braces are parted, 64 characters stay, twins are numbered within them', () => {
  const named = (names: string[]) => {
    const [job] = fc.sample(farmJobs(), 1) as [FarmJob]
    const [node] = job.nodes as [FarmJob['nodes'][0]]
    return stepNames({ ...job, nodes: names.map((name, position) => ({ ...node, name, position })) })
  }
  expect(named(['a b', '日本', '{{{x}}}', 'two\nlines', '{ok}', ''])).toEqual([
    ...['a b', '日本', '{ { {x} } }', 'two_lines', '{ok}', 'node 5']
  ])
  expect(named(['🎬'.repeat(64), 'x'.repeat(65)])).toEqual(['🎬'.repeat(64), 'x'.repeat(64)])
  expect(named(['x'.repeat(64), 'x'.repeat(99), 'y', 'y', 'y (2)'])).toEqual([
    ...['x'.repeat(64), `${'x'.repeat(60)} (2)`, 'y', 'y (2)', 'y (2) (2)']
  ])
})

/** What a node's step has for a parameter. */
async function parameterOf(list: unknown[], size: number): Promise<unknown> {
  const t = testApp()
  const graph = new Graph('one')
  Render(graph, { frames: list }, { metadata: { batch_size: size } })
  const { folder, problems } = await exported(t, await jobOf(t, graph), 'openjd')
  const text = readFileSync(join(folder, 'template.yaml'), 'utf8')
  const found = /- name: "(\w+)"\n +type: "(INT|CHUNK\[INT\])"\n +range: "(.*)"(?:[^]*rangeConstraint: "(\w+)")?/.exec(
    text
  )
  expect(text.includes('TASK_CHUNKING')).toBe(found?.[2] === 'CHUNK[INT]')
  expect(problems.some((one) => one.code === 'batch-number')).toBe(found?.[1] === 'Batch')
  return found?.slice(1).filter(Boolean)
}

describe('chunks are the engine’s where it would make our batches, and only then', () => {
  const to = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
  test.each([
    ['an even split', to(30), 10, ['Frames', 'CHUNK[INT]', '1-30', 'CONTIGUOUS']],
    ['one less at the end', to(11), 4, ['Frames', 'CHUNK[INT]', '1-11', 'CONTIGUOUS']],
    ['a rest that the engine would spread', to(10), 4, ['Batch', 'INT', '0-2']],
    ['gaps between the batches', [1, 2, 3, 11, 12, 13], 3, ['Frames', 'CHUNK[INT]', '1-3,11-13', 'CONTIGUOUS']],
    ['gaps in the batches', [1, 3, 5, 7, 10, 12], 3, ['Frames', 'CHUNK[INT]', '1-7:2,10,12', 'NONCONTIGUOUS']],
    ['every other frame', [-4, -2, 0, 2, 4, 6], 3, ['Frames', 'CHUNK[INT]', '-4-6:2', 'NONCONTIGUOUS']],
    ['batches of one', [1, 2, 5], 1, ['Frame', 'INT', '1,2,5']],
    ['texts', ['left', 'right'], 1, ['Batch', 'INT', '0,1']],
    ['backwards', [3, 2, 1], 1, ['Batch', 'INT', '0-2']],
    ['repeats', [1, 1, 2, 2], 2, ['Batch', 'INT', '0,1']],
    [
      'more than a folder’s name takes',
      to(60).map((n) => n * n),
      30,
      [
        'Frames',
        'CHUNK[INT]',
        to(60)
          .map((n) => n * n)
          .join(),
        'NONCONTIGUOUS'
      ]
    ]
  ])('%s', async (_, list, size, expected) => {
    expect(await parameterOf(list, size)).toEqual(expected)
  })
})

describe('the loss report', () => {
  test('says of a plain job only what it needs, and that it was not rehearsed', async () => {
    const t = testApp()
    const graph = new Graph('plain')
    Step(graph, { value: 1 })
    const { problems } = await exported(t, await jobOf(t, graph), 'openjd')
    expect(problems.map((one) => [one.severity, one.code])).toEqual([
      ['info', 'not-rehearsed'],
      ['info', 'needs']
    ])
    expect(problems[1]?.message).toContain('POSIX sh and node')
  })

  test('a frame link that joins every batch with every one loses nothing', async () => {
    const t = testApp()
    const graph = new Graph('one batch')
    const render = Render(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 3 } })
    const comp = Comp(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 1, dependency: 'frame' } })
    render.output('files').connect(comp.input('files'))
    const { problems } = await exported(t, await jobOf(t, graph), 'openjd')
    expect(problems.map((one) => one.code)).not.toContain('frame-dependency')
  })

  test('a job without a node is refused, since a template needs a step', () => {
    const job = { ...(fc.sample(farmJobs(), 1)[0] as FarmJob), nodes: [], tasks: [] }
    expect(farm.problems(job)).toMatchObject([{ severity: 'error', code: 'empty' }])
  })
})

describe('a template that says something else', () => {
  const changed = async (change: (text: string) => string) => {
    const t = testApp()
    const id = await jobOf(t, filmGraph())
    const { folder } = await exported(t, id, 'openjd')
    const job = farmJobOf(t, id)
    const path = join(folder, 'template.yaml')
    const text = change(readFileSync(path, 'utf8'))
    expect(text).not.toBe(readFileSync(path, 'utf8'))
    writeFileSync(path, text)
    return messageOf(verify(job, farm, folder))
  }
  test.each([
    ['lacks a dependency', / +dependencies:\n +- dependsOn: "Render"\n/, '', 'lets Comp-0 start before Render-'],
    [
      'waits for more',
      '- dependsOn: "Later"',
      '- dependsOn: "Later"\n      - dependsOn: "Everything"',
      'waits for itself (a cycle of steps)'
    ],
    ['has other frames', '"1-3,7,8"', '"1-3,7,9"', 'no task has just the frames 9'],
    ['cuts them otherwise', 'NONCONTIGUOUS', 'CONTIGUOUS', 'no task has just the frames'],
    ['has a task less', '- "2"\n', '- "1"\n', '1.frames is not there'],
    ['forgets its parameter', '"{{Task.Param.Frame}}"', '"1"', 'does not use its parameter'],
    ['lacks the extension', /extensions:\n.*\n/, '', 'TASK_CHUNKING is not declared'],
    ['waits for nothing known', '- dependsOn: "Later"', '- dependsOn: "later"', 'a step later that is not there'],
    ['has two steps of one name', 'name: "Later"', 'name: "Render"', 'two steps have one name'],
    ['has a range that is none', '"1-3,7,8"', '"1-3,7-"', '"7-" is no range'],
    ['has a range without end', '"1-3,7,8"', '"1-999999999"', 'more than 1000000'],
    ['has ranges that overlap', '"1-3,7,8"', '"1-3,3,7,8"', '"3" overlaps'],
    ['has ranges that interleave', '"1-3,7,8"', '"1-7:2,2-8:2"', '"2-8:2" overlaps'],
    ['has a control character in a name', 'name: "Later"', 'name: "La\\tter"', 'it has a control character'],
    ['has too long a name', 'name: "Later"', `name: "${'x'.repeat(65)}"`, 'it has more than 64 characters'],
    ['has a stray reference', 'name: "film"', 'name: "{{film}}"', 'it has {{ or }} that are no reference'],
    ['has an argument of two lines', '- "commands/0.sh"', '- "commands/0.sh\\n"', 'it has a control character'],
    ['has keys that we do not write', 'steps:', 'jobEnvironments: []\nsteps:', 'Unrecognized key'],
    ['is no YAML', 'steps:', 'steps: [', 'is no YAML']
  ])('%s', async (_, from, to, message) => {
    expect(await changed((text) => text.replace(from, to))).toContain(message)
  })
})

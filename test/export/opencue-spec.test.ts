import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import type { FarmJob, FarmNode } from '../../src-main/core/export/farm.ts'
import { opencue as farm } from '../../src-main/core/export/opencue.ts'
import { frameByFrame } from '../../src-main/core/export/opencue/depends.ts'
import { labelOf, layer, layerOf } from '../../src-main/core/export/opencue/layers.ts'
import { layerNames } from '../../src-main/core/export/opencue/names.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { inBatches, linkedPlaces } from '../helpers/oracle.ts'
import { Comp, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { created, framePair, limited, range } from '../helpers/export-jobs.ts'
import { exported, farmJobOf, filmGraph, jobOf, readBack } from '../helpers/farms.ts'
import { messageOf } from '../helpers/goldens.ts'

const codesOf = (job: FarmJob) => farm.problems(job).map(({ severity, code }) => `${severity} ${code}`)

describe('frame by frame', () => {
  const total = (links: ReturnType<typeof frameByFrame>) => links?.reduce((sum, list) => sum + list.length, 0)

  test('links as cuebot’s own tests count: one frame on chunks of 5, chunks of 5 on single frames, and all on a large chunk', () => {
    const [none, small, large] = [1, 5, 100_000].map((chunk) => layer(range(1, 100), chunk, true))
    if (!none || !small || !large) throw new Error('three layers')
    expect(total(frameByFrame(small, none))).toBe(100)
    expect(total(frameByFrame(none, small))).toBe(100)
    // its LAYER_ON_LAYER
    expect(frameByFrame(none, large)).toEqual(range(1, 100).map(() => [0]))
    expect(frameByFrame(large, none)).toEqual([range(0, 99)])
  })

  test.each([
    ['equal chunks', [range(1, 10), 2], [range(1, 10), 2], [[0], [1], [2], [3], [4]]],
    ['equal chunks of other frames: some wait for nothing', [range(1, 6), 2], [range(3, 8), 2], [[], [0], [1]]],
    [
      '4 on 2: one more than it needs',
      [range(1, 8), 4],
      [range(1, 8), 2],
      [
        [0, 1, 2],
        [2, 3]
      ]
    ],
    ['2 on 4', [range(1, 8), 2], [range(1, 8), 4], [[0], [0], [1], [1]]],
    [
      '3 on 2, across: the first chunk that holds a frame, and one more',
      [range(1, 6), 3],
      [range(1, 6), 2],
      [
        [0, 1],
        [1, 2]
      ]
    ],
    ['frames above all of the parent’s: the last chunk', [[90, 91], 1], [range(1, 8), 4], [[1], [1]]],
    ['frames before all of the parent’s: cuebot fails', [[1, 2], 1], [range(5, 8), 2], null]
  ] as const)('%s', (_, [frames, chunk], [above, size], links) => {
    expect(frameByFrame(layer(frames, chunk, true), layer(above, size, true))).toEqual(links)
  })

  test.each([
    [1, 5],
    [5, 1],
    [3, 3],
    [1, 1],
    [100, 4],
    [4, 100]
  ])('is the job’s dependency of equal frames in batches of %i after batches of %i', (below, above) => {
    for (const frames of [range(0, 11), [3, 4, 9, 20, 21, 40, 41], [7]]) {
      const [child, parent] = [below, above].map((size) =>
        inBatches(frames.map(String), size).map((own) => ({ frames: own }))
      )
      const links = linkedPlaces(parent ?? [], child ?? [], 'frame')
      expect(frameByFrame(layer(frames, below, true), layer(frames, above, true))).toEqual(links)
    }
  })

  test.each([
    ['the same frames and batches', [range(1, 20), 4], [range(1, 20), 4], true],
    ['the same gappy frames and batches', [[1, 2, 7, 8, 20], 2], [[1, 2, 7, 8, 20], 2], true],
    ['single frames under batches', [range(1, 20), 6], [range(1, 20), 1], true],
    ['batches under single frames', [range(1, 20), 1], [range(1, 20), 6], true],
    ['texts, batch by batch', [range(-4, 3), 2], [range(-4, 3), 2], true],
    ['batches of 2 under batches of 4', [range(1, 20), 2], [range(1, 20), 4], false],
    ['batches of 3 under batches of 2, across', [range(1, 20), 3], [range(1, 20), 2], false],
    ['frames that the parent lacks', [range(1, 5), 1], [range(1, 8), 1], false]
  ] as const)(
    'is used exactly where it is the job’s dependency: %s',
    async (_, [above, size], [frames, chunk], kept) => {
      const t = testApp()
      const job = await jobOf(t, framePair({ frames: [...above], size }, { frames: [...frames], size: chunk }))
      const { folder, problems } = await exported(t, job, 'opencue')
      const type = kept ? 'FRAME_BY_FRAME' : 'LAYER_ON_LAYER'
      expect(readFileSync(join(folder, 'job.xml'), 'utf8')).toContain(`<depend type="${type}">`)
      const told = problems.filter((one) => one.code === 'frame-dependency')
      expect(told.map((one) => one.severity)).toEqual(kept ? [] : ['warning'])
    }
  )
})

describe('any job', () => {
  test('read back is the job again, with every frame in exactly one task', () => {
    const folder = scratch()
    fc.assert(
      fc.property(farmJobs(), (job) => {
        const replay = readBack(farm, job, folder)
        for (const node of job.nodes.filter((one) => layerOf(one).filmed))
          expect(node.tasks.flatMap((task) => replay.tasks.get(`${node.position}/${labelOf(node, task)}`))).toEqual(
            node.chunks?.frames.map(String)
          )
      }),
      { numRuns: 400 }
    )
  })

  test('has names that cuebot takes, each once, and the same names whenever it is written', () => {
    fc.assert(
      fc.property(farmJobs(), (job) => {
        const names = [...layerNames(job).values()].map(({ name }) => name)
        expect(new Set(names).size).toBe(names.length)
        for (const name of names) expect(name).toMatch(/^[a-z0-9_.]{3,200}$/)
        expect([...layerNames(job).values()].map(({ name }) => name)).toEqual(names)
      }),
      { numRuns: 300 }
    )
  })

  test('in a folder that XML or cuebot would change is not written', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    for (const name of ['bell\u0007', 'blank '])
      expect(
        messageOf(await t.app.call('job.export', { job, format: 'opencue', out: join(scratch(), name) }))
      ).toContain('cannot stand in XML')
  })

  test('whose file was changed is not taken for the job', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    const { folder } = await exported(t, job, 'opencue')
    const file = join(folder, 'job.xml')
    const text = readFileSync(file, 'utf8')
    const own = farmJobOf(t, job)
    const after = (change: [string | RegExp, string]) => {
      writeFileSync(file, text.replace(...change))
      const replay = farm.read(folder)
      return replay.ok ? differences(own, farm, replay.value).join('\n') : replay.error.message
    }
    expect(after(['', ''])).toBe('')
    expect(after(['<range>1-3,7-8', '<range>1-8'])).toContain('gives Render-1 the frames 3,4, the job 3,7')
    expect(after(['<chunk>2', '<chunk>3'])).toMatch(/lacks the task Render-\d|the frames 1,2,3/)
    expect(after(['FRAME_BY_FRAME', 'LAYER_ON_LAYER'])).toContain('which it need not')
    expect(after([/<depend type="LAYER_ON_LAYER">.*?<\/depend>/s, ''])).toContain('start before')
    expect(after(['<onlayer>', '<onlayer>no_'])).toContain('that is not there')
    expect(after(['/bin/sh', '/bin/rm'])).toContain('is no command of ours')
    expect(after(['</spec>', ''])).toContain('job.xml is no XML')
  })
})

describe('the loss report', () => {
  const settings = { retries: 0, timeout: null, silence: null, failFast: false }

  test('says nothing of a plain job but what has to be known', async () => {
    const t = testApp()
    const graph = new Graph('plain_job')
    Step(graph, { value: 1 }, { name: 'first' })
    const job = await jobOf(t, graph)
    expect(codesOf(farmJobOf(t, job))).toEqual(['info submission', 'info service', 'info needs'])
  })

  test('names all that is lost or changed', async () => {
    const t = testApp()
    await t.ask('interpreter.set', limited('prman'))
    const graph = new Graph('Film 2')
    const first = Render(graph, { frames: range(1, 8) }, { name: 'A-b', metadata: { batch_size: 2, priority: 7 } })
    const next = Comp(
      graph,
      { frames: range(1, 8) },
      { name: 'a_B', metadata: { batch_size: 4, dependency: 'frame', interpreter: 'prman' } }
    )
    first.output('files').connect(next.input('files'))
    Render(graph, { frames: [-1, 0] }, { name: 'x'.repeat(300), metadata: { batch_size: 1 } })
    const job = await created(t, graph, { retries: 3, timeout: 90, silence: 600, failFast: true })
    await t.ask('job.priority', { job, priority: 5 })
    const { folder, problems } = await exported(t, job, 'opencue')
    const told = problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)
    expect(told).toEqual([
      expect.stringContaining('info not-rehearsed:'),
      'info name: its layer is called "a_b" there',
      'warning node-priority: its priority 7 is lost',
      expect.stringMatching(/^warning name: its layer is called "x+…x+": its name is too long$/),
      'info batch-number: its batches go by number, so the farm does not show their frames',
      'warning frame-dependency: its batches wait for all of "A-b", not only for the batches that share their frames',
      'warning name: its layer is called "a_b_2": another has its name there',
      'info retries: a spec has 1 retry at most; submit.sh asks for 3 once cuebot has the job',
      'warning timeout: the limit of time of 90 s acts after 2 min there, and no retry follows',
      'warning silence: the limit of time without output of 600 s acts after 10 min there, and no retry follows',
      'warning fail-fast: stopping at the first failure is lost: what does not wait for a failed task goes on',
      'info priority: the priority 5 goes over as it is; other jobs there have 1 where nobody says another',
      'warning limit: at most 2 tasks of prman at once is the limit prman of OpenCue; cuebot launches nothing while there is none of that name',
      'info name: the job is called "film_2" there',
      expect.stringContaining('info submission:'),
      expect.stringContaining('info service:'),
      expect.stringContaining('info needs:')
    ])
    const text = readFileSync(join(folder, 'job.xml'), 'utf8')
    for (const part of [
      '<priority>5',
      '<maxretries>1',
      '<timeout>1',
      '<timeout_llu>10',
      '<limit>prman',
      '<service>prman'
    ])
      expect(text).toContain(part)
  })

  test('refuses what cuebot would: too many layers, too many tasks', async () => {
    const t = testApp()
    const job = farmJobOf(t, await jobOf(t, framePair({ frames: [1], size: 1 }, { frames: [1], size: 1 })))
    const [node] = job.nodes as [FarmNode]
    const nodes = range(0, 2000).map((position) => ({ ...node, position, parents: [] }))
    expect(codesOf({ ...job, settings: { ...job.settings, ...settings }, nodes })).toContain('error layers')
    const tasks = range(0, 100_000).map((index) => ({ ...(node.tasks[0] as FarmNode['tasks'][0]), index }))
    expect(codesOf({ ...job, tasks })).toContain('error tasks')
  })
})

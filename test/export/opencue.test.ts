import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import type { FarmJob } from '../../src-main/core/export/farm.ts'
import { opencue as farm } from '../../src-main/core/export/opencue.ts'
import { labelOf, layerOf } from '../../src-main/core/export/opencue/layers.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from '../helpers/app.ts'
import { farmJobs } from '../helpers/arbitrary-job.ts'
import { created, everyGraph, framePair, limited, range } from '../helpers/export-jobs.ts'
import { expectPulled, exported, farmJobOf, filmGraph, jobOf, type Source } from '../helpers/farms.ts'
import {
  cuebot,
  invalidities,
  meaningOf,
  outlinesOf,
  pyoutline,
  xmllint,
  type MadeOutline
} from '../helpers/opencue.ts'

/** Every graph that we have, and jobs with many and with odd batches; each a job, in the store's order. */
async function everything(t: TestApp, frames: number): Promise<{ name: string; job: number }[]> {
  const graphs: [string, Source][] = [
    ...everyGraph(),
    ['unequal', framePair({ frames: range(1, 20), size: 2 }, { frames: range(1, 20), size: 4 })],
    ['many', framePair({ frames: range(1, frames), size: 1 }, { frames: range(1, frames), size: 3 })]
  ]
  const jobs = []
  for (const [name, graph] of graphs) jobs.push({ name, job: await created(t, graph) })
  return jobs
}

/** The jobs' specs alone, in one folder. */
function specsOf(jobs: readonly FarmJob[], root: string): string[] {
  const folder = scratch()
  return jobs.map((job, i) => {
    const file = join(folder, `${i}.xml`)
    writeFileSync(file, farm.files(job, root)[0]?.text ?? '')
    return file
  })
}

/** The frames of each task as pyoutline computes them, and as the job has them, in the layers' order. */
function expectFrames(job: FarmJob, made: MadeOutline): void {
  const theirs = Object.values(made.frames).map((tasks) =>
    Object.entries(tasks).sort(([a], [b]) => Number(a) - Number(b))
  )
  const ours = job.nodes.map((node) => {
    const { filmed } = layerOf(node)
    return node.tasks.map((task) => {
      const label = labelOf(node, task)
      return [label, filmed ? task.frames?.map(Number) : [Number(label)]]
    })
  })
  expect(theirs).toEqual(ours)
}

describe.skipIf(!xmllint())('xmllint, with the DTD that a spec names', () => {
  test('takes every golden graph, the examples, and thousands of batches', async () => {
    const t = testApp()
    const jobs = await everything(t, 1500)
    expect(jobs.length).toBeGreaterThan(20)
    const files = []
    for (const { job } of jobs) files.push(join((await exported(t, job, 'opencue')).folder, 'job.xml'))
    expect(invalidities(files)).toBe('')
    expect(readFileSync(files[0] ?? '', 'utf8').split('\n')[1]).toContain(
      'PUBLIC "SPI Cue  Specification Language" "http://localhost:8080/spcue/dtd/cjsl-1.15.dtd"'
    )
  })

  test('takes random jobs, whatever they and their nodes are called', () => {
    const jobs = fc.sample(farmJobs(), { numRuns: 150, seed: 7 })
    expect(invalidities(specsOf(jobs, '/farm/<a> & "b"'))).toBe('')
  })

  test('refuses a layer whose services stand before its limits, so the test above can fail', async () => {
    const t = testApp()
    await t.ask('interpreter.set', limited('prman'))
    const job = await created(t, mapped())
    const { folder } = await exported(t, job, 'opencue')
    const file = join(folder, 'job.xml')
    expect(invalidities([file])).toBe('')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/(<limits>.*?<\/limits>)(\s*)(<services>.*?<\/services>)/s, '$3$2$1'))
    expect(invalidities([file])).toContain('does not follow the DTD')
  })
})

describe.skipIf(!pyoutline())('OpenCue’s own pyoutline', () => {
  test('builds from every spec an outline that it serialises the same, and whose tasks have our frames', async () => {
    const t = testApp()
    // pyoutline looks through all frames for each task
    const all = await everything(t, 200)
    const jobs = all.map(({ job }) => farmJobOf(t, job))
    const files = specsOf(jobs, '/farm')
    outlinesOf(files).forEach((made, i) => {
      const own = meaningOf(readFileSync(files[i] ?? '', 'utf8'))
      expect([all[i]?.name, meaningOf(made.spec)]).toEqual([all[i]?.name, own])
      expectFrames(jobs[i] as FarmJob, made)
    })
  })

  test('gives the tasks of random jobs, gappy frames and all, exactly our frames', () => {
    const jobs = fc.sample(farmJobs(), { numRuns: 150, seed: 11 })
    outlinesOf(specsOf(jobs, '/farm')).forEach((made, i) => expectFrames(jobs[i] as FarmJob, made))
  })

  test('its client submits the moved folder with show, shot, user and facility, to what speaks cuebot’s gRPC', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    const { folder } = await exported(t, job, 'opencue')
    const moved = join(scratch(), 'moved here, "it\'s" <2> & $HOME ü')
    renameSync(folder, moved)
    const bot = await cuebot(scratch())
    const taken = bot.spec
    const env = { ...process.env, CUEBOT_HOSTS: bot.host, CUE_USER: 'artist', FACILITY: 'north' }
    const { stdout, status } = spawnSync('sh', [join(moved, 'submit.sh'), 'bbb', 'sh010'], { env, encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, 'bbb-sh010-artist_film\n'])
    const [run] = readdirSync(join(moved, 'runs'))
    if (xmllint()) expect(invalidities([taken])).toBe('')
    expect(
      meaningOf(
        readFileSync(taken, 'utf8')
          .replace(/<(facility)>/g, '<dept>')
          .replace('</facility>', '</dept>')
      )
    ).toEqual(
      expect.arrayContaining([
        ['dept', 'north'],
        ['show', 'bbb'],
        ['shot', 'sh010'],
        ['user', 'artist'],
        expect.arrayContaining([['env', ['key', 'name=BACKLOT_FOLDER', moved], ['key', 'name=BACKLOT_RUN', run]]])
      ])
    )
  })

  test('says how each task is run: all of them, run so, give what our own run gave', async () => {
    const t = testApp()
    const job = await jobOf(t, filmGraph())
    await t.ask('job.run', { job })
    const { folder, problems } = await exported(t, job, 'opencue')
    expect(problems.map((one) => one.code)).not.toContain('frame-dependency')
    const moved = join(scratch(), 'it\'s $HOME "here"')
    renameSync(folder, moved)
    const file = join(moved, 'finished.xml')
    writeFileSync(file, printed(moved))
    const commands = outlinesOf([file]).flatMap((made) => commandsOf(file, made))
    expect(commands).toHaveLength(12)
    const env = { PATH: process.env.PATH, BACKLOT_FOLDER: moved }
    for (const command of commands)
      expect([command, spawnSync('sh', ['-c', command], { cwd: '/', stdio: 'ignore', env }).status]).toEqual([
        command,
        0
      ])
    await expectPulled(t, job, moved, 12)
  })
})

/** The spec as `submit.sh --print` finishes it. */
function printed(folder: string): string {
  const env = { ...process.env, CUE_USER: 'artist' }
  const { stdout, stderr } = spawnSync('sh', [join(folder, 'submit.sh'), '--print', 'bbb', 'sh010'], {
    env,
    encoding: 'utf8'
  })
  expect(stderr).toBe('')
  return stdout
}

/** What rqd would be told, task by task, layers in the spec's order: parents first. */
function commandsOf(file: string, { frames }: MadeOutline): string[] {
  const spec = new DOMParser().parseFromString(readFileSync(file, 'utf8'), 'text/xml')
  return [...spec.getElementsByTagName('layer')].flatMap((one) => {
    const command = [...one.getElementsByTagName('cmd')][0]?.textContent ?? ''
    return Object.keys(frames[one.getAttribute('name') ?? ''] ?? {}).map((first) =>
      command.replaceAll('#IFRAME#', first)
    )
  })
}

/** A node for an interpreter that has a limit. */
function mapped(): Graph {
  const graph = new Graph('mapped')
  Step(graph, { value: 1 }, { metadata: { interpreter: 'prman' } })
  return graph
}

describe('submit.sh', () => {
  test('says what it lacks, and that root may not submit', async () => {
    const t = testApp()
    const { folder } = await exported(t, await jobOf(t, filmGraph()), 'opencue')
    const say = (user: string, ...args: string[]) =>
      spawnSync('sh', [join(folder, 'submit.sh'), ...args], {
        env: { PATH: process.env.PATH, CUE_USER: user },
        encoding: 'utf8'
      })
    expect(say('artist').stderr).toContain('usage: sh submit.sh [--print] SHOW SHOT')
    expect(say('artist', 'bbb', 's1').stderr).toContain('a shot has 3 characters')
    expect(say('root', 'bbb', 'sh010').stderr).toContain('CUE_USER')
  })
})

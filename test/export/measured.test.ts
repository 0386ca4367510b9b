import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { assetsIn, limitsOf } from '../../src-main/core/export/measured.ts'
import { beginRehearsal, endRehearsal } from '../../src-main/core/store/rehearsals.ts'
import { farmNames, type FarmName } from '../../src-main/domain/formats.ts'
import type { Finding } from '../../src-main/domain/rehearsal.ts'
import { workerFile } from '../../src-main/domain/worker.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { graphFile } from '../helpers/cli.ts'
import { exported } from '../helpers/farms.ts'
import { access, trace, withStore } from '../helpers/ledgers.ts'
import { deadlineBundle, openjd, openjdCommand } from '../helpers/openjd.ts'

const MB = 2 ** 20

describe('limits from what was measured', () => {
  const run = (seconds: number, peakMemory: number | null) => ({
    startedAt: 1000,
    endedAt: 1000 + seconds * 1000,
    took: null,
    peakMemory
  })

  test.each([
    [[run(1, 100 * MB)], { memory: 256 * MB, seconds: 60 }],
    [[run(30, 1024 * MB), run(200.1, 10 * MB)], { memory: 1280 * MB, seconds: 601 }],
    [[run(100, 1025 * MB)], { memory: 1536 * MB, seconds: 300 }],
    [[run(100, null), run(1, 5 * MB)], { memory: null, seconds: 300 }],
    [[{ ...run(30, 5 * MB), took: 200_000 }], { memory: 256 * MB, seconds: 600 }],
    [[{ startedAt: null, endedAt: null, took: null, peakMemory: null }], { memory: null, seconds: null }]
  ])('of %j are the most that one took, with the margin, in whole steps', (runs, limits) => {
    expect(limitsOf(runs)).toEqual(limits)
  })
})

test('assets are files that were read and nobody wrote, and folders of what was written, on what is shared', () => {
  const folder = scratch()
  const file = (name: string) => {
    writeFileSync(join(folder, name), '')
    return join(folder, name)
  }
  const accesses = [
    access('read', file('tex.png')),
    access('read', file('made.bin')),
    access('write', file('made.bin')),
    access('write', join(folder, 'out/a.exr')),
    access('write', '/elsewhere/b.exr'),
    access('read', join(folder, 'v3'), { as: file('current') }),
    access('read', join(folder, 'gone.png')),
    access('read', '/elsewhere/c')
  ]
  expect(assetsIn(accesses, (path) => path.startsWith(folder))).toEqual({
    inputs: [join(folder, 'current'), join(folder, 'tex.png')],
    outputs: [folder, join(folder, 'out')]
  })
})

/** A job that ran and was traced, beside a profile that says what is shared. */
async function rehearsed() {
  const t = testApp()
  const folder = scratch()
  const graph = new Graph('film')
  const render = Step(graph, { value: 1 }, { name: 'Render' })
  const comp = Step(graph, {}, { name: 'Comp' })
  render.output('value').connect(comp.input('value'))
  const share = join(folder, 'show')
  mkdirSync(share)
  writeFileSync(join(share, 'tex.png'), '')
  writeFileSync(join(folder, workerFile), `share: [${share}]\n`)
  const { job } = await t.ask('job.create', { source: { path: graphFile(folder, graph) } })
  await t.ask('job.run', { job })
  const out = join(share, 'out/a.exr')
  trace(t.dataDir, job, {
    Render: [access('read', join(share, 'tex.png')), access('write', out), access('read', join(folder, 'film.json'))],
    Comp: [access('read', out)]
  })
  return { t, job, share, graph }
}

const report = (findings: Finding[]) => ({ findings, passes: [] })

const finding = (severity: Finding['severity'], tasks: string[]): Finding => ({
  ...{ kind: 'home-file', severity, tasks, needs: null, paths: [], variables: [], addresses: [], evidence: [] },
  ...{ message: `it reads a file of yours (${severity})`, remedy: 'put it on the share' }
})

describe('an export of a job that was rehearsed', () => {
  test.skipIf(!openjd())('names its files for Deadline Cloud, with memory and time; openjd takes it', async () => {
    const { t, job, share } = await rehearsed()
    const { folder, problems } = await exported(t, job, 'openjd')
    expect(await openjdCommand('check', join(folder, 'template.yaml'))).toMatchObject({ code: 0 })
    expect(deadlineBundle(folder)).toMatchObject({
      assetReferences: {
        inputs: { filenames: [join(share, 'tex.png')] },
        outputs: { directories: expect.arrayContaining([join(share, 'out')]) as string[] }
      }
    })
    const { steps } = parse(readFileSync(join(folder, 'template.yaml'), 'utf8')) as {
      steps: { hostRequirements: { amounts: unknown }; script: { actions: { onRun: { timeout: number } } } }[]
    }
    for (const { hostRequirements, script } of steps) {
      expect(hostRequirements.amounts).toEqual([{ name: 'amount.worker.memory', min: 256 }])
      expect(script.actions.onRun.timeout).toBe(60)
    }
    const told = problems.map(({ code, message }) => `${code}: ${message}`)
    expect(told).toContain(
      'measured: what a task may take is what was measured here with a margin: memory is 1.25 times the peak, rounded up to 256 MB; time is 3 times the longest run, and at least 60 s'
    )
    expect(told).toContain(
      'assets: asset_references.json names 1 file that its tasks read here, and 1 folder that they wrote to'
    )
  })

  test('has memory and time where the format has a place for them, else says that they are lost', async () => {
    const { t, job } = await rehearsed()
    const text = async (format: FarmName, file: string) => {
      const { folder, problems } = await exported(t, job, format)
      return {
        text: readFileSync(join(folder, file), 'utf8'),
        lost: problems.filter(({ code }) => code === 'measured')
      }
    }
    const slurm = await text('slurm', 'submit.sh')
    expect(slurm.text).toContain('submit --mem=256M --time=1 --job-name=')
    const { problems } = await t.ask('job.preview', { job, format: 'slurm' })
    expect(problems.map(({ code }) => code)).toContain('memory')
    const opencue = await text('opencue', 'job.xml')
    expect(opencue.text).toMatch(/<memory>256m<\/memory>\s*<timeout>1<\/timeout>/)
    const deadline = await text('deadline', 'deadline/0/job_info.txt')
    expect(deadline.text).toContain('TaskTimeoutSeconds=60\nOnTaskTimeout=Error\n')
    expect(deadline.lost.map(({ message }) => message)).toContain(
      'the limit of memory that was measured here, 256 MB at most with its margin, is lost'
    )
    const tractor = await text('tractor', 'job.alf')
    expect([tractor.text, tractor.lost.length]).toEqual([expect.stringContaining('-maxrunsecs {60}'), 2])
  })

  test('a limit of time of the user’s own stands in place of the measured one', async () => {
    const { t, share, graph } = await rehearsed()
    const source = { path: graphFile(join(share, '..'), graph) }
    const { job } = await t.ask('job.create', { source, settings: { timeout: 600 } })
    await t.ask('job.run', { job })
    const { folder } = await exported(t, job, 'deadline')
    expect(readFileSync(join(folder, 'deadline/0/job_info.txt'), 'utf8')).toContain('TaskTimeoutSeconds=600\n')
  })

  test('lists what the rehearsal found, as warnings: the export is not stopped', async () => {
    const { t, job } = await rehearsed()
    const many = ['Render', 'Comp', 'c', 'd']
    withStore(t.dataDir, (store) => {
      beginRehearsal(store, job, 1)
      endRehearsal(store, job, 2, report([finding('error', ['Render']), finding('warning', many), finding('info', [])]))
    })
    const { problems } = await exported(t, job, 'slurm')
    const found = problems.filter(({ code }) => code === 'home-file')
    expect(found.map(({ severity, name, message }) => [severity, name, message])).toEqual([
      ['warning', 'Render', 'it reads a file of yours (error)'],
      ['warning', 'Render, Comp, c and 1 more', 'it reads a file of yours (warning)']
    ])
    expect(found[0]?.node).toMatch(/^Render/)
    expect(problems.map(({ code }) => code)).not.toContain('not-rehearsed')
  })
})

test.each(farmNames)(
  '%s: of a job that never ran nothing was measured, and the report says that it was not rehearsed',
  async (format) => {
    const t = testApp()
    const graph = new Graph('plain')
    Step(graph, { value: 1 })
    const { job } = await t.ask('job.create', { source: { path: graphFile(scratch(), graph) } })
    const { folder, problems } = await exported(t, job, format)
    const codes = problems.map(({ code }) => code)
    expect(codes).not.toContain('measured')
    expect(problems.find(({ code }) => code === 'not-rehearsed')).toMatchObject({
      severity: 'info',
      remedy: `rehearse it before you submit it: backlot rehearse ${job}`
    })
    if (format === 'openjd')
      expect(JSON.parse(readFileSync(join(folder, 'asset_references.json'), 'utf8'))).toMatchObject({
        assetReferences: { inputs: { filenames: [] }, outputs: { directories: [] } }
      })
  }
)

import { expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { plainDetails } from '../../src-main/domain/interpreter.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { testApp } from '../helpers/app.ts'
import { graphFile } from '../helpers/cli.ts'

/** A job with a node that has a limit of its own, one with that of the run, and one with that of its interpreter. */
async function limited(memory: number | undefined) {
  const t = testApp()
  const graph = new Graph('limited')
  const own = { interpreter: 'tool', memory: '4 GB' }
  Step(graph, {}, { name: 'Own', metadata: own })
  Step(graph, {}, { name: 'Tool', metadata: { interpreter: 'tool' } })
  const tool = { ...plainDetails, name: 'tool', argv: ['true'], wrapper: [], evaluator: 'none' as const }
  await t.ask('interpreter.set', { ...tool, memory: 2_000_000_000 })
  const source = { path: graphFile(t.dataDir, graph) }
  const { job } = await t.ask('job.create', { source, settings: { memory }, force: true })
  return { t, job }
}

test('a limit that the user set goes to the farms that have a place for it', async () => {
  const { t, job } = await limited(undefined)
  const text = async (format: 'slurm' | 'openjd' | 'opencue') =>
    (await t.ask('job.preview', { job, format })).files.map((file) => file.text).join('\n')
  const slurm = await text('slurm')
  expect([slurm.includes('--mem=3815M'), slurm.includes('--mem=1908M')]).toEqual([true, true])
  const openjd = await text('openjd')
  expect(openjd).toMatch(/amount\.worker\.memory[\s\S]{0,40}3815/)
  const opencue = await text('opencue')
  expect([opencue.includes('3815m'), opencue.includes('1908m')]).toEqual([true, true])
})

test('the limit of the run counts more than the interpreter’s and less than the node’s', async () => {
  const { t, job } = await limited(1_000_000_000)
  const slurm = (await t.ask('job.preview', { job, format: 'slurm' })).files.map((file) => file.text).join('\n')
  expect([slurm.includes('--mem=3815M'), slurm.includes('--mem=954M'), slurm.includes('1908')]).toEqual([
    ...[true, true, false]
  ])
})

test.each(['tractor', 'deadline'] as const)('%s has no place for it, which its loss report says', async (format) => {
  const { t, job } = await limited(undefined)
  const { problems } = await t.ask('job.preview', { job, format })
  expect(problems.filter(({ code }) => code === 'memory-limit')).toMatchObject([
    { severity: 'warning', message: expect.stringContaining('3815 MB at most, is lost') }
  ])
})

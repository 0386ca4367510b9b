/** Jobs that exports are tried with. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Farm, FarmJob } from '../../src-main/core/export/farm.ts'
import type { FarmName } from '../../src-main/domain/formats.ts'
import { Graph } from '../../src-main/core/graph/author.ts'
import { shippedInterpreters, type Interpreter } from '../../src-main/domain/interpreter.ts'
import { Comp, Render } from '../fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from './app.ts'
import { farmJobs } from './arbitrary-job.ts'
import { exported, farmJobOf, fileOf, filmGraph, readBack, type Source } from './farms.ts'
import { goldenNames, goldenPath } from './goldens.ts'

export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** A job that is never run here, so its interpreters need not be. */
export const created = async (t: TestApp, graph: Source, settings = {}): Promise<number> =>
  (await t.ask('job.create', { source: fileOf(graph), settings, force: true })).job

/** Looks at the export of every golden graph, the examples and the film. */
export async function eachExport(format: FarmName, look: (folder: string, job: FarmJob) => void): Promise<void> {
  const t = testApp()
  for (const [, graph] of everyGraph()) {
    const job = await created(t, graph)
    const { folder } = await exported(t, job, format)
    look(folder, farmJobOf(t, job))
  }
}

/** A farm's files of any job, read back, are the job again. */
export function expectAnyJobBack(farm: Farm): void {
  const folder = scratch()
  const isBack = fc.property(farmJobs(), (job) => {
    expect(readBack(farm, job, folder).tasks.size).toBe(job.tasks.length)
  })
  fc.assert(isBack, { numRuns: 300 })
}

/** The batches of one node. */
export interface Batched {
  frames: readonly number[]
  size: number
}

/** Two batched nodes, the second after the first by frame. */
export function framePair(above: Batched, below: Batched): Graph {
  const graph = new Graph('pair')
  const render = Render(graph, { frames: [...above.frames] }, { metadata: { batch_size: above.size } })
  const metadata = { batch_size: below.size, dependency: 'frame' } as const
  const comp = Comp(graph, { frames: [...below.frames] }, { metadata })
  render.output('files').connect(comp.input('files'))
  return graph
}

/** `name` with a limit: a plain Python here. */
export const limited = (name: string): Interpreter => ({
  ...(shippedInterpreters.find((one) => one.name === 'python') as Interpreter),
  name,
  limit: 2
})

const example = (name: string): Source => ({ path: join(import.meta.dirname, '../../examples', `${name}.ts`) })
const examples = ['guide/implicit_batching', 'guide/explicit_batching', 'vfx_rendering/graph', 'rendering/graph']

/** Every golden graph that can be a job, the examples and the film, by name. */
export const everyGraph = (): [string, Source][] => [
  ...goldenNames
    .filter((name) => name !== '23_undetected_cycle')
    .map((name): [string, Source] => [name, { path: goldenPath(name) }]),
  ...examples.map((name): [string, Source] => [name, example(name)]),
  ['film', filmGraph()]
]

/** A job whose nodes are all omitted. */
export function emptyJob(): FarmJob {
  const [job] = fc.sample(farmJobs(), { numRuns: 1, seed: 1 })
  return { ...(job as FarmJob), nodes: [], tasks: [] }
}

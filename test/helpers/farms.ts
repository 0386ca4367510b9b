import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Graph, type Node } from '../../src-main/core/graph/author.ts'
import { expect } from 'vitest'
import { putFiles } from '../../src-main/core/export/bundle.ts'
import { farmJob, type Farm, type FarmJob, type Replay } from '../../src-main/core/export/farm.ts'
import type { FarmName } from '../../src-main/domain/formats.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import type { Problem } from '../../src-main/domain/problems.ts'
import { memberOf, membersOf, formatJson, type Raw } from '../../src-main/domain/json.ts'
import { StoredJob } from '../../src-main/core/job/stored-job.ts'
import { openDb } from '../../src-main/core/store/db.ts'
import { Store } from '../../src-main/core/store/store.ts'
import { Comp, Render, Step } from '../fixtures/nodes/steps.ts'
import { scratch, type TestApp } from './app.ts'
import { unwrap } from './goldens.ts'

/** DCC interpreters of the goldens, run with plain Python here. */
export const dccMap = { maya: 'python', houdini: 'python', nuke: 'python', '3dequalizer': 'python' }

/**
 * A film whose nodes need only Node: two batched nodes linked by frames with unequal batches (2 and 1), gappy frames,
 * a name that every format has to make legal, a node batched by upstream's frames, and a barrier at the end.
 * Its outputs are the same wherever it runs.
 */
export function filmGraph(frames: readonly number[] = [1, 2, 3, 7, 8]): Graph {
  const graph = new Graph('film')
  const render = Render(graph, { frames: [...frames] }, { metadata: { batch_size: 2 } })
  const comp = Comp(graph, { frames: [...frames] }, { metadata: { batch_size: 1, dependency: 'frame' } })
  render.output('files').connect(comp.input('files'))
  const numbers = Step(graph, { value: [7, 8] }, { name: "it's $HOME; 'x' {{a}} <b>" })
  const later = Render(graph, { prefix: 'late' }, { name: 'Later', metadata: { batch_size: 1 } })
  numbers.output('value').connect(later.input('frames'))
  const all = Step(graph, {}, { name: 'Everything' })
  for (const [key, node] of Object.entries<Node>({ '10': comp, '2': later }))
    node.output('files').connect(all.input('value').at(key))
  return graph
}

export type Source = Graph | { path: string }

/** The file of a graph, written where it is not one yet. */
export function fileOf(graph: Source): { path: string } {
  if (!(graph instanceof Graph)) return graph
  const path = join(scratch(), 'graph.json')
  writeFileSync(path, graph.toText())
  return { path }
}

/** A job of a graph that can run here; its number. */
export const jobOf = async (t: TestApp, graph: Source): Promise<number> =>
  (await t.ask('job.create', { source: fileOf(graph), options: { map: dccMap }, force: true })).job

/** Writes a job out for a farm into a new folder; read back and compared on the way. */
export async function exported(
  t: TestApp,
  job: number,
  format: FarmName
): Promise<{ folder: string; problems: Problem[] }> {
  const folder = join(scratch(), format)
  const { problems } = await t.ask('job.export', { job, format, out: folder, verify: true })
  // what this shell's variables are is not of the job
  return { folder, problems: problems.filter(({ code, severity }) => code !== 'environment' || severity !== 'info') }
}

/** Writes a job's files alone, as an export into `/farm` would have them. */
export function writtenFor(farm: Farm, job: FarmJob, folder = scratch()): string {
  putFiles(folder, farm.files(job, '/farm'))
  return folder
}

/** What a job's files say when they are read back; that must be the job, and nothing of it refused. */
export function readBack(farm: Farm, job: FarmJob, folder: string): Replay {
  expect(farm.problems(job).filter((one) => one.severity === 'error')).toEqual([])
  const replay = unwrap(farm.read(writtenFor(farm, job, folder)))
  expect(differences(job, farm, replay)).toEqual([])
  return replay
}

/** Brings an export's results back: all of them, and the outputs of our own run of the job. */
export async function expectPulled(t: TestApp, job: number, folder: string, succeeded: number): Promise<void> {
  const pulled = await t.ask('job.pull', { path: folder })
  expect(pulled).toMatchObject({ succeeded, failed: 0, missing: 0 })
  expect(await outputsOf(t, pulled.job)).toEqual(await outputsOf(t, job))
}

/** A job of the store as farms get it. */
export function farmJobOf(t: TestApp, job: number): FarmJob {
  const db = unwrap(openDb(join(t.dataDir, 'backlot.db'), join(import.meta.dirname, '../../drizzle')))
  try {
    return unwrap(farmJob(new StoredJob(new Store(db), job)))
  } finally {
    db.raw.close()
  }
}

/** Every merged output of a job, `identifier plug` → its JSON text. */
export async function outputsOf(t: TestApp, job: number): Promise<Record<string, string>> {
  const { nodes } = await t.ask('job.outputs', { job })
  return Object.fromEntries(
    nodes.flatMap((n) => n.outputs.map((o) => [`${n.identifier} ${o.output}`, formatJson(o.value)]))
  )
}

/** What a result file holds, plug → its value's JSON text. */
export const resultValues = (text: string): Record<string, Raw> =>
  Object.fromEntries(
    membersOf(memberOf(text, 'outputs') ?? '{}').map((m) => [m.key, formatJson(memberOf(m.value, 'value') ?? '')])
  )

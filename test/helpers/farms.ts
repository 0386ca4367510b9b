import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Graph } from '../../src-main/core/graph/author.ts'
import { farmJob, type FarmJob } from '../../src-main/core/export/farm.ts'
import type { FarmName } from '../../src-main/core/export/farms.ts'
import type { Problem } from '../../src-main/core/job/preflight.ts'
import { memberOf, membersOf, formatJson, type Raw } from '../../src-main/core/json.ts'
import { ActiveJob } from '../../src-main/core/run/active.ts'
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
  for (const [key, node] of Object.entries({ '10': comp, '2': later }))
    node.output('files').connect(all.input('value').at(key))
  return graph
}

/** Writes a graph as JSON and makes a job of it; the job's number. */
export async function jobOf(t: TestApp, graph: Graph | { path: string }): Promise<number> {
  let path: string
  if (graph instanceof Graph) {
    path = join(scratch(), 'graph.json')
    writeFileSync(path, graph.toText())
  } else path = graph.path
  return (await t.ask('job.create', { source: { path }, options: { map: dccMap } })).job
}

/** Writes a job out for a farm into a new folder; read back and compared on the way. */
export async function exported(
  t: TestApp,
  job: number,
  format: FarmName
): Promise<{ folder: string; problems: Problem[] }> {
  const folder = join(scratch(), format)
  const { problems } = await t.ask('job.export', { job, format, out: folder, verify: true })
  return { folder, problems }
}

/** A job of the store as farms get it. */
export function farmJobOf(t: TestApp, job: number): FarmJob {
  const db = unwrap(openDb(join(t.dataDir, 'backlot.db'), join(import.meta.dirname, '../../drizzle')))
  try {
    return unwrap(farmJob(new ActiveJob(new Store(db), job)))
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

/**
 * N frames in batches of one that feed N more: how long converting, storing and planning takes per frame, with how much
 * memory and how many rows. `frames.ts N [node|frame]`, on the built app.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'

// not resolved when types are checked: a fresh clone has no build yet
const built = '../out/main/app.js'
const { openApp } = (await import(built)) as typeof import('../src-main/app.ts')

const n = Number(process.argv[2])
const data = mkdtempSync(join(tmpdir(), 'backlot-frames-'))
const frames = Array.from({ length: n }, (_, i) => i)
const plug = (name: string, value: unknown, connections: object = {}) => ({ name, value, sub_plugs: {}, connections })
const node = (name: string, inputs: object, outputs: object, metadata: object) => ({
  file_location: null,
  module: 'bench',
  cls: name,
  name,
  identifier: `${name}-1`,
  inputs,
  outputs,
  metadata
})
const above = node(
  'A',
  { frames: plug('frames', frames) },
  { out: plug('out', null, { 'B-1': ['in'] }) },
  { batch_size: 1 }
)
const below = node(
  'B',
  { frames: plug('frames', frames), in: plug('in', null, { 'A-1': 'out' }) },
  {},
  { batch_size: 1, dependency: process.argv[3] ?? 'node' }
)
const path = join(data, 'graph.json')
writeFileSync(
  path,
  JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'g', nodes: [above, below], subgraphs: [] })
)
const opened = openApp({ dataDir: data })
if (!opened.ok) throw new Error(opened.error.message)
const app = opened.value
const once = async () => {
  const begin = performance.now()
  const made = await app.call('job.create', { source: { path }, force: true })
  if (!made.ok) throw new Error(made.error.message)
  const states = await app.call('task.states', { job: made.value.job })
  if (!states.ok) throw new Error(states.error.message)
  return { ms: performance.now() - begin, job: made.value.job }
}
if (n <= 1000) for (let i = 0; i < 5; i++) await once()
const { ms, job } = await once()
const store = new Database(join(data, 'backlot.db'), { readonly: true })
const rows = store
  .prepare(
    'select (select count(*) from tasks where job_id = ?) + (select count(*) from dependencies where job_id = ?) + (select count(*) from batches b join tasks t on t.id = b.task_id where t.job_id = ?) as n'
  )
  .pluck()
  .get(job, job, job)
store.close()
console.log(JSON.stringify({ perFrame: (ms * 1000) / n, megabytes: process.resourceUsage().maxRSS / 1024, rows }))
await app.close()

// N frames at batch 1 that feed N frames at batch 1: convert, store, make the plan; what a frame costs, memory, rows.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApp } from '../out/main/app.js'

const n = Number(process.argv[2])
const data = mkdtempSync(join(tmpdir(), 'backlot-frames-'))
const frames = Array.from({ length: n }, (_, i) => i)
const plug = (name, value, connections = {}) => ({ name, value, sub_plugs: {}, connections })
const node = (name, inputs, outputs, metadata) => ({
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
const app = openApp({ dataDir: data }).value
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
const rows = app.store.raw
  .prepare(
    'select (select count(*) from tasks where job_id = ?) + (select count(*) from dependencies where job_id = ?) + (select count(*) from batches b join tasks t on t.id = b.task_id where t.job_id = ?) as n'
  )
  .get(job, job, job).n
console.log(JSON.stringify({ perFrame: (ms * 1000) / n, megabytes: process.resourceUsage().maxRSS / 1024, rows }))
await app.close()

// A data folder with a job that was rehearsed, as the engine would have left it: `node rehearsed-job.ts DIR [clean|blind|none]`.
// The core makes the job; its results, report and ledgers are put into the store.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openApp } from '../../src-main/app.ts'
import { passNames } from '../../src-main/domain/rehearsal.ts'
import { unwrap } from '../helpers/goldens.ts'
import { findings, passes, putRehearsal, show } from '../helpers/rehearsal.ts'

const [, , dataDir, how] = process.argv
if (dataDir === undefined) throw new Error('usage: node rehearsed-job.ts DIR [clean|blind|none]')

const plug = { sub_plugs: {}, connections: {} }
/** A node as flowpipe writes it, with what it waits for and what waits for it. */
function record(name: string, frames: number, from: string[], to: string[], inputs: Record<string, unknown> = {}) {
  const values = Object.entries(inputs).map(([key, value]) => [key, { ...plug, name: key, value }] as const)
  const list = Array.from({ length: frames }, (_, i) => 1001 + i)
  const after = from.map(
    (one) => [`after_${one}`, { ...plug, name: `after_${one}`, value: null, connections: { [one]: 'files' } }] as const
  )
  return {
    ...{ file_location: null, module: 'film', cls: name.split('_')[0], name, identifier: name },
    inputs: {
      ...(frames ? { frames: { ...plug, name: 'frames', value: list } } : {}),
      ...Object.fromEntries([...values, ...after])
    },
    outputs: {
      files: {
        ...plug,
        name: 'files',
        value: null,
        connections: Object.fromEntries(to.map((one) => [one, [`after_${name}`]]))
      }
    },
    metadata: { interpreter: 'command', ...(frames ? { batch_size: frames === 200 ? 1 : 8 } : {}) }
  }
}

const nodes = [
  record('Build_scene', 0, [], ['Render_fog', 'Render_beauty']),
  record('Render_fog', 48, ['Build_scene'], ['Denoise_fog']),
  record('Denoise_fog', 48, ['Render_fog'], []),
  record('Render_beauty', 200, ['Build_scene'], ['Denoise_beauty']),
  record('Denoise_beauty', 48, ['Render_beauty'], ['Comp']),
  record('Comp', 48, ['Denoise_beauty'], ['Quicktime', 'Publish'], { fog: `${show}/fog/v031/fog.%04d.exr` }),
  record('Quicktime', 0, ['Comp'], []),
  record('Publish', 0, ['Comp'], [], { folder: `${show}/publish/v031` })
]
const path = join(dataDir, 'hyd_0420_lighting_v029.json')
writeFileSync(
  path,
  JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'hyd_0420_lighting_v029', nodes, subgraphs: [] })
)

const app = unwrap(openApp({ dataDir }))
const plain = { env: {}, wrapper: [], limit: null, setup: '', evaluator: 'none' as const, start: 'cold' as const }
unwrap(await app.call('interpreter.set', { name: 'command', argv: ['/bin/true'], ...plain }))
unwrap(await app.call('graph.trust', { source: { path } }))
unwrap(await app.call('job.create', { source: { path }, force: true }))
await app.close()

const db = new Database(join(dataDir, 'backlot.db'))
db.exec(`
  insert into attempts (task_id, number, started_at, ended_at, "end", exit_code)
  select id, 1, 1700000000000 + id * 9000, 1700000000000 + id * 9000 + 41000, 'exit', 0 from tasks;
  update tasks set status = 'succeeded';
`)
db.close()

const looked = passNames.map((name) => ({ name, looked: true, why: '' }))
const blind = [{ name: 'worker' as const, looked: false, why: 'bubblewrap is not installed: no task ran in a room' }]
if (how === 'clean') putRehearsal(dataDir, 1, { findings: [], passes: looked })
else if (how === 'blind') putRehearsal(dataDir, 1, { findings: [], passes: blind })
else if (how !== 'none') putRehearsal(dataDir, 1, { findings, passes })

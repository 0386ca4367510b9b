// A data folder with 500 jobs of one task, none of which has run: `node many-jobs.ts DIR`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApp } from '../../src-main/app.ts'
import { unwrap } from '../helpers/goldens.ts'

const dataDir = process.argv[2]
if (dataDir === undefined) throw new Error('usage: node many-jobs.ts DIR')

const path = join(dataDir, 'many.json')
const plug = { sub_plugs: {}, connections: {} }
const node = {
  ...{ file_location: null, module: 'many', cls: 'One', name: 'One', identifier: 'One' },
  inputs: {},
  outputs: { done: { ...plug, name: 'done', value: null } },
  metadata: { interpreter: 'command' }
}
writeFileSync(
  path,
  JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'many', nodes: [node], subgraphs: [] })
)

const app = unwrap(openApp({ dataDir }))
const plain = { env: {}, wrapper: [], limit: null, setup: '', evaluator: 'none' as const, start: 'cold' as const }
unwrap(await app.call('interpreter.set', { name: 'command', argv: ['/bin/true'], ...plain }))
unwrap(await app.call('graph.trust', { source: { path } }))
for (let i = 0; i < 500; i++) unwrap(await app.call('job.create', { source: { path }, force: true }))
await app.close()

// A data folder with a job of 20,000 tasks as a long run would have left it: `node large-job.ts DIR`. The core makes the job;
// its results are put into the store, since to run 12,000 processes takes longer than all other tests of the window.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { openApp } from '../../src-main/app.ts'
import type { Result } from '../../src-main/domain/result.ts'

const dataDir = process.argv[2]
if (dataDir === undefined) throw new Error('usage: node large-job.ts DIR')

function need<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

type Ends = Record<string, string | string[]>

/** A node as flowpipe writes it, whose frames are a task each; what it waits for, and what waits for it. */
const record = (name: string, frames: number, from: Ends, to: Ends) => {
  const plug = { sub_plugs: {}, connections: {} }
  return {
    ...{ file_location: null, module: 'large', cls: name, name, identifier: name },
    inputs: {
      frames: { ...plug, name: 'frames', value: Array.from({ length: frames }, (_, frame) => frame) },
      after: { ...plug, name: 'after', value: null, connections: from }
    },
    outputs: { done: { ...plug, name: 'done', value: null, connections: to } },
    metadata: { interpreter: 'command', batch_size: 1 }
  }
}

const path = join(dataDir, 'large.json')
const nodes = [record('Render', 12_000, {}, { Comp: ['after'] }), record('Comp', 8000, { Render: 'done' }, {})]
writeFileSync(path, JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'large', nodes, subgraphs: [] }))

const app = need(openApp({ dataDir }))
const plain = {
  ...{ env: {}, wrapper: [], limit: null, setup: '' },
  evaluator: 'none' as const,
  start: 'cold' as const
}
need(await app.call('interpreter.set', { name: 'command', argv: ['/bin/true'], ...plain }))
need(await app.call('graph.trust', { source: { path } }))
need(await app.call('job.create', { source: { path }, force: true }))
await app.close()

// Render's frame n took (7919 n mod 12000) + 1 ms in the slot n mod 8, and failed where n mod 1000 is 999: Comp is blocked
const db = new Database(join(dataDir, 'backlot.db'))
const rendered = `select id, id - 1 as n from tasks where id <= 12000`
db.exec(`
  insert into attempts (task_id, number, started_at, ended_at, "end", exit_code, reason)
  select id, 1, 1700000000000 + (n / 8) * 12000, 1700000000000 + (n / 8) * 12000 + (7919 * n) % 12000 + 1, 'exit',
    n % 1000 = 999, case when n % 1000 = 999 then 'exit 1' end
  from (${rendered});
  update tasks set status = case when (id - 1) % 1000 = 999 then 'failed' else 'succeeded' end,
    reason = case when (id - 1) % 1000 = 999 then 'exit 1' end
  where id <= 12000;
`)
db.close()

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { Graph } from '../../src-main/core/graph/author.ts'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { openDb } from '../../src-main/core/store/db.ts'
import { Store } from '../../src-main/core/store/store.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { scratch, testApp } from '../helpers/app.ts'
import { backlot, graphFile, startBacklot } from '../helpers/cli.ts'
import { unwrap } from '../helpers/goldens.ts'

const drizzle = join(import.meta.dirname, '../../drizzle')
const bytesOf = (dataDir: string) => readFileSync(join(dataDir, 'backlot.db'))

function simpleGraph(): Graph {
  const graph = new Graph('g')
  Step(graph, { value: 1 })
  return graph
}

/** A data folder in which one job has run. */
function used(): string {
  const dataDir = scratch()
  expect(backlot(dataDir, 'run', graphFile(dataDir, simpleGraph()), '--trust').code).toBe(0)
  return dataDir
}

/** Writes nonsense over a part of the store. */
function damage(dataDir: string, offset: number, bytes: number): void {
  writeSync(openSync(join(dataDir, 'backlot.db'), 'r+'), Buffer.alloc(bytes, 0x5a), 0, bytes, offset)
}

describe('a damaged store', () => {
  test('is refused and left as it is; doctor --fresh keeps it whole and starts anew', () => {
    const dataDir = used()
    damage(dataDir, 0, 100)
    const before = bytesOf(dataDir)
    const refused = backlot(dataDir, 'jobs')
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('is damaged')
    expect(refused.err).toContain('backlot doctor --fresh')
    expect(bytesOf(dataDir)).toEqual(before)
    expect(backlot(dataDir, 'doctor', '--fresh').code).toBe(0)
    const kept = readdirSync(dataDir).find((name) => name.startsWith('damaged-')) ?? ''
    expect(bytesOf(join(dataDir, kept))).toEqual(before)
    expect(existsSync(join(dataDir, kept, 'jobs', '1'))).toBe(true)
    expect(backlot(dataDir, 'jobs', '--json').out.trim()).toBe('[]')
    expect(backlot(dataDir, 'run', join(dataDir, 'g.json'), '--trust').code).toBe(0)
  })

  test('in its middle is an error in words wherever it shows, never a crash', () => {
    const dataDir = used()
    damage(dataDir, 4096, bytesOf(dataDir).length - 4096)
    const refused = backlot(dataDir, 'jobs')
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/damaged.*backlot doctor --fresh/)
    expect(backlot(dataDir, 'doctor', '--fresh').code).toBe(0)
  })

  test('whose references are broken is found by the doctor', () => {
    const dataDir = used()
    const report = () => backlot(dataDir, 'doctor', '--json')
    expect([report().code, (JSON.parse(report().out) as { sound: boolean }).sound]).toEqual([0, true])
    const { raw } = unwrap(openDb(join(dataDir, 'backlot.db'), drizzle))
    raw.pragma('foreign_keys = OFF')
    raw.prepare('delete from job_nodes').run()
    raw.close()
    expect([report().code, (JSON.parse(report().out) as { sound: boolean }).sound]).toEqual([2, false])
    expect(backlot(dataDir, 'doctor').out).toContain('backlot doctor --fresh')
    expect(backlot(dataDir, 'doctor', '--fresh').code).toBe(0)
  })

  test('that is none is not moved', () => {
    const dataDir = used()
    const { code, err } = backlot(dataDir, 'doctor', '--fresh')
    expect(code).toBe(2)
    expect(err).toContain('is sound; nothing was moved')
    expect(JSON.parse(backlot(dataDir, 'jobs', '--json').out)).toHaveLength(1)
  })
})

test('a store from a newer Backlot is refused with its date, and left as it is', () => {
  const dataDir = used()
  const db = new Database(join(dataDir, 'backlot.db'))
  db.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('x', Date.UTC(2099, 4, 6))
  db.close()
  const before = bytesOf(dataDir)
  const { code, err } = backlot(dataDir, 'jobs')
  expect(code).toBe(2)
  expect(err).toContain('was written by a newer Backlot (schema of 2099-05-06)')
  expect(bytesOf(dataDir)).toEqual(before)
})

interface Journal {
  entries: { tag: string; when: number }[]
}

/** The migrations up to one of them, as a Backlot of that day had them. */
function migrationsUpTo(count: number): string {
  const folder = scratch()
  mkdirSync(join(folder, 'meta'))
  const journal = JSON.parse(readFileSync(join(drizzle, 'meta/_journal.json'), 'utf8')) as Journal
  const entries = journal.entries.slice(0, count)
  writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }))
  for (const { tag } of entries) copyFileSync(join(drizzle, `${tag}.sql`), join(folder, `${tag}.sql`))
  return folder
}

/** A store of the first version with one job: a task that succeeded, one that waits. */
function firstStore(dataDir: string): void {
  const { raw } = unwrap(openDb(join(dataDir, 'backlot.db'), migrationsUpTo(1)))
  const graph = simpleGraph()
  Step(graph, { value: 2 }, { name: 'Other' })
  const records = (JSON.parse(graph.toText()) as { nodes: { name: string; identifier: string }[] }).nodes
  const put = (sql: string, ...values: unknown[]) => raw.prepare(sql).run(...values)
  const node = { name: 'node', argv: ['{node}', '{evaluator}', '{task}'], env: {}, wrapper: [], limit: null }
  const frozen = JSON.stringify([{ ...node, evaluator: 'node', setup: '' }])
  const settings = { slots: 1, retries: 0, timeout: null, silence: null, failFast: false, cwd: dataDir, options: {} }
  put(`insert into interpreters values ('node', '["{node}","{evaluator}","{task}"]', '{}', '[]', null, 'node', '')`)
  const scopes = JSON.stringify(unwrap(readGraph(graph.toText())).graphs)
  put(`insert into graphs values (1, 'h', 'g', 'graph', ?, 'g.json', 5)`, scopes)
  records.forEach((record, i) => {
    const { identifier, name } = record
    put('insert into nodes values (?, 1, ?, 0, ?, ?, 0, ?)', i + 1, i, identifier, name, JSON.stringify(record))
  })
  put(`insert into jobs values (1, 1, 'g', 5, 0, 0, ?, ?)`, JSON.stringify(settings), frozen)
  records.forEach((_, i) =>
    put(`insert into job_nodes values (?, 1, ?, ?, null, 'node', null, 0, 'node', null, 0)`, i + 1, i, i + 1)
  )
  put(`insert into tasks values (1, 1, 1, 'succeeded', null, 7), (2, 1, 2, 'queued', null, 5)`)
  put(`insert into attempts values (1, 1, 1, 6, 7, 99, '12', 'exit', null, 0, null, null, null, null, 0.5)`)
  put(`insert into outputs values (1, 0, 1, 'value', null, '1')`)
  put('pragma user_version = 1')
  raw.close()
}

const versions = (JSON.parse(readFileSync(join(drizzle, 'meta/_journal.json'), 'utf8')) as Journal).entries
const earlier = versions.slice(0, -1).map(({ tag }, i) => [tag, i + 1] as const)

test.each(earlier)(
  'a store of version %s is taken over: what it held is there, and its job is finished',
  async (_, count) => {
    const dataDir = scratch()
    firstStore(dataDir)
    unwrap(openDb(join(dataDir, 'backlot.db'), migrationsUpTo(count))).raw.close()
    const t = testApp({ dataDir })
    expect((await t.ask('interpreter.list', {})).map(({ name, start }) => [name, start])).toEqual([['node', 'cold']])
    expect(await t.ask('task.attempts', { task: 1 })).toMatchObject([
      { number: 1, exitCode: 0, seconds: 0.5, peakMemory: null }
    ])
    expect(await t.ask('job.resume', {})).toEqual([{ job: 1, status: 'succeeded' }])
    const { nodes } = await t.ask('job.outputs', { job: 1 })
    expect(nodes.flatMap(({ outputs }) => outputs.map(({ value }) => value))).toEqual(['1', '2'])
    // of its tasks nobody knows what their results depend on, so all of them are run where only what changed would be
    const again = await t.ask('job.rerun', { job: 1, changed: true })
    expect(await t.ask('job.run', { job: again.job })).toMatchObject({ status: 'succeeded' })
    const { tasks } = await t.ask('task.list', { job: again.job })
    expect(tasks.map(({ reason, attempts }) => [reason, attempts])).toEqual([
      [null, 1],
      [null, 1]
    ])
  }
)

// who comes second finds tables made that it was about to make; in some round somebody does
test.each([
  ['no store yet', () => undefined],
  ['a store of the first version', firstStore]
])('%s, and five that open it at once: it is made once, and all of them work', async (_, make) => {
  for (let round = 0; round < 4; round++) {
    const dataDir = scratch()
    make(dataDir)
    const all = await Promise.all(Array.from({ length: 5 }, () => startBacklot(dataDir, 'interpreter', 'list').ended))
    expect(all).toEqual(all.map(() => ({ code: 0, err: '' })))
    expect(backlot(dataDir, 'tasks').err).not.toContain('damaged')
  }
})

test('a clock that was put back makes no attempt end before it began', async () => {
  const dataDir = scratch()
  const t = testApp({ dataDir })
  const { job } = await t.ask('job.create', { source: { path: graphFile(dataDir, simpleGraph()) }, force: true })
  const [task] = (await t.ask('task.list', { job })).tasks
  const store = new Store(unwrap(openDb(join(dataDir, 'backlot.db'), drizzle)))
  const { id } = store.begin(task?.id ?? 0, 5000, null)
  const silent = { progress: null, message: null, startedAt: null }
  const nothing = { cause: null, exitCode: 0, signal: null, reason: null, seconds: null, ...silent }
  store.finish(
    {
      id,
      end: 'exit',
      pid: null,
      pidStartedAt: null,
      peakMemory: null,
      filesWritten: null,
      nth: null,
      took: null,
      ...nothing
    },
    { task: task?.id ?? 0, from: 'running', to: 'succeeded', reason: null },
    [],
    3000
  )
  await store.close()
  expect(await t.ask('task.attempts', { task: task?.id ?? 0 })).toMatchObject([{ startedAt: 5000, endedAt: 5000 }])
})

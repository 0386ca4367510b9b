/** What has to be true of a data folder after a kill and at the end; each broken promise is one sentence. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

interface OutputRow {
  task: number
  position: number
  attempt: number
  plug: string
  key: string | null
  value: string
}

/** What the store holds; read only, so that the next Backlot finds it as the dead one left it. */
export function readStore<T>(dataDir: string, work: (db: Database.Database) => T): T {
  const db = new Database(join(dataDir, 'backlot.db'), { readonly: true })
  try {
    return work(db)
  } finally {
    db.close()
  }
}

/** The outputs of tasks that have succeeded, row by row. */
export const committed = (dataDir: string): Map<string, string> =>
  readStore(dataDir, (db) => {
    const has = db.prepare(`select 1 from sqlite_master where name = 'outputs'`).get()
    const query = `select o.task_id task, o.position, o.attempt_id attempt, o.plug, o.key, o.value
      from outputs o join tasks t on t.id = o.task_id where t.status = 'succeeded'`
    const rows = has ? (db.prepare(query).all() as OutputRow[]) : []
    return new Map(rows.map((row) => [`${row.task} ${row.position}`, JSON.stringify(row)]))
  })

/** How many jobs there are: 0 where the kill came before the first. */
export const jobCount = (dataDir: string): number =>
  readStore(dataDir, (db) => {
    if (!db.prepare(`select 1 from sqlite_master where name = 'jobs'`).get()) return 0
    return (db.prepare('select count(*) n from jobs').get() as { n: number }).n
  })

/** Rows that were there and are not, or not as they were. */
export function lost(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...before]
    .filter(([key, row]) => after.get(key) !== row)
    .map(([, row]) => `a committed output is lost: ${row}`)
}

/** Questions whose answer should be no rows. */
const questions: readonly [string, string][] = [
  [
    'a task has outputs of several attempts',
    'select task_id from outputs group by task_id having count(distinct attempt_id) > 1'
  ],
  [
    'a task succeeded twice',
    `select task_id from attempts where end is not null and reason is null group by task_id having count(*) > 1`
  ],
  [
    'a succeeded task has no attempt that succeeded',
    `select id from tasks t where status = 'succeeded'
      and not exists (select 1 from attempts a where a.task_id = t.id and a.end is not null and a.reason is null)`
  ],
  [
    'outputs are of an attempt that did not succeed',
    'select o.task_id from outputs o join attempts a on a.id = o.attempt_id where a.end is null or a.reason is not null'
  ],
  [
    'an attempt has no end though its task does not run',
    `select a.id from attempts a join tasks t on t.id = a.task_id where a.end is null and t.status <> 'running'`
  ],
  ['a task has not succeeded', `select id, status, reason from tasks where status <> 'succeeded'`],
  ['an attempt took less than no time', 'select id from attempts where ended_at < started_at']
]

/** What is wrong in the store of a finished job. */
export const broken = (dataDir: string): string[] =>
  readStore(dataDir, (db) => {
    const sound = db.pragma('integrity_check', { simple: true }) as string
    const wrong = questions.flatMap(([what, query]) => {
      const rows = db.prepare(query).all()
      return rows.length ? [`${what}: ${JSON.stringify(rows)}`] : []
    })
    return [...(sound === 'ok' ? [] : [`integrity_check: ${sound}`]), ...wrong]
  })

export interface Begun {
  key: string
  pid: number
  start: string
}

/** Lines of the trace; the last one may be cut. */
const linesOf = (trace: string): string[][] =>
  readFileSync(trace, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' '))

/** Evaluations that have begun and not ended. */
export function open(trace: string): Begun[] {
  const begun = new Map<string, Begun>()
  for (const [what, key = '', pid = '', start = ''] of linesOf(trace)) {
    if (what === 'begin') begun.set(`${key} ${pid} ${start}`, { key, pid: Number(pid), start })
    if (what === 'end') begun.delete(`${key} ${pid} ${start}`)
  }
  return [...begun.values()]
}

/** How often each task was begun. */
export function begins(trace: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [what, key = ''] of linesOf(trace)) if (what === 'begin') counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Tasks that two living processes evaluated at once. */
export const doubled = (trace: string): string[] =>
  linesOf(trace)
    .filter(([what]) => what === 'double')
    .map((line) => `two at once: ${line.slice(1).join(' ')}`)

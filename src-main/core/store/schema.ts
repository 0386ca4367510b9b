/** The tables. Structure (graphs), settings (jobs) and results (attempts, outputs) are separate; ids are identity. */
import { sql } from 'drizzle-orm'
import { blob, index, integer, primaryKey, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { MergePlan } from '../convert/convert.ts'
import type { JobSettings, NewSetting } from '../../domain/settings.ts'
import type { CodeFile, FileState, Seen } from './shapes.ts'
import type { Finding, PassReport } from '../../domain/rehearsal.ts'
import { evaluations, starts, type Interpreter } from '../../domain/interpreter.ts'
import type { LogRule } from '../../domain/log-rules.ts'
import type { FarmRun } from '../../domain/farm-run.ts'
import { attemptEnds, killCauses, taskStatuses } from '../../domain/status.ts'

/** A rehearsal's report as it is kept. */
export interface StoredReport {
  findings: Finding[]
  passes: PassReport[]
}

const id = () => integer('id').primaryKey({ autoIncrement: true })
const moment = (name: string) => integer(name, { mode: 'number' })

/** A graph as imported, once per content. */
export const graphs = sqliteTable('graphs', {
  id: id(),
  /** SHA-256 of its text */
  hash: text('hash').notNull().unique(),
  name: text('name').notNull(),
  shape: text('shape', { enum: ['graph', 'node'] }).notNull(),
  /** GraphScope[] as JSON */
  scopes: text('scopes').notNull(),
  /** where it came from; shown only */
  source: text('source').notNull(),
  importedAt: moment('imported_at').notNull()
})

export const nodes = sqliteTable(
  'nodes',
  {
    id: id(),
    graphId: integer('graph_id')
      .notNull()
      .references(() => graphs.id, { onDelete: 'cascade' }),
    /** index into the graph's nodes */
    position: integer('position').notNull(),
    scope: integer('scope').notNull(),
    identifier: text('identifier').notNull(),
    name: text('name').notNull(),
    omit: integer('omit', { mode: 'boolean' }).notNull(),
    /** the flowpipe record, to the letter */
    record: text('record').notNull()
  },
  (t) => [unique('nodes_position').on(t.graphId, t.position), unique('nodes_identifier').on(t.graphId, t.identifier)]
)

export const edges = sqliteTable(
  'edges',
  {
    graphId: integer('graph_id')
      .notNull()
      .references(() => graphs.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    /** positions of nodes */
    fromNode: integer('from_node').notNull(),
    fromPlug: text('from_plug').notNull(),
    fromKey: text('from_key'),
    toNode: integer('to_node').notNull(),
    toPlug: text('to_plug').notNull(),
    toKey: text('to_key')
  },
  (t) => [primaryKey({ columns: [t.graphId, t.position] })]
)

export const interpreters = sqliteTable('interpreters', {
  name: text('name').primaryKey(),
  argv: text('argv', { mode: 'json' }).$type<string[]>().notNull(),
  env: text('env', { mode: 'json' }).$type<Record<string, string>>().notNull(),
  wrapper: text('wrapper', { mode: 'json' }).$type<string[]>().notNull(),
  limit: integer('limit'),
  evaluator: text('evaluator', { enum: evaluations }).notNull(),
  setup: text('setup').notNull(),
  start: text('start', { enum: starts }).notNull().default('cold'),
  /** bytes that a task of it may have; null: no limit */
  memory: integer('memory'),
  /** code that puts its program back before a task of a session */
  reset: text('reset').notNull().default(''),
  /** the Python function that writes values which are no JSON; empty: none */
  encoder: text('encoder').notNull().default(''),
  /** how its program's log is read; null: as the shipped entry of its name */
  rules: text('rules', { mode: 'json' }).$type<LogRule[]>()
})

/** Earlier Backlots did not know all of them. */
export type StoredSettings = Omit<JobSettings, NewSetting> & Partial<Pick<JobSettings, NewSetting>>
type NewOfInterpreters = 'start' | 'memory' | 'reset' | 'encoder' | 'rules'
export type StoredInterpreter = Omit<Interpreter, NewOfInterpreters> & Partial<Pick<Interpreter, NewOfInterpreters>>

/** One conversion of a graph, frozen: its commands do not change when the interpreter table does. */
export const jobs = sqliteTable('jobs', {
  id: id(),
  graphId: integer('graph_id')
    .notNull()
    .references(() => graphs.id),
  name: text('name').notNull(),
  createdAt: moment('created_at').notNull(),
  held: integer('held', { mode: 'boolean' }).notNull().default(false),
  priority: integer('priority').notNull().default(0),
  settings: text('settings', { mode: 'json' }).$type<StoredSettings>().notNull(),
  /** as they were when it was made */
  interpreters: text('interpreters', { mode: 'json' }).$type<readonly StoredInterpreter[]>().notNull(),
  /** a hash over what it was made from; equal hashes make equal jobs */
  origin: text('origin'),
  /** as they were when it was made */
  code: text('code', { mode: 'json' }).$type<readonly CodeFile[]>(),
  /** the file it was made from; null: of an earlier Backlot, which knew one file per graph */
  source: text('source'),
  /** set aside by the user: nothing shows it any more, and it can be brought back until it is cleared away */
  deletedAt: moment('deleted_at'),
  /** the farm that runs it, or ran it; null: it is this machine's */
  farm: text('farm', { mode: 'json' }).$type<FarmRun>()
})

/** What a run's environment had that another shell has not, once per content (domain/environment.ts). */
export const environments = sqliteTable('environments', {
  id: id(),
  hash: text('hash').notNull().unique(),
  variables: text('variables', { mode: 'json' }).$type<Readonly<Record<string, string>>>().notNull(),
  hidden: text('hidden', { mode: 'json' }).$type<readonly string[]>().notNull()
})

export const jobNodes = sqliteTable(
  'job_nodes',
  {
    id: id(),
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    /** index in evaluation order */
    position: integer('position').notNull(),
    nodeId: integer('node_id')
      .notNull()
      .references(() => nodes.id),
    /** only where the job set inputs of its own */
    record: text('record'),
    interpreter: text('interpreter').notNull(),
    batchSize: integer('batch_size'),
    /** its frames come from upstream */
    deferred: integer('deferred', { mode: 'boolean' }).notNull(),
    dependency: text('dependency', { enum: ['node', 'frame'] }).notNull(),
    merge: text('merge', { mode: 'json' }).$type<MergePlan>(),
    priority: integer('priority').notNull(),
    /** a hash over the code that evaluates it; null if it is not known which that is */
    code: text('code')
  },
  (t) => [unique('job_nodes_position').on(t.jobId, t.position)]
)

/** Node → node, one row however many batches it joins. */
export const dependencies = sqliteTable(
  'dependencies',
  {
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    parent: integer('parent').notNull(),
    child: integer('child').notNull()
  },
  (t) => [primaryKey({ columns: [t.jobId, t.parent, t.child] })]
)

export const tasks = sqliteTable(
  'tasks',
  {
    id: id(),
    jobId: integer('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    jobNodeId: integer('job_node_id')
      .notNull()
      .references(() => jobNodes.id, { onDelete: 'cascade' }),
    status: text('status', { enum: taskStatuses }).notNull(),
    /** why it has this status, for people */
    reason: text('reason'),
    changedAt: moment('changed_at').notNull(),
    /** how often it has failed since the user last asked for it; `retries` counts from there */
    failures: integer('failures').notNull().default(0)
  },
  (t) => [index('tasks_job').on(t.jobId, t.status), index('tasks_node').on(t.jobNodeId)]
)

/** Which frames a task has, where it is one batch of its node. */
export const batches = sqliteTable('batches', {
  taskId: integer('task_id')
    .primaryKey()
    .references(() => tasks.id, { onDelete: 'cascade' }),
  position: integer('position').notNull(),
  /** JSON list, spelling kept */
  frames: text('frames').notNull()
})

export const attempts = sqliteTable(
  'attempts',
  {
    id: id(),
    taskId: integer('task_id')
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    number: integer('number').notNull(),
    startedAt: moment('started_at').notNull(),
    endedAt: moment('ended_at'),
    pid: integer('pid'),
    /** the process's own start time, since pids are used again */
    pidStartedAt: text('pid_started_at'),
    end: text('end', { enum: attemptEnds }),
    cause: text('cause', { enum: killCauses }),
    exitCode: integer('exit_code'),
    signal: text('signal'),
    /** one sentence if it did not succeed */
    reason: text('reason'),
    progress: real('progress'),
    message: text('message'),
    /** seconds inside the node's own code, as the evaluator measured */
    seconds: real('seconds'),
    /** bytes, the most that its processes had in memory together; null if it could not be measured */
    peakMemory: integer('peak_memory'),
    /** a hash over all that its result depends on (job/fingerprint.ts); null if that is not known */
    fingerprint: text('fingerprint'),
    /** how many files its inputs named */
    filesRead: integer('files_read'),
    /** how many files its outputs named when it ended */
    filesWritten: integer('files_written'),
    /** ms that it took by a clock that nobody sets; null: not known, as when its Backlot died */
    took: integer('took'),
    /** which task of its warm process it was, from 1; null: it had a process of its own */
    nth: integer('nth'),
    /** files that its log says it wrote */
    wrote: text('wrote', { mode: 'json' }).$type<readonly string[]>(),
    /** lines of its log that warn */
    warnings: integer('warnings'),
    /** the first of them */
    warning: text('warning'),
    /** what it had around it; null: not kept */
    environmentId: integer('environment_id').references(() => environments.id),
    /** the files that its inputs named, as they were: what changed since can be named; null: none */
    inputs: text('inputs', { mode: 'json' }).$type<readonly FileState[]>(),
    /** the farm's machine that it ran on; null: it ran here */
    host: text('host'),
    /** the farm's own log of it; null: it has none, or it is not known */
    farmLog: text('farm_log')
  },
  (t) => [
    unique('attempts_number').on(t.taskId, t.number),
    index('attempts_files')
      .on(t.taskId)
      .where(sql`${t.filesRead} > 0 or ${t.filesWritten} > 0`)
  ]
)

/** What a task wrote back: one row per output and sub-output, of its last successful attempt. */
export const outputs = sqliteTable(
  'outputs',
  {
    taskId: integer('task_id')
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    attemptId: integer('attempt_id')
      .notNull()
      .references(() => attempts.id, { onDelete: 'cascade' }),
    plug: text('plug').notNull(),
    key: text('key'),
    value: text('value').notNull()
  },
  (t) => [primaryKey({ columns: [t.taskId, t.position] })]
)

/** Graphs whose code the user allowed to run, by content. */
export const trusted = sqliteTable('trusted', {
  hash: text('hash').primaryKey(),
  at: moment('at').notNull()
})

/** What an attempt read and wrote, where that was traced (core/rehearse/ledger.ts packs it). */
export const ledgers = sqliteTable('ledgers', {
  attemptId: integer('attempt_id')
    .primaryKey()
    .references(() => attempts.id, { onDelete: 'cascade' }),
  packed: blob('packed', { mode: 'buffer' }).notNull()
})

/** What a result depends on beyond its fingerprint, where that was traced (core/job/seen.ts); a result that counts again has it, too. */
export const seen = sqliteTable('seen', {
  attemptId: integer('attempt_id')
    .primaryKey()
    .references(() => attempts.id, { onDelete: 'cascade' }),
  what: text('what', { mode: 'json' }).$type<Seen>().notNull()
})

/** What a rehearsal of a job found; its first pass is the job itself. */
export const rehearsals = sqliteTable('rehearsals', {
  jobId: integer('job_id')
    .primaryKey()
    .references(() => jobs.id, { onDelete: 'cascade' }),
  startedAt: moment('started_at').notNull(),
  endedAt: moment('ended_at'),
  /** null while it goes on, and where it broke off */
  report: text('report', { mode: 'json' }).$type<StoredReport>()
})

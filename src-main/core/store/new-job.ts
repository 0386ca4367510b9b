/** A conversion frozen as a job: its rows for nodes, dependencies, tasks and batches. */
import { asc, eq, sql } from 'drizzle-orm'
import { at as itemAt, of } from '../../domain/at.ts'
import type { FarmRun } from '../../domain/farm-run.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { rawArray, type Raw } from '../../domain/json.ts'
import type { JobSettings } from '../../domain/settings.ts'
import type { TaskStatus } from '../../domain/status.ts'
import type { Job, JobNode } from '../convert/convert.ts'
import type { Db } from './db.ts'
import { batches, dependencies, jobNodes, jobs, nodes, tasks } from './schema.ts'
import type { JobOrigin } from './shapes.ts'

type Tables = Db['db']

export interface NewJob {
  job: Job
  graphId: number
  settings: JobSettings
  /** as they are now: what is changed later does not change the job */
  interpreters: readonly Interpreter[]
  from: JobOrigin
  /** the file it was made from */
  source: string
  /** the farm that runs it, and its priority there; without it the job is this machine's */
  pulled?: { farm: FarmRun; priority: number }
}

/** The job's id. `at`: ms since 1970. */
export function insertJob(
  db: Tables,
  { job, graphId, settings, interpreters, from, source, pulled }: NewJob,
  at: number
): number {
  const { origin, code } = from
  const { farm = null, priority = 0 } = pulled ?? {}
  const made = { graphId, name: job.name, createdAt: at, settings, interpreters, origin, code: code.files, source }
  const { id } = db
    .insert(jobs)
    .values({ ...made, farm, priority })
    .returning({ id: jobs.id })
    .get()
  const rows = insertJobNodes(db, id, graphId, { job, code: code.nodes })
  insertDependencies(db, id, job.parents)
  const insert = taskInserter(db, id, at)
  for (const { node, batch, frames } of job.tasks) {
    const state = itemAt(job.nodes, node).omit ? omitted : queued
    insert({ ...state, node: itemAt(rows, node), batch, frames })
  }
  return id
}

const queued = { status: 'queued', reason: null } as const
const omitted = { status: 'omitted', reason: 'omitted: passes nothing on' } as const

/** Returns the rows' ids, in the order of the job's nodes. */
function insertJobNodes(
  db: Tables,
  jobId: number,
  graphId: number,
  { job, code }: { job: Job; code: readonly (string | null)[] }
): number[] {
  const known = db
    .select({ id: nodes.id, position: nodes.position })
    .from(nodes)
    .where(eq(nodes.graphId, graphId))
    .all()
  const idOf = new Map(known.map((row) => [row.position, row.id]))
  const p = sql.placeholder
  const columns = { position: p('position'), nodeId: p('nodeId'), record: p('record'), interpreter: p('interpreter') }
  const how = { batchSize: p('batchSize'), deferred: p('deferred'), dependency: p('dependency'), merge: p('merge') }
  const statement = db
    .insert(jobNodes)
    .values({ jobId, ...columns, ...how, priority: p('priority'), code: p('code') })
    .prepare()
  return job.nodes.map((node) => {
    const { interpreter, dependency, merge, priority } = node
    const { lastInsertRowid } = statement.run({
      ...{ position: node.index, nodeId: of(idOf, node.graphNode), record: changedRecord(job, node) },
      ...{ interpreter, dependency, merge, priority, code: code[node.index] ?? null },
      batchSize: node.batching.kind === 'whole' ? null : node.batching.size,
      deferred: node.batching.kind === 'deferred'
    })
    return Number(lastInsertRowid)
  })
}

/** A record is stored again only where the user's inputs changed it. */
const changedRecord = (job: Job, { graphNode, record }: JobNode): Raw | null =>
  record === itemAt(job.graph.nodes, graphNode).record ? null : record

function insertDependencies(db: Tables, jobId: number, parents: readonly number[][]): void {
  const p = sql.placeholder
  const statement = db
    .insert(dependencies)
    .values({ jobId, parent: p('parent'), child: p('child') })
    .prepare()
  parents.forEach((list, child) => list.forEach((parent) => statement.run({ parent, child })))
}

export interface NewTask {
  /** its job node's id */
  node: number
  status: TaskStatus
  reason: string | null
  batch: number | null
  frames: readonly Raw[] | null
}

/** Inserts a job's tasks, one by one. */
export function taskInserter(db: Tables, jobId: number, at: number): (task: NewTask) => void {
  const p = sql.placeholder
  const statement = db
    .insert(tasks)
    .values({ jobId, jobNodeId: p('node'), status: p('status'), reason: p('reason'), changedAt: at })
    .prepare()
  const setBatch = batchSetter(db)
  return ({ node, status, reason, batch, frames }) => {
    const id = Number(statement.run({ node, status, reason }).lastInsertRowid)
    if (batch !== null && frames) setBatch(id, batch, frames)
  }
}

/** Sets which batch a task is. */
export function batchSetter(db: Tables): (task: number, position: number, frames: readonly Raw[]) => void {
  const p = sql.placeholder
  const statement = db
    .insert(batches)
    .values({ taskId: p('task'), position: p('position'), frames: p('frames') })
    .onConflictDoUpdate({
      target: batches.taskId,
      set: { frames: sql`excluded.frames`, position: sql`excluded.position` }
    })
    .prepare()
  return (task, position, frames) => {
    statement.run({ task, position, frames: rawArray(frames) })
  }
}

/** The tasks of a job's node as they are, with their frames as text. */
export const tasksOfNode = (db: Tables, jobNodeId: number) =>
  db
    .select({ id: tasks.id, status: tasks.status, frames: batches.frames })
    .from(tasks)
    .leftJoin(batches, eq(batches.taskId, tasks.id))
    .where(eq(tasks.jobNodeId, jobNodeId))
    .orderBy(asc(tasks.id))
    .all()

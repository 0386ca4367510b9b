/** The tasks of a job as its plan reads them. */
import { asc, eq } from 'drizzle-orm'
import type { TaskStatus } from '../../domain/status.ts'
import type { Db } from './db.ts'
import { batches, jobNodes, tasks } from './schema.ts'

export interface PlanTaskRow {
  id: number
  status: TaskStatus
  /** its node's place in evaluation order */
  node: number
  batch: number | null
  frames: string | null
}

/** In evaluation order, batches ascending; one by one, since a job may have hundreds of thousands. */
export function* planTaskRows(db: Db['db'], job: number): Generator<PlanTaskRow> {
  const query = db
    .select({
      id: tasks.id,
      status: tasks.status,
      node: jobNodes.position,
      batch: batches.position,
      frames: batches.frames
    })
    .from(tasks)
    .innerJoin(jobNodes, eq(jobNodes.id, tasks.jobNodeId))
    .leftJoin(batches, eq(batches.taskId, tasks.id))
    .where(eq(tasks.jobId, job))
    .orderBy(asc(jobNodes.position), asc(tasks.id))
  const { sql: text, params } = query.toSQL()
  type Row = [number, TaskStatus, number, number | null, string | null]
  const rows = db.$client
    .prepare<unknown[], Row>(text)
    .raw()
    .iterate(...params)
  for (const [id, status, node, batch, frames] of rows) yield { id, status, node, batch, frames }
}

/** What is stored of each task, in the same order. */
export function storedStatuses(db: Db['db'], job: number): TaskStatus[] {
  const query = db
    .select({ status: tasks.status })
    .from(tasks)
    .innerJoin(jobNodes, eq(jobNodes.id, tasks.jobNodeId))
    .where(eq(tasks.jobId, job))
    .orderBy(asc(jobNodes.position), asc(tasks.id))
  const { sql: text, params } = query.toSQL()
  return db.$client
    .prepare<unknown[], TaskStatus>(text)
    .pluck()
    .all(...params)
}

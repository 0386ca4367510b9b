/** How long attempts that succeeded took: what a forecast is made from. */
import { and, asc, desc, eq, inArray, isNotNull, isNull, ne } from 'drizzle-orm'
import type { Db } from './db.ts'
import { attempts, batches, jobNodes, jobs, nodes, tasks } from './schema.ts'

export interface MeasuredAttempt {
  task: number
  /** its node's place in evaluation order */
  node: number
  /** JSON list; null: the whole node */
  frames: string | null
  /** ms since 1970 */
  startedAt: number
  endedAt: number
  /** ms that it took by a steady clock; null: not known */
  took: number | null
  /** seconds inside the node's own code; null: not measured */
  inside: number | null
}

/** It ended by itself and nothing was wrong; what was taken over unchanged or found ended says nothing of its time. */
const succeeded = and(eq(attempts.end, 'exit'), isNull(attempts.reason), isNotNull(attempts.endedAt))

/** Of a job, the last of each task last; one by one, since a job may have hundreds of thousands. */
export function* measuredAttempts(db: Db['db'], job: number): Generator<MeasuredAttempt> {
  const { startedAt, endedAt, took, seconds } = attempts
  const query = db
    .select({ task: tasks.id, node: jobNodes.position, frames: batches.frames, startedAt, endedAt, took, seconds })
    .from(tasks)
    .innerJoin(jobNodes, eq(jobNodes.id, tasks.jobNodeId))
    .innerJoin(attempts, eq(attempts.taskId, tasks.id))
    .leftJoin(batches, eq(batches.taskId, tasks.id))
    .where(and(eq(tasks.jobId, job), succeeded))
    .orderBy(asc(attempts.id))
  const { sql: text, params } = query.toSQL()
  type Row = [number, number, string | null, number, number, number | null, number | null]
  const rows = db.$client
    .prepare<unknown[], Row>(text)
    .raw()
    .iterate(...params)
  for (const [task, node, frames, startedAt, endedAt, took, inside] of rows)
    yield { task, node, frames, startedAt, endedAt, took, inside }
}

export interface MeasuredElsewhere extends Omit<MeasuredAttempt, 'task' | 'node'> {
  name: string
  identifier: string
  interpreter: string
  /** a hash over the node's code; null if it is not known */
  code: string | null
}

/** At most `most` of the newest 20 other jobs of this name, the newest first; `onFarms`: also those that farms ran. */
export function measuredElsewhere(
  db: Db['db'],
  { id, name, onFarms }: { id: number; name: string; onFarms: boolean },
  most: number
) {
  const others = db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.name, name), ne(jobs.id, id), onFarms ? undefined : isNull(jobs.farm)))
    .orderBy(desc(jobs.id))
    .limit(20)
    .all()
    .map((job) => job.id)
  if (others.length === 0) return []
  const { startedAt, endedAt, took, seconds: inside } = attempts
  const { interpreter, code } = jobNodes
  return db
    .select({
      ...{ name: nodes.name, identifier: nodes.identifier, interpreter, code },
      ...{ frames: batches.frames, startedAt, endedAt, took, inside }
    })
    .from(tasks)
    .innerJoin(jobNodes, eq(jobNodes.id, tasks.jobNodeId))
    .innerJoin(nodes, eq(nodes.id, jobNodes.nodeId))
    .innerJoin(attempts, eq(attempts.taskId, tasks.id))
    .leftJoin(batches, eq(batches.taskId, tasks.id))
    .where(and(inArray(tasks.jobId, others), succeeded))
    .orderBy(desc(attempts.id))
    .limit(most)
    .all()
    .map((row): MeasuredElsewhere => ({ ...row, endedAt: row.endedAt ?? row.startedAt }))
}

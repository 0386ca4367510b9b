/** Which job of the store a submission is. */
import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { FarmRun } from '../../domain/farm-run.ts'
import type { Db } from './db.ts'
import { jobs, tasks } from './schema.ts'

/** The job that a submission was pulled into; one that was set aside, or taken to be finished here, is none. */
export function jobOfSubmission(db: Db['db'], key: string): { id: number; farm: FarmRun } | null {
  const row = db
    .select({ id: jobs.id, farm: jobs.farm })
    .from(jobs)
    .where(and(sql`json_extract(${jobs.farm}, '$.key') = ${key}`, isNull(jobs.deletedAt)))
    .orderBy(desc(jobs.id))
    .get()
  return row?.farm && !row.farm.here ? { id: row.id, farm: row.farm } : null
}

export const farmOf = (db: Db['db'], job: number): FarmRun | null =>
  db.select({ farm: jobs.farm }).from(jobs).where(eq(jobs.id, job)).get()?.farm ?? null

/** The job of this store that an export was written from; a number alone may be another data folder's. */
export function originOf(db: Db['db'], { job, createdAt }: { job: number; createdAt: number }): number | null {
  const same = and(eq(jobs.id, job), eq(jobs.createdAt, createdAt))
  return db.select({ id: jobs.id }).from(jobs).where(same).get()?.id ?? null
}

/** What is said of a job's tasks, by task. */
export const taskReasons = (db: Db['db'], job: number): Map<number, string> =>
  new Map(
    db
      .select({ id: tasks.id, reason: tasks.reason })
      .from(tasks)
      .where(and(eq(tasks.jobId, job), isNotNull(tasks.reason)))
      .all()
      .map(({ id, reason }) => [id, reason ?? ''])
  )

/** What earlier runs left for `--changed`: results by fingerprint, and what jobs were made from. */
import { and, asc, count, desc, eq, inArray, isNotNull, isNull, lt, max, ne, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { attempts, jobNodes, jobs, nodes, seen, tasks } from './schema.ts'
import type { CodeFile, FileState, Seen } from './shapes.ts'
import type { Store } from './store.ts'
import { frozen, isLast, jobNodeRows, jobRow, listTasks } from './views.ts'

/** Tasks whose result counts, with the fingerprint of the attempt that gave it; older ones first. */
export const finishedTasks = (db: Db['db']) =>
  db
    .select({
      task: tasks.id,
      job: tasks.jobId,
      number: attempts.number,
      fingerprint: sql<string>`${attempts.fingerprint}`,
      filesWritten: attempts.filesWritten,
      seconds: attempts.seconds
    })
    .from(tasks)
    .innerJoin(attempts, eq(attempts.taskId, tasks.id))
    .innerJoin(jobs, and(eq(jobs.id, tasks.jobId), isNull(jobs.deletedAt)))
    .where(and(eq(tasks.status, 'succeeded'), isNotNull(attempts.fingerprint), isLast))
    .orderBy(asc(attempts.id))
    .all()
export type FinishedTask = ReturnType<typeof finishedTasks>[number]

/** The files that an attempt's inputs named, as they were then. */
export const inputFilesOf = (db: Db['db'], task: number, number: number): readonly FileState[] =>
  db
    .select({ inputs: attempts.inputs })
    .from(attempts)
    .where(and(eq(attempts.taskId, task), eq(attempts.number, number)))
    .get()?.inputs ?? []

/** Whether a node of this name has had this code in another job. */
export const hadCode = (db: Db['db'], job: number, { name, code }: { name: string; code: string }): boolean =>
  db
    .select({ id: jobNodes.id })
    .from(jobNodes)
    .innerJoin(nodes, eq(nodes.id, jobNodes.nodeId))
    .where(and(eq(jobNodes.code, code), eq(nodes.name, name), ne(jobNodes.jobId, job)))
    .limit(1)
    .get() !== undefined

/** What was seen by the attempts of a job, by attempt; those that were not traced have none. */
export const seenOfJob = (db: Db['db'], job: number): Map<number, Seen> =>
  new Map(
    db
      .select({ attempt: seen.attemptId, what: seen.what })
      .from(seen)
      .innerJoin(attempts, eq(attempts.id, seen.attemptId))
      .innerJoin(tasks, eq(tasks.id, attempts.taskId))
      .where(eq(tasks.jobId, job))
      .all()
      .map(({ attempt, what }) => [attempt, what])
  )

/** Attempts that succeeded and of which it is known what they saw, the newest of each fingerprint. */
export const tracedAttempts = (db: Db['db']): Map<string, { attempt: number; job: number }> =>
  new Map(
    db
      .select({ fingerprint: sql<string>`${attempts.fingerprint}`, attempt: attempts.id, job: tasks.jobId })
      .from(seen)
      .innerJoin(attempts, eq(attempts.id, seen.attemptId))
      .innerJoin(tasks, eq(tasks.id, attempts.taskId))
      .where(
        and(
          isNotNull(attempts.fingerprint),
          inArray(attempts.end, ['exit', 'unchanged']),
          sql`coalesce(${attempts.exitCode}, 0) = 0`
        )
      )
      .orderBy(asc(attempts.id))
      .all()
      .map(({ fingerprint, ...row }) => [fingerprint, row])
  )

/** Keeps what an attempt saw. */
export function putSeen(store: Store, attemptId: number, what: Seen): void {
  store.transaction(() =>
    store.db
      .insert(seen)
      .values({ attemptId, what })
      .onConflictDoUpdate({ target: seen.attemptId, set: { what } })
      .run()
  )
}

/** The tasks of a job that were begun, whatever came of it. */
export const begunTasks = (db: Db['db'], job: number): number[] =>
  db
    .selectDistinct({ task: attempts.taskId })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .where(eq(tasks.jobId, job))
    .all()
    .map(({ task }) => task)

/** The tasks of the newest job of this name before `job`. */
export function earlierTasks(db: Db['db'], job: number, name: string) {
  const before = db
    .select({ id: jobs.id, interpreters: jobs.interpreters })
    .from(jobs)
    .where(and(eq(jobs.name, name), lt(jobs.id, job), isNull(jobs.deletedAt)))
    .orderBy(desc(jobs.id))
    .get()
  if (!before) return []
  const code = new Map(jobNodeRows(db, before.id).map(({ node }) => [node.id, node.code]))
  const interpreters = frozen(before)
  return listTasks(db, before.id).map(({ id, job, jobNode, node, batch, frames, status, attempts: attempt }) => ({
    ...{ task: id, job, node, batch, frames, status, attempt, interpreters },
    code: code.get(jobNode) ?? null
  }))
}
export type EarlierTask = ReturnType<typeof earlierTasks>[number]

export const codeFilesOf = (db: Db['db'], job: number): CodeFile[] => [...(jobRow(db, job).code ?? [])]

/** The newest job of this origin. */
export const jobOfOrigin = (db: Db['db'], origin: string): number | null =>
  db
    .select({ id: max(jobs.id) })
    .from(jobs)
    .where(and(eq(jobs.origin, origin), isNull(jobs.deletedAt)))
    .get()?.id ?? null

/**
 * How many tasks of a job have not succeeded, how many there are, and whether what they depend on or gave is more than
 * values: their inputs or outputs name files, or it was traced what they read.
 */
export function doneness(db: Db['db'], job: number): { open: number; done: number; files: boolean } {
  const row = db
    .select({
      open: sql<number>`coalesce(sum(${tasks.status} <> 'succeeded'), 0)`,
      done: count(),
      files: sql<number>`exists (select 1 from attempts a indexed by attempts_files cross join tasks t on t.id = a.task_id
        where (a.files_read > 0 or a.files_written > 0) and t.job_id = ${job})
        or exists (select 1 from seen s cross join attempts a on a.id = s.attempt_id join tasks t on t.id = a.task_id
        where t.job_id = ${job})`
    })
    .from(tasks)
    .where(eq(tasks.jobId, job))
    .get()
  return row ? { ...row, files: row.files > 0 } : { open: 0, done: 0, files: false }
}

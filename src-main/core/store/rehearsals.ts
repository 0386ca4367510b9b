/** Ledgers of attempts and reports of rehearsals. */
import { and, asc, desc, eq, isNotNull, isNull, max, or } from 'drizzle-orm'
import type { Db } from './db.ts'
import { attempts, jobs, ledgers, rehearsals, tasks, type StoredReport } from './schema.ts'
import { putSeen } from './earlier.ts'
import type { Seen } from './shapes.ts'
import type { Store } from './store.ts'

export type { StoredReport }

/**
 * Keeps what an attempt read and wrote; `packed` as core/rehearse/ledger.ts packs it, `what` as core/job/seen.ts makes it of
 * the same accesses.
 */
export function putLedger(store: Store, attemptId: number, packed: Buffer, what: Seen): void {
  store.transaction(() => {
    store.db
      .insert(ledgers)
      .values({ attemptId, packed })
      .onConflictDoUpdate({ target: ledgers.attemptId, set: { packed } })
      .run()
    putSeen(store, attemptId, what)
  })
}

export interface PackedLedger {
  task: number
  packed: Buffer
}

/** The newest ledger of each task of a job that has one, in the order of its tasks. */
export function ledgersOfJob(db: Db['db'], job: number): PackedLedger[] {
  const newest = db
    .select({ task: attempts.taskId, attempt: max(attempts.id).as('attempt') })
    .from(attempts)
    .innerJoin(ledgers, eq(ledgers.attemptId, attempts.id))
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .where(eq(tasks.jobId, job))
    .groupBy(attempts.taskId)
    .as('newest')
  return db
    .select({ task: newest.task, packed: ledgers.packed })
    .from(newest)
    .innerJoin(ledgers, eq(ledgers.attemptId, newest.attempt))
    .orderBy(asc(newest.task))
    .all()
}

/** The newest ledger of a task; null: none of its attempts was traced. */
export function ledgerOfTask(db: Db['db'], task: number): Buffer | null {
  const row = db
    .select({ packed: ledgers.packed })
    .from(ledgers)
    .innerJoin(attempts, eq(attempts.id, ledgers.attemptId))
    .where(eq(attempts.taskId, task))
    .orderBy(desc(attempts.id))
    .get()
  return row?.packed ?? null
}

export interface RehearsalRow {
  job: number
  /** ms since 1970 */
  startedAt: number
  /** null: it goes on, or broke off */
  endedAt: number | null
  report: StoredReport | null
}

/** The rehearsal that a job is the first pass of; null: the job was run, not rehearsed. */
export function rehearsalOf(db: Db['db'], job: number): RehearsalRow | null {
  const { jobId, startedAt, endedAt, report } = rehearsals
  const row = db.select({ job: jobId, startedAt, endedAt, report }).from(rehearsals).where(eq(jobId, job)).get()
  return row ?? null
}

/** The rehearsal of a job, else the newest that has ended of its graph: of the same content, or the same file and name. */
export function rehearsalFor(db: Db['db'], job: number): RehearsalRow | null {
  const own = rehearsalOf(db, job)
  if (own?.report) return own
  const row = db
    .select({ graph: jobs.graphId, name: jobs.name, source: jobs.source })
    .from(jobs)
    .where(eq(jobs.id, job))
    .get()
  if (!row) return null
  const sameFile = row.source === null ? undefined : and(eq(jobs.source, row.source), eq(jobs.name, row.name))
  const found = db
    .select({ job: rehearsals.jobId })
    .from(rehearsals)
    .innerJoin(jobs, and(eq(jobs.id, rehearsals.jobId), isNull(jobs.deletedAt)))
    .where(and(isNotNull(rehearsals.report), or(eq(jobs.graphId, row.graph), sameFile)))
    .orderBy(desc(rehearsals.jobId))
    .get()
  return found ? rehearsalOf(db, found.job) : null
}

/** The newest job that was rehearsed to its end; null: there is none. */
export function lastRehearsed(db: Db['db']): number | null {
  return (
    db
      .select({ job: max(rehearsals.jobId) })
      .from(rehearsals)
      .innerJoin(jobs, and(eq(jobs.id, rehearsals.jobId), isNull(jobs.deletedAt)))
      .get()?.job ?? null
  )
}

export function beginRehearsal(store: Store, jobId: number, startedAt: number): void {
  store.transaction(() =>
    store.db
      .insert(rehearsals)
      .values({ jobId, startedAt })
      .onConflictDoUpdate({ target: rehearsals.jobId, set: { startedAt, endedAt: null, report: null } })
      .run()
  )
}

export function endRehearsal(store: Store, jobId: number, endedAt: number, report: StoredReport): void {
  store.transaction(() =>
    store.db
      .update(rehearsals)
      .set({ endedAt, report })
      .where(and(eq(rehearsals.jobId, jobId)))
      .run()
  )
}

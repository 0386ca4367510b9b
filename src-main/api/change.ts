/** What users do to jobs and tasks, through the scheduler. */
import { at, of } from '../domain/at.ts'
import type { Context } from './context.ts'
import { taskName } from '../core/convert/convert.ts'
import { caught, fail, ok, take, type Result } from '../domain/result.ts'
import { isRetryable, mayFollow, type JobStatus, type TaskStatus } from '../domain/status.ts'
import type { Change } from '../core/store/shapes.ts'
import { findTask } from '../core/store/views.ts'
import type { Scheduler } from '../core/run/scheduler.ts'
import { leaveFarm } from './farm.ts'
import { jobNow, jobOf, mayStartHere } from './find.ts'

/**
 * Queues tasks again by the user's wish, and with them what was made from their results: that would be of another making
 * than what it hangs on. Resolves with all of them.
 */
export async function requeue(context: Context, job: number, ids: readonly number[]): Promise<Result<number[]>> {
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  const asked = queueAgain(context, scheduler.value, { job, ids, reason: 'tried again by the user' })
  if (!asked.ok) return asked
  const { plan } = jobNow(context, job)
  const again = new Set(asked.value)
  const below = [...plan.downstreamOf(asked.value)].filter((id) => !again.has(id))
  const reason = 'what it was made from runs again'
  const statuses = context.store.statusOf(below)
  const running = below.filter((id) => statuses.get(id) === 'running')
  await scheduler.value.kill(running, { cause: 'user', then: 'queued', reason })
  const made = [...context.store.statusOf(below)].flatMap(([id, status]) => (isMade(status) ? [id] : []))
  const stale = queueAgain(context, scheduler.value, { job, ids: made, reason })
  return stale.ok ? ok([...asked.value, ...running, ...stale.value]) : stale
}

/** It has run on what it was given. */
export const isMade = (status: TaskStatus): boolean => status === 'succeeded' || status === 'failed'

interface Again {
  job: number
  ids: readonly number[]
  reason: string
}

function queueAgain(context: Context, scheduler: Scheduler, { job, ids, reason }: Again): Result<number[]> {
  const statuses = context.store.statusOf(ids)
  const running = ids.find((id) => statuses.get(id) === 'running')
  if (running !== undefined)
    return fail('usage', `task ${running} runs; stop it first with: backlot stop --task ${running}`)
  const changes = [...new Set(ids)].flatMap((id): Change[] => {
    const from = statuses.get(id)
    return from && isRetryable(from) ? [{ task: id, from, to: 'queued', reason }] : []
  })
  note(context, job, changes)
  scheduler.withdraw(changes)
  scheduler.reload(job)
  announce(context, changes)
  return ok(changes.map((change) => change.task))
}

/** What is about to be changed can be taken back: undo.ts */
const note = ({ store, undo }: Context, job: number, changes: readonly Change[]): void =>
  undo.note({ job, at: Date.now(), before: store.before(changes) })

/** Tells of changes that users made. */
export function announce(context: Context, changes: readonly Change[]): void {
  const at = new Date().toISOString()
  for (const { task, to: status, reason } of changes) {
    const row = findTask(context.store.db, task)
    if (!row) continue
    const name = taskName(row.node, row.batch)
    context.emit({ type: 'task', job: row.job, task, name, status, at, attempt: null, reason, took: null })
  }
}

/** Runs jobs to their end; an unfinished job of an earlier Backlot goes on where it was. */
export async function runJobs(
  context: Context,
  ids: readonly number[],
  slots: number | undefined
): Promise<Result<{ job: number; status: JobStatus }[]>> {
  for (const id of ids) leaveFarm(context, id)
  const ends = await Promise.all(ids.map((id) => context.run(id, slots)))
  return caught(() => ends.map((status, i) => ({ job: at(ids, i), status: take(status) })))
}

export function hold(context: Context, job: number, held: boolean): Result<null> {
  const row = jobOf(context, job)
  if (!row.ok) return row
  const may = mayStartHere(context, job)
  if (!may.ok) return may
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  context.store.setHeld(job, held)
  if (held) scheduler.value.hold(job)
  else scheduler.value.release(job)
  return ok(null)
}

/** Errors: one of the tasks is a farm's, which alone says what becomes of it. */
export function mayChange(context: Context, ids: readonly number[]): Result<null> {
  const jobs = new Set(ids.flatMap((id) => findTask(context.store.db, id)?.job ?? []))
  return [...jobs].map((job) => mayStartHere(context, job)).find((may) => !may.ok) ?? ok(null)
}

export function changeAll(context: Context, ids: readonly number[], to: TaskStatus, reason: string): Result<number[]> {
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  const statuses = context.store.statusOf(ids)
  const unknown = ids.find((id) => !statuses.has(id))
  if (unknown !== undefined) return fail('usage', `there is no task ${unknown}; see them with: backlot tasks`)
  const may = mayChange(context, ids)
  if (!may.ok) return may
  const changes = [...new Set(ids)].flatMap((task): Change[] => {
    const status = of(statuses, task)
    return mayFollow(status, to) && status !== 'running' ? [{ task, from: status, to, reason }] : []
  })
  const byJob = Map.groupBy(changes, ({ task }) => findTask(context.store.db, task)?.job)
  for (const [job, own] of byJob) if (job !== undefined) note(context, job, own)
  scheduler.value.withdraw(changes)
  announce(context, changes)
  for (const job of byJob.keys()) if (job !== undefined) scheduler.value.reload(job)
  return ok(changes.map((change) => change.task))
}

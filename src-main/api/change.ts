/** What users do to jobs and tasks, through the scheduler. */
import { at, of } from '../domain/at.ts'
import type { Context } from './context.ts'
import { taskName } from '../core/convert/convert.ts'
import { caught, fail, ok, take, type Result } from '../domain/result.ts'
import { isRetryable, mayFollow, type JobStatus, type TaskStatus } from '../domain/status.ts'
import type { Change } from '../core/store/shapes.ts'
import { findTask } from '../core/store/views.ts'
import { jobOf } from './find.ts'

export function requeue(context: Context, job: number, ids: readonly number[]): Result<number[]> {
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  const statuses = context.store.statusOf(ids)
  const running = ids.find((id) => statuses.get(id) === 'running')
  if (running !== undefined)
    return fail('usage', `task ${running} runs; stop it first with: backlot stop --task ${running}`)
  const changes = [...new Set(ids)].flatMap((id): Change[] => {
    const from = statuses.get(id)
    return from && isRetryable(from) ? [{ task: id, from, to: 'queued', reason: 'tried again by the user' }] : []
  })
  scheduler.value.withdraw(changes)
  scheduler.value.reload(job)
  announce(context, changes)
  return ok(changes.map((change) => change.task))
}

/** Tells of changes that users made. */
function announce(context: Context, changes: readonly Change[]): void {
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
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  if (slots !== undefined) scheduler.value.slots = slots
  for (const id of ids) context.store.setHeld(id, false)
  const ends = await Promise.all(ids.map((id) => scheduler.value.run(id)))
  return caught(() => ends.map((status, i) => ({ job: at(ids, i), status: take(status) })))
}

export function hold(context: Context, job: number, held: boolean): Result<null> {
  const row = jobOf(context, job)
  if (!row.ok) return row
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  context.store.setHeld(job, held)
  if (held) scheduler.value.hold(job)
  else scheduler.value.release(job)
  return ok(null)
}

export function changeAll(context: Context, ids: readonly number[], to: TaskStatus, reason: string): Result<number[]> {
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  const statuses = context.store.statusOf(ids)
  const unknown = ids.find((id) => !statuses.has(id))
  if (unknown !== undefined) return fail('usage', `there is no task ${unknown}; see them with: backlot tasks`)
  const changes = [...new Set(ids)].flatMap((task): Change[] => {
    const status = of(statuses, task)
    return mayFollow(status, to) && status !== 'running' ? [{ task, from: status, to, reason }] : []
  })
  scheduler.value.withdraw(changes)
  const changed = changes.map((change) => change.task)
  announce(context, changes)
  for (const job of new Set(changed.map((id) => findTask(context.store.db, id)?.job)))
    if (job !== undefined) scheduler.value.reload(job)
  return ok(changed)
}

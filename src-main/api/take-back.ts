/** Taking back what a user did to tasks. */
import type { Context } from './context.ts'
import { ok, type Result } from '../domain/result.ts'
import { isDone } from '../domain/status.ts'
import type { Before } from '../core/store/shapes.ts'
import { announce, isMade } from './change.ts'
import { jobNow } from './find.ts'

/**
 * Makes tasks what they were before the user's last change of them; gives those that are so again. A task stays as it is
 * where something came of the change: it began, or what it was made from did.
 */
export function takeBack(context: Context, job: number, tasks: readonly number[]): Result<number[]> {
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  const { undo } = context
  const back = fitting(context, job, tasks)
  scheduler.value.putBack(job, back)
  undo.forget(job, back)
  const changes = back.map(({ task, left: from, status: to, reason }) => ({ task, from, to, reason }))
  announce(context, changes)
  return ok(back.map(({ task }) => task))
}

function fitting(context: Context, job: number, tasks: readonly number[]): Before[] {
  const { store, undo } = context
  const noted = undo.of(job)
  const active = jobNow(context, job)
  const statuses = store.statusOf([...active.tasks.keys()])
  const attempts = new Map(noted.map(({ task }) => [task, store.lastAttempt(task)]))
  const hasBegun = (one: Before) => attempts.get(one.task) !== one.attempts
  const newest = new Map(noted.map((one) => [one.task, one]))
  const wanted = [...new Set(tasks)]
    .flatMap((id) => newest.get(id) ?? [])
    .filter((one) => statuses.get(one.task) === one.left && !hasBegun(one))
  // a result counts only while all that it was made from is done, and by the same attempts as then
  const doneAgain = new Set(wanted.flatMap(({ task, status }) => (isDone(status) ? [task] : [])))
  const open = [...statuses].flatMap(([id, status]) => (isDone(status) || doneAgain.has(id) ? [] : [id]))
  const began = noted.filter(hasBegun).map(({ task }) => task)
  const unsure = new Set(active.plan.downstreamOf([...open, ...began]))
  return wanted.filter(({ task, status }) => !isMade(status) || !unsure.has(task))
}

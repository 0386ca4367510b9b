/** A job's status from its plan: decided here for the scheduler and the store's views alike. */
import { jobStatus, mayStart, statusOf as storedStatus, type JobStatus, type TaskStatus } from '../../domain/status.ts'
import type { Plan } from './plan.ts'

/** Queued tasks that could still start by themselves, now or later. */
export const openTasks = (plan: Plan): number => [...plan.derive().values()].filter(mayStart).length

/** Of a job that is in work here. `held`: nothing new starts, by the user's wish. */
export function statusOf(plan: Plan, { failFast }: { failFast: boolean }, held: boolean): JobStatus {
  const counts: Partial<Record<TaskStatus, number>> = {}
  let open = 0
  for (const state of plan.derive().values()) {
    if (mayStart(state)) open++
    const status = storedStatus(state)
    counts[status] = (counts[status] ?? 0) + 1
  }
  return jobStatus({ counts, held, failFast, open, watched: true, remote: false })
}

/**
 * A job's settings as Deadline Cloud takes them, beside the template: `deadline:*` in parameter_values.json. Limits are
 * those of its CreateJob call.
 */
import type { FarmJob } from '../farm.ts'

/** 0 to 100, the highest first; 50 is what Deadline Cloud's own submitter starts with, as 0 is here. */
export const usualPriority = 50
export const maxPriority = 100

export const priorityOf = (job: FarmJob): number => Math.min(maxPriority, Math.max(0, usualPriority + job.priority))

/** Without fail-fast every task may fail; the farm's default would stop the job after some of them. */
export const settingsOf = (job: FarmJob): { name: string; value: number }[] => [
  { name: 'deadline:priority', value: priorityOf(job) },
  { name: 'deadline:maxRetriesPerTask', value: job.settings.retries },
  { name: 'deadline:maxFailedTasksCount', value: job.settings.failFast ? 0 : job.tasks.length }
]

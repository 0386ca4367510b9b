/** Which jobs the list shows: those that hold every word typed and have one of the statuses chosen. */
import type { JobView } from '../../src-main/api.ts'
import { jobStatusOrder, type JobStatus } from '../../src-main/domain/status.ts'

/** Jobs that hold every word in number, name, status or graph; case does not matter. */
export function withWords(jobs: readonly JobView[], text: string): JobView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return jobs.filter(({ id, name, status, source }) => {
    const hay = `#${id} ${name} ${status} ${source}`.toLowerCase()
    return words.every((word) => hay.includes(word))
  })
}

/** No statuses chosen: all. */
export const withStatus = (jobs: readonly JobView[], chosen: ReadonlySet<JobStatus>): readonly JobView[] =>
  chosen.size === 0 ? jobs : jobs.filter((job) => chosen.has(job.status))

/** How many jobs there are of each status that a job has or that is chosen, what needs a person first. */
export function statusCounts(
  jobs: readonly JobView[],
  chosen: ReadonlySet<JobStatus>
): { status: JobStatus; n: number }[] {
  return jobStatusOrder
    .map((status) => ({ status, n: jobs.filter((job) => job.status === status).length }))
    .filter(({ status, n }) => n > 0 || chosen.has(status))
}

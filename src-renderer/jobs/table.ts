/** All jobs as a table: by the day that they were made, or sorted by a column. Pure: the day and the sizes come in. */
import type { JobView } from '../../src-main/api.ts'
import { jobColumns, type JobColumnKey } from '../../src-main/domain/job-columns.ts'
import { sorted, type Sort } from '../columns/order.ts'
import { listRows, type ListRow } from './list.ts'

/** Bytes by the job's id; those that are not there are not measured yet. */
export type Sizes = ReadonlyMap<number, number>

/** `sort`: null is by day; `closed`: names of days that are folded; their jobs are not among the rows. */
export function tableRows(
  jobs: readonly JobView[],
  sort: Sort<JobColumnKey>,
  { sizes, now, closed }: { sizes: Sizes; now: number; closed: ReadonlySet<string> }
): ListRow[] {
  const newest = jobs.toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
  const measured = newest.map((job) => ({ job, ...job, bytes: sizes.get(job.id) }))
  const list = sorted(jobColumns, measured, sort, now).map(({ job }) => job)
  if (sort !== null && sort.column !== 'made') return list.map((job) => ({ kind: 'job', job }))
  let open = true
  return listRows(list, now).filter((row) => {
    if (row.kind === 'group') open = !closed.has(row.name)
    return row.kind === 'group' || open
  })
}

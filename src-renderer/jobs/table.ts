/** All jobs as a table: by the day that they were made, or sorted by a column. Pure: the day and the sizes come in. */
import type { JobView } from '../../src-main/api.ts'
import { spanOf } from '../../src-main/domain/durations.ts'
import { listRows, type ListRow } from './list.ts'

export const jobColumns = [
  ['name', 'Job'],
  ['number', 'Number'],
  ['tasks', 'Tasks'],
  ['started', 'Made'],
  ['took', 'Took'],
  ['size', 'On disk']
] as const
export type JobColumn = (typeof jobColumns)[number][0]

export interface JobSort {
  by: JobColumn
  descending: boolean
}

/** As the sidebar has them: by day. */
export const byDay: JobSort = { by: 'started', descending: true }

export type Sizes = ReadonlyMap<number, number>

/** ms; null: it never began */
export const tookOf = (job: JobView, now: number): number | null =>
  spanOf({ startedAt: job.startedAt, endedAt: job.status === 'running' ? now : job.endedAt }, now)

const failedOf = (job: JobView): number => job.counts.failed ?? 0
const countOf = (job: JobView): number => Object.values(job.counts).reduce((sum, n) => sum + n, 0)

/** What is not known comes last, whichever way it is sorted. */
function compare(a: number | null, b: number | null, sign: 1 | -1): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return sign * (a - b)
}

function sorted(jobs: readonly JobView[], { by, descending }: JobSort, sizes: Sizes, now: number): JobView[] {
  const sign = descending ? -1 : 1
  const value: Record<Exclude<JobColumn, 'name'>, (job: JobView) => number | null> = {
    number: ({ id }) => id,
    // what failed comes before what is merely large
    tasks: (job) => failedOf(job) * 1e9 + countOf(job),
    started: ({ createdAt }) => createdAt,
    took: (job) => tookOf(job, now),
    size: ({ id }) => sizes.get(id) ?? null
  }
  return jobs.toSorted(
    (a, b) =>
      (by === 'name'
        ? sign * a.name.localeCompare(b.name, 'en', { numeric: true })
        : compare(value[by](a), value[by](b), sign)) || b.id - a.id
  )
}

/** `closed`: names of days that are folded; their jobs are not among the rows. */
export function tableRows(
  jobs: readonly JobView[],
  sort: JobSort,
  { sizes, now, closed }: { sizes: Sizes; now: number; closed: ReadonlySet<string> }
): ListRow[] {
  const list = sorted(jobs, sort, sizes, now)
  if (sort.by !== 'started') return list.map((job) => ({ kind: 'job', job }))
  let open = true
  return listRows(list, now).filter((row) => {
    if (row.kind === 'group') open = !closed.has(row.name)
    return row.kind === 'group' || open
  })
}

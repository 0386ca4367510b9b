/** The list of jobs as rows: by the day that they were made, the newest first. Pure: the day comes in. */
import { countText } from '../../src-main/domain/counts.ts'
import type { JobView } from '../../src-main/api.ts'

export type ListRow = { kind: 'group'; name: string; jobs: readonly JobView[] } | { kind: 'job'; job: JobView }

const dayMs = 86_400_000

/** Midnight before a moment, in the user's time zone. */
function dayOf(at: number): number {
  const date = new Date(at)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

/** `Today`, `Yesterday`, `Earlier this week`, `Last week`, `October`, `October 2025`: weeks begin on Monday. */
export function dayName(at: number, now: number): string {
  const today = dayOf(now)
  const day = dayOf(at)
  // a day may have 23 hours
  const days = Math.round((today - day) / dayMs)
  const weekday = (new Date(now).getDay() + 6) % 7
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days <= weekday) return 'Earlier this week'
  if (days <= weekday + 7) return 'Last week'
  const year = new Date(at).getFullYear()
  const month = new Date(at).toLocaleDateString('en', { month: 'long' })
  return year === new Date(now).getFullYear() ? month : `${month} ${year}`
}

/** Every day that has jobs as a row with how many, then its jobs. */
export function listRows(jobs: readonly JobView[], now: number): ListRow[] {
  const groups = Map.groupBy(jobs, (job) => dayName(job.createdAt, now))
  return [...groups].flatMap(([name, of]): ListRow[] => [
    { kind: 'group', name, jobs: of },
    ...of.map((job): ListRow => ({ kind: 'job', job }))
  ])
}

/** Of the second line of a row: how far it is or what became of it, and when. */
export function subOf(job: JobView, when: string, took: string): string {
  const total = Object.values(job.counts).reduce((sum, n) => sum + n, 0)
  const done = (job.counts.succeeded ?? 0) + (job.counts.omitted ?? 0)
  const failed = job.counts.failed ?? 0
  const parts = [
    ...(job.status === 'running' ? [`${total === 0 ? 0 : Math.floor((100 * done) / total)} %`] : []),
    ...(failed > 0
      ? [
          total > 99 && job.status !== 'running'
            ? `${countText(failed)} of ${countText(total)} failed`
            : `${countText(failed)} failed`
        ]
      : []),
    ...(job.status === 'succeeded' || job.status === 'running' || failed > 0 ? [] : [job.status])
  ]
  if (job.status === 'running') return [...parts, took].filter(Boolean).join(' · ')
  return [...parts, when, took].filter(Boolean).join(' · ')
}

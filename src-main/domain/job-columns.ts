/** The columns of a job, once, as columns.ts has those of a task: for the window's table and for `backlot jobs`. */
import { countText } from './counts.ts'
import { sourceText, type GraphChoice } from './choice.ts'
import { columnMaker, type Column } from './column.ts'
import { timeOfDay } from './columns.ts'
import { bytesText, durationText, spanOf } from './durations.ts'
import { countOf, isDone, looks, rankOf, type JobStatus, type StatusCounts } from './status.ts'

/** What the columns show of a job. */
export interface JobFields {
  id: number
  name: string
  status: JobStatus
  counts: StatusCounts
  /** ms since 1970 */
  createdAt: number
  /** of its first attempt, ms since 1970 */
  startedAt: number | null
  /** of its last attempt that ended */
  endedAt: number | null
  source: string
  choice: GraphChoice | null
  /** what its files take on the disk; not there, or null: not measured */
  bytes?: number | null | undefined
}

export interface Progress {
  total: number
  /** tasks that nothing is left to do for: succeeded or omitted */
  done: number
  /** whole percent, rounded down: 100 is all of them */
  percent: number
  failed: number
}

/** How far a job is. */
export function progressOf(counts: StatusCounts): Progress {
  const total = countOf(counts, () => true)
  const done = countOf(counts, isDone)
  return { total, done, percent: total === 0 ? 0 : Math.floor((100 * done) / total), failed: counts.failed ?? 0 }
}

/** How long it took from its first task’s start, or has taken by now, ms; null: it never began, or nobody knows its end. */
export function timeOfJob(job: Pick<JobFields, 'status' | 'counts' | 'startedAt' | 'endedAt'>, now: number) {
  const runs = job.status === 'running' || (job.status === 'remote' && (job.counts.running ?? 0) > 0)
  const end = runs ? now : job.endedAt
  return end === null ? null : spanOf({ startedAt: job.startedAt, endedAt: end }, end)
}

/** What is the matter with its tasks, in a word or two. */
function tasksText({ counts }: JobFields): string {
  const { failed, done, total } = progressOf(counts)
  if (failed > 0) return `${countText(failed)} failed`
  return done < total ? `${countText(done)} of ${countText(total)}` : countText(total)
}

const countsText = ({ counts }: JobFields): string =>
  Object.entries(counts)
    .map(([status, n]) => `${n} ${status}`)
    .join(', ')

/** What failed comes before what is merely large. */
const byTrouble = ({ counts }: JobFields): number => (counts.failed ?? 0) * 1e9 + progressOf(counts).total

const column = columnMaker<JobFields>()

const all = [
  column({
    ...{ key: 'id', header: 'Job', width: '56px', from: 430, number: true, downFirst: true },
    hint: 'Its number',
    text: ({ id }) => String(id),
    sort: ({ id }) => id
  }),
  column({
    ...{ key: 'status', header: 'Status', width: '104px', usual: false },
    text: ({ status }) => looks[status].label,
    sort: ({ status }) => rankOf(status)
  }),
  column({
    ...{ key: 'name', header: 'Name', width: 'minmax(160px, 2fr)', narrow: 'minmax(104px, 2fr)', fixed: true },
    text: ({ name }) => name
  }),
  column({
    ...{ key: 'progress', header: 'Progress', width: '112px', from: 800, terminal: false, downFirst: true },
    hint: 'How many of its tasks are done',
    text: ({ counts }) => `${progressOf(counts).percent} %`,
    sort: ({ counts }) => progressOf(counts).percent
  }),
  // the terminal has no bar beside it
  column({
    ...{ key: 'counts', header: 'Tasks', width: null },
    text: countsText,
    sort: byTrouble
  }),
  column({
    ...{ key: 'tasks', header: 'Tasks', width: '96px', from: 430, terminal: false, downFirst: true },
    hint: 'How many failed, or are done',
    text: tasksText,
    sort: byTrouble
  }),
  column({
    ...{ key: 'made', header: 'Made', width: '112px', from: 560, number: true, terminal: false, downFirst: true },
    hint: 'When it was made',
    text: ({ createdAt }, now) => timeOfDay(createdAt, now),
    sort: ({ createdAt }) => createdAt
  }),
  column({
    ...{ key: 'time', header: 'Time', width: '88px', from: 800, number: true, downFirst: true },
    hint: 'How long it took from its first task’s start to its last one’s end',
    text: (job, now) => durationText(timeOfJob(job, now)),
    sort: timeOfJob
  }),
  column({
    ...{ key: 'size', header: 'Size', width: '72px', number: true, downFirst: true },
    hint: 'What its files take on the disk',
    text: ({ bytes }) => (typeof bytes === 'number' ? bytesText(bytes) : ''),
    sort: ({ bytes }) => bytes ?? null
  }),
  column({
    ...{ key: 'graph', header: 'Graph', width: 'minmax(120px, 1.5fr)', usual: false },
    hint: 'The file that it was made from',
    text: ({ source, choice }) => sourceText(source, choice)
  })
] as const

export type JobColumnKey = (typeof all)[number]['key']
export type JobColumn = Column<JobFields> & { key: JobColumnKey }

export const jobColumns: readonly JobColumn[] = all

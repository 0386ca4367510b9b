/** Tens of thousands of tasks for a window: rows in pages and as columns, derived states as runs. */
import { statSync } from 'node:fs'
import { of } from '../domain/at.ts'
import { headMark } from '../domain/log-lines.ts'
import { attemptPaths } from '../core/attempt/paths.ts'
import { lastLines } from '../core/attempt/read.ts'
import { shownState, type TaskState } from '../domain/status.ts'
import { storedStatuses } from '../core/store/plan-rows.ts'
import { countTasks, taskPage, tasksById, type TaskRow } from '../core/store/views.ts'
import type { Input } from '../contract.ts'
import type { Context } from './context.ts'
import { jobNow, keeperOf, liveTask, storedTask } from './find.ts'
import type { Columns, TaskLine } from './handler.ts'

/** A page holds so many where the caller does not say. */
const pageSize = 2000

/** The tasks asked for, or a page of all in evaluation order; `total` counts all of the job. */
export function taskRows(context: Context, { job, tasks, after, limit }: Input<'task.rows'>) {
  const { db } = context.store
  const rows = tasks
    ? tasksById(db, job, tasks).map((row) => ({ ...liveTask(context, row), ...logOf(context, row) }))
    : taskPage(db, job, after ?? null, limit ?? pageSize).map(storedTask)
  return { job, total: countTasks(db, job), rows: columnsOf<TaskLine>(rows) }
}

/** What its last log says, and how large it is. */
const logOf = (context: Context, row: TaskRow): Pick<TaskLine, 'lastLine' | 'logBytes'> => ({
  lastLine: lastLineOf(context, row),
  logBytes: logBytesOf(context, row)
})

function logBytesOf({ dataDir }: Context, { job, id, attempts }: TaskRow): number | null {
  if (attempts === 0) return null
  return statSync(attemptPaths(dataDir, job, id, attempts).log, { throwIfNoEntry: false })?.size ?? null
}

/** The last line of each task's last log, null where there is none; of the first of them alone where the time is over. */
export function taskTails(context: Context, { job, tasks, ms }: Input<'task.tails'>): (string | null)[] {
  const until = performance.now() + (ms ?? Infinity)
  const rows = new Map(tasksById(context.store.db, job, tasks).map((row) => [row.id, row]))
  const lines: (string | null)[] = []
  for (const id of tasks) {
    const row = rows.get(id)
    lines.push(row && row.attempts > 0 ? tailOf(context, row) : null)
    if (performance.now() > until) break
  }
  return lines
}

const lastLineOf = (context: Context, row: TaskRow): string | null =>
  row.status === 'running' ? tailOf(context, row) : null

/** From the last 4 kB of a log. */
function tailOf({ dataDir }: Context, { job, id, attempts }: TaskRow): string | null {
  const { log } = attemptPaths(dataDir, job, id, attempts)
  const line = lastLines(log, 1, 4096).at(-1)?.trim() ?? ''
  if (line === '' || line.startsWith(headMark)) return null
  return line.length > 400 ? `…${line.slice(-400)}` : line
}

/** The state of each task of a job, in evaluation order, as runs of equal states. */
export function stateRuns(context: Context, job: number): { job: number; runs: [TaskState, number][] } {
  const keeper = keeperOf(context, job)
  const runs: [TaskState, number][] = []
  for (const derived of statesOf(context, job)) {
    const state = shownState(derived, keeper)
    const last = runs.at(-1)
    if (last?.[0] === state) last[1]++
    else runs.push([state, 1])
  }
  return { job, runs }
}

/** Only of those in the queue the plan knows more than the store, and to make it takes 100 ms of 20,000 tasks. */
function statesOf(context: Context, job: number): TaskState[] {
  const stored = context.live(job) ? [] : storedStatuses(context.store.db, job)
  const ended = stored.filter((status) => status !== 'queued')
  if (ended.length > 0 && ended.length === stored.length) return ended
  const { plan, tasks } = jobNow(context, job)
  const states = plan.derive()
  return [...tasks.keys()].map((id) => of(states, id))
}

function columnsOf<T extends object>(rows: readonly T[]): Partial<Columns<T>> {
  // only running tasks have some of them
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))] as (keyof T)[]
  const column = (key: keyof T) => {
    const each = rows.map((row) => row[key])
    return each.every((value) => value === each[0]) ? { all: each[0] } : { each }
  }
  return Object.fromEntries(keys.map((key) => [key, column(key)])) as Partial<Columns<T>>
}

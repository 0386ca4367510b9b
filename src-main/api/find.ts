/** What a user names, found in the store, as people see it. */
import { statSync } from 'node:fs'
import type { Context } from './context.ts'
import { mergeRuleOf, taskName } from '../core/job/convert.ts'
import { rangeText } from '../core/job/frames.ts'
import { itemsOf } from '../core/json.ts'
import { plugText } from '../core/model.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { ActiveJob } from '../core/run/active.ts'
import { attemptPaths, tasksFolder } from '../core/run/log.ts'
import { readPid } from '../core/run/pid-file.ts'
import { peakMemoryOf } from '../core/run/runner.ts'
import { mergeOutput, outputNames } from '../core/run/outputs.ts'
import { jobStatus, type TaskState } from '../core/status.ts'
import {
  findJob,
  findTask,
  hasJob,
  listAttempts,
  listJobs,
  outputRows,
  listTasks,
  type AttemptRow,
  type JobRow,
  type TaskRow
} from '../core/store/views.ts'
import type { JobView, OutputView, StoredTask, TaskView } from './handler.ts'

/** The job asked for, or the newest. Errors (`usage`): there is none. */
export function jobOf(context: Context, id: number | undefined): Result<JobRow> {
  const row = id === undefined ? listJobs(context.store.db)[0] : findJob(context.store.db, id)
  if (row) return ok(row)
  return id === undefined ? fail('usage', 'there is no job yet; make one with: backlot run GRAPH') : noJob(id)
}

const noJob = (id: number): Result<never> => fail('usage', `there is no job ${id}; see them with: backlot jobs`)

/** For calls that windows repeat: counts nothing. Errors (`usage`): there is no such job. */
export const jobThere = (context: Context, id: number): Result<null> =>
  hasJob(context.store.db, id) ? ok(null) : noJob(id)

export function viewOf(context: Context, row: JobRow): JobView {
  const queued = row.counts.queued ?? 0
  const mayBeBlocked = queued > 0 && (row.counts.failed ?? 0) + (row.counts.canceled ?? 0) > 0
  const open = mayBeBlocked
    ? [...jobNow(context, row.id).plan.derive().values()].filter((s) => s === 'waiting' || s === 'ready').length
    : queued
  return { ...row, status: jobStatus(row.counts, row.held, open), files: tasksFolder(context.dataDir, row.id) }
}

/** The job in work where it is, else as the store has it. */
export const jobNow = (context: Context, id: number): ActiveJob => context.live(id) ?? new ActiveJob(context.store, id)

/** A row as people see it. */
export const storedTask = (row: TaskRow): StoredTask => ({
  ...row,
  name: taskName(row.node, row.batch),
  frames: row.frames === null ? null : rangeText(itemsOf(row.frames))
})

/** The same with what only its files and its process know while it runs. */
export function liveTask({ dataDir }: Context, row: TaskRow): StoredTask {
  if (row.status !== 'running') return storedTask(row)
  const { log, pid } = attemptPaths(dataDir, row.job, row.id, row.attempts)
  const logGrewAt = statSync(log, { throwIfNoEntry: false })?.mtimeMs ?? null
  const process = readPid(pid)
  return { ...storedTask(row), logGrewAt, peakMemory: process && peakMemoryOf(process.pid) }
}

export function tasksOf(context: Context, job: number): TaskView[] {
  const states = jobNow(context, job).plan.derive()
  return listTasks(context.store.db, job).map((row) => {
    const { status, ...task } = liveTask(context, row)
    return { ...task, state: states.get(task.id) ?? (status as TaskState) }
  })
}

interface AttemptFiles {
  log: string
  taskFile: string
  resultFile: string
}

export function attemptsOf(context: Context, task: number): Result<(AttemptRow & AttemptFiles)[]> {
  const row = findTask(context.store.db, task)
  if (!row) return fail('usage', `there is no task ${task}; see them with: backlot tasks`)
  const filesOf = (number: number): AttemptFiles => {
    const { log, task: taskFile, result: resultFile } = attemptPaths(context.dataDir, row.job, task, number)
    return { log, taskFile, resultFile }
  }
  return ok(listAttempts(context.store.db, task).map((attempt) => ({ ...attempt, ...filesOf(attempt.number) })))
}

export function outputsOf(
  context: Context,
  job: ActiveJob
): { identifier: string; name: string; complete: boolean; outputs: OutputView[] }[] {
  const tasksOfNode = Map.groupBy(job.tasks.values(), (task) => task.node.position)
  const states = job.plan.derive()
  const written = Map.groupBy(outputRows(context.store.db, job.id), (row) => row.task)
  return job.nodes.map((node) => {
    const ids = (tasksOfNode.get(node.position) ?? []).map((task) => task.id)
    const complete = ids.length > 0 && ids.every((id) => states.get(id) === 'succeeded' || states.get(id) === 'omitted')
    const values = complete ? ids.map((id) => written.get(id) ?? []) : []
    const outputs = outputNames(values).map((end): OutputView => {
      const merged = mergeOutput(values, end.plug, end.key, mergeRuleOf(node.merge, end.plug))
      // a rule that does not fit fails what is downstream by name; here every value is shown, never a null in their place
      const { value } = merged.ok ? merged.value : listed(mergeOutput(values, end.plug, end.key, 'list'))
      const how = merged.ok ? merged.value.how : 'mixed'
      return { node: node.name, identifier: node.identifier, output: plugText(end), value, how }
    })
    return { identifier: node.identifier, name: node.name, complete, outputs }
  })
}

/** Values always fit into a list; that they do not is a bug. */
function listed<T>(merged: Result<T>): T {
  if (!merged.ok) throw new Error(merged.error.message)
  return merged.value
}

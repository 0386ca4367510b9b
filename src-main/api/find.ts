/** What a user names, found in the store, as people see it. */
import { of } from '../domain/at.ts'
import { statSync } from 'node:fs'
import type { Context } from './context.ts'
import { mergeRuleOf, taskName } from '../core/convert/convert.ts'
import { momentText } from '../domain/durations.ts'
import { rangeText } from '../domain/frames.ts'
import { itemsOf } from '../domain/json.ts'
import { didYouMean } from '../domain/near.ts'
import { plugText } from '../core/graph/model.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { StoredJob } from '../core/job/stored-job.ts'
import { aroundOf } from '../core/attempt/around.ts'
import { attemptCommand, commandLine } from '../core/attempt/command.ts'
import { attemptPaths, tasksFolder } from '../core/attempt/paths.ts'
import { mostWrote } from '../core/attempt/heard.ts'
import { fileFrom } from '../domain/paths.ts'
import { readNote } from '../core/process/pid-file.ts'
import { processes } from '../core/process/processes.ts'
import { mergeOutput, outputNames } from '../core/job/outputs.ts'
import { isRemote, remoteText } from '../domain/farm-run.ts'
import { isDone, isStopped, jobStatus, shownState, statusOf, taskStatuses, type Keeper } from '../domain/status.ts'
import { openTasks } from '../core/job/status.ts'
import { farmOf } from '../core/store/farm-runs.ts'
import { environmentsById } from '../core/store/environments.ts'
import {
  aTask,
  findJob,
  jobRow,
  findTask,
  hasJob,
  listAttempts,
  listJobs,
  outputRows,
  listTasks,
  loggedRows,
  type AttemptRow,
  type JobRow,
  type TaskRow
} from '../core/store/views.ts'
import type { JobView, OutputView, TaskLine, TaskView } from './handler.ts'

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

export function viewOf(context: Context, row: JobRow, watched = isWatched(context)): JobView {
  const { counts, failFast, ...rest } = row
  const queued = counts.queued ?? 0
  const mayBeBlocked = queued > 0 && taskStatuses.some((status) => isStopped(status) && counts[status])
  const open = mayBeBlocked ? openTasks(jobNow(context, row.id).plan) : queued
  const keeper = { watched, remote: isRemote(row.farm) }
  const status = jobStatus({ counts, held: row.held, failFast, open, ...keeper })
  const interruptedAt = status === 'interrupted' ? context.lastSeen() : null
  const startedAt = jobStartedAt(context, row)
  return { ...rest, startedAt, counts, open, status, interruptedAt, files: tasksFolder(context.dataDir, row.id) }
}

/** Who runs jobs here is looked up once for all of them. */
export function viewsOf(context: Context, rows: readonly JobRow[]): JobView[] {
  const watched = isWatched(context)
  return rows.map((row) => viewOf(context, row, watched))
}

/** Errors (`usage`), always: what to say of an interpreter that is not set. */
export const noInterpreter = ({ store }: Context, name: string): Result<never> => {
  const known = store.interpreters().map((entry) => entry.name)
  const meant = didYouMean(name, known)
  return fail(
    'usage',
    `there is no interpreter ${JSON.stringify(name)}${meant}; see them with: backlot interpreter list`
  )
}

/** Whether some Backlot runs jobs in the data folder: a task that is stored as running is so only then. */
export const isWatched = (context: Context): boolean => context.runner() !== null

/** Who looks after a job's tasks: a farm, a Backlot, or nobody. */
export const keeperOf = (context: Context, job: number): Keeper => ({
  watched: isWatched(context),
  remote: isRemote(farmOf(context.store.db, job))
})

/** Errors (`run`): the job is on a farm, which alone starts its tasks. */
export function mayStartHere({ store }: Context, job: number): Result<null> {
  const farm = farmOf(store.db, job)
  return farm && isRemote(farm) ? fail('run', remoteText(job, farm)) : ok(null)
}

/** Why a task is shown as interrupted, and how to go on. */
export function interruption(context: Context, job: number): string {
  const at = context.lastSeen()
  const since = at === null ? '' : ` since ${momentText(at)}`
  return `the Backlot that ran it is gone${since}; its process may go on; go on with: backlot resume ${job}`
}

/** The job as the scheduler has it if it is in work, else as the store has it. */
export const jobNow = (context: Context, id: number): StoredJob => context.live(id) ?? new StoredJob(context.store, id)

/** A row as people see it. */
export const storedTask = (row: TaskRow): TaskLine => ({
  ...row,
  name: taskName(row.node, row.batch),
  frames: row.frames === null ? null : rangeText(itemsOf(row.frames))
})

/** The same with what only its files and its process know while it runs. */
export function liveTask({ dataDir }: Context, row: TaskRow): TaskLine {
  if (row.status !== 'running' || row.host !== null) return storedTask(row)
  const { log, pid } = attemptPaths(dataDir, row.job, row.id, row.attempts)
  const logGrewAt = statSync(log, { throwIfNoEntry: false })?.mtimeMs ?? null
  const { process, starter } = readNote(pid)
  // a session is older than its tasks
  const age = process && starter ? processes.ageOf(process) : null
  const startedAt = inOurTime(row.startedAt, age, Date.now())
  return { ...storedTask(row), startedAt, logGrewAt, peakMemory: process && processes.peakMemoryOf(process.pid) }
}

/** between a date and what a process says of its age */
const clocksAgreeMs = 2000

/** A running attempt's start by the clock of who asks: the clock may have been set since it was written down. */
const inOurTime = (startedAt: number | null, age: number | null, now: number): number | null =>
  startedAt !== null && age !== null && Math.abs(now - age - startedAt) > clocksAgreeMs
    ? Math.round(now - age)
    : startedAt

/** The same of a job that runs. */
function jobStartedAt(context: Context, { id, startedAt, counts }: JobRow): number | null {
  const row = counts.running && startedAt !== null ? aTask(context.store.db, id, 'running') : null
  if (startedAt === null || row?.startedAt == null) return startedAt
  return startedAt + (liveTask(context, row).startedAt ?? row.startedAt) - row.startedAt
}

export function tasksOf(context: Context, job: number): TaskView[] {
  const states = jobNow(context, job).plan.derive()
  const keeper = keeperOf(context, job)
  return listTasks(context.store.db, job).map((row) => {
    const { status, ...task } = liveTask(context, row)
    // a task that was made since the plan was read is not in it yet
    const state = shownState(states.get(task.id) ?? (status === 'queued' ? 'waiting' : status), keeper)
    return { ...task, state, reason: state === 'interrupted' ? interruption(context, job) : task.reason }
  })
}

interface AttemptPlaces {
  log: string
  taskFile: string
  resultFile: string
  /** pasted into a shell it runs the attempt again; null if the job's interpreter is gone or nothing was started */
  command: string | null
}

/** Every attempt of a task, with its files and its command. Errors (`usage`): there is no such task. */
export function attemptsOf(context: Context, task: number): Result<(AttemptRow & AttemptPlaces)[]> {
  const row = findTask(context.store.db, task)
  if (!row) return fail('usage', `there is no task ${task}; see them with: backlot tasks`)
  const { settings, interpreters } = jobRow(context.store.db, row.job)
  const interpreter = interpreters.find(({ name }) => name === row.interpreter)
  const attempts = listAttempts(context.store.db, task)
  const ids = attempts.flatMap(({ environmentId }) => environmentId ?? [])
  const kept = environmentsById(context.store.db, ids)
  const places = ({ number, end, environmentId, host }: AttemptRow): AttemptPlaces => {
    const { log, task: taskFile, result: resultFile } = attemptPaths(context.dataDir, row.job, task, number)
    const where = { taskFile, cwd: settings.cwd }
    const command = interpreter && end !== 'unchanged' && attemptCommand(interpreter, context.evaluators, where)
    // what a farm's machine had around it is not to be set here
    const found = host === null ? kept.get(environmentId ?? 0) : undefined
    const around = found ? aroundOf(found, context.dataDir, row.job) : null
    return { log, taskFile, resultFile, command: command ? commandLine(command, around) : null }
  }
  return ok(attempts.map((attempt) => ({ ...attempt, ...places(attempt) })))
}

export interface NodeOutputView {
  identifier: string
  name: string
  complete: boolean
  outputs: OutputView[]
  /** files that its tasks' logs say they wrote */
  wrote: string[]
  /** the folder that its tasks start in: `./a` is a file in it */
  cwd: string
}

/** `partial`: of a node that is not complete what those of its tasks gave that are done. */
export function outputsOf(context: Context, job: StoredJob, partial = false): NodeOutputView[] {
  const tasksOfNode = Map.groupBy(job.tasks.values(), (task) => task.node.position)
  const { cwd } = job.settings
  const states = job.plan.derive()
  const written = Map.groupBy(outputRows(context.store.db, job.id), (row) => row.task)
  const logged = new Map(loggedRows(context.store.db, job.id).map((row) => [row.task, row.wrote ?? []]))
  return job.nodes.map((node) => {
    const ids = (tasksOfNode.get(node.position) ?? []).map((task) => task.id)
    const done = ids.filter((id) => isDone(statusOf(of(states, id))))
    const complete = ids.length > 0 && done.length === ids.length
    const values = complete || partial ? done.map((id) => written.get(id) ?? []) : []
    const outputs = outputNames(values).map((end): OutputView => {
      const merged = mergeOutput(values, end.plug, end.key, mergeRuleOf(node.merge, end.plug))
      // a rule that does not fit fails what is downstream by name; here every value is shown, never a null in their place
      const { value } = merged.ok ? merged.value : listed(mergeOutput(values, end.plug, end.key, 'list'))
      const how = merged.ok ? merged.value.how : 'mixed'
      return { node: node.name, identifier: node.identifier, output: plugText(end), value, how }
    })
    const said = new Set(ids.flatMap((id) => logged.get(id) ?? []))
    const wrote = [...said].slice(0, mostWrote).map((path) => fileFrom(path, cwd))
    return { identifier: node.identifier, name: node.name, complete, outputs, wrote, cwd }
  })
}

/** Values always fit into a list; that they do not is a bug. */
function listed<T>(merged: Result<T>): T {
  if (!merged.ok) throw new Error(merged.error.message)
  return merged.value
}

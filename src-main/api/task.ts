/** Calls about tasks. */
import { at } from '../domain/at.ts'
import { taskName } from '../core/convert/convert.ts'
import { didYouMean } from '../domain/near.ts'
import { fail, ok } from '../domain/result.ts'
import type { Context } from './context.ts'
import { logExcerpt } from '../core/attempt/excerpt.ts'
import { readPart } from '../core/attempt/read.ts'
import { whyOf } from '../core/job/why.ts'
import { findTask, listJobs, listTasks } from '../core/store/views.ts'
import { changeAll, mayChange, requeue } from './change.ts'
import { attemptsOf, interruption, jobNow, jobOf, jobThere, keeperOf, mayStartHere, tasksOf } from './find.ts'
import { isStopped, shownState, statusOf } from '../domain/status.ts'
import { handler } from './handler.ts'
import { takeBack } from './take-back.ts'
import { stateRuns, taskRows, taskTails } from './rows.ts'

/** The last attempt of a task, or the one asked for. Errors (`usage`): there is none. */
function attemptOf(context: Context, task: number, number: number | undefined) {
  const attempts = attemptsOf(context, task)
  if (!attempts.ok) return attempts
  const found = number === undefined ? attempts.value.at(-1) : attempts.value.find((a) => a.number === number)
  if (found) return ok(found)
  return fail(
    'usage',
    number === undefined
      ? `task ${task} has not run yet, so it has no log`
      : `task ${task} has no attempt ${number}; it has ${attempts.value.length}`
  )
}

/** The file of an attempt's log: ours, or the one that its farm keeps. Errors (`usage`): there is none. */
function logOf(
  context: Context,
  { task, attempt, farm }: { task: number; attempt?: number | undefined; farm?: boolean | undefined }
) {
  const found = attemptOf(context, task, attempt)
  if (!found.ok) return found
  const { log, farmLog, number } = found.value
  if (!farm) return ok(log)
  return farmLog === null ? fail('usage', `no log of the farm’s own is known of attempt ${number}`) : ok(farmLog)
}

/** Jobs whose tasks' names are looked through for what was meant. */
const mostJobs = 20

function noTask({ store }: Context, text: string, jobs: readonly number[]) {
  const known = jobs
    .slice(0, mostJobs)
    .flatMap((job) => listTasks(store.db, job).map(({ node, batch }) => taskName(node, batch)))
  return fail(
    'usage',
    `there is no task ${JSON.stringify(text)}${didYouMean(text, known)}; see them with: backlot tasks`
  )
}

export const taskCalls = {
  /** A task by its number, `JOB/NAME`, or its name in the newest job that has it. */
  'task.find': handler<'task.find'>()((context, { text }) => {
    if (/^\d+$/.test(text)) {
      const row = findTask(context.store.db, Number(text))
      return row
        ? ok({ task: row.id, job: row.job })
        : fail('usage', `there is no task ${text}; see them with: backlot tasks`)
    }
    const [, jobText, rest] = /^(\d+)\/(.+)$/s.exec(text) ?? [null, null, text]
    const jobs = jobText === null ? listJobs(context.store.db).map((j) => j.id) : [Number(jobText)]
    for (const job of jobs) {
      const hits = listTasks(context.store.db, job).filter((t) => taskName(t.node, t.batch) === rest)
      if (hits.length > 1)
        return fail(
          'usage',
          `${hits.length} tasks of job ${job} are called ${JSON.stringify(rest)}; say which by number: ${hits.map((t) => t.id).join(', ')}`
        )
      if (hits[0]) return ok({ task: hits[0].id, job })
    }
    return noTask(context, rest, jobs)
  }),

  'task.list': handler<'task.list'>()((context, { job }) => {
    const row = jobOf(context, job)
    return row.ok ? ok({ job: row.value.id, tasks: tasksOf(context, row.value.id) }) : row
  }),

  'task.rows': handler<'task.rows'>()((context, input) => {
    const there = jobThere(context, input.job)
    return there.ok ? ok(taskRows(context, input)) : there
  }),

  'task.tails': handler<'task.tails'>()((context, { job, tasks, ms }) => {
    const there = jobThere(context, job)
    return there.ok ? ok({ lines: taskTails(context, { job, tasks, ms }) }) : there
  }),

  'task.states': handler<'task.states'>()((context, { job }) => {
    const there = jobThere(context, job)
    return there.ok ? ok(stateRuns(context, job)) : there
  }),

  'task.attempts': handler<'task.attempts'>()((context, { task }) => attemptsOf(context, task)),

  'task.why': handler<'task.why'>()((context, { task }) => {
    const row = findTask(context.store.db, task)
    if (!row) return fail('usage', `there is no task ${task}; see them with: backlot tasks`)
    const keeper = keeperOf(context, row.job)
    const steps = whyOf(jobNow(context, row.job), task).map((step) => ({
      ...step,
      state: shownState(step.state, keeper)
    }))
    const cause = at(steps, steps.length - 1)
    const attempts = attemptsOf(context, cause.task)
    const log = attempts.ok ? (attempts.value.at(-1)?.log ?? null) : null
    const reason =
      cause.state === 'interrupted'
        ? interruption(context, row.job)
        : (findTask(context.store.db, cause.task)?.reason ?? null)
    return ok({ steps, reason, log, lastLines: log ? logExcerpt(log, reason) : [] })
  }),

  'task.log': handler<'task.log'>()((context, { task, attempt }) => {
    const found = attemptOf(context, task, attempt)
    if (!found.ok) return found
    return ok({ path: found.value.log, attempt: found.value.number, ended: found.value.endedAt !== null })
  }),

  'task.read': handler<'task.read'>()((context, { offset, bytes, ...of }) => {
    const log = logOf(context, of)
    return log.ok ? readPart(log.value, offset, bytes) : log
  }),

  'task.outline': handler<'task.outline'>()((context, { from, to, ...of }) => {
    const log = logOf(context, of)
    if (!log.ok) return log
    const start = { offset: 0, line: 1, trace: false, bad: 0, open: false }
    return context.logs.outline({ kind: 'outline', path: log.value, from: from ?? start, to })
  }),

  'task.search': handler<'task.search'>()((context, { text, regex, cased, from, to, most, give, ...of }) => {
    const log = logOf(context, of)
    if (!log.ok) return log
    const query = { text, regex: regex ?? false, cased: cased ?? false }
    const limits = { lines: most ?? 1000, give, to }
    return context.logs.search({ kind: 'search', path: log.value, query, from: from ?? { offset: 0, line: 1 }, limits })
  }),

  'task.outputs': handler<'task.outputs'>()((context, { task }) => ok(context.store.outputsOf(task))),

  'task.retry': handler<'task.retry'>()((context, { job, tasks, downstream }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const may = mayStartHere(context, job)
    if (!may.ok) return may
    const active = jobNow(context, job)
    const chosen =
      tasks ??
      tasksOf(context, job)
        .filter((t) => isStopped(statusOf(t.state)))
        .map((t) => t.id)
    const stranger = chosen.find((id) => !active.tasks.has(id))
    if (stranger !== undefined) return fail('usage', `task ${stranger} is not of job ${job}`)
    return requeue(context, job, downstream ? [...new Set([...chosen, ...active.plan.downstreamOf(chosen)])] : chosen)
  }),

  'task.cancel': handler<'task.cancel'>()(async (context, { tasks }) => {
    const may = mayChange(context, tasks)
    if (!may.ok) return may
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    const reason = 'canceled by the user'
    await scheduler.value.kill(tasks, { cause: 'user', then: 'canceled', reason })
    return changeAll(context, tasks, 'canceled', reason)
  }),

  'task.omit': handler<'task.omit'>()((context, { tasks }) =>
    changeAll(context, tasks, 'omitted', 'omitted by the user: passes nothing on')
  ),

  'task.undo': handler<'task.undo'>()((context, { job, tasks }) => {
    const there = jobThere(context, job)
    return there.ok ? takeBack(context, job, tasks) : there
  })
}

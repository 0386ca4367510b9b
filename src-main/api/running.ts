/** Calls about a job that is about to run, or has run: what is still to be done, what was, and what it had around it. */
import type { Context } from './context.ts'
import { surroundingsHere } from '../core/attempt/around.ts'
import { firstEnvironment } from '../core/store/environments.ts'
import { endsOf } from '../core/store/views.ts'
import { differencesOf } from '../domain/environment.ts'
import { rangeText } from '../domain/frames.ts'
import { ok } from '../domain/result.ts'
import { isQueued } from '../domain/status.ts'
import { changedTasks } from './changed.ts'
import { jobNow, jobThere } from './find.ts'
import { handler, type PlannedTask } from './handler.ts'
import { saveRunReport } from './run-report.ts'

/** So many tasks are listed, and of each so many that it waits for. */
const mostListed = 50
const mostNamed = 4

export const runningCalls = {
  'graph.changed': handler<'graph.changed'>()((context, input) => changedTasks(context, input)),

  /** The tasks of a job that are still to run: how many, and the first of them. */
  'job.open': handler<'job.open'>()((context, { job }) => {
    const there = jobThere(context, job)
    return there.ok ? ok(openTasks(context, job)) : there
  }),

  'job.report': handler<'job.report'>()((context, { job, out }) => saveRunReport(context, job, out)),

  /** Of the tasks that succeeded, how many ran and of how many an earlier result counts. */
  'job.ran': handler<'job.ran'>()((context, { job }) => {
    const there = jobThere(context, job)
    if (!there.ok) return there
    const ends = endsOf(context.store.db, job)
    const unchanged = ends.get('unchanged') ?? 0
    return ok({ unchanged, ran: [...ends.values()].reduce((sum, n) => sum + n, 0) - unchanged })
  }),

  /** What this process's environment has otherwise than that of the job's first attempt. */
  'job.surroundings': handler<'job.surroundings'>()((context, { job }) => {
    const there = jobThere(context, job)
    if (!there.ok) return there
    const first = firstEnvironment(context.store.db, job)
    return ok({ first, changed: first ? differencesOf(first, surroundingsHere()) : [] })
  })
}

function openTasks(context: Context, id: number): { name: string; tasks: number; open: number; plan: PlannedTask[] } {
  const job = jobNow(context, id)
  const states = job.plan.derive()
  const open = [...job.tasks.values()].filter((task) => {
    const state = states.get(task.id)
    return state === 'running' || (state !== undefined && isQueued(state) && state !== 'blocked')
  })
  const plan = open.slice(0, mostListed).map((task) => {
    const waits = job.plan.waitsFor(task.id)
    return {
      ...{ name: task.name, node: task.node.identifier, interpreter: task.node.interpreter },
      frames: task.frames && rangeText(task.frames),
      waitsFor: waits.slice(0, mostNamed).map((above) => job.task(above).name),
      waitsForCount: waits.length,
      note: states.get(task.id) === 'running' ? 'it runs' : null
    }
  })
  return { name: job.name, tasks: job.tasks.size, open: open.length, plan }
}

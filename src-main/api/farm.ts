/** Calls about jobs that are on a farm. */
import type { Context } from './context.ts'
import type { Pulled } from '../core/export/pull.ts'
import { farmOf } from '../core/store/farm-runs.ts'
import { nothingKnown } from '../core/store/shapes.ts'
import { findTask, listAttempts, listTasks } from '../core/store/views.ts'
import { taskName } from '../core/convert/convert.ts'
import { isRemote } from '../domain/farm-run.ts'
import { fail, ok } from '../domain/result.ts'
import { handler } from './handler.ts'

export const farmCalls = {
  'job.pull': handler<'job.pull'>()(async (context, { path, run, ask }) => {
    const { pullBundle } = await import('../core/export/pull.ts') // what farms need is read when it is needed
    const { statesOf } = await import('../core/export/clients/ask.ts')
    const heard = ask ? await statesOf(path, run) : ok({ states: null, unheard: null })
    if (!heard.ok) return heard
    const { states, unheard } = heard.value
    const pulled = pullBundle({ store: context.store, dataDir: context.dataDir, path, run, states })
    if (!pulled.ok) return pulled
    announcePulled(context, pulled.value)
    return ok({ ...pulled.value, unheard })
  }),

  'farm.act': handler<'farm.act'>()(async (context, { job, act, tasks }) => {
    const farm = farmOf(context.store.db, job)
    if (!farm) return fail('usage', `job ${job} is on no farm`)
    const { actOn } = await import('../core/export/clients/act.ts')
    return actOn({ store: context.store, job, farm }, act, tasks ?? null)
  })
}

/** Tells of what happened on the farm since the last pull, and how far what runs there is. */
function announcePulled(context: Context, { job, changes }: Pulled): void {
  const at = new Date().toISOString()
  for (const { task, status, reason } of changes) {
    const row = findTask(context.store.db, task)
    if (!row) continue
    const last = listAttempts(context.store.db, task).at(-1)
    const took = last?.endedAt == null ? null : last.endedAt - last.startedAt
    const name = taskName(row.node, row.batch)
    context.emit({ type: 'task', job, task, name, status, at, attempt: last?.number ?? null, reason, took })
  }
  for (const row of listTasks(context.store.db, job)) {
    if (row.status !== 'running' || (row.progress === null && row.message === null)) continue
    const { id: task, progress: percent, message } = row
    context.emit({ type: 'progress', job, task, name: taskName(row.node, row.batch), at, percent, message })
  }
}

/** A farm's job is this machine's from now on: what has not ended there is queued. Does nothing where it is on no farm. */
export function takeFromFarm({ store }: Context, job: number): void {
  const farm = farmOf(store.db, job)
  if (!farm || !isRemote(farm)) return
  const reason = 'taken from its farm to be run here'
  const now = Date.now()
  store.transaction(() => {
    for (const { id, status } of listTasks(store.db, job)) {
      const last = listAttempts(store.db, id).at(-1)
      if (status !== 'running' || !last) continue
      store.finish(
        { ...nothingKnown, id: last.id, end: 'lost', reason },
        { task: id, from: 'running', to: 'queued', reason },
        null,
        now
      )
    }
    store.setFarm(job, { ...farm, here: true, open: false })
  })
}

/** A job that has ended on its farm and goes on here is this machine's from now on. */
export function leaveFarm({ store }: Context, job: number): void {
  const farm = farmOf(store.db, job)
  if (farm && !farm.here && !isRemote(farm)) store.setFarm(job, { ...farm, here: true, open: false })
}

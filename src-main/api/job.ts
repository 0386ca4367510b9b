/** Calls about jobs. */
import { at } from '../domain/at.ts'
import { isRemote } from '../domain/farm-run.ts'
import { fail, ok } from '../domain/result.ts'
import { removeJobFiles } from '../core/attempt/removal.ts'
import { isResumable } from '../domain/status.ts'
import { jobAttempts, jobIds, listJobs, warmOf } from '../core/store/views.ts'
import { hold, runJobs } from './change.ts'
import { createJob, currentJob, rerunJob } from './create.ts'
import { jobNow, jobOf, mayStartHere, outputsOf, viewOf } from './find.ts'
import { takeFromFarm } from './farm.ts'
import { handler } from './handler.ts'

export const jobCalls = {
  'job.create': handler<'job.create'>()(createJob),

  'job.rerun': handler<'job.rerun'>()(rerunJob),

  'job.current': handler<'job.current'>()((context, input) => currentJob(context, input)),

  'job.run': handler<'job.run'>()(async (context, { job, slots }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const may = mayStartHere(context, job)
    if (!may.ok) return may
    const done = await runJobs(context, [job], slots)
    return done.ok ? ok(at(done.value, 0)) : done
  }),

  'job.resume': handler<'job.resume'>()(async (context, { job, slots, here }) => {
    const row = job === undefined ? null : jobOf(context, job)
    if (row && !row.ok) return row
    if (row && here) takeFromFarm(context, row.value.id)
    const may = row ? mayStartHere(context, row.value.id) : ok(null)
    if (!may.ok) return may
    const unfinished = (row ? [row.value] : listJobs(context.store.db)).filter((r) => {
      const { status, open } = viewOf(context, r)
      // a fail-fast job that has failed goes on if it is named
      return isResumable(status) || (row !== null && open > 0)
    })
    if (row && unfinished.length === 0) return ok([{ job: row.value.id, status: viewOf(context, row.value).status }])
    return runJobs(
      context,
      unfinished.map((r) => r.id).sort((a, b) => a - b),
      slots
    )
  }),

  'job.recover': handler<'job.recover'>()((context) => {
    // whoever runs jobs here has them
    if (context.runner()?.here === false) return ok([])
    const left = listJobs(context.store.db).filter((row) => row.counts.running && !row.held && !isRemote(row.farm))
    // their ends come as events: nothing here waits for them
    for (const row of left) void context.run(row.id, undefined)
    return ok(left.map((row) => row.id))
  }),

  'job.pause': handler<'job.pause'>()((context, { job }) => hold(context, job, true)),

  'job.stop': handler<'job.stop'>()(async (context, { job }) => {
    const held = hold(context, job, true)
    if (!held.ok) return held
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    const running = scheduler.value.runningTasks(job)
    const reason = 'stopped by the user; it runs again on resume'
    await scheduler.value.kill(running, { cause: 'user', then: 'queued', reason })
    return ok({ stopped: running })
  }),

  'job.interrupt': handler<'job.interrupt'>()(async (context, { job }) => {
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    const reason = 'Backlot was stopped; it runs again on resume'
    await scheduler.value.interrupt(job, { cause: 'shutdown', then: 'queued', reason })
    return ok(null)
  }),

  'job.priority': handler<'job.priority'>()((context, { job, priority }) => {
    const scheduler = context.scheduler()
    const row = jobOf(context, job)
    if (!row.ok || !scheduler.ok) return row.ok ? scheduler : row
    const may = mayStartHere(context, job)
    if (!may.ok) return may
    context.store.setJobPriority(job, priority)
    scheduler.value.reload(job)
    return ok(null)
  }),

  'job.delete': handler<'job.delete'>()(async (context, { job }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    if (scheduler.value.isActive(job)) return fail('usage', `job ${job} runs; stop it first with: backlot stop ${job}`)
    context.store.deleteJob(job)
    // what is open elsewhere goes with the next clearing: a folder without its job is found again
    const { open } = await removeJobFiles(context.dataDir, job)
    return ok({ open })
  }),

  'job.started': handler<'job.started'>()((context) =>
    ok({ jobs: jobIds(context.store.db).filter((job) => context.live(job) !== null) })
  ),

  'job.attempts': handler<'job.attempts'>()((context, { job }) => {
    const row = jobOf(context, job)
    return row.ok ? ok(jobAttempts(context.store.db, job)) : row
  }),

  'job.warm': handler<'job.warm'>()((context, { job }) => {
    const row = jobOf(context, job)
    return row.ok ? ok(warmOf(context.store.db, row.value.id)) : row
  }),

  /** The outputs of every node whose tasks are all done, merged; what is not done yet is shown only where that was asked for. */
  'job.outputs': handler<'job.outputs'>()((context, { job, partial }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    return ok({ job: row.value.id, nodes: outputsOf(context, jobNow(context, row.value.id), partial ?? false) })
  }),

  'job.export': handler<'job.export'>()(async (context, { job, format, out, verify }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const { store, dataDir, evaluators } = context
    const request = { store, dataDir, evaluators, job: row.value.id, format }
    const { exportJob } = await import('../core/export/export.ts') // what farms need is read when it is needed
    return exportJob({ ...request, out: out ?? null, verify: verify ?? false })
  }),

  'job.preview': handler<'job.preview'>()(async (context, { job, format }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const { store, dataDir, evaluators } = context
    const { previewJob } = await import('../core/export/export.ts')
    return previewJob({ store, dataDir, evaluators, job: row.value.id, format })
  })
}

/** Calls that set jobs aside, bring them back, and clear away what is set aside. */
import type { Context } from './context.ts'
import { bytesIn, jobFolder, jobFolders, removeJobFiles } from '../core/attempt/removal.ts'
import { forgetGraphs, shrink, storeBytes } from '../core/store/clearing.ts'
import { forgetEnvironments } from '../core/store/environments.ts'
import { farmOf, jobOfSubmission } from '../core/store/farm-runs.ts'
import { deletedJobs, hasJob, jobIds } from '../core/store/views.ts'
import { isRemote } from '../domain/farm-run.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { jobThere, viewsOf } from './find.ts'
import { handler } from './handler.ts'

export interface Cleared {
  /** jobs that were deleted, and are gone now */
  jobs: number[]
  /** folders of jobs that the store does not know */
  folders: number[]
  /** graphs that no job had */
  graphs: number
  /** bytes that are free now: of files, and of the store */
  bytes: number
  /** files in jobs' folders that Backlot did not make, and did not touch */
  left: string[]
  /** files that another program has open: they go the next time */
  open: string[]
}

export const clearingCalls = {
  'job.trash': handler<'job.trash'>()((context, { jobs }) => {
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    for (const job of jobs) {
      const there = jobThere(context, job)
      if (!there.ok) return there
      if (scheduler.value.isActive(job))
        return fail('usage', `job ${job} runs; stop it first with: backlot stop ${job}`)
    }
    context.store.setDeleted(jobs, Date.now())
    return ok(null)
  }),

  'job.deleted': handler<'job.deleted'>()((context) => ok(viewsOf(context, deletedJobs(context.store.db)))),

  'job.restore': handler<'job.restore'>()((context, { jobs }) => {
    const known = new Set(deletedJobs(context.store.db).map(({ id }) => id))
    const other = jobs.find((job) => !known.has(job))
    if (other !== undefined) {
      const why = hasJob(context.store.db, other) ? 'is not deleted' : 'is not there, or was cleared away by backlot gc'
      return fail('usage', `job ${other} ${why}; see those that are deleted with: backlot undelete --list`)
    }
    const twice = jobs.map((job) => heldByOther(context, job, jobs)).find((one) => !one.ok)
    if (twice) return twice
    context.store.setDeleted(jobs, null)
    return ok(null)
  }),

  'store.clear': handler<'store.clear'>()((context, { dry }) => context.alone(() => clear(context, dry ?? false)))
}

/** Errors (`usage`): the submission of a job that is on its farm is another job by now, or would be: a submission is one. */
function heldByOther({ store }: Context, job: number, restored: readonly number[]): Result<null> {
  const farm = farmOf(store.db, job)
  if (!farm || !isRemote(farm)) return ok(null)
  const beside = restored.find((one) => one > job && farmOf(store.db, one)?.key === farm.key)
  const other = jobOfSubmission(store.db, farm.key)?.id ?? beside
  if (other === undefined) return ok(null)
  const first = `delete that one first: backlot delete ${other}`
  return fail('usage', `job ${job} is of the submission that is job ${other} by now; ${first}`)
}

/** `dry`: nothing is removed; `bytes` is what the files take. */
async function clear(context: Context, dry: boolean): Promise<Result<Cleared>> {
  const { store, dataDir } = context
  const jobs = deletedJobs(store.db).map(({ id }) => id)
  const known = new Set(jobIds(store.db))
  const folders = jobFolders(dataDir).filter((job) => !known.has(job))
  const cleared: Cleared = { jobs, folders, graphs: 0, bytes: 0, left: [], open: [] }
  if (dry) {
    for (const job of [...jobs, ...folders]) cleared.bytes += bytesIn(jobFolder(dataDir, job)) ?? 0
    return ok(cleared)
  }
  const before = storeBytes(store)
  // the store first: a folder without its job is found again, a job without its files is not
  for (const job of jobs) store.deleteJob(job)
  cleared.graphs = forgetGraphs(store)
  forgetEnvironments(store)
  for (const job of [...jobs, ...folders]) {
    const { bytes, left, open } = await removeJobFiles(dataDir, job)
    cleared.bytes += bytes
    cleared.left.push(...left)
    cleared.open.push(...open)
  }
  shrink(store)
  cleared.bytes += Math.max(0, before - storeBytes(store))
  return ok(cleared)
}

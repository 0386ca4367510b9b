/** Calls that list jobs: what `backlot jobs` needs, and no more of the core than that. */
import { bytesIn, jobFolder } from '../core/attempt/removal.ts'
import { listJobs } from '../core/store/views.ts'
import { ok } from '../domain/result.ts'
import { jobOf, viewOf, viewsOf } from './find.ts'
import { handler } from './handler.ts'

export const listingCalls = {
  'job.list': handler<'job.list'>()((context) => ok(viewsOf(context, listJobs(context.store.db)))),

  'job.show': handler<'job.show'>()((context, { job }) => {
    const row = jobOf(context, job)
    return row.ok ? ok(viewOf(context, row.value)) : row
  }),

  'job.sizes': handler<'job.sizes'>()((context, { jobs, ms }) => {
    const until = ms === undefined ? Infinity : performance.now() + ms
    return ok(jobs.map((job) => ({ job, bytes: bytesIn(jobFolder(context.dataDir, job), until) })))
  })
}

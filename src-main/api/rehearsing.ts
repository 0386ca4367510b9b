/** The call that rehearses a job. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Context } from './context.ts'
import type { Input } from '../contract.ts'
import { checkInterpreter } from '../core/evaluator/check.ts'
import type { CheckOutcome } from '../core/convert/preflight/input.ts'
import { StoredJob } from '../core/job/stored-job.ts'
import type { Scheduler } from '../core/run/scheduler.ts'
import { rehearse } from '../core/rehearse/rehearse.ts'
import { realPath } from '../core/rehearse/facts.ts'
import { findProfile, readProfile } from '../core/rehearse/profile.ts'
import { findJob } from '../core/store/views.ts'
import { scriptPaths } from '../paths.ts'
import { beginRehearsal, endRehearsal } from '../core/store/rehearsals.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { anyWorker, type WorkerProfile } from '../domain/worker.ts'
import { jobThere, mayStartHere } from './find.ts'
import { rehearsalView, type RehearsalView } from './rehearsal-view.ts'

/**
 * Rehearses a job and resolves with what was found. Errors: `usage` where there is no such job or it has run already, `held`,
 * `input` for the worker's profile.
 */
export async function rehearseJob(context: Context, input: Input<'job.rehearse'>): Promise<Result<RehearsalView>> {
  const there = jobThere(context, input.job)
  if (!there.ok) return there
  const may = mayStartHere(context, input.job)
  if (!may.ok) return may
  // nobody else runs the job meanwhile
  return context.alone((scheduler) => rehearseAlone(context, input, scheduler))
}

async function rehearseAlone(
  context: Context,
  input: Input<'job.rehearse'>,
  scheduler: Scheduler
): Promise<Result<RehearsalView>> {
  const { job, slots, discard = false, skip = [] } = input
  const stored = new StoredJob(context.store, job)
  if (stored.plan.open < stored.tasks.size || stored.plan.running > 0)
    return fail('usage', `job ${job} has run already; rehearse it once more with: backlot rehearse ${job}`)
  const profile = profileOf(context, input)
  if (!profile.ok) return profile
  const checks = await checksOf(context, stored)
  beginRehearsal(context.store, job, Date.now())
  const done = await rehearse({
    ...{ store: context.store, dataDir: context.dataDir, root: context.root, evaluators: context.evaluators },
    scripts: scriptPaths(context.root),
    ...{ job, checks, profile: profile.value, skip, slots: slots ?? context.slots, discard },
    ...{ emit: (event) => context.emit(event), signal: new AbortController().signal },
    runPlain: () => scheduler.run(job)
  })
  endRehearsal(context.store, job, Date.now(), done)
  return rehearsalView(context, job)
}

/** The profile that is named, else the one beside the graph; folders named by hand are shared, too. */
function profileOf(context: Context, { job, worker, share }: Input<'job.rehearse'>): Result<WorkerProfile> {
  const path = worker ?? findProfile(findJob(context.store.db, job)?.source ?? '')
  const read = path === null ? ok(anyWorker) : readProfile(path)
  if (!read.ok) return read
  const gone = share?.find((folder) => !existsSync(folder))
  if (gone !== undefined) return fail('usage', `--share ${gone}: there is no such folder`)
  const shares = [...(read.value.share ?? []), ...(share ?? []).map((folder) => resolve(folder))].map(realPath)
  const { assets } = read.value
  return ok({ ...read.value, assets: assets.map(realPath), share: shares.length ? shares : null })
}

async function checksOf(context: Context, job: StoredJob): Promise<ReadonlyMap<string, CheckOutcome>> {
  const found = [...job.interpreters.values()].map(async (entry) => {
    const outcome: CheckOutcome =
      entry.evaluator === 'none'
        ? { ok: false, reason: 'a plain command' }
        : await checkInterpreter(entry, context.evaluators, [])
    return [entry.name, outcome] as const
  })
  return new Map(await Promise.all(found))
}

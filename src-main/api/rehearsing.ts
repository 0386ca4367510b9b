/** The call that rehearses a job. */
import type { Context } from './context.ts'
import type { Input } from '../contract.ts'
import { checkInterpreter } from '../core/evaluator/check.ts'
import type { CheckOutcome } from '../core/convert/preflight.ts'
import { StoredJob } from '../core/job/stored-job.ts'
import { rehearse } from '../core/rehearse/rehearse.ts'
import { realPath } from '../core/rehearse/facts.ts'
import { beginRehearsal, endRehearsal } from '../core/store/rehearsals.ts'
import { fail, type Result } from '../domain/result.ts'
import { isUnfinished } from '../domain/status.ts'
import { anyWorker, type WorkerProfile } from '../domain/worker.ts'
import { jobThere } from './find.ts'
import { rehearsalView, type RehearsalView } from './rehearse.ts'

/**
 * Rehearses a job and resolves with what was found. Errors: `usage` where there is no such job or it has run already, `held`,
 * `input` for the worker's profile, `run` where rooms cannot be made.
 */
export async function rehearseJob(context: Context, input: Input<'job.rehearse'>): Promise<Result<RehearsalView>> {
  const { job, slots, discard = false, skip = [] } = input
  const there = jobThere(context, job)
  if (!there.ok) return there
  const scheduler = context.scheduler() // its lock: nobody else runs the job meanwhile
  if (!scheduler.ok) return scheduler
  const stored = new StoredJob(context.store, job)
  if (stored.plan.open < stored.tasks.size || stored.plan.running > 0)
    return fail('usage', `job ${job} has run already; rehearse it once more with: backlot rehearse ${job}`)
  const profile = profileOf(input)
  if (!profile.ok) return profile
  const checks = await checksOf(context, stored)
  beginRehearsal(context.store, job, Date.now())
  const done = await rehearse({
    ...{ store: context.store, dataDir: context.dataDir, root: context.root, evaluators: context.evaluators },
    ...{ job, checks, profile: profile.value, skip, slots: slots ?? context.slots, discard },
    ...{ emit: (event) => context.emit(event), signal: new AbortController().signal }
  })
  if (!done.ok) return done
  endRehearsal(context.store, job, Date.now(), done.value)
  return rehearsalView(context, job)
}

function profileOf({ share }: Input<'job.rehearse'>): Result<WorkerProfile> {
  return { ok: true, value: share ? { ...anyWorker, share: share.map(realPath) } : anyWorker }
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

export { isUnfinished }

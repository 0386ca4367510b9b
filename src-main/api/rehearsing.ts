/** The call that rehearses a job. */
import type { Context } from './context.ts'
import type { Input } from '../contract.ts'
import { fail, type Result } from '../domain/result.ts'
import type { RehearsalView } from './rehearse.ts'

/** Rehearses a job and resolves with what was found. */
export async function rehearseJob(_context: Context, { job }: Input<'job.rehearse'>): Promise<Result<RehearsalView>> {
  return Promise.resolve(fail('run', `job ${job} cannot be rehearsed yet`))
}

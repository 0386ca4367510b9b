/** What was found by the rehearsal of a job. */
import { lastRehearsed, rehearsalOf } from '../core/store/rehearsals.ts'
import type { Finding, PassReport } from '../domain/rehearsal.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import type { Context } from './context.ts'

export interface RehearsalView {
  job: number
  /** ms since 1970 */
  startedAt: number
  /** null: it goes on, or broke off */
  endedAt: number | null
  /** the worst first */
  findings: Finding[]
  passes: PassReport[]
}

/** The rehearsal of a job, or the newest one. Errors (`usage`): there is none. */
export function rehearsalView(context: Context, wanted: number | undefined): Result<RehearsalView> {
  const { db } = context.store
  const job = wanted ?? lastRehearsed(db)
  if (job === null) return fail('usage', 'nothing was rehearsed yet; do so with: backlot rehearse GRAPH')
  const row = rehearsalOf(db, job)
  if (!row) return fail('usage', `job ${job} was not rehearsed; do so with: backlot rehearse ${job}`)
  const { findings, passes } = row.report ?? { findings: [], passes: [] }
  return ok({ job, startedAt: row.startedAt, endedAt: row.endedAt, findings, passes })
}

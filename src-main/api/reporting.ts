/** Reports as files that users name: where they may stand, and the call that saves a rehearsal's. */
import { dirname, resolve } from 'node:path'
import type { Context } from './context.ts'
import { reportHtml, reportKind } from '../core/rehearse/report.ts'
import { makeFolders } from '../core/store/folders.ts'
import { mayWriteFile, writeWholeFile, type Kind } from '../core/store/whole.ts'
import { findJob } from '../core/store/views.ts'
import type { Finding, PassReport } from '../domain/rehearsal.ts'
import { fail, ok, type Result } from '../domain/result.ts'

interface Rehearsed {
  job: number
  startedAt: number
  endedAt: number | null
  findings: Finding[]
  passes: PassReport[]
}

/** Whole or not at all. Errors (`usage`): the rehearsal has not ended, or the file cannot be written. */
export async function saveReport({ store }: Context, view: Rehearsed, out: string): Promise<Result<{ path: string }>> {
  const { job, endedAt } = view
  if (endedAt === null) return fail('usage', `the rehearsal of job ${job} has not ended: there is no report yet`)
  const name = findJob(store.db, job)?.name ?? `job ${job}`
  return writeReport(out, reportKind, () => reportHtml({ ...view, endedAt, name }))
}

/** Errors (`usage`): as of `mayReport`. */
export async function writeReport(out: string, kind: Kind, text: () => string): Promise<Result<{ path: string }>> {
  const there = mayReport(out, kind)
  if (!there.ok) return there
  const written = await writeWholeFile(out, text(), kind)
  return written.ok ? ok({ path: resolve(out) }) : written
}

/** Whether a report could be written there, in a folder that is made if need be. Errors (`usage`): what is in the way. */
export function mayReport(out: string, kind: Kind): Result<null> {
  try {
    makeFolders(dirname(resolve(out)))
  } catch (error) {
    return fail('usage', `the report cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
  return mayWriteFile(out, kind)
}

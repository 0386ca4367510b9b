/** The call that saves a rehearsal's report. */
import { renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Context } from './context.ts'
import { reportHtml } from '../core/rehearse/report.ts'
import { makeFolders } from '../core/store/folders.ts'
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

/** Whole or not at all. Errors (`usage`): the rehearsal has not ended; (`run`): the file cannot be written. */
export function saveReport({ store }: Context, view: Rehearsed, out: string): Result<{ path: string }> {
  const { job, endedAt } = view
  if (endedAt === null) return fail('usage', `the rehearsal of job ${job} has not ended: there is no report yet`)
  const name = findJob(store.db, job)?.name ?? `job ${job}`
  const path = resolve(out)
  try {
    makeFolders(dirname(path))
    writeFileSync(`${path}.part`, reportHtml({ ...view, endedAt, name }))
    renameSync(`${path}.part`, path)
    return ok({ path })
  } catch (error) {
    return fail('run', `the report cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Calls about rehearsals: what was found, and what tasks read and wrote. */
import type { Context } from './context.ts'
import type { Input } from '../contract.ts'
import { taskName } from '../core/convert/convert.ts'
import { plainFindings } from '../core/rehearse/plain.ts'
import { unpackLedger } from '../core/rehearse/ledger.ts'
import { lastRehearsed, ledgerOfTask, ledgersOfJob, type PackedLedger } from '../core/store/rehearsals.ts'
import { findTask, listTasks } from '../core/store/views.ts'
import type { LedgerEntry } from '../domain/rehearsal.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { jobThere } from './find.ts'
import { handler } from './handler.ts'
import { rehearsalView } from './rehearsal-view.ts'
import { rehearseJob } from './rehearsing.ts'
import { saveReport } from './reporting.ts'

/** at most so many entries are given at once */
const mostEntries = 5000

export interface LedgerView {
  entries: LedgerEntry[]
  /** how many there are in all, beyond those given */
  total: number
}

export const rehearsalCalls = {
  'job.rehearse': handler<'job.rehearse'>()((context, input) => rehearseJob(context, input)),
  'job.missing': handler<'job.missing'>()((context, { job }) => {
    const there = jobThere(context, job)
    if (!there.ok) return there
    return ok(plainFindings(context.store, job).filter(({ kind }) => kind === 'output-missing'))
  }),
  'rehearsal.show': handler<'rehearsal.show'>()((context, { job }) => rehearsalView(context, job)),
  'rehearsal.save': handler<'rehearsal.save'>()((context, { job, out }) => {
    const shown = rehearsalView(context, job)
    return shown.ok ? saveReport(context, shown.value, out) : shown
  }),
  'ledger.show': handler<'ledger.show'>()((context, input) => ledgerView(context, input))
}

/** Errors (`usage`): there is no such job or task, or nothing of it was traced. */
function ledgerView(context: Context, { job, task, path, own }: Input<'ledger.show'>): Result<LedgerView> {
  const found = task === undefined ? ledgersOf(context, job) : ledgerOf(context, task)
  if (!found.ok) return found
  const entries: LedgerEntry[] = []
  let total = 0
  for (const { taskId, name, packed } of found.value)
    for (const access of unpackLedger(packed)) {
      if ((own && !access.own) || (path !== undefined && !isAbout(path, access.what, access.as))) continue
      total++
      if (entries.length < mostEntries) entries.push({ ...access, task: name, taskId })
    }
  return ok({ entries, total })
}

const isAbout = (text: string, what: string, as?: string): boolean =>
  what.includes(text) || (as?.includes(text) ?? false)

type Named = Pick<PackedLedger, 'packed'> & { taskId: number; name: string }

function ledgerOf(context: Context, id: number): Result<Named[]> {
  const row = findTask(context.store.db, id)
  if (!row) return fail('usage', `there is no task ${id}; see them with: backlot tasks`)
  const packed = ledgerOfTask(context.store.db, id)
  const name = taskName(row.node, row.batch)
  if (!packed) return fail('usage', `${name} was not traced; do so with: backlot rehearse ${row.job}`)
  return ok([{ taskId: id, name, packed }])
}

function ledgersOf(context: Context, wanted: number | undefined): Result<Named[]> {
  const { db } = context.store
  const job = wanted ?? lastRehearsed(db)
  if (job === null) return fail('usage', 'nothing was rehearsed yet; do so with: backlot rehearse GRAPH')
  const there = jobThere(context, job)
  if (!there.ok) return there
  const names = new Map(listTasks(db, job).map((row) => [row.id, taskName(row.node, row.batch)]))
  const packed = ledgersOfJob(db, job)
  if (packed.length === 0) return fail('usage', `job ${job} was not traced; do so with: backlot rehearse ${job}`)
  return ok(packed.map((one) => ({ packed: one.packed, taskId: one.task, name: names.get(one.task) ?? '' })))
}

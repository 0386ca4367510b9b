/** Calls about what logs say: the rules they are read by, and what they warned of. */
import { taskName } from '../core/convert/convert.ts'
import { listTasks, loggedRows } from '../core/store/views.ts'
import { rulesOf } from '../domain/renderers.ts'
import { ok } from '../domain/result.ts'
import { jobThere, noInterpreter } from './find.ts'
import { handler } from './handler.ts'

export const logCalls = {
  'interpreter.rules': handler<'interpreter.rules'>()((context, { name }) => {
    const entry = context.store.interpreters().find((one) => one.name === name)
    if (!entry) return noInterpreter(context, name)
    return ok({ name, shipped: entry.rules === null, rules: rulesOf(entry) })
  }),

  'job.warnings': handler<'job.warnings'>()((context, { job }) => {
    const there = jobThere(context, job)
    if (!there.ok) return there
    const { db } = context.store
    const warned = loggedRows(db, job).filter(({ warnings }) => (warnings ?? 0) > 0)
    const rows = new Map(warned.length ? listTasks(db, job).map((row) => [row.id, row]) : [])
    return ok(
      warned.flatMap(({ task, warnings, warning }) => {
        const row = rows.get(task)
        // why a task failed is told with its log's own lines
        if (!row || row.status === 'failed') return []
        return [{ task, name: taskName(row.node, row.batch), warnings: warnings ?? 0, warning: warning ?? '' }]
      })
    )
  })
}

/** The chain of tasks that decided how long a job took. */
import { criticalPath, shortenings, type PathTask } from '../domain/critical-path.ts'
import { tookOf } from '../domain/durations.ts'
import { ok } from '../domain/result.ts'
import { jobAttempts } from '../core/store/views.ts'
import { jobNow, jobOf } from './find.ts'
import { handler } from './handler.ts'

export const criticalCalls = {
  'job.path': handler<'job.path'>()((context, { job }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const stored = jobNow(context, job)
    const tasks = new Map<number, PathTask>()
    const took = new Map<string, number[]>()
    // the last attempt of a task comes last
    for (const attempt of jobAttempts(context.store.db, job)) {
      if (attempt.endedAt === null || attempt.end === 'unchanged' || !stored.tasks.has(attempt.task)) continue
      const node = stored.task(attempt.task).node.name
      const first = tasks.get(attempt.task)?.first ?? attempt.startedAt
      tasks.set(attempt.task, { id: attempt.task, node, start: attempt.startedAt, end: attempt.endedAt, first })
      const ms = tookOf(attempt, attempt.endedAt) ?? 0
      const list = took.get(node)
      if (list) list.push(ms)
      else took.set(node, [ms])
    }
    const steps = criticalPath(tasks, (id) => stored.plan.parentsOf(id))
    return ok({ steps, shortenings: shortenings(steps, (node) => took.get(node) ?? []) })
  })
}

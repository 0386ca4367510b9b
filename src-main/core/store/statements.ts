/** Prepared statements for what the scheduler does for every task. */
import { and, asc, eq, max, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { attempts, outputs, tasks } from './schema.ts'

/** Drizzle's prepared statements for what the scheduler does per task. */
const p = sql.placeholder

export const prepare = (store: Pick<Db, 'db'>) => ({
  ...forTasks(store),
  ...forAttempts(store),
  ...forEnds(store),
  ...forOutputs(store)
})

function forTasks({ db }: Pick<Db, 'db'>) {
  return {
    setStatus: db
      .update(tasks)
      .set({ status: sql`${p('to')}`, reason: sql`${p('reason')}`, changedAt: sql`${p('at')}` })
      .where(and(eq(tasks.id, p('task')), eq(tasks.status, p('from'))))
      .prepare(),
    putStatus: db
      .update(tasks)
      .set({ status: sql`${p('to')}`, reason: sql`${p('reason')}`, changedAt: sql`${p('at')}` })
      .where(eq(tasks.id, p('task')))
      .prepare(),
    setFailures: db
      .update(tasks)
      .set({ failures: sql`${p('failures')}` })
      .where(eq(tasks.id, p('task')))
      .prepare(),
    taskNow: db
      .select({ reason: tasks.reason, failures: tasks.failures })
      .from(tasks)
      .where(eq(tasks.id, p('task')))
      .prepare()
  }
}

/** What its log said. */
const logged = { wrote: sql`${p('wrote')}`, warnings: sql`${p('warnings')}`, warning: sql`${p('warning')}` }

function forAttempts({ db }: Pick<Db, 'db'>) {
  return {
    insertAttempt: db
      .insert(attempts)
      .values({
        taskId: p('task'),
        number: p('number'),
        startedAt: p('at'),
        fingerprint: p('fingerprint'),
        filesRead: p('filesRead'),
        environmentId: p('environment'),
        inputs: sql`${p('inputs')}`
      })
      .prepare(),
    // a query of its own: an insert with RETURNING takes three times as long
    lastNumber: db
      .select({ number: max(attempts.number) })
      .from(attempts)
      .where(eq(attempts.taskId, p('task')))
      .prepare(),
    forgetAttempt: db
      .delete(attempts)
      .where(eq(attempts.id, p('id')))
      .prepare(),
    forgetAttempts: db
      .delete(attempts)
      .where(eq(attempts.taskId, p('task')))
      .prepare(),
    setPlace: db
      .update(attempts)
      .set({ host: sql`${p('host')}`, farmLog: sql`${p('farmLog')}` })
      .where(eq(attempts.id, p('id')))
      .prepare(),
    setProgress: db
      .update(attempts)
      .set({ progress: sql`${p('progress')}`, message: sql`${p('message')}` })
      .where(eq(attempts.id, p('id')))
      .prepare()
  }
}

function forEnds({ db }: Pick<Db, 'db'>) {
  return {
    endAttempt: db
      .update(attempts)
      .set({
        startedAt: sql`coalesce(${p('startedAt')}, ${attempts.startedAt})`,
        // a clock that was put back does not make an attempt shorter than nothing
        endedAt: sql`max(coalesce(${p('startedAt')}, ${attempts.startedAt}), ${p('at')})`,
        end: sql`${p('end')}`,
        cause: sql`${p('cause')}`,
        exitCode: sql`${p('exitCode')}`,
        signal: sql`${p('signal')}`,
        reason: sql`${p('reason')}`,
        seconds: sql`${p('seconds')}`,
        took: sql`${p('took')}`,
        progress: sql`${p('progress')}`,
        message: sql`${p('message')}`,
        ...{ pid: sql`${p('pid')}`, pidStartedAt: sql`${p('pidStartedAt')}` },
        peakMemory: sql`${p('peakMemory')}`,
        ...{ filesWritten: sql`${p('filesWritten')}`, nth: sql`${p('nth')}` },
        ...logged
      })
      .where(eq(attempts.id, p('id')))
      .prepare()
  }
}

function forOutputs({ db }: Pick<Db, 'db'>) {
  return {
    clearOutputs: db
      .delete(outputs)
      .where(eq(outputs.taskId, p('task')))
      .prepare(),
    insertOutput: db
      .insert(outputs)
      .values({
        taskId: p('task'),
        position: p('position'),
        attemptId: p('attempt'),
        plug: p('plug'),
        key: p('key'),
        value: p('value')
      })
      .prepare(),
    outputRowsOf: db
      .select({ attempt: outputs.attemptId, plug: outputs.plug, key: outputs.key, value: outputs.value })
      .from(outputs)
      .where(eq(outputs.taskId, p('task')))
      .orderBy(asc(outputs.position))
      .prepare(),
    outputsOf: db
      .select({ plug: outputs.plug, key: outputs.key, value: outputs.value })
      .from(outputs)
      .where(eq(outputs.taskId, p('task')))
      .orderBy(asc(outputs.position))
      .prepare()
  }
}

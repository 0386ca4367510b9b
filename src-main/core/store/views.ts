/** Read-only questions that people and scripts ask of the store. */
import { and, asc, count, desc, eq, inArray, isNotNull, isNull, max, sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import type { GraphChoice } from '../../domain/choice.ts'
import { isRemote, type FarmRun } from '../../domain/farm-run.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import {
  attempts,
  batches,
  dependencies,
  graphs,
  jobNodes,
  jobs,
  nodes,
  outputs,
  tasks,
  type StoredInterpreter
} from './schema.ts'
import type { Warm } from '../../domain/warm.ts'
import { wholeSettings } from '../../domain/settings.ts'
import { taskStatuses, type StatusCounts, type TaskStatus } from '../../domain/status.ts'

export interface JobRow {
  id: number
  name: string
  graphId: number
  source: string
  /** which graph of its source it is; null: the one that the file means */
  choice: GraphChoice | null
  createdAt: number
  /** when it was set aside, ms since 1970; null: it was not */
  deletedAt: number | null
  held: boolean
  priority: number
  /** nothing new starts after the first failure */
  failFast: boolean
  /** the farm that runs it, or ran it; null: it is this machine's */
  farm: FarmRun | null
  counts: StatusCounts
  /** first attempt's start and last attempt's end, ms */
  startedAt: number | null
  endedAt: number | null
}

function jobQuery(db: Db['db']) {
  return db
    .select({
      id: jobs.id,
      name: jobs.name,
      graphId: jobs.graphId,
      source: sql<string>`coalesce(${jobs.source}, ${graphs.source})`,
      choice: sql<string | null>`json_extract(${jobs.settings}, '$.choice')`,
      createdAt: jobs.createdAt,
      deletedAt: jobs.deletedAt,
      held: jobs.held,
      priority: jobs.priority,
      failFast: sql<number>`coalesce(json_extract(${jobs.settings}, '$.failFast'), 0)`,
      farm: jobs.farm,
      // each once over an index: a sum per status looks at every task as often as there are statuses
      counts: sql<string>`(select json_group_object(status, n) from
        (select status, count(*) n from tasks where job_id = ${jobs.id} group by status))`,
      span: sql<string>`(select json_array(min(a.started_at), max(a.ended_at))
        from tasks t join attempts a on a.task_id = t.id where t.job_id = ${jobs.id})`
    })
    .from(jobs)
    .innerJoin(graphs, eq(graphs.id, jobs.graphId))
}

type RawJobRow = ReturnType<ReturnType<typeof jobQuery>['all']>[number]

/** A status that no task has is not named. */
function toJobRow({ counts, span, failFast, choice, ...row }: RawJobRow): JobRow {
  const chosen = choice === null ? null : (JSON.parse(choice) as GraphChoice)
  const [startedAt, endedAt] = JSON.parse(span) as [number | null, number | null]
  const found = JSON.parse(counts) as StatusCounts
  const inOrder = taskStatuses.flatMap((status) => (found[status] ? [[status, found[status]]] : []))
  return {
    ...row,
    ...{
      startedAt,
      endedAt,
      choice: chosen,
      failFast: failFast === 1,
      counts: Object.fromEntries(inOrder) as StatusCounts
    }
  }
}

/** Newest first. */
export const listJobs = (db: Db['db']): JobRow[] =>
  jobQuery(db).where(isNull(jobs.deletedAt)).orderBy(desc(jobs.id)).all().map(toJobRow)

/** Those that were set aside, the one that was so last first. */
export const deletedJobs = (db: Db['db']): JobRow[] =>
  jobQuery(db).where(isNotNull(jobs.deletedAt)).orderBy(desc(jobs.deletedAt), desc(jobs.id)).all().map(toJobRow)

export function findJob(db: Db['db'], id: number): JobRow | null {
  const row = jobQuery(db)
    .where(and(eq(jobs.id, id), isNull(jobs.deletedAt)))
    .get()
  return row ? toJobRow(row) : null
}

export const hasGraph = (db: Db['db'], id: number): boolean =>
  db.select({ id: graphs.id }).from(graphs).where(eq(graphs.id, id)).get() !== undefined

/** Whether there is such a job, without counting its tasks. */
export const hasJob = (db: Db['db'], id: number): boolean =>
  db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.id, id), isNull(jobs.deletedAt)))
    .get() !== undefined

export interface TaskRow {
  id: number
  job: number
  jobNode: number
  node: string
  identifier: string
  batch: number | null
  frames: string | null
  interpreter: string
  status: TaskStatus
  reason: string | null
  changedAt: number
  attempts: number
  startedAt: number | null
  endedAt: number | null
  /** ms that its last attempt took by a steady clock; null: not known */
  took: number | null
  progress: number | null
  message: string | null
  exitCode: number | null
  /** bytes */
  peakMemory: number | null
  /** the farm's machine that its last attempt ran on; null: it ran here */
  host: string | null
}
/** Of a task's attempts the last. */
export const isLast = sql`${attempts.number} = (select max(number) from attempts l where l.task_id = ${tasks.id})`

function taskQuery(db: Db['db']) {
  return db
    .select({
      id: tasks.id,
      job: tasks.jobId,
      jobNode: tasks.jobNodeId,
      node: nodes.name,
      identifier: nodes.identifier,
      batch: batches.position,
      frames: batches.frames,
      interpreter: jobNodes.interpreter,
      status: tasks.status,
      reason: tasks.reason,
      changedAt: tasks.changedAt,
      attempts: sql<number>`coalesce(${attempts.number}, 0)`,
      startedAt: attempts.startedAt,
      endedAt: attempts.endedAt,
      took: attempts.took,
      progress: attempts.progress,
      message: attempts.message,
      exitCode: attempts.exitCode,
      peakMemory: attempts.peakMemory,
      host: attempts.host
    })
    .from(tasks)
    .innerJoin(jobNodes, eq(jobNodes.id, tasks.jobNodeId))
    .innerJoin(nodes, eq(nodes.id, jobNodes.nodeId))
    .leftJoin(batches, eq(batches.taskId, tasks.id))
    .leftJoin(attempts, sql`${attempts.taskId} = ${tasks.id} and ${isLast}`)
}

/** In evaluation order. */
export const listTasks = (db: Db['db'], job: number): TaskRow[] =>
  taskQuery(db).where(eq(tasks.jobId, job)).orderBy(asc(jobNodes.position), asc(tasks.id)).all()

/** At most `limit` tasks of a job in evaluation order, those behind the task `after` (null: from the first). */
export function taskPage(db: Db['db'], job: number, after: number | null, limit: number): TaskRow[] {
  const place = sql`(select n.position, t.id from tasks t join job_nodes n on n.id = t.job_node_id where t.id = ${after})`
  const behind = after === null ? undefined : sql`(${jobNodes.position}, ${tasks.id}) > ${place}`
  const ofJob = and(eq(tasks.jobId, job), eq(jobNodes.jobId, job), behind)
  return taskQuery(db).where(ofJob).orderBy(asc(jobNodes.position), asc(tasks.id)).limit(limit).all()
}

/** These tasks of a job, as far as it has them. */
export const tasksById = (db: Db['db'], job: number, ids: readonly number[]): TaskRow[] =>
  taskQuery(db)
    .where(and(eq(tasks.jobId, job), inArray(tasks.id, [...ids])))
    .all()

export const countTasks = (db: Db['db'], job: number): number =>
  db.select({ n: count() }).from(tasks).where(eq(tasks.jobId, job)).get()?.n ?? 0

/** Its job was not set aside. */
const ofShownJob = sql`exists (select 1 from jobs j where j.id = ${tasks.jobId} and j.deleted_at is null)`

export const findTask = (db: Db['db'], id: number): TaskRow | null =>
  taskQuery(db)
    .where(and(eq(tasks.id, id), ofShownJob))
    .get() ?? null

/** One of the tasks of a job with this status. */
export const aTask = (db: Db['db'], job: number, status: TaskStatus): TaskRow | null =>
  taskQuery(db)
    .where(and(eq(tasks.jobId, job), eq(tasks.status, status)))
    .limit(1)
    .get() ?? null

export const listAttempts = (db: Db['db'], task: number) =>
  db.select().from(attempts).where(eq(attempts.taskId, task)).orderBy(asc(attempts.number)).all()

/** Every attempt of a job in the order of their starts: a timeline's bars. */
export const jobAttempts = (db: Db['db'], job: number) =>
  db
    .select({
      task: attempts.taskId,
      number: attempts.number,
      startedAt: attempts.startedAt,
      endedAt: attempts.endedAt,
      took: attempts.took,
      end: attempts.end,
      exitCode: attempts.exitCode,
      cause: attempts.cause,
      reason: attempts.reason,
      host: attempts.host
    })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .where(eq(tasks.jobId, job))
    .orderBy(asc(attempts.startedAt), asc(attempts.id))
    .all()

/** What the tasks of a job wrote back, task by task. */
export const outputRows = (db: Db['db'], job: number) =>
  db
    .select({ task: outputs.taskId, plug: outputs.plug, key: outputs.key, value: outputs.value })
    .from(outputs)
    .innerJoin(tasks, eq(tasks.id, outputs.taskId))
    .where(eq(tasks.jobId, job))
    .orderBy(asc(outputs.taskId), asc(outputs.position))
    .all()

/** When the attempts of a job last were begun or ended, ms since 1970; null: none was begun. */
export const lastMoment = (db: Db['db'], job: number): number | null =>
  db
    .select({ at: sql<number | null>`max(max(${attempts.startedAt}, coalesce(${attempts.endedAt}, 0)))` })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .where(eq(tasks.jobId, job))
    .get()?.at ?? null

/** Processes that ran several tasks one after the other, as far as the last attempts of a job's tasks go, and their tasks. */
export function warmOf(db: Db['db'], job: number): Warm {
  const rows = db
    .select({ tasks: count(), last: max(attempts.nth) })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .where(and(eq(tasks.jobId, job), isNotNull(attempts.nth), isLast))
    .groupBy(attempts.pid, attempts.pidStartedAt)
    .all()
  const shared = rows.filter(({ last }) => (last ?? 0) > 1)
  return { processes: shared.length, tasks: shared.reduce((sum, row) => sum + row.tasks, 0) }
}

/** How the last attempts of a job's succeeded tasks ended, counted. */
export const endsOf = (db: Db['db'], job: number): Map<string, number> =>
  new Map(
    db
      .select({ end: sql<string>`coalesce(${attempts.end}, '')`, n: count() })
      .from(attempts)
      .innerJoin(tasks, eq(tasks.id, attempts.taskId))
      .where(and(eq(tasks.jobId, job), eq(tasks.status, 'succeeded'), isLast))
      .groupBy(attempts.end)
      .all()
      .map(({ end, n }) => [end, n])
  )

/** The numbers of all jobs, also of those that were set aside. */
export const jobIds = (db: Db['db']): number[] =>
  db
    .select({ id: jobs.id })
    .from(jobs)
    .all()
    .map(({ id }) => id)

/** What the logs of a job's last attempts say: the tasks that wrote files or warned. */
export const loggedRows = (db: Db['db'], job: number) =>
  db
    .select({ task: attempts.taskId, wrote: attempts.wrote, warnings: attempts.warnings, warning: attempts.warning })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .where(and(eq(tasks.jobId, job), isLast, sql`(${attempts.wrote} is not null or ${attempts.warnings} > 0)`))
    .orderBy(asc(attempts.taskId))
    .all()

export type AttemptRow = ReturnType<typeof listAttempts>[number]

/** Attempts without an end that are this machine's: their Backlot died. */
export const unfinishedAttempts = (db: Db['db']) =>
  db
    .select({
      id: attempts.id,
      number: attempts.number,
      task: attempts.taskId,
      job: tasks.jobId,
      startedAt: attempts.startedAt,
      farm: jobs.farm
    })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .innerJoin(jobs, eq(jobs.id, tasks.jobId))
    .where(eq(tasks.status, 'running'))
    .orderBy(asc(attempts.id))
    .all()
    .filter(({ farm }) => !isRemote(farm))
    .filter((row, i, all) => all.findLastIndex((other) => other.task === row.task) === i)

// — what the scheduler reads when it takes a job into work ———————————————————————

/** The job's own row; asking for one that is not there is a bug. */
export function jobRow(db: Db['db'], id: number) {
  const row = db.select().from(jobs).where(eq(jobs.id, id)).get()
  if (!row) throw new Error(`job ${id} is not in the store`)
  return { ...row, settings: wholeSettings(row.settings), interpreters: frozen(row) }
}

/** A job's interpreters as they were when it was made. */
export const frozen = ({ interpreters }: { interpreters: readonly StoredInterpreter[] }): Interpreter[] =>
  interpreters.map((entry) => ({ start: 'cold', memory: null, reset: '', encoder: '', rules: null, ...entry }))

/** In evaluation order, each with its graph node. */
export const jobNodeRows = (db: Db['db'], job: number) =>
  db
    .select({
      node: jobNodes,
      graphNode: nodes.position,
      name: nodes.name,
      identifier: nodes.identifier,
      original: nodes.record
    })
    .from(jobNodes)
    .innerJoin(nodes, eq(nodes.id, jobNodes.nodeId))
    .where(eq(jobNodes.jobId, job))
    .orderBy(asc(jobNodes.position))
    .all()

export const dependencyRows = (db: Db['db'], job: number) =>
  db.select().from(dependencies).where(eq(dependencies.jobId, job)).all()

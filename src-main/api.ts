/** One handler a call, over the core. */
import { existsSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from './app.ts'
import type { CallName, Contract, Input } from './contract.ts'
import { exportJob } from './core/export/export.ts'
import { pullBundle } from './core/export/pull.ts'
import { factsText } from './core/graph/facts.ts'
import { writeGraph } from './core/graph/flowpipe.ts'
import { listText } from './core/graph/text/list.ts'
import { pictureText } from './core/graph/text/picture.ts'
import {
  convert,
  mergeRuleOf,
  referenceText,
  waitsOf,
  type ConvertOptions,
  type Job,
  type JobTask
} from './core/job/convert.ts'
import { parseFrameRange, rangeText } from './core/job/frames.ts'
import type { Interpreter } from './core/job/interpreters.ts'
import { preflight, type CheckOutcome, type Problem } from './core/job/preflight.ts'
import { checkJson, itemsOf, rawText, type Raw } from './core/json.ts'
import { plugText } from './core/model.ts'
import { fail, ok, type Result } from './core/result.ts'
import { ActiveJob } from './core/run/active.ts'
import { checkInterpreter, checkJob, hashOf, loadGraph, type LoadedGraph } from './core/run/load.ts'
import { attemptPaths, lastLines } from './core/run/log.ts'
import { mergeOutput, outputNames, type Merged } from './core/run/outputs.ts'
import { whyOf, type WhyStep } from './core/run/why.ts'
import { jobStatus, type JobStatus, type TaskState, type TaskStatus } from './core/status.ts'
import type { Change, JobSettings } from './core/store/store.ts'
import {
  findJob,
  findTask,
  listAttempts,
  listJobs,
  listTasks,
  type AttemptRow,
  type JobRow,
  type TaskRow
} from './core/store/views.ts'

type Handler<N extends CallName, O> = (context: Context, input: Input<N>) => Promise<Result<O>> | Result<O>
const handler =
  <N extends CallName>() =>
  <O>(work: Handler<N, O>): Handler<N, O> =>
    work

export interface JobView extends JobRow {
  status: JobStatus
}

export interface TaskView extends Omit<TaskRow, 'status' | 'frames'> {
  name: string
  state: TaskState
  /** printed form, null for a whole node */
  frames: string | null
}

export interface OutputView {
  node: string
  identifier: string
  /** `plug` or `plug.key` */
  output: string
  value: Raw
  how: Merged['how']
}

export interface PlannedTask {
  name: string
  node: string
  interpreter: string
  frames: string | null
  /** why it is not the first: the tasks it waits for, by name, the first of them where they are many */
  waitsFor: string[]
  waitsForCount: number
  note: string | null
}

async function load(context: Context, source: Input<'graph.show'>['source']): Promise<Result<LoadedGraph>> {
  if ('path' in source) return loadGraph(source.path, context.store.interpreters(), context.evaluators)
  const graph = context.store.graph(source.graph)
  return ok({ graph, hash: hashOf(writeGraph(graph)), source: `graph ${source.graph}` })
}

function readOptions(input: Input<'graph.convert'>['options']): Result<ConvertOptions> {
  const { frames, set, ...rest } = input ?? {}
  const range = frames === undefined ? null : parseFrameRange(frames)
  if (range && !range.ok) return fail('usage', `--frames: ${range.error.message}`)
  const literals = Object.entries(set ?? {}).map(([target, text]): [string, Raw] => {
    const json = checkJson(text)
    return [target, json.ok ? json.value : rawText(text)]
  })
  return ok({
    ...rest,
    ...(range ? { frames: range.value } : {}),
    ...(set ? { set: Object.fromEntries(literals) } : {})
  })
}

interface Converted {
  loaded: LoadedGraph
  job: Job
  options: ConvertOptions
}

async function convertInput(context: Context, input: Input<'graph.convert'>): Promise<Result<Converted>> {
  const options = readOptions(input.options)
  if (!options.ok) return options
  const loaded = await load(context, input.source)
  if (!loaded.ok) return loaded
  const job = convert(loaded.value.graph, options.value)
  return job.ok ? ok({ loaded: loaded.value, job: job.value, options: options.value }) : job
}

async function problemsOf(context: Context, job: Job): Promise<Problem[]> {
  const interpreters = new Map(context.store.interpreters().map((entry) => [entry.name, entry]))
  const checks = await checkJob(job, interpreters, context.evaluators)
  return preflight({ job, interpreters, checks, dataDirLength: context.dataDir.length })
}

/** The job asked for, or the newest. Errors (`usage`): there is none. */
function jobOf(context: Context, id: number | undefined): Result<JobRow> {
  const row = id === undefined ? listJobs(context.store.db)[0] : findJob(context.store.db, id)
  if (row) return ok(row)
  return fail(
    'usage',
    id === undefined
      ? 'there is no job yet; make one with: backlot run GRAPH'
      : `there is no job ${id}; see them with: backlot jobs`
  )
}

function viewOf(context: Context, row: JobRow): JobView {
  const queued = row.counts.queued ?? 0
  const mayBeBlocked = queued > 0 && (row.counts.failed ?? 0) + (row.counts.canceled ?? 0) > 0
  const open = mayBeBlocked
    ? [...new ActiveJob(context.store, row.id).plan.derive().values()].filter((s) => s === 'waiting' || s === 'ready')
        .length
    : queued
  return { ...row, status: jobStatus(row.counts, row.held, open) }
}

function tasksOf(context: Context, job: number): TaskView[] {
  const states = new ActiveJob(context.store, job).plan.derive()
  return listTasks(context.store.db, job).map(({ status, frames, ...row }) => ({
    ...row,
    name: row.batch === null ? row.node : `${row.node}-${row.batch}`,
    state: states.get(row.id) ?? (status as TaskState),
    frames: frames === null ? null : rangeText(itemsOf(frames))
  }))
}

function attemptsOf(context: Context, task: number): Result<(AttemptRow & { log: string; folder: string })[]> {
  const row = findTask(context.store.db, task)
  if (!row) return fail('usage', `there is no task ${task}; see them with: backlot tasks`)
  const paths = (number: number) => attemptPaths(context.dataDir, row.job, task, number)
  return ok(
    listAttempts(context.store.db, task).map((a) => ({
      ...a,
      log: paths(a.number).log,
      folder: paths(a.number).folder
    }))
  )
}

/** Task states that a user's retry leads back to the queue. */
const retryable: readonly TaskStatus[] = ['failed', 'canceled', 'succeeded', 'omitted']

function requeue(context: Context, job: number, ids: readonly number[]): Result<number[]> {
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  const statuses = context.store.statusOf(ids)
  const running = ids.find((id) => statuses.get(id) === 'running')
  if (running !== undefined)
    return fail('usage', `task ${running} runs; stop it first with: backlot stop --task ${running}`)
  const changes = ids.flatMap((id): Change[] => {
    const from = statuses.get(id)
    return from && retryable.includes(from) ? [{ task: id, from, to: 'queued', reason: 'tried again by the user' }] : []
  })
  scheduler.value.withdraw(changes)
  scheduler.value.reload(job)
  const now = Date.now()
  for (const change of changes) announce(context, change.task, 'queued', change.reason, now)
  return ok(changes.map((change) => change.task))
}

function announce(context: Context, id: number, status: TaskStatus, reason: string | null, at: number): void {
  const row = findTask(context.store.db, id)
  if (!row) return
  const name = row.batch === null ? row.node : `${row.node}-${row.batch}`
  context.emit({
    type: 'task',
    job: row.job,
    task: id,
    name,
    status,
    at: new Date(at).toISOString(),
    attempt: null,
    reason
  })
}

/** Runs jobs to their end; an unfinished job of an earlier Backlot goes on where it was. */
async function runJobs(
  context: Context,
  ids: readonly number[],
  slots: number | undefined
): Promise<Result<{ job: number; status: JobStatus }[]>> {
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  if (slots !== undefined) scheduler.value.slots = slots
  for (const id of ids) context.store.setHeld(id, false)
  const runs = ids.map(async (id) => ({ job: id, status: await scheduler.value.run(id) }))
  return ok(await Promise.all(runs))
}

const defaults = { retries: 0, timeout: null, silence: null, failFast: false }

export const api = {
  'graph.show': handler<'graph.show'>()(async (context, { source }) => {
    const loaded = await load(context, source)
    if (!loaded.ok) return loaded
    const { graph, hash } = loaded.value
    return ok({ facts: factsText(graph), list: listText(graph), picture: pictureText(graph), hash, name: graph.name })
  }),

  'graph.convert': handler<'graph.convert'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok) return converted
    return ok({ tasks: planned(converted.value.job) })
  }),

  /** The job written out with every dependency, in the shape of the golden references. */
  'graph.reference': handler<'graph.reference'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    return converted.ok ? referenceText(converted.value.job) : converted
  }),

  'graph.plan': handler<'graph.plan'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok) return converted
    return ok({ tasks: planned(converted.value.job), problems: await problemsOf(context, converted.value.job) })
  }),

  'graph.preflight': handler<'graph.preflight'>()(async (context, input) => {
    const converted = await convertInput(context, input)
    if (!converted.ok)
      return converted.error.kind === 'cycle' ? ok({ problems: [cycleProblem(converted.error.message)] }) : converted
    return ok({ problems: await problemsOf(context, converted.value.job) })
  }),

  /** What running the graph would import, and whether the user has allowed that before (Q40). */
  'graph.trust': handler<'graph.trust'>()(async (context, { source }) => {
    const loaded = await load(context, source)
    if (!loaded.ok) return loaded
    const { graph, hash } = loaded.value
    const imports = [
      ...new Set(graph.nodes.map((n) => `${n.module}${n.fileLocation ? ` (${n.fileLocation})` : ''}`))
    ].sort()
    return ok({ hash, imports, trusted: context.store.isTrusted(hash) })
  }),

  'job.create': handler<'job.create'>()(async (context, input) => {
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    const converted = await convertInput(context, input)
    if (!converted.ok) return converted
    const { loaded, job, options } = converted.value
    const problems = await problemsOf(context, job)
    const errors = problems.filter((problem) => problem.severity === 'error')
    if (errors.length && !input.force) {
      const first = errors[0] as Problem
      const more = errors.length > 1 ? ` (and ${errors.length - 1} more: backlot preflight)` : ''
      return fail(
        'preflight',
        `${first.name === null ? '' : `node ${JSON.stringify(first.name)}: `}${first.message}${more}; ${first.remedy}`,
        { problems }
      )
    }
    const { store } = context
    const now = Date.now()
    const settings: JobSettings = {
      ...defaults,
      ...input.settings,
      slots: context.slots,
      cwd: input.settings?.cwd ?? process.cwd(),
      options
    }
    const used = new Set(job.nodes.map((node) => node.interpreter))
    const frozen: Interpreter[] = store.interpreters().filter((entry) => used.has(entry.name))
    const id = store.transaction(() =>
      store.createJob(job, store.importGraph(loaded.graph, loaded.hash, loaded.source, now), settings, frozen, now)
    )
    store.trust(loaded.hash, now)
    return ok({ job: id, name: job.name, problems, tasks: planned(job) })
  }),

  'job.run': handler<'job.run'>()(async (context, { job, slots }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const done = await runJobs(context, [job], slots)
    return done.ok ? ok(done.value[0] as { job: number; status: JobStatus }) : done
  }),

  'job.resume': handler<'job.resume'>()(async (context, { job, slots }) => {
    const row = job === undefined ? null : jobOf(context, job)
    if (row && !row.ok) return row
    const unfinished = (row ? [row.value] : listJobs(context.store.db)).filter((r) =>
      ['queued', 'paused', 'running'].includes(viewOf(context, r).status)
    )
    if (row && unfinished.length === 0) return ok([{ job: row.value.id, status: viewOf(context, row.value).status }])
    return runJobs(
      context,
      unfinished.map((r) => r.id).sort((a, b) => a - b),
      slots
    )
  }),

  'job.pause': handler<'job.pause'>()((context, { job }) => hold(context, job, true)),
  'job.unpause': handler<'job.unpause'>()((context, { job }) => hold(context, job, false)),

  'job.stop': handler<'job.stop'>()((context, { job }) => {
    const held = hold(context, job, true)
    if (!held.ok) return held
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    const running = scheduler.value.runningTasks(job)
    scheduler.value.kill(running, {
      cause: 'user',
      then: 'queued',
      reason: 'stopped by the user; it runs again on resume'
    })
    return ok({ stopped: running })
  }),

  'job.priority': handler<'job.priority'>()((context, { job, priority }) => {
    const scheduler = context.scheduler()
    const row = jobOf(context, job)
    if (!row.ok || !scheduler.ok) return row.ok ? scheduler : row
    context.store.setJobPriority(job, priority)
    scheduler.value.reload(job)
    return ok(null)
  }),

  'job.delete': handler<'job.delete'>()((context, { job }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    if (scheduler.value.isActive(job)) return fail('usage', `job ${job} runs; stop it first with: backlot stop ${job}`)
    context.store.deleteJob(job)
    rmSync(join(context.dataDir, 'jobs', String(job)), { recursive: true, force: true })
    return ok(null)
  }),

  'job.list': handler<'job.list'>()((context) => ok(listJobs(context.store.db).map((row) => viewOf(context, row)))),

  'job.show': handler<'job.show'>()((context, { job }) => {
    const row = jobOf(context, job)
    return row.ok ? ok(viewOf(context, row.value)) : row
  }),

  /** The outputs of every node whose tasks are all done, merged; what is not done yet is not shown as if it were. */
  'job.outputs': handler<'job.outputs'>()((context, { job }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    return ok({ job: row.value.id, nodes: outputsOf(context, new ActiveJob(context.store, row.value.id)) })
  }),

  /** A task by its number, `JOB/NAME`, or its name in the newest job that has it. */
  'task.find': handler<'task.find'>()((context, { text }) => {
    if (/^\d+$/.test(text)) {
      const row = findTask(context.store.db, Number(text))
      return row
        ? ok({ task: row.id, job: row.job })
        : fail('usage', `there is no task ${text}; see them with: backlot tasks`)
    }
    const [, jobText, rest] = /^(\d+)\/(.+)$/s.exec(text) ?? [null, null, text]
    const jobs = jobText === null ? listJobs(context.store.db).map((j) => j.id) : [Number(jobText)]
    for (const job of jobs) {
      const hits = listTasks(context.store.db, job).filter(
        (t) => (t.batch === null ? t.node : `${t.node}-${t.batch}`) === rest
      )
      if (hits.length > 1)
        return fail(
          'usage',
          `${hits.length} tasks of job ${job} are called ${JSON.stringify(rest)}; say which by number: ${hits.map((t) => t.id).join(', ')}`
        )
      if (hits[0]) return ok({ task: hits[0].id, job })
    }
    return fail('usage', `there is no task ${JSON.stringify(rest)}; see them with: backlot tasks`)
  }),

  'task.list': handler<'task.list'>()((context, { job }) => {
    const row = jobOf(context, job)
    return row.ok ? ok({ job: row.value.id, tasks: tasksOf(context, row.value.id) }) : row
  }),

  'task.attempts': handler<'task.attempts'>()((context, { task }) => attemptsOf(context, task)),

  'task.why': handler<'task.why'>()((context, { task }) => {
    const row = findTask(context.store.db, task)
    if (!row) return fail('usage', `there is no task ${task}; see them with: backlot tasks`)
    const steps = whyOf(new ActiveJob(context.store, row.job), task)
    const cause = steps.at(-1) as WhyStep
    const attempts = attemptsOf(context, cause.task)
    const log = attempts.ok ? (attempts.value.at(-1)?.log ?? null) : null
    return ok({
      steps,
      reason: findTask(context.store.db, cause.task)?.reason ?? null,
      log,
      lastLines: log ? lastLines(log, 5) : []
    })
  }),

  'task.log': handler<'task.log'>()((context, { task, attempt }) => {
    const attempts = attemptsOf(context, task)
    if (!attempts.ok) return attempts
    const found = attempt === undefined ? attempts.value.at(-1) : attempts.value.find((a) => a.number === attempt)
    if (found)
      return ok({ path: found.log, folder: found.folder, attempt: found.number, ended: found.endedAt !== null })
    return fail(
      'usage',
      attempt === undefined
        ? `task ${task} has not run yet, so it has no log`
        : `task ${task} has no attempt ${attempt}; it has ${attempts.value.length}`
    )
  }),

  'task.retry': handler<'task.retry'>()((context, { job, tasks, downstream }) => {
    const row = jobOf(context, job)
    if (!row.ok) return row
    const active = new ActiveJob(context.store, job)
    const chosen =
      tasks ??
      tasksOf(context, job)
        .filter((t) => t.state === 'failed' || t.state === 'canceled')
        .map((t) => t.id)
    const stranger = chosen.find((id) => !active.tasks.has(id))
    if (stranger !== undefined) return fail('usage', `task ${stranger} is not of job ${job}`)
    return requeue(context, job, downstream ? [...new Set([...chosen, ...active.plan.downstreamOf(chosen)])] : chosen)
  }),

  'task.cancel': handler<'task.cancel'>()((context, { tasks }) => {
    const scheduler = context.scheduler()
    if (!scheduler.ok) return scheduler
    const reason = 'canceled by the user'
    scheduler.value.kill(tasks, { cause: 'user', then: 'canceled', reason })
    return changeAll(context, tasks, 'canceled', reason, ['queued'])
  }),

  'task.omit': handler<'task.omit'>()((context, { tasks }) =>
    changeAll(context, tasks, 'omitted', 'omitted by the user: passes nothing on', [
      'queued',
      'failed',
      'canceled',
      'succeeded'
    ])
  ),

  'interpreter.list': handler<'interpreter.list'>()((context) => ok(context.store.interpreters())),

  'interpreter.set': handler<'interpreter.set'>()((context, entry) => {
    context.store.setInterpreter(entry)
    return ok(entry)
  }),

  'interpreter.remove': handler<'interpreter.remove'>()((context, { name }) =>
    context.store.removeInterpreter(name)
      ? ok(null)
      : fail('usage', `there is no interpreter ${JSON.stringify(name)}; see them with: backlot interpreter list`)
  ),

  'interpreter.check': handler<'interpreter.check'>()(async (context, { name }) => {
    const wanted = context.store.interpreters().filter((entry) => name === undefined || entry.name === name)
    if (name !== undefined && wanted.length === 0)
      return fail('usage', `there is no interpreter ${JSON.stringify(name)}; see them with: backlot interpreter list`)
    return ok(await checkAll(context, wanted))
  }),

  'job.export': handler<'job.export'>()((context, { job, format, out }) => {
    const row = jobOf(context, job)
    return row.ok
      ? exportJob({
          store: context.store,
          dataDir: context.dataDir,
          evaluators: context.evaluators,
          job: row.value.id,
          format,
          out: out ?? null
        })
      : row
  }),

  'job.pull': handler<'job.pull'>()((context, { path }) => {
    const scheduler = context.scheduler()
    return scheduler.ok ? pullBundle(context.store, context.dataDir, path, Date.now()) : scheduler
  }),

  doctor: handler<'doctor'>()(async (context) => {
    const { bavail, bsize } = statfsSync(context.dataDir)
    return ok({
      backlot: versionOf(context.root),
      node: process.version,
      sqlite: (context.store.raw.prepare('select sqlite_version() as v').get() as { v: string }).v,
      platform: `${process.platform} ${process.arch}`,
      dataDir: context.dataDir,
      freeBytes: bavail * bsize,
      jobs: listJobs(context.store.db).length,
      evaluators: Object.fromEntries(
        Object.entries(context.evaluators).map(([kind, path]) => [kind, { path, found: existsSync(path) }])
      ),
      interpreters: await checkAll(context, context.store.interpreters())
    })
  })
} satisfies { [N in keyof Contract]: (context: Context, input: Input<N>) => unknown }

export type Api = typeof api
export type Output<N extends CallName> = Extract<Awaited<ReturnType<Api[N]>>, { ok: true }>['value']

/** As package.json says. */
const versionOf = (root: string) =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version

const cycleProblem = (message: string): Problem => ({
  severity: 'error',
  code: 'cycle',
  node: null,
  name: null,
  message,
  remedy: 'remove one of these connections'
})

/** The tasks in order with what each waits for: a dry run. */
function planned(job: Job): PlannedTask[] {
  const waits = waitsOf(job, 20)
  return job.tasks.map((task, i) => {
    const node = job.nodes[task.node]
    const deferred = node?.batching.kind === 'deferred'
    return {
      name: task.name,
      node: node?.node.identifier ?? '',
      interpreter: node?.interpreter ?? '',
      frames: task.frames && rangeText(task.frames),
      waitsFor: (waits[i]?.first ?? []).map((d) => (job.tasks[d] as JobTask).name),
      waitsForCount: waits[i]?.count ?? 0,
      note: node?.omit ? 'omitted' : deferred ? 'batched when its frames are known' : null
    }
  })
}

function hold(context: Context, job: number, held: boolean): Result<null> {
  const row = jobOf(context, job)
  if (!row.ok) return row
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  context.store.setHeld(job, held)
  if (held) scheduler.value.hold(job)
  else scheduler.value.release(job)
  return ok(null)
}

function changeAll(
  context: Context,
  ids: readonly number[],
  to: TaskStatus,
  reason: string,
  from: readonly TaskStatus[]
): Result<number[]> {
  const scheduler = context.scheduler()
  if (!scheduler.ok) return scheduler
  const now = Date.now()
  const statuses = context.store.statusOf(ids)
  const unknown = ids.find((id) => !statuses.has(id))
  if (unknown !== undefined) return fail('usage', `there is no task ${unknown}; see them with: backlot tasks`)
  const changes = ids.flatMap((task): Change[] => {
    const status = statuses.get(task) as TaskStatus
    return from.includes(status) ? [{ task, from: status, to, reason }] : []
  })
  scheduler.value.withdraw(changes)
  const changed = changes.map((change) => change.task)
  for (const id of changed) announce(context, id, to, reason, now)
  for (const job of new Set(changed.map((id) => findTask(context.store.db, id)?.job)))
    if (job !== undefined) scheduler.value.reload(job)
  return ok(changed)
}

function outputsOf(
  context: Context,
  job: ActiveJob
): { identifier: string; name: string; complete: boolean; outputs: OutputView[] }[] {
  const tasksByNode = new Map<number, number[]>()
  for (const [id, task] of job.tasks)
    tasksByNode.set(task.node.position, [...(tasksByNode.get(task.node.position) ?? []), id])
  return job.nodes.map((node) => {
    const ids = tasksByNode.get(node.position) ?? []
    const statuses = context.store.statusOf(ids)
    const complete =
      ids.length > 0 && ids.every((id) => statuses.get(id) === 'succeeded' || statuses.get(id) === 'omitted')
    const values = complete ? ids.map((id) => context.store.outputsOf(id)) : []
    const outputs = outputNames(values).map((end): OutputView => {
      const merged = mergeOutput(values, end.plug, end.key, mergeRuleOf(node.merge, end.plug))
      const { value, how } = merged.ok ? merged.value : { value: 'null', how: 'mixed' as const }
      return { node: node.name, identifier: node.identifier, output: plugText(end), value, how }
    })
    return { identifier: node.identifier, name: node.name, complete, outputs }
  })
}

async function checkAll(context: Context, wanted: readonly Interpreter[]) {
  const asked = wanted.map(async (entry) => ({
    name: entry.name,
    ...plainCheck(await checkInterpreter(entry, context.evaluators, []))
  }))
  return Promise.all(asked)
}

function plainCheck(outcome: CheckOutcome) {
  if (!outcome.ok) return { found: false as const, reason: outcome.reason }
  const { language, version, executable, flowpipe, typingExtensions } = outcome.check
  return { found: true as const, language, version, executable, flowpipe, typingExtensions }
}

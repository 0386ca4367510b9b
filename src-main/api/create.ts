/** Making jobs: of a graph with its options, or once more of a job that was. */
import { extname } from 'node:path'
import type { Input } from '../contract.ts'
import { convert, type ConvertOptions, type Job } from '../core/convert/convert.ts'
import { emptyGraph } from '../core/convert/preflight/preflight.ts'
import type { Interpreter } from '../domain/interpreter.ts'
import { choiceIn } from '../domain/choice.ts'
import { isError, type Problem } from '../domain/problems.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { settingsOf, type JobSettings } from '../domain/settings.ts'
import { folderOf } from '../core/job/stored-job.ts'
import type { Scheduler } from '../core/run/scheduler.ts'
import { codeOfJob, isSame } from '../core/job/code.ts'
import { hashOf } from '../core/evaluator/files.ts'
import { readSource } from '../core/evaluator/source.ts'
import type { LoadedGraph } from '../core/evaluator/graph.ts'
import { codeFilesOf, doneness, jobOfOrigin } from '../core/store/earlier.ts'
import { findJob, jobRow } from '../core/store/views.ts'
import type { Context } from './context.ts'
import { jobThere } from './find.ts'
import type { PlannedTask } from './handler.ts'
import { checked, convertInput, load, planned, readOptions, type Converted } from './prepare.ts'

export interface CreatedJob {
  job: number
  name: string
  problems: Problem[]
  /** how many */
  tasks: number
  /** the first of them */
  plan: PlannedTask[]
}

const plannedMost = 50

/** Errors: of the conversion; `preflight`, where that finds errors and `force` is not given. */
export async function createJob(context: Context, input: Input<'job.create'>): Promise<Result<CreatedJob>> {
  const converted = await convertInput(context, input)
  if (!converted.ok) return converted
  const { options } = converted.value
  const choice = 'path' in input.source ? choiceIn(input.source) : null
  const settings = settingsOf(input.settings ?? {}, { cwd: process.cwd(), slots: context.slots, options, choice })
  const origin = 'path' in input.source ? originOf(context, converted.value.loaded, settings) : null
  const scheduler = input.soon ? await context.warm() : null
  if (scheduler) warmUp(scheduler, converted.value.job, context.store.interpreters(), settings)
  const created = await storeJob(context, converted.value, { settings, origin, force: input.force ?? false })
  if (!created.ok) scheduler?.rest()
  return created
}

/** What a job's tasks need comes up while the job is looked at and stored. */
function warmUp(
  scheduler: Scheduler,
  job: Job,
  interpreters: readonly Interpreter[],
  { cwd, startTimeout, cold }: JobSettings
): void {
  const tasks = job.nodes.map(() => 0)
  for (const { node } of job.tasks) tasks[node] = (tasks[node] ?? 0) + 1
  for (const entry of interpreters) {
    const nodes = job.nodes.filter((node) => node.interpreter === entry.name && !node.omit)
    for (const [folder, those] of Map.groupBy(nodes, (node) => folderOf(node.record)))
      scheduler.warmUp(
        cold ? { ...entry, start: 'cold' } : entry,
        { cwd, folder, startTimeout },
        those.reduce((sum, node) => sum + (tasks[node.index] ?? 0), 0)
      )
  }
}

/** A hash over graph, options, folder and interpreters; null where code builds the graph: it may give another each time. */
function originOf(context: Context, loaded: LoadedGraph, { cwd, options }: Pick<JobSettings, 'cwd' | 'options'>) {
  const { hash, trustHash } = loaded
  return hash === trustHash ? originHash(context, hash, cwd, options) : null
}

const originHash = (context: Context, graph: string, cwd: string, options: unknown): string =>
  hashOf(JSON.stringify([graph, cwd, options, context.store.interpreters(), searchPaths()]))

/** Where programs and modules are looked for. */
const searchPaths = () => ['PATH', 'PYTHONPATH', 'NODE_PATH'].map((name) => process.env[name] ?? null)

export interface CurrentJob {
  job: number
  /** tasks, all of them done */
  tasks: number
}

/**
 * The newest job of this graph with these options, where neither its code nor its interpreters have changed and all of it
 * is done; null: that is not so, or takes a look at each task (files among inputs and outputs, graphs built by code).
 */
export function currentJob(
  context: Context,
  { source, options, cwd }: Input<'job.current'>
): Result<CurrentJob | null> {
  const read = readOptions(options)
  if (!read.ok) return read
  if (!('path' in source) || extname(source.path).toLowerCase() !== '.json') return ok(null)
  const text = readSource(source.path)
  if (!text.ok) return text
  const { db } = context.store
  const job = jobOfOrigin(db, originHash(context, hashOf(text.value), cwd ?? process.cwd(), read.value))
  if (job === null || !isSame(codeFilesOf(db, job))) return ok(null)
  const { open, done, files } = doneness(db, job)
  return ok(open === 0 && !files ? { job, tasks: done } : null)
}

/**
 * A new job of the same graph with the same options and settings; its commands are those of the interpreters as they are
 * now. Errors: as for a new job, and `usage` where there is no such job.
 */
export async function rerunJob(
  context: Context,
  { job, force, changed = false, startTimeout, cold }: Input<'job.rerun'>
): Promise<Result<CreatedJob>> {
  const there = jobThere(context, job)
  if (!there.ok) return there
  const { graphId, settings: before } = jobRow(context.store.db, job)
  const settings = settingsOf({ changed, startTimeout, cold }, before)
  const loaded = await load(context, { graph: graphId })
  if (!loaded.ok) return loaded
  const options = settings.options as ConvertOptions
  const made = convert(loaded.value.graph, options)
  if (!made.ok) return made
  const how = { settings, origin: null, force: force ?? false, graphId, source: sourceOf(context, job) }
  return storeJob(context, { loaded: loaded.value, job: made.value, options }, how)
}

interface HowToStore {
  settings: JobSettings
  /** a hash over what it is made from; null: it may come out otherwise each time */
  origin: string | null
  /** although preflight finds errors */
  force: boolean
  /** a graph that the store has */
  graphId?: number
  /** the file the job is made from, where that is not where its graph was loaded from */
  source?: string
}

/** The file of a job. */
const sourceOf = (context: Context, job: number): string => findJob(context.store.db, job)?.source ?? ''

async function storeJob(
  context: Context,
  converted: Converted,
  { settings, origin, force, graphId, source = converted.loaded.source }: HowToStore
): Promise<Result<CreatedJob>> {
  const { loaded, job } = converted
  if (job.nodes.length === 0) return fail('input', emptyGraph(job).message)
  const { interpreters, checks, problems } = await checked(context, converted)
  const errors = problems.filter(isError)
  if (errors.length && !force) return refusal(problems, errors)
  const { store } = context
  const code = codeOfJob(job, interpreters, checks)
  const now = Date.now()
  const used = new Set(job.nodes.map((node) => node.interpreter))
  const frozen: Interpreter[] = store.interpreters().filter((entry) => used.has(entry.name))
  const id = store.transaction(() => {
    const graph = graphId ?? store.importGraph(loaded, now)
    return store.createJob({ job, graphId: graph, settings, interpreters: frozen, from: { origin, code }, source }, now)
  })
  store.trust(loaded.trustHash, now)
  return ok({ job: id, name: job.name, problems, tasks: job.tasks.length, plan: planned(job, plannedMost) })
}

function refusal(problems: Problem[], errors: readonly Problem[]): Result<never> {
  const { name, message, remedy } = errors[0] as Problem
  const where = name === null ? '' : `node ${JSON.stringify(name)}: `
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: backlot preflight)` : ''
  return fail('preflight', `${where}${message}${more}; ${remedy}`, { problems })
}

/** Making jobs: of a graph with its options, or once more of a job that was. */
import type { Input } from '../contract.ts'
import { convert, type ConvertOptions } from '../core/job/convert.ts'
import type { Interpreter } from '../core/job/interpreters.ts'
import type { Problem } from '../core/job/preflight.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { JobSettings } from '../core/store/store.ts'
import { jobRow } from '../core/store/views.ts'
import type { Context } from './context.ts'
import { jobThere } from './find.ts'
import type { PlannedTask } from './handler.ts'
import { convertInput, load, planned, problemsOf, type Converted } from './prepare.ts'

export interface CreatedJob {
  job: number
  name: string
  problems: Problem[]
  tasks: PlannedTask[]
}

/** Errors: of the conversion; `preflight`, where that finds errors and `force` is not given. */
export async function createJob(context: Context, input: Input<'job.create'>): Promise<Result<CreatedJob>> {
  const converted = await convertInput(context, input)
  if (!converted.ok) return converted
  const settings: JobSettings = {
    // one by one: a setting that is there but undefined must not stand in a default's place
    retries: input.settings?.retries ?? 0,
    timeout: input.settings?.timeout ?? null,
    silence: input.settings?.silence ?? null,
    failFast: input.settings?.failFast ?? false,
    slots: context.slots,
    cwd: input.settings?.cwd ?? process.cwd(),
    options: converted.value.options
  }
  return storeJob(context, converted.value, settings, input.force ?? false)
}

/**
 * A new job of the same graph with the same options and settings; its commands are those of the interpreters as they are
 * now. Errors: as for a new job, and `usage` where there is no such job.
 */
export async function rerunJob(context: Context, { job, force }: Input<'job.rerun'>): Promise<Result<CreatedJob>> {
  const there = jobThere(context, job)
  if (!there.ok) return there
  const { graphId, settings } = jobRow(context.store.db, job)
  const loaded = await load(context, { graph: graphId })
  if (!loaded.ok) return loaded
  const options = settings.options as ConvertOptions
  const made = convert(loaded.value.graph, options)
  if (!made.ok) return made
  return storeJob(context, { loaded: loaded.value, job: made.value, options }, settings, force ?? false, graphId)
}

async function storeJob(
  context: Context,
  { loaded, job }: Converted,
  settings: JobSettings,
  force: boolean,
  graphId?: number
): Promise<Result<CreatedJob>> {
  const problems = await problemsOf(context, job)
  const errors = problems.filter((problem) => problem.severity === 'error')
  if (errors.length && !force) return refusal(problems, errors)
  const { store } = context
  const now = Date.now()
  const used = new Set(job.nodes.map((node) => node.interpreter))
  const frozen: Interpreter[] = store.interpreters().filter((entry) => used.has(entry.name))
  const id = store.transaction(() => {
    const graph = graphId ?? store.importGraph(loaded.graph, loaded.hash, loaded.source, now)
    return store.createJob(job, graph, settings, frozen, now)
  })
  store.trust(loaded.trustHash, now)
  return ok({ job: id, name: job.name, problems, tasks: planned(job) })
}

function refusal(problems: Problem[], errors: readonly Problem[]): Result<never> {
  const { name, message, remedy } = errors[0] as Problem
  const where = name === null ? '' : `node ${JSON.stringify(name)}: `
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: backlot preflight)` : ''
  return fail('preflight', `${where}${message}${more}; ${remedy}`, { problems })
}

/** From a graph that a user names to a job that could run: loading, options, conversion, preflight. */
import type { Context } from './context.ts'
import type { Input } from '../contract.ts'
import { writeGraph } from '../core/graph/write.ts'
import { convert, type ConvertOptions, type Job, type JobTask } from '../core/convert/convert.ts'
import { waitsOf } from '../core/convert/dependencies.ts'
import { parseFrameRange, rangeText } from '../domain/frames.ts'
import type { Interpreter } from '../domain/interpreter.ts'
import type { CheckOutcome } from '../core/convert/preflight/input.ts'
import { preflight } from '../core/convert/preflight/preflight.ts'
import { worstFirst, type Problem } from '../domain/problems.ts'
import { checkJson } from '../domain/json-check.ts'
import { rawText, type Raw } from '../domain/json.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { checkJob } from '../core/evaluator/check.ts'
import { hashOf } from '../core/evaluator/files.ts'
import type { LoadedGraph } from '../core/evaluator/graph.ts'
import { youngSpaceFor } from '../core/job/young-space.ts'
import { hasGraph } from '../core/store/views.ts'
import type { PlannedTask } from './handler.ts'

/** Errors: as the graph loader's; `usage` where the store has no such graph. */
export async function load(context: Context, source: Input<'graph.show'>['source']): Promise<Result<LoadedGraph>> {
  const { store, evaluators, graphs } = context
  if ('path' in source) {
    const isTrusted = (hash: string) => store.isTrusted(hash)
    return graphs.load(source, { interpreters: store.interpreters(), evaluators, isTrusted })
  }
  if (!hasGraph(store.db, source.graph))
    return fail('usage', `there is no graph ${source.graph}; jobs name theirs: backlot jobs --json`)
  const graph = store.graph(source.graph)
  const hash = hashOf(writeGraph(graph))
  return ok({ graph, hash, trustHash: hash, source: `graph ${source.graph}`, notes: [] })
}

export function readOptions(input: Input<'graph.convert'>['options']): Result<ConvertOptions> {
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

export interface Converted {
  loaded: LoadedGraph
  job: Job
  options: ConvertOptions
}

export async function convertInput(context: Context, input: Input<'graph.convert'>): Promise<Result<Converted>> {
  const options = readOptions(input.options)
  if (!options.ok) return options
  const loaded = await load(context, input.source)
  if (!loaded.ok) return loaded
  const job = convert(loaded.value.graph, options.value)
  if (job.ok) youngSpaceFor(job.value.tasks.length)
  return job.ok ? ok({ loaded: loaded.value, job: job.value, options: options.value }) : job
}

export interface Checked {
  interpreters: ReadonlyMap<string, Interpreter>
  /** by interpreter */
  checks: ReadonlyMap<string, CheckOutcome>
  problems: Problem[]
}

/** What the interpreters of a job say, and preflight of that. */
export async function checked(context: Context, { loaded, job, options }: Converted): Promise<Checked> {
  const interpreters = new Map(context.store.interpreters().map((entry) => [entry.name, entry]))
  const checks = await checkJob(job, interpreters, context.evaluators)
  const { map = {}, frames = null } = options
  const found = preflight({ job, interpreters, checks, map, frames, dataDirLength: context.dataDir.length })
  const problems = worstFirst([...loaded.notes, ...found])
  return { interpreters, checks, problems }
}

export const problemsOf = async (context: Context, converted: Converted): Promise<Problem[]> =>
  (await checked(context, converted)).problems

/** The first `most` tasks in order with what each waits for: a dry run. */
export function planned(job: Job, most = Infinity): PlannedTask[] {
  const waits = waitsOf(job, 20)
  return job.tasks.slice(0, most).map((task, i) => {
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

export const cycleProblem = (message: string): Problem => ({
  severity: 'error',
  code: 'cycle',
  node: null,
  name: null,
  message,
  remedy: 'remove one of these connections'
})

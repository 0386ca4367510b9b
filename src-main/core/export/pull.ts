/** Brings the results of a bundle back: they become a run of the same job. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { interpreterShape } from '../job/interpreters.ts'
import { readGraph } from '../graph/flowpipe.ts'
import { convert, type ConvertOptions } from '../job/convert.ts'
import { caught, refuse, take, type Result } from '../result.ts'
import { ActiveJob, type ActiveTask } from '../run/active.ts'
import { hashOf } from '../run/load.ts'
import { attemptPaths, headMark } from '../run/log.ts'
import { readResult } from '../run/outputs.ts'
import type { JobSettings, Store } from '../store/store.ts'
import { taskFolder } from './bundle.ts'
import { bundleVersion } from './export.ts'

const bundleSchema = z.object({
  bundle: z.literal(bundleVersion, `it is of another version than ${bundleVersion}`),
  name: z.string(),
  settings: z.custom<JobSettings>((value) => typeof value === 'object' && value !== null),
  interpreters: z.array(interpreterShape),
  tasks: z.array(
    z.object({ node: z.string(), batch: z.number().int().nullable(), frames: z.array(z.string()).nullable() })
  )
})
type Bundle = z.infer<typeof bundleSchema>

export interface Pulled {
  job: number
  succeeded: number
  failed: number
  /** tasks without a result: still queued */
  missing: number
}

function readBundle(folder: string): Bundle {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'))
  } catch (error) {
    return refuse('input', `${folder} is no bundle: bundle.json cannot be read (${(error as Error).message})`)
  }
  const bundle = bundleSchema.safeParse(parsed)
  if (bundle.success) return bundle.data
  const issue = bundle.error.issues[0]
  return refuse(
    'input',
    `${folder} is no bundle of ours: bundle.json, ${issue?.path.join('.') || 'its content'}: ${issue?.message}`
  )
}

/** Errors (`input`): the folder is no bundle, or its graph and its task list do not belong together. Whole or not at all. */
export function pullBundle(store: Store, dataDir: string, path: string, at: number): Result<Pulled> {
  return caught(() => {
    const folder = resolve(path)
    const bundle = readBundle(folder)
    const text = readGraphFile(folder)
    const graph = take(readGraph(text))
    const job = take(convert(graph, bundle.settings.options as ConvertOptions))
    return store.transaction(() => {
      const graphId = store.importGraph(graph, hashOf(text), folder, at)
      const jobId = store.createJob(job, graphId, bundle.settings, bundle.interpreters, at)
      expandAsExported(store, jobId, bundle, at)
      return takeResults(store, dataDir, folder, jobId, bundle)
    })
  })
}

function readGraphFile(folder: string): string {
  const path = join(folder, 'graph.json')
  if (!existsSync(path)) refuse('input', `${folder} has no graph.json, so its results belong to nothing`)
  return readFileSync(path, 'utf8')
}

/** Nodes that were batched by upstream's frames have the same batches again. */
function expandAsExported(store: Store, jobId: number, bundle: Bundle, at: number): void {
  for (const node of new ActiveJob(store, jobId).nodes.filter((n) => n.deferred)) {
    const batches = bundle.tasks.flatMap((t) => (t.node === node.identifier && t.frames ? [t.frames] : []))
    if (batches.length) store.expand(jobId, node.id, batches, at)
  }
}

function takeResults(store: Store, dataDir: string, folder: string, jobId: number, bundle: Bundle): Pulled {
  const job = new ActiveJob(store, jobId)
  const byKey = new Map(
    [...job.tasks.values()].map((task) => [JSON.stringify([task.node.identifier, task.batch]), task])
  )
  const count: Pulled = { job: jobId, succeeded: 0, failed: 0, missing: 0 }
  bundle.tasks.forEach(({ node, batch }, index) => {
    const task = byKey.get(JSON.stringify([node, batch]))
    if (!task) return refuse('input', `${folder}: task ${index} (${node}) is not of its graph`)
    const result = join(folder, taskFolder(index), 'result.json')
    if (!existsSync(result)) count.missing++
    else if (takeResult(store, dataDir, jobId, task, result)) count.succeeded++
    else count.failed++
  })
  return count
}

function takeResult(store: Store, dataDir: string, job: number, task: ActiveTask, path: string): boolean {
  const read = readResult(path)
  const ended = Math.round(statSync(path).mtimeMs)
  const seconds = read.ok ? read.value.seconds : null
  const attempt = store.begin(task.id, Math.round(ended - (seconds ?? 0) * 1000))
  const reason = read.ok ? null : read.error.message
  const status = read.ok ? 'succeeded' : 'failed'
  store.finish(
    {
      id: attempt.id,
      end: 'exit',
      cause: null,
      exitCode: read.ok ? 0 : 1,
      signal: null,
      reason,
      seconds,
      progress: null,
      message: null
    },
    { task: task.id, from: 'running', to: status, reason },
    read.ok ? read.value.outputs : null,
    ended
  )
  const { log } = attemptPaths(dataDir, job, task.id, attempt.number)
  mkdirSync(dirname(log), { recursive: true })
  appendFileSync(log, `${headMark}pulled from ${path}\n${reason ? `${headMark}backlot: ${reason}\n` : ''}`)
  return read.ok
}

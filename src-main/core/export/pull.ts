/** Brings the results of an export's folder back, whoever ran it: they become a run of the same job. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { storedChoice } from '../../domain/choice.ts'
import { interpreterShape } from '../../domain/interpreter.ts'
import { readGraph } from '../graph/read.ts'
import { convert, type ConvertOptions } from '../convert/convert.ts'
import { checkJson } from '../../domain/json-check.ts'
import type { Raw } from '../../domain/json.ts'
import { caught, refuse, take, type Result } from '../../domain/result.ts'
import { StoredJob, type StoredTask } from '../job/stored-job.ts'
import { hashOf } from '../evaluator/files.ts'
import { headMark, noteLine } from '../../domain/log-lines.ts'
import { attemptPaths } from '../attempt/paths.ts'
import { exitText, whyOf } from '../attempt/end.ts'
import { readPlainResult, readResult, type TaskResult } from '../attempt/result.ts'
import { settingsShape, type JobSettings } from '../../domain/settings.ts'
import type { Store } from '../store/store.ts'
import { backwards, type PathRule } from '../../domain/paths.ts'
import { mappedTexts } from './bundle.ts'
import { attemptLog, attemptsFile } from './script.ts'
import { bundleVersion } from './export.ts'

const raw = z.string().refine((text) => checkJson(text).ok, 'it is no JSON')
/** Whoever wrote the bundle, its job is run by our scheduler. */
const settingsSchema: z.ZodType<JobSettings> = z.looseObject({
  ...settingsShape.shape,
  // bundles of 0.1 do not say
  changed: z.boolean().default(false),
  memory: settingsShape.shape.memory.default(null),
  choice: storedChoice.default(null),
  slots: z.number().int().min(1),
  options: z.strictObject({
    map: z.record(z.string(), z.string()).optional(),
    only: z.array(z.string()).optional(),
    omit: z.array(z.string()).optional(),
    frames: z.array(raw).optional(),
    set: z.record(z.string(), raw).optional(),
    batch: z.record(z.string(), z.number()).optional()
  })
})

const bundleSchema = z.object({
  bundle: z.literal(bundleVersion, `it is of another version than ${bundleVersion}`),
  name: z.string(),
  settings: settingsSchema,
  interpreters: z.array(interpreterShape),
  /** bundles of 0.1 have none */
  paths: z.array(z.strictObject({ from: z.string(), to: z.string() })).default([]),
  tasks: z.array(
    z.object({
      node: z.string(),
      batch: z.number().int().nullable(),
      frames: z.array(raw).nullable(),
      // below tasks/: nothing outside the bundle is read
      folder: z.string().regex(/^\d{1,9}\/[\w:,-]{1,64}$/, 'it is no folder of a task')
    })
  )
})
type Bundle = z.infer<typeof bundleSchema>

interface Counts {
  succeeded: number
  failed: number
  /** tasks without a result: still queued */
  missing: number
}

export interface Pulled extends Counts {
  job: number
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
      const graphId = store.importGraph({ graph, hash: hashOf(text), source: folder }, at)
      const jobId = store.createJob(
        {
          job,
          graphId,
          settings: bundle.settings,
          interpreters: bundle.interpreters,
          from: unknownOrigin,
          source: folder
        },
        at
      )
      expandAsExported(store, jobId, bundle, at)
      return takeResults({ store, dataDir }, folder, jobId, bundle)
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
  for (const node of new StoredJob(store, jobId).nodes.filter((n) => n.deferred)) {
    const batches = bundle.tasks.flatMap((t) => (t.node === node.identifier && t.frames ? [t.frames] : []))
    if (batches.length) store.expand({ job: jobId, id: node.id }, batches, at)
  }
}

interface Target {
  store: Store
  dataDir: string
}

function takeResults(target: Target, folder: string, jobId: number, bundle: Bundle): Pulled {
  const job = new StoredJob(target.store, jobId)
  const byKey = new Map(
    [...job.tasks.values()].map((task) => [JSON.stringify([task.node.identifier, task.batch]), task])
  )
  const count: Pulled = { job: jobId, succeeded: 0, failed: 0, missing: 0 }
  for (const { node, batch, folder: name } of bundle.tasks) {
    const task = byKey.get(JSON.stringify([node, batch]))
    if (!task) return refuse('input', `${folder}: task ${name} (${node}) is not of its graph`)
    const plain = job.interpreters.get(task.node.interpreter)?.evaluator === 'none'
    count[takeTask({ ...target, plain, paths: backwards(bundle.paths) }, jobId, task, join(folder, 'tasks', name))]++
  }
  return count
}

/** One attempt as its farm ran it. */
interface PulledAttempt {
  /** ms since 1970 */
  began: number
  ended: number
  /** null: it never ended, so its farm or somebody killed it */
  code: number | null
  /** why it failed though its program exited 0; null: nothing told of a failure */
  said: string | null
  log: string | null
}

/** Attempts as the script noted them; a task whose command was run without it has its result alone. */
function attemptsIn(folder: string): PulledAttempt[] {
  const notes = join(folder, attemptsFile)
  const result = join(folder, 'result.json')
  if (existsSync(notes)) return readAttempts(readFileSync(notes, 'utf8'), folder)
  if (!existsSync(result)) return []
  const read = readResult(result)
  const ended = Math.round(statSync(result).mtimeMs)
  const seconds = read.ok ? (read.value.seconds ?? 0) : 0
  return [{ began: Math.round(ended - seconds * 1000), ended, code: read.ok ? 0 : 1, said: null, log: null }]
}

const attemptLine = /^(\d{1,6}) (?:began (\d{1,15})|said (.{1,1000})|ended (\d{1,15}) (\d{1,3}))$/

/** Lines that are half written, as after a full disk, say nothing. */
function readAttempts(text: string, folder: string): PulledAttempt[] {
  const found = new Map<number, PulledAttempt>()
  for (const line of text.split('\n')) {
    const [, number, began, said, ended, code] = attemptLine.exec(line) ?? []
    if (number === undefined) continue
    const at = Number(began ?? ended)
    const known = found.get(Number(number)) ?? { began: at, ended: at, code: null, said: null, log: null }
    const log = join(folder, attemptLog(Number(number)))
    const now = { ...known, said: said ?? known.said, log: existsSync(log) ? log : null }
    found.set(Number(number), ended === undefined ? now : { ...now, ended: at, code: Number(code) })
  }
  return [...found.values()]
}

function takeTask(
  { store, dataDir, plain, paths }: Target & { plain: boolean; paths: readonly PathRule[] },
  job: number,
  task: StoredTask,
  folder: string
): keyof Counts {
  const attempts = attemptsIn(folder)
  const read = (plain && attempts.length > 0 ? readPlainResult : readResult)(join(folder, 'result.json'))
  let status: 'succeeded' | 'failed' | 'queued' = 'queued'
  attempts.forEach((attempt, i) => {
    const last = i === attempts.length - 1
    const failure = reasonOf(attempt, read, plain)
    status = !last || attempt.code === null ? 'queued' : failure === null ? 'succeeded' : 'failed'
    const { id, number } = store.begin(task.id, attempt.began, null)
    const reason = last ? failure : (failure ?? 'it ran again')
    const { code: exitCode, ended } = attempt
    const [end, seconds] = [exitCode === null ? 'lost' : 'exit', last && read.ok ? read.value.seconds : null] as const
    store.finish(
      { id, end, cause: null, exitCode, signal: null, reason, seconds, ...unknownHere },
      { task: task.id, from: 'running', to: status, reason },
      status === 'succeeded' && read.ok ? read.value.outputs.map((one) => asHere(one, paths)) : null,
      ended
    )
    writeLog(attemptPaths(dataDir, job, task.id, number).log, folder, attempt.log, reason)
  })
  return status === 'queued' ? 'missing' : status
}

/** A value that names the farm's folders names ours again. */
const asHere = <T extends { value: Raw }>(output: T, rules: readonly PathRule[]): T => ({
  ...output,
  value: mappedTexts(output.value, rules)
})

/** What a farm's folder does not tell. */
const unknownOrigin = { origin: null, code: { files: [], nodes: [] } }
const unknownHere = {
  progress: null,
  message: null,
  pid: null,
  pidStartedAt: null,
  peakMemory: null,
  filesWritten: null,
  nth: null,
  startedAt: null,
  took: null
}

function reasonOf({ code, said }: PulledAttempt, read: Result<TaskResult>, plain: boolean): string | null {
  if (code === null) return 'it never ended on its farm; it runs again'
  if (said !== null) return said
  if (code !== 0) return exitText(code, whyOf(read, plain))
  return read.ok ? null : read.error.message
}

/** The farm's log behind a head that says where it comes from; never read as a whole. */
function writeLog(path: string, folder: string, source: string | null, reason: string | null): void {
  mkdirSync(dirname(path), { recursive: true })
  const out = openSync(path, 'w')
  try {
    writeSync(out, `${headMark}pulled from ${folder}\n`)
    if (source !== null) copyInto(out, source)
    if (reason !== null) writeSync(out, `${noteLine(reason)}\n`)
  } finally {
    closeSync(out)
  }
}

function copyInto(out: number, source: string): void {
  const from = openSync(source, 'r')
  const buffer = Buffer.alloc(1 << 20)
  try {
    for (let got = readSync(from, buffer); got > 0; got = readSync(from, buffer)) writeSync(out, buffer, 0, got)
  } finally {
    closeSync(from)
  }
}

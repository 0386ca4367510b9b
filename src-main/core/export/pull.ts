/**
 * Brings the results of an export's folder back, whoever runs it: they become a run of the same job. A submission is one
 * job here, which each further pull brings up to date; while something of it runs there, or may still start, it is its farm's.
 */
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FarmRun, FarmStates } from '../../domain/farm-run.ts'
import { backwards } from '../../domain/paths.ts'
import { caught, refuse, take, type Result } from '../../domain/result.ts'
import { isDone, isQueued, type TaskStatus } from '../../domain/status.ts'
import { convert, type ConvertOptions } from '../convert/convert.ts'
import { hashOf } from '../evaluator/files.ts'
import type { Graph } from '../graph/model.ts'
import { readGraph } from '../graph/read.ts'
import type { Plan } from '../job/plan.ts'
import { StoredJob, type StoredTask } from '../job/stored-job.ts'
import { jobOfSubmission, originOf, taskReasons } from '../store/farm-runs.ts'
import type { Store } from '../store/store.ts'
import { jobAttempts } from '../store/views.ts'
import { readBundle, readGraphFile, type Bundle } from './pulled/bundle-file.ts'
import { hasEnded } from './pulled/noted-process.ts'
import { folderThere, reading } from './pulled/readable.ts'
import { submissionOf, type Submission } from './pulled/submission.ts'
import { signOf, takeTask, type Pull } from './pulled/take-task.ts'

export interface Pulled {
  job: number
  /** the submission's job was here already */
  updated: boolean
  farm: FarmRun
  succeeded: number
  failed: number
  canceled: number
  /** given up there, so that what waits for them goes on without */
  eaten: number
  running: number
  /** that may still start there, or wait for what does */
  waiting: number
  /** that wait for what failed */
  blocked: number
  /** without a result, and not running: still queued */
  missing: number
  changes: PulledChange[]
}

/** A task that is otherwise than at the last pull. */
export interface PulledChange {
  task: number
  status: TaskStatus
  reason: string | null
}

export interface PullRequest {
  store: Store
  dataDir: string
  path: string
  /** a submission of the folder; without it the newest */
  run?: string | undefined
  /** what the farm's client says; null: nobody asked, or it could not be asked */
  states?: FarmStates | null
}

/** Errors (`input`): the folder is no bundle, or its graph and its task list do not belong together. Whole or not at all. */
export function pullBundle(request: PullRequest): Result<Pulled> {
  return caught(() => {
    const { store, path } = request
    const folder = folderThere(path)
    const bundle = readBundle(folder)
    const submission = reading(folder, () => submissionOf(folder, request.run))
    const states = request.states ?? null
    return store.transaction(() => {
      const known = jobOfSubmission(store.db, keyOf(bundle, folder, submission))
      const job = known ? new StoredJob(store, known.id) : createJob(store, folder, bundle, submission)
      const source = { folder, bundle, submission, states }
      return { ...reading(folder, () => takeResults(request, source, job)), updated: known !== null }
    })
  })
}

/** Names the submission wherever its folder lies; what was run by hand is known by its folder as well. */
const keyOf = ({ id }: Bundle, folder: string, { run }: Submission): string =>
  run === null ? `${id ?? ''}@${folder}` : `${id ?? folder}#${run}`

const farmOf = (store: Store, bundle: Bundle, folder: string, submission: Submission): FarmRun => ({
  origin: bundle.origin && originOf(store.db, bundle.origin),
  ...{ key: keyOf(bundle, folder, submission), format: submission.format ?? bundle.format, folder },
  ...{ run: submission.run, ids: submission.ids, user: submission.user, submittedAt: submission.at },
  ...{ logs: submission.logs, open: true, here: false }
})

function createJob(store: Store, folder: string, bundle: Bundle, submission: Submission): StoredJob {
  const at = Date.now()
  const text = readGraphFile(folder)
  const graph = graphIn(text, join(folder, 'graph.json'))
  const job = take(convert(graph, bundle.settings.options as ConvertOptions))
  const graphId = store.importGraph({ graph, hash: hashOf(text), source: folder }, at)
  const jobId = store.createJob(
    {
      ...{ job, graphId, settings: bundle.settings, interpreters: bundle.interpreters, from: unknownOrigin },
      ...{ source: folder, pulled: { farm: farmOf(store, bundle, folder, submission), priority: bundle.priority } }
    },
    at
  )
  const stored = new StoredJob(store, jobId)
  const made = expandAsExported(store, stored, bundle, at) ? new StoredJob(store, jobId) : stored
  omitAsExported(store, made, folder, bundle)
  return made
}

/** Throws what is wrong with it, and where it is. */
function graphIn(text: string, path: string): Graph {
  const graph = readGraph(text)
  return graph.ok ? graph.value : refuse(graph.error.kind, `${path}: ${graph.error.message}`)
}

/** What a farm's folder does not tell. */
const unknownOrigin = { origin: null, code: { files: [], nodes: [] } }

/** Nodes that were batched by upstream's frames have the same batches again; whether there are such. */
function expandAsExported(store: Store, job: StoredJob, bundle: Bundle, at: number): boolean {
  const found = job.nodes
    .filter((node) => node.deferred)
    .map(({ id, identifier }) => {
      const batches = bundle.tasks.flatMap((t) => (t.node === identifier && t.frames ? [t.frames] : []))
      return { id, batches }
    })
    .filter(({ batches }) => batches.length > 0)
  for (const { id, batches } of found) store.expand({ job: job.id, id }, batches, at)
  return found.length > 0
}

/** What was omitted when the job was written out is not on the farm, and nothing waits for it. */
function omitAsExported(store: Store, job: StoredJob, folder: string, bundle: Bundle): void {
  const there = new Set(tasksOf(job, folder, bundle).map(([task]) => task.id))
  const left = [...store.statusOf([...job.tasks.keys()])].filter(
    ([id, status]) => !there.has(id) && status === 'queued'
  )
  const reason = 'it was omitted when the job was written out'
  store.withdraw(
    left.map(([task, from]) => ({ task, from, to: 'omitted', reason })),
    Date.now()
  )
  for (const [task] of left) job.plan.mark(task, 'omitted')
}

interface Source {
  folder: string
  bundle: Bundle
  submission: Submission
  states: FarmStates | null
}

function takeResults({ store, dataDir }: PullRequest, source: Source, job: StoredJob): Omit<Pulled, 'updated'> {
  const { folder, bundle, submission, states } = source
  const pull: Pull = {
    ...{ store, dataDir, job, folder, submission, paths: backwards(bundle.paths), now: clockOf(submission.root) },
    ...{ states, known: signsOf(store, job.id), said: taskReasons(store.db, job.id) }
  }
  const before = store.statusOf([...job.tasks.keys()])
  const changes: PulledChange[] = []
  let eaten = 0
  for (const [task, name] of tasksOf(job, folder, bundle)) {
    const { status, reason, changed } = takeTask(pull, task, name, before.get(task.id) ?? 'queued')
    // none of them was omitted when the job was written out
    if (status === 'omitted') eaten++
    if (changed) changes.push({ task: task.id, status, reason })
  }
  const counts = countsOf(planNow(store, job, before, changes))
  // who submitted nothing runs tasks by hand, and what started them may be gone: what has not begun is nobody's
  const isTaken = submission.run !== null && !(submission.stopped && submission.ids.length === 0)
  const isThere = isTaken && !hasEnded(submission.host, submission.client)
  const mayStart = counts.waiting > 0 && (states?.open ?? isThere)
  const open = counts.running > 0 || mayStart
  const farm = { ...farmOf(store, bundle, folder, submission), open }
  store.setFarm(job.id, farm)
  return { job: job.id, farm, ...counts, eaten, changes }
}

/** The tasks of the job with their folders. Throws (`input`): one is not of its graph. */
export function tasksOf(job: StoredJob, folder: string, bundle: Bundle): [StoredTask, string][] {
  const keyed = [...job.tasks.values()].map(
    (task) => [JSON.stringify([task.node.identifier, task.batch]), task] as const
  )
  const byKey = new Map(keyed)
  return bundle.tasks.map(({ node, batch, folder: name }) => {
    const task = byKey.get(JSON.stringify([node, batch]))
    return task ? [task, name] : refuse('input', `${folder}: task ${name} (${node}) is not of its graph`)
  })
}

/** The attempts that the store has, by task. */
function signsOf(store: Store, job: number): Map<number, string> {
  const byTask = Map.groupBy(jobAttempts(store.db, job), (one) => one.task)
  const signs = [...byTask].map(([task, all]) => {
    const rows = all.toSorted((a, b) => a.number - b.number)
    return [task, rows.map(signOf).join()] as const
  })
  return new Map(signs)
}

/** The plan with what has changed; a plan does not go back, so where a task runs again it is made anew. */
function planNow(
  store: Store,
  job: StoredJob,
  before: ReadonlyMap<number, TaskStatus>,
  changes: readonly PulledChange[]
): Plan {
  const moved = changes.filter(({ task, status }) => before.get(task) !== status)
  if (moved.some(({ task }) => isDone(before.get(task) ?? 'queued'))) return new StoredJob(store, job.id).plan
  for (const { task, status } of moved) job.plan.mark(task, status)
  return job.plan
}

function countsOf(plan: Plan) {
  const states = [...plan.derive().values()]
  const count = (...wanted: string[]) => states.filter((state) => wanted.includes(state)).length
  return {
    ...{
      succeeded: count('succeeded'),
      failed: count('failed'),
      canceled: count('canceled'),
      running: count('running')
    },
    ...{ waiting: count('waiting', 'ready'), blocked: count('blocked') },
    missing: states.filter(isQueued).length
  }
}

/** What the clock of the machine says that keeps the farm's files: ours may be another. */
function clockOf(root: string): number {
  const path = join(root, `.clock-${process.pid}`)
  try {
    writeFileSync(path, '')
    const at = Math.round(statSync(path).mtimeMs)
    rmSync(path)
    return at
  } catch {
    return Date.now() // one that cannot be written is looked at by our own
  }
}

/** What can be said of a job without rooms and traces, after it has run: outputs that are not there, tasks that failed. */
import { readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { frameReader, hasFramePattern, hasFrames, pathsIn } from '../../domain/frame-pattern.ts'
import type { Raw } from '../../domain/json.ts'
import { fileFrom, topOf } from '../../domain/paths.ts'
import type { Finding } from '../../domain/rehearsal.ts'
import { filesReturned, isThere } from '../job/fingerprint.ts'
import { StoredJob, type StoredTask } from '../job/stored-job.ts'
import type { Store } from '../store/store.ts'
import { aTask, listTasks, loggedRows, outputRows, type TaskRow } from '../store/views.ts'
import { missingLine, outputWords } from './findings/files.ts'
import { grouped, type Hit, type TaskEvidence } from './findings/evidence.ts'
import { failsHere } from './findings/runs.ts'
import type { Places } from './places.ts'

const noPlaces: Places = {
  roots: [],
  hidden: [],
  system: [],
  shown: [],
  assets: [],
  sockets: [],
  home: '',
  temporary: []
}

interface Seen {
  evidence: TaskEvidence
  /** files that its log says it wrote */
  wrote: readonly string[]
  endedAt: number
}

/** A task that has ended, with the files that it wrote back. */
interface Ended {
  row: TaskRow
  task: StoredTask
  returned: readonly string[]
  /** files that its log says it wrote */
  wrote: readonly string[]
}

function evidenceOf(job: StoredJob, { row, task, returned, wrote }: Ended, index: number): Seen {
  const inputs = returned.length ? job.inputsOf(task) : null
  const values = inputs?.ok ? [...inputs.value.values(), task.node.fill(inputs.value)] : []
  const failed = row.status === 'failed' ? (row.reason ?? 'it failed') : null
  const ran = { accesses: [], changes: new Map(), opened: new Set<string>(), lastLines: [] }
  const evidence: TaskEvidence = {
    ...{ id: task.id, name: task.name, node: task.node.name, index, waitsFor: new Set() },
    ...{ codeFolder: null, named: values.flatMap((value) => pathsIn(value, job.settings.cwd)), returned },
    author: { ...ran, failed, left: [], peakMemory: row.peakMemory },
    ...{ worker: null, back: null, random: [], again: [], stale: [], warm: [] }
  }
  return { evidence, wrote, endedAt: row.endedAt ?? 0 }
}

interface Traces {
  written: ReadonlyMap<number, readonly { value: Raw }[]>
  logged: ReadonlyMap<number, readonly string[]>
}

/** What a job's tasks gave or logged; null: nothing, and none failed, so the job need not be read at all. */
function tracesOf({ db }: Store, job: number): Traces | null {
  const written = Map.groupBy(outputRows(db, job), ({ task }) => task)
  const logged = new Map(loggedRows(db, job).map((one) => [one.task, one.wrote ?? []]))
  return written.size + logged.size > 0 || aTask(db, job, 'failed') ? { written, logged } : null
}

/** Tasks of which something can be said: they failed, or wrote files back. */
function tellingTasks(job: StoredJob, store: Store, { written, logged }: Traces): Ended[] {
  const { cwd } = job.settings
  return listTasks(store.db, job.id).flatMap((row): Ended[] => {
    const failed = row.status === 'failed'
    const values = row.status === 'succeeded' ? (written.get(row.id) ?? []) : []
    const said = row.status === 'succeeded' ? (logged.get(row.id) ?? []) : []
    const wrote = said.map((path) => fileFrom(path, cwd))
    if (!failed && values.length === 0 && wrote.length === 0) return []
    const task = job.task(row.id)
    const returned = [
      ...new Set(values.flatMap(({ value }) => filesReturned(value, { frames: task.frames, cwd }, isThere)))
    ]
    return failed || returned.length || wrote.length ? [{ row, task, returned, wrote }] : []
  })
}

const stateOf = (path: string) => statSync(path, { throwIfNoEntry: false }) ?? null

/** A root that is not there at all is another machine's, or a path in a scene. */
const hasRoot = (path: string): boolean => stateOf(dirname(path) === '/' ? path : topOf(path)) !== null

/** Names paths for others: what is there of them was written after it had ended. */
const isPlanner = ({ evidence, endedAt }: Seen): boolean => {
  const states = evidence.returned.flatMap((path) => stateOf(path) ?? [])
  return states.length > 0 && states.every(({ mtimeMs }) => mtimeMs > endedAt)
}

/** A pattern of a node without frames: nobody knows which files it stands for, and some of them are there. */
function hasSome(path: string): boolean {
  const [folder, frameOf] = [dirname(path), frameReader(path)]
  return (
    hasFrames(path) &&
    stateOf(folder)?.isDirectory() === true &&
    readdirSync(folder).some((name) => frameOf(name) !== null)
  )
}

function missing(seen: Seen): Hit[] {
  const { evidence } = seen
  if (evidence.author.failed !== null || isPlanner(seen)) return []
  return evidence.returned.flatMap((path): Hit[] => {
    const state = stateOf(path)
    if ((state && (!state.isFile() || state.size > 0)) || !hasRoot(path) || evidence.named.includes(path)) return []
    if (!state && hasSome(path)) return []
    return [{ task: evidence, paths: [path], evidence: [missingLine(evidence, path, state !== null)] }]
  })
}

/** A file right in the temporary folder, or in a folder that is gone again, was moved or thrown away by who wrote it. */
const isKept = (path: string): boolean => dirname(path) !== tmpdir() && (stateOf(dirname(path))?.isDirectory() ?? false)

/** Files that the log says were written. */
function missingWrote({ evidence, wrote }: Seen): Hit[] {
  if (evidence.author.failed !== null) return []
  return wrote.flatMap((path): Hit[] => {
    if (hasFramePattern(path) || evidence.returned.includes(path)) return []
    const state = stateOf(path)
    if ((state && (!state.isFile() || state.size > 0)) || !isKept(path)) return []
    const line = `${evidence.name} logged that it wrote ${path}: at the job’s end it ${state ? 'is empty' : 'is not there'}`
    return [{ task: evidence, paths: [path], evidence: [line] }]
  })
}

/** `output-missing` and `fails-here` of a job that has run. */
export function plainFindings(store: Store, id: number): Finding[] {
  const traces = tracesOf(store, id)
  if (traces === null) return []
  const job = new StoredJob(store, id)
  const seen = tellingTasks(job, store, traces).map((ended, index) => evidenceOf(job, ended, index))
  const tasks = seen.map(({ evidence }) => evidence)
  const nothing = { places: noPlaces, cwd: { author: '', worker: '' }, workerHome: '', memory: null }
  const none = {
    existed: () => false,
    sees: () => false,
    atEnd: () => null,
    namesAtEnd: () => [],
    sameInRooms: () => true
  }
  return [
    ...grouped([...seen.flatMap(missing), ...seen.flatMap(missingWrote)], ({ task }) => task.node, outputWords),
    ...failsHere({ tasks, ...nothing, ...none })
  ]
}

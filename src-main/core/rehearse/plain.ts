/** What can be said of a job without rooms and traces, after it has run: outputs that are not there, tasks that failed. */
import { readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { frameReader, hasFrames, pathsIn } from '../../domain/frame-pattern.ts'
import type { Finding } from '../../domain/rehearsal.ts'
import { filesReturned, isThere } from '../job/fingerprint.ts'
import { StoredJob, type StoredTask } from '../job/stored-job.ts'
import type { Store } from '../store/store.ts'
import { listAttempts, listTasks } from '../store/views.ts'
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
  task: StoredTask
  evidence: TaskEvidence
  endedAt: number
}

function evidenceOf(job: StoredJob, store: Store, task: StoredTask, index: number): Seen {
  const last = listAttempts(store.db, task.id).at(-1)
  const inputs = job.inputsOf(task)
  const values = inputs.ok ? [...inputs.value.values(), task.node.fill(inputs.value)] : []
  const returned = store.outputsOf(task.id).flatMap(({ value }) => filesReturned(value, task.frames, isThere))
  const failed = last?.reason ?? null
  const ran = { accesses: [], changes: new Map(), opened: new Set<string>(), lastLines: [] }
  const evidence: TaskEvidence = {
    ...{ id: task.id, name: task.name, node: task.node.name, index, waitsFor: new Set() },
    ...{ named: values.flatMap(pathsIn), returned: [...new Set(returned)] },
    author: { ...ran, failed, left: [], peakMemory: last?.peakMemory ?? null },
    ...{ worker: null, back: null, random: [], again: [], stale: [], warm: [] }
  }
  return { task, evidence, endedAt: last?.endedAt ?? 0 }
}

const stateOf = (path: string) => statSync(path, { throwIfNoEntry: false }) ?? null

/** A root that is not there at all is another machine's, or a path in a scene. */
const hasRoot = (path: string): boolean =>
  stateOf(dirname(path) === '/' ? path : `/${path.split('/')[1] ?? ''}`) !== null

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

/** `output-missing` and `fails-here` of a job that has run. */
export function plainFindings(store: Store, id: number): Finding[] {
  const job = new StoredJob(store, id)
  const rows = listTasks(store.db, id).filter(({ status }) => status === 'succeeded' || status === 'failed')
  const seen = rows.map((row, index) => evidenceOf(job, store, job.task(row.id), index))
  const tasks = seen.map(({ evidence }) => evidence)
  const nothing = { places: noPlaces, cwd: { author: '', worker: '' }, workerHome: '', memory: null }
  const none = { existed: () => false, sees: () => false, atEnd: () => null, sameInRooms: () => true }
  return [
    ...grouped(seen.flatMap(missing), ({ task }) => task.node, outputWords),
    ...failsHere({ tasks, ...nothing, ...none })
  ]
}

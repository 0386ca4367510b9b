/** What a run here tells a farm: memory and time that a node's tasks take, files that they read and folders they write. */
import { tmpdir } from 'node:os'
import { dirname, isAbsolute } from 'node:path'
import { tookOf } from '../../domain/durations.ts'
import type { Access } from '../../domain/rehearsal.ts'
import { isWithinAny, systemFolders, type WorkerProfile, type WorkerSystem } from '../../domain/worker.ts'
import { plainFolder, type PathRule } from '../../domain/paths.ts'
import { byCodePoint } from '../../domain/json.ts'
import { stateOf } from '../job/code.ts'
import { homeFolder } from '../process/home.ts'
import { unpackLedger } from '../rehearse/ledger.ts'
import { findProfile, readProfile } from '../rehearse/profile.ts'
import type { Db } from '../store/db.ts'
import { ledgersOfJob } from '../store/rehearsals.ts'
import { findJob, listTasks, type TaskRow } from '../store/views.ts'

/** What a task of a node may take, with its margin; null: not measured. */
export interface Limits {
  /** bytes */
  memory: number | null
  seconds: number | null
}

export const unmeasured: Limits = { memory: null, seconds: null }

/** A farm's machine is not this one, so it gets more than was measured here. */
export const margins = { memory: 1.25, memoryStep: 256 << 20, time: 3, leastSeconds: 60 } as const

/** Files that tasks need and folders that they write to; absolute paths, sorted. */
export interface Assets {
  inputs: string[]
  outputs: string[]
}

export const noAssets: Assets = { inputs: [], outputs: [] }

type Run = Pick<TaskRow, 'startedAt' | 'endedAt' | 'took' | 'peakMemory'>

/** Of runs that succeeded: the most that one took, with the margin; null where one of them was not measured. */
export function limitsOf(runs: readonly Run[]): Limits {
  const most = (measured: (number | null)[]) =>
    measured.reduce<number | null>((a, b) => (a === null || b === null ? null : Math.max(a, b)), 0)
  const memory = most(runs.map(({ peakMemory }) => peakMemory)) || null
  const ms = most(runs.map((run) => run.endedAt && Math.max(1, tookOf(run, run.endedAt) ?? 0))) || null
  const { memoryStep, leastSeconds } = margins
  return {
    memory: memory && Math.ceil((memory * margins.memory) / memoryStep) * memoryStep,
    seconds: ms && Math.max(leastSeconds, Math.ceil((ms / 1000) * margins.time))
  }
}

/** By the node's place in evaluation order: nodes all of whose tasks have run, omitted ones left out. */
export function measuredNodes(db: Db['db'], job: number, positionOf: (task: number) => number): Map<number, Limits> {
  const rows = listTasks(db, job).filter(({ status }) => status !== 'omitted')
  // a result that counts again was not measured: its attempt has no exit code
  const ran = ({ status, exitCode }: TaskRow) => status === 'succeeded' && exitCode === 0
  const nodes = [...Map.groupBy(rows, ({ id }) => positionOf(id))]
  return new Map(nodes.filter(([, own]) => own.every(ran)).map(([position, own]) => [position, limitsOf(own)]))
}

/** What a job's tasks read in their own work and none of them wrote, and the folders that they wrote to; none without ledgers. */
export function assetsOf(db: Db['db'], job: number, dataDir: string): Assets {
  const ledgers = ledgersOfJob(db, job)
  if (ledgers.length === 0) return noAssets
  const own = ledgers.flatMap(({ packed }) => unpackLedger(packed).filter((access) => access.own))
  return assetsIn(own, sharedBy(profileOf(db, job), [plainFolder(dataDir)]))
}

const nameOf = ({ what, as }: Access): string => (as !== undefined && isAbsolute(as) ? as : what)

/** `isShared`: whether a farm's machines see the path. Files that are gone are none that a farm could be given. */
export function assetsIn(accesses: readonly Access[], isShared: (path: string) => boolean): Assets {
  const wrote = new Set(accesses.filter(({ how }) => how === 'write').map(({ what }) => what))
  const read = accesses.filter(({ how, what }) => how === 'read' && !wrote.has(what)).map(nameOf)
  const inputs = new Set(read.filter((path) => isShared(path) && !path.includes('/__pycache__/')))
  const outputs = new Set([...wrote].filter(isShared).map(dirname))
  return {
    inputs: [...inputs].filter((path) => stateOf(path) !== null).sort(byCodePoint),
    outputs: [...outputs].filter((path) => !path.endsWith('/__pycache__')).sort(byCodePoint)
  }
}

/** What the profile beside its graph says of the farm's machines; null: there is none. */
export function workersOf(db: Db['db'], job: number): { os: WorkerSystem; paths: PathRule[] } | null {
  const profile = profileOf(db, job)
  if (profile === null) return null
  return { os: profile.os, paths: Object.entries(profile.paths).map(([from, to]) => ({ from, to })) }
}

/** The profile beside the graph that a job came from; null: there is none that can be read. */
function profileOf(db: Db['db'], job: number): WorkerProfile | null {
  const source = findJob(db, job)?.source ?? ''
  const path = isAbsolute(source) ? findProfile(source) : null
  const profile = path === null ? null : readProfile(path)
  return profile?.ok ? profile.value : null
}

/** Below the profile's shares; without them everywhere but in home, temporary and system folders, and in those `apart`. */
function sharedBy(profile: WorkerProfile | null, apart: readonly string[]): (path: string) => boolean {
  const share = profile?.share
  const system = [...systemFolders, ...(profile?.system ?? []), ...apart]
  if (share) {
    const shared = [...share, ...(profile?.assets ?? [])]
    return (path) => isWithinAny(path, shared) && !isWithinAny(path, apart)
  }
  const own = [homeFolder() ?? '/root', '/home', '/root', '/Users', tmpdir(), '/tmp', '/private'].map(plainFolder)
  return (path) => path.startsWith('/') && !isWithinAny(path, [...system, ...own])
}

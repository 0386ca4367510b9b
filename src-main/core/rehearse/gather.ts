/** From runs to evidence: what findings need to know of each task, without layers and files. */
import { join } from 'node:path'
import { pathsIn } from '../../domain/frame-pattern.ts'
import { filesReturned, isThere } from '../job/fingerprint.ts'
import { accessesOf } from './accesses.ts'
import type { Difference } from './compare.ts'
import type { Changed, GivenBack, JobEvidence, Ran, TaskEvidence } from './findings/evidence.ts'
import { namesIn, seenAt, sameBytes, type Layer, type Seen } from './layers.ts'
import type { Performed } from './performed.ts'
import { isSharedMemory, type Places } from './places.ts'
import { jobFolder } from './room.ts'
import type { Stayed } from './stay.ts'
import type { Visited } from './visiting.ts'

/** All that is known of a task when its rooms were visited. */
export interface Looked {
  one: Performed
  /** null: not visited */
  room: Visited | null
  differs: readonly Difference[]
  back: GivenBack | null
  random: readonly Difference[]
  again: TaskEvidence['again']
  /** files of an earlier run that its result hangs on */
  stale: readonly string[]
  /** what differs in a warm interpreter that other tasks used before */
  warm: readonly Difference[]
}

export interface Setting {
  places: Places
  /** where the author's tasks start */
  cwd: string
  workerHome: string
  memory: number | null
}

const changed = (seen: Seen | null): Changed | null => {
  if (!seen) return null
  if (seen.kind === 'file') return { kind: 'file', mode: seen.mode, size: seen.size }
  return { kind: seen.kind === 'link' ? 'link' : 'folder' }
}

function ranOf(stayed: Stayed, places: Places, said: { failed: string | null; lastLines: readonly string[] }): Ran {
  const accesses = accessesOf(stayed, places)
  const changes = new Map<string, Changed>(stayed.layer.changes)
  // shared memory is on no layer: the ledger's word has to do
  for (const { how, what } of accesses)
    if (isSharedMemory(what) && (how === 'write' || how === 'delete'))
      changes.set(what, { kind: how === 'write' ? 'file' : 'deleted' })
  return { accesses, changes, opened: new Set(stayed.trace.opened), ...said }
}

/** A link to a name outside of the frames that a task has is nobody's: only its own are expanded. */
const returnedBy = ({ result, task, stayed }: Performed, cwd: string): string[] => {
  const wasWritten = (path: string) => stayed.layer.changes.has(path) || isThere(path)
  const where = { frames: task.frames, cwd }
  return [...new Set((result?.outputs ?? []).flatMap(({ value }) => filesReturned(value, where, wasWritten)))]
}

function evidenceOf(
  { one, room, differs, back, random, again, stale, warm }: Looked,
  { places, cwd }: Pick<Setting, 'places' | 'cwd'>
): TaskEvidence {
  const { task, stayed, reason } = one
  const peakMemory = 'peakMemory' in stayed.end ? (stayed.end.peakMemory ?? null) : null
  return {
    ...{ id: task.id, name: one.name, node: task.node.name, index: one.index, waitsFor: one.ancestors },
    codeFolder: one.interpreter.evaluator === 'none' ? null : task.node.folder(),
    ...{ named: [...pathsIn(one.inputs, cwd), ...relativeIn(one.inputs)], returned: returnedBy(one, cwd) },
    author: {
      ...ranOf(stayed, places, { failed: one.result ? null : (reason ?? 'it failed'), lastLines: [] }),
      ...{ left: stayed.left, peakMemory }
    },
    worker: room && {
      ...ranOf(room.stayed, places, { failed: room.result ? null : room.reason, lastLines: room.lastLines }),
      differs
    },
    ...{ back, random, again, stale, warm }
  }
}

/** Texts of inputs that may be relative paths. */
const relativeIn = (inputs: string): string[] =>
  [...inputs.matchAll(/"((?:[^"\\]|\\.)*)"/g)].flatMap(([, text = '']) =>
    /^[^/"]+[/.][^"]+$/.test(text) ? [text] : []
  )

/** Whether two layers' views hold the same at a path. */
function sameAt(path: string, one: readonly Layer[], other: readonly Layer[]): boolean {
  const [a, b] = [seenAt(path, one), seenAt(path, other)]
  if (a?.kind === 'file' && b?.kind === 'file') return a.size === b.size && sameBytes(a.real, b.real)
  return a?.kind === b?.kind && (a?.kind !== 'link' || b?.kind !== 'link' || a.to === b.to)
}

export function gather(all: readonly Looked[], { places, cwd, workerHome, memory }: Setting): JobEvidence {
  const byId = new Map(all.map((looked) => [looked.one.task.id, looked]))
  const everything = all.map(({ one }) => one.stayed.layer).reverse()
  const viewOf = (id: number): readonly Layer[] => {
    const looked = byId.get(id)
    if (!looked) return []
    return looked.room?.result ? looked.room.view : [looked.one.stayed.layer]
  }
  return {
    tasks: all.map((looked) => evidenceOf(looked, { places, cwd })),
    ...{ places, cwd: { author: cwd, worker: jobFolder }, workerHome, memory },
    existed: (path) => seenAt(path, []) !== null,
    sees: ({ id }, path) => seenAt(path, byId.get(id)?.one.below ?? []) !== null,
    atEnd: (path) => changed(seenAt(path, everything)),
    namesAtEnd: (folder) => namesIn(folder, everything),
    sameInRooms: (one, other, path) => sameAt(path, viewOf(one.id), viewOf(other.id))
  }
}

/** A path of the author's home where a worker's home is. */
export const inHome = (path: string, { home }: Places, workerHome: string): string =>
  path === home || path.startsWith(`${home}/`) ? join(workerHome, path.slice(home.length)) : path

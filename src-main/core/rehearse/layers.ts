/**
 * Layers: what a task wrote, as the upper folder of an overlay. A change that leaves content and rights as they were is none:
 * opening a file for writing brings it up. Only a file of an earlier run that was written anew counts, whatever is in it. What lay in a folder that was made anew is deleted, and said so path by path.
 */
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { at } from '../../domain/at.ts'
import { isIn, type Root } from './places.ts'

const run = promisify(execFile)

export type Change =
  | { kind: 'file'; real: string; size: number; mode: number }
  | { kind: 'link'; real: string; to: string }
  | { kind: 'folder'; mode: number }
  | { kind: 'deleted' }

export interface Layer {
  id: number
  /** by path as tasks see it */
  changes: ReadonlyMap<string, Change>
  /** indices of the roots in which it holds anything */
  roots: ReadonlySet<number>
}

export const upperName = (id: number, root: number): string => `l/${id}/${root}`
export const workName = (id: number, root: number): string => `w/${id}/${root}`

/** What stands at a path, seen through layers. */
export type Seen =
  | { kind: 'file'; real: string; size: number; mode: number }
  | { kind: 'link'; to: string }
  | { kind: 'folder' }
  | { kind: 'other' }

const stateOf = (path: string): Stats | null => lstatSync(path, { throwIfNoEntry: false }) ?? null

/** A folder whose rights we lack looks as if it were not there; anything else is thrown. */
function safeState(path: string): Stats | null {
  try {
    return stateOf(path)
  } catch (error) {
    if (['EACCES', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return null
    throw error
  }
}

function seenOnDisk(path: string): Seen | null {
  const state = safeState(path)
  if (!state) return null
  if (state.isFile()) return { kind: 'file', real: path, size: state.size, mode: state.mode & 0o7777 }
  if (state.isSymbolicLink()) return { kind: 'link', to: readlinkSync(path) }
  return state.isDirectory() ? { kind: 'folder' } : { kind: 'other' }
}

/** The newest layer that says something about a path or about a folder above it. */
function inLayer(path: string, { changes }: Layer): Change | null {
  const own = changes.get(path)
  if (own) return own
  for (let above = dirname(path); above.length > 1; above = dirname(above)) {
    const change = changes.get(above)
    if (change && change.kind !== 'folder') return { kind: 'deleted' }
  }
  return null
}

/** What stands at a path: `layers` the newest first, then the disk. Null: nothing. */
export function seenAt(path: string, layers: readonly Layer[]): Seen | null {
  for (const layer of layers) {
    const change = inLayer(path, layer)
    if (change?.kind === 'deleted') return null
    if (change) return change.kind === 'link' ? { kind: 'link', to: change.to } : change
  }
  return seenOnDisk(path)
}

/** The names in a folder, seen through layers (the newest first). */
export function namesIn(folder: string, layers: readonly Layer[]): string[] {
  const names = new Set<string>()
  if (safeState(folder)?.isDirectory()) for (const name of listed(folder)) names.add(name)
  for (const layer of layers)
    for (const path of layer.changes.keys()) if (dirname(path) === folder) names.add(path.slice(folder.length + 1))
  return [...names].filter((name) => seenAt(join(folder, name), layers) !== null)
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // no right to read it: to tasks it looks empty as well
  }
}

/** Whether two files hold the same bytes. */
export function sameBytes(left: string, right: string): boolean {
  const files = [openSync(left, 'r'), openSync(right, 'r')]
  try {
    const [a, b] = [Buffer.alloc(1 << 18), Buffer.alloc(1 << 18)]
    for (;;) {
      const [n, m] = [readSync(at(files, 0), a), readSync(at(files, 1), b)]
      if (n !== m) return false
      if (n === 0) return true
      if (!a.subarray(0, n).equals(b.subarray(0, m))) return false
    }
  } finally {
    for (const file of files) closeSync(file)
  }
}

export interface Walk {
  scratch: string
  roots: readonly Root[]
  /** what the task stood on, the newest first */
  below: readonly Layer[]
  /** folders that were made anew, so that nothing below them shines through */
  made: readonly string[]
  /** files that were begun anew */
  begun: ReadonlySet<string>
}

const isSkipped = (name: string) => name === '__pycache__'

/** What a task wrote into its upper folders. */
export function readLayer(id: number, walk: Walk): Layer {
  const changes = new Map<string, Change>()
  const used = new Set<number>()
  walk.roots.forEach((root, i) => {
    const upper = join(walk.scratch, upperName(id, i))
    if (!safeState(upper)) return
    const before = changes.size
    // a root below another one shows in the outer one's upper as the folder it is mounted on
    const inner = walk.roots.filter((one) => one !== root && isIn(one.path, root.path)).map(({ path }) => path)
    readFolder(upper, root.path, { ...walk, changes, inner })
    if (changes.size > before || listed(upper).length > 0) used.add(i)
  })
  return { id, changes, roots: used }
}

interface Reading extends Walk {
  changes: Map<string, Change>
  inner: readonly string[]
}

function readFolder(real: string, path: string, reading: Reading): void {
  for (const name of listed(real)) {
    if (isSkipped(name)) continue
    const [from, to] = [join(real, name), join(path, name)]
    const state = stateOf(from)
    if (!state || reading.inner.includes(to)) continue
    if (state.isCharacterDevice() && state.rdev === 0) {
      if (seenAt(to, reading.below)) reading.changes.set(to, { kind: 'deleted' })
    } else if (state.isDirectory()) readSub(from, to, state, reading)
    else readFile(from, to, state, reading)
  }
}

function readSub(real: string, path: string, state: Stats, reading: Reading): void {
  const before = seenAt(path, reading.below)
  if (before?.kind !== 'folder') reading.changes.set(path, { kind: 'folder', mode: state.mode & 0o7777 })
  else if (reading.made.some((folder) => isIn(path, folder))) deleteOthers(path, new Set(listed(real)), reading)
  readFolder(real, path, reading)
}

/** What lay in a folder that was made anew and is not there again. */
function deleteOthers(path: string, kept: ReadonlySet<string>, reading: Reading): void {
  for (const name of namesIn(path, reading.below))
    if (!kept.has(name) && !isSkipped(name)) reading.changes.set(join(path, name), { kind: 'deleted' })
}

/** Written from its beginning, though it became what an earlier run had left on the disk. */
const isMadeAgain = (path: string, before: string, { scratch, made, begun }: Reading): boolean =>
  !isIn(before, scratch) && (begun.has(path) || made.some((folder) => isIn(path, folder)))

function readFile(real: string, path: string, state: Stats, reading: Reading): void {
  const { changes, below } = reading
  if (state.isSymbolicLink()) changes.set(path, { kind: 'link', real, to: readlinkSync(real) })
  if (!state.isFile()) return
  const before = seenAt(path, below)
  const mode = state.mode & 0o7777
  const isSame =
    before?.kind === 'file' &&
    before.size === state.size &&
    before.mode === mode &&
    sameBytes(before.real, real) &&
    !isMadeAgain(path, before.real, reading)
  if (!isSame) changes.set(path, { kind: 'file', real, size: state.size, mode })
}

/** mount reads a page of options; names and the colons between them, in bytes */
const mostOptions = 3200

/** Layers as the lower folders of a root's overlay; too many of them are put together in one first. */
export class Stacks {
  private readonly scratch: string
  private readonly rootPaths: readonly string[]
  private readonly merged = new Map<string, Promise<string>>()

  constructor(scratch: string, roots: readonly Root[]) {
    this.scratch = scratch
    this.rootPaths = roots.map(({ path }) => path)
  }

  /** The names of lower folders per root, the newest first; `layers`: the newest first. */
  async lowers(layers: readonly Layer[]): Promise<string[][]> {
    const found: string[][] = []
    for (let root = 0; root < this.rootPaths.length; root++) {
      const used = layers.filter((layer) => layer.roots.has(root))
      const names = used.map(({ id }) => upperName(id, root))
      found.push(names.join(':').length > mostOptions || names.length > 300 ? [await this.merge(used, root)] : names)
    }
    return found
  }

  /** One folder that says the same as all of these. */
  private merge(layers: readonly Layer[], root: number): Promise<string> {
    const key = `${root} ${layers.map(({ id }) => id).join()}`
    const known = this.merged.get(key)
    if (known) return known
    const made = this.mergeInto(`l/m${this.merged.size}`, layers, root)
    this.merged.set(key, made)
    return made
  }

  private async mergeInto(name: string, layers: readonly Layer[], root: number): Promise<string> {
    const into = join(this.scratch, name)
    await mkdir(into)
    for (const layer of layers.toReversed()) {
      const from = join(this.scratch, upperName(layer.id, root))
      for (const [path, { kind }] of layer.changes) if (kind !== 'folder') await this.clear(path, into, root)
      // hard links: no data is copied, and whiteouts and marks of opaque folders are kept
      await run('cp', ['-a', '-l', '--remove-destination', `${from}/.`, `${into}/`])
    }
    return name
  }

  /** What a newer layer replaces by something of another kind. */
  private async clear(path: string, into: string, root: number): Promise<void> {
    const base = this.rootPaths[root]
    if (base === undefined || !isIn(path, base)) return
    const way = relative(base, path)
    if (stateOf(join(into, way)) !== null) await rm(join(into, way), { recursive: true, force: true })
  }
}

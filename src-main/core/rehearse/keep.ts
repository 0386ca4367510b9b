/** Puts what the author's run wrote into the real folders, as the run itself would have: each file whole or not at all. */
import { constants } from 'node:fs'
import { copyFile, chmod, lstat, mkdir, rename, rm, symlink, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scratchName } from '../store/whole.ts'
import type { Change, Layer } from './layers.ts'
import { isIn } from './places.ts'

interface Final {
  change: Change
  /** what lay there before goes first */
  wipes: boolean
}

/** The last word of all layers on each path; `layers`: the oldest first. */
export function lastWords(layers: readonly Layer[]): Map<string, Final> {
  const found = new Map<string, Final>()
  for (const { changes } of layers)
    for (const [path, change] of [...changes].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (change.kind !== 'folder')
        for (const other of found.keys()) if (other !== path && isIn(other, path)) found.delete(other)
      const before = found.get(path)
      const wipes = change.kind === 'deleted' || (before?.wipes ?? false)
      found.set(path, { change, wipes })
    }
  return found
}

/** Writes what the layers say; `isKept`: which paths. Throws where the system refuses. */
export async function keepLayers(layers: readonly Layer[], isKept: (path: string) => boolean): Promise<void> {
  const words = [...lastWords(layers)].filter(([path]) => isKept(path)).sort(([a], [b]) => a.length - b.length)
  for (const [path, { wipes, change }] of words)
    if (wipes || (await isInTheWay(path, change))) await rm(path, { recursive: true, force: true })
  for (const [path, { change }] of words) await put(path, change)
}

/** Something of another kind lies there; a link is never written through. */
async function isInTheWay(path: string, { kind }: Change): Promise<boolean> {
  if (kind === 'link') return true
  const state = await lstat(path).catch(() => null)
  return state !== null && state.isDirectory() !== (kind === 'folder')
}

async function put(path: string, change: Change): Promise<void> {
  if (change.kind === 'deleted') return
  if (change.kind === 'folder') {
    await mkdir(path, { recursive: true })
    return chmod(path, change.mode)
  }
  await mkdir(dirname(path), { recursive: true })
  if (change.kind === 'link') return symlink(change.to, path)
  const temporary = join(dirname(path), scratchName())
  try {
    await copyFile(change.real, temporary, constants.COPYFILE_EXCL)
    const { atime, mtime } = await lstat(change.real)
    await chmod(temporary, change.mode)
    await utimes(temporary, atime, mtime)
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

/**
 * Files and folders that users name. Each is written beside its place under a name of its own and put there when it is
 * whole; a crash leaves one hidden `.backlot-…` and what was there before. Nothing that we did not make is removed or
 * written over: a folder has to be new or empty, a file to be of the kind that is written. Links are followed. What
 * cannot be is told before any work begins (`mayWrite…`), with the same words.
 */
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
  type Stats
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { caught, caughtLater, refuse, type Result } from '../../domain/result.ts'
import { removed, removedFolder, renamed, renamedFolder } from './files.ts'
import { makeFolders } from './folders.ts'

/** What may be written over: `is` says of a text whether it is `what`, such as "job JSON". */
export interface Kind {
  what: string
  is(text: string): boolean
}

/** A name that is nobody else's, for what is not whole yet. */
export const scratchName = (): string => `.backlot-${randomBytes(9).toString('hex')}`

/** Files of this size are not read to see of which kind they are: they are none of ours. */
const mostRead = 512e6

/** Errors (`usage`): nothing can be written there, or something else is there already. Leaves nothing behind. */
export const mayWriteFile = (out: string, kind: Kind | null): Result<null> =>
  caught(() => {
    const { path, state } = fileAt(out, kind)
    if (state === null || state.isFile()) inWords(out, () => tryFile(dirname(path)))
    return null
  })

/** Writes the whole file or nothing; a pipe or a device is written into. Errors (`usage`): as of `mayWriteFile`. */
export const writeWholeFile = (out: string, text: string, kind: Kind | null): Promise<Result<null>> =>
  caughtLater(async () => {
    const { path, state } = fileAt(out, kind)
    await inWordsLater(out, async () => {
      if (state !== null && !state.isFile()) writeFileSync(path, text)
      else await putFile(path, text, state)
    })
    return null
  })

/** Errors (`usage`): no folder can be made there, or one is there that is not empty. Leaves nothing behind. */
export const mayMakeFolder = (out: string): Result<null> =>
  caught(() => {
    const { path } = folderAt(out)
    inWords(out, () => tryFolder(nearest(dirname(path))))
    return null
  })

/** Has `fill` make a folder's content, then puts all of it there. Errors (`usage`): as of `mayMakeFolder`; those of `fill`. */
export const makeWholeFolder = (out: string, fill: (scratch: string) => void): Promise<Result<null>> =>
  caughtLater(async () => {
    const { path, state } = folderAt(out)
    await inWordsLater(out, async () => {
      makeFolders(dirname(path))
      const scratch = join(dirname(path), scratchName())
      mkdirSync(scratch)
      try {
        fill(scratch)
        await putFolder(scratch, path, state)
      } finally {
        await removedFolder(scratch)
      }
    })
    return null
  })

interface Place {
  /** absolute, without links */
  path: string
  /** null: nothing is there */
  state: Stats | null
}

function placeOf(out: string): Place {
  return inWords(out, () => {
    const path = followed(resolve(out))
    return { path, state: statSync(path, { throwIfNoEntry: false }) ?? null }
  })
}

const mostLinks = 40

/** Where a path leads, also where that is not there yet; pipes and devices go by the path that names them. */
function followed(path: string, links = 0): string {
  const own = lstatSync(path, { throwIfNoEntry: false })
  const state = statSync(path, { throwIfNoEntry: false })
  if (state) return state.isFile() || state.isDirectory() ? realpathSync(path) : path
  if (own?.isSymbolicLink() && links < mostLinks)
    return followed(resolve(realpathSync(dirname(path)), readlinkSync(path)), links + 1)
  const above = dirname(path)
  return above === path ? path : join(followed(above, links), basename(path))
}

function fileAt(out: string, kind: Kind | null): Place {
  const place = placeOf(out)
  const { path, state } = place
  if (out === '' || /[/\\]$/.test(out) || state?.isDirectory())
    refuse('usage', `${out === '' ? 'the empty path' : out} is a folder; name a file in it`)
  const above = dirname(path)
  const folder = inWords(out, () => statSync(above, { throwIfNoEntry: false }))
  if (!folder) refuse('usage', `there is no folder ${above} to write ${out} into; make it first`)
  if (!folder.isDirectory())
    refuse('usage', `${above} is a file, so ${out} cannot be in it; name a folder that is there`)
  if (!state?.isFile()) return place
  inWords(out, () => accessSync(path, constants.W_OK))
  const isOurs = kind === null || state.size === 0 || (state.size < mostRead && kind.is(readFileSync(path, 'utf8')))
  if (!isOurs) refuse('usage', `${out} is there and is no ${kind.what}; nothing is written over it: name another file`)
  return place
}

function folderAt(out: string): Place {
  if (out === '') refuse('usage', 'the empty path names no folder')
  const place = placeOf(out)
  const { path, state } = place
  if (state === null) {
    const above = nearest(dirname(path))
    if (!inWords(out, () => statSync(above)).isDirectory())
      refuse('usage', `${above} is a file, so ${out} cannot be in it; name another folder`)
    return place
  }
  if (!state.isDirectory()) refuse('usage', `${out} is a file; name a new folder`)
  const entries = inWords(out, () => readdirSync(path))
  if (entries.length > 0) {
    const export_ = entries.includes('bundle.json') ? ' (it holds an export, perhaps with results)' : ''
    refuse('usage', `${out} is there and not empty${export_}; name a new folder, nothing is overwritten`)
  }
  const isApart = statSync(dirname(path)).dev !== state.dev
  if (isApart || path === realpathSync('.'))
    refuse(
      'usage',
      `${out} cannot be replaced as a whole (${isApart ? 'a disk is mounted there' : 'you are in it'}); name a new folder in it`
    )
  return place
}

/** The nearest folder above that is there. */
function nearest(path: string): string {
  while (!statSync(path, { throwIfNoEntry: false }) && dirname(path) !== path) path = dirname(path)
  return path
}

function tryFile(folder: string): void {
  const scratch = join(folder, scratchName())
  closeSync(openSync(scratch, 'wx'))
  unlinkSync(scratch)
}

function tryFolder(folder: string): void {
  const scratch = join(folder, scratchName())
  mkdirSync(scratch)
  rmdirSync(scratch)
}

async function putFile(path: string, text: string, before: Stats | null): Promise<void> {
  const scratch = join(dirname(path), scratchName())
  const file = openSync(scratch, 'wx')
  try {
    writeFileSync(file, text)
    fsyncSync(file)
    closeSync(file)
    if (before) chmodSync(scratch, before.mode)
    await renamed(scratch, path)
  } finally {
    await removed(scratch)
  }
}

/** An empty folder gives way, as the system has it; one that is not empty any more does not. */
async function putFolder(scratch: string, path: string, before: Stats | null): Promise<void> {
  if (before) chmodSync(scratch, before.mode)
  await renamedFolder(scratch, path, before !== null)
}

/** What the system refuses, as a sentence; everything else stays thrown. */
function inWords<T>(out: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    return refuseFor(out, error)
  }
}

async function inWordsLater<T>(out: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    return refuseFor(out, error)
  }
}

function refuseFor(out: string, error: unknown): never {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) throw error
  return refuse('usage', `${out} cannot be written (${reasons[code] ?? code}); name another place`)
}

const reasons: Readonly<Partial<Record<string, string>>> = {
  EACCES: 'its folder, or it itself, is not yours to write',
  EPERM: 'the system forbids it',
  EBUSY: 'another program has it open',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
  EDQUOT: 'your quota is used up',
  ENAMETOOLONG: 'its name is too long',
  ENOTDIR: 'a part of its path is a file',
  ENOENT: 'its folder takes no files',
  ELOOP: 'its links lead in a circle',
  ENOTEMPTY: 'somebody else wrote there meanwhile',
  EEXIST: 'somebody else wrote there meanwhile'
}

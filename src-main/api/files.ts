/** Calls about the files that outputs name. */
import { statSync } from 'node:fs'
import { open, readdir, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fail, ok, type Result } from '../domain/result.ts'
import { bytesText } from '../domain/durations.ts'
import { frameReader, hasFrames } from '../domain/frame-pattern.ts'
import { handler } from './handler.ts'
import { codecOf } from './movie.ts'

/** Larger pictures are looked at with a tool for them. */
const mostBytes = 512e6

export interface FileState {
  /** bytes */
  size: number
  /** ms since 1970 */
  modified: number
}

export const filesCalls = {
  'files.check': handler<'files.check'>()((_, { paths }) => ok(paths.map(stateOf))),

  'files.read': handler<'files.read'>()((_, { path }) => read(path)),

  'files.frames': handler<'files.frames'>()((_, { path }) => framesOf(path)),

  'files.movie': handler<'files.movie'>()(async (_, { path }) => ok({ codec: await codecOf(path) }))
}

/** Null if there is no file to be read. */
function stateOf(path: string): FileState | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat?.isFile() ? { size: stat.size, modified: stat.mtimeMs } : null
  } catch {
    return null // a path that cannot be looked at is no file for us
  }
}

/** The frames of a pattern's files, in order; none where its folder has a pattern of its own or cannot be read. */
async function framesOf(path: string): Promise<Result<string[]>> {
  const folder = dirname(path)
  if (hasFrames(`${folder}/`)) return ok([])
  const frameOf = frameReader(path)
  const names = await readdir(folder).catch(() => [])
  const frames = new Set(names.map(frameOf).filter((frame) => frame !== null))
  return ok([...frames].toSorted((a, b) => Number(a) - Number(b)))
}

/** The whole of a picture. Errors (`input`): it cannot be read, or is larger than 512 MB. */
async function read(path: string): Promise<Result<Uint8Array<ArrayBuffer>>> {
  try {
    const bytes = await bytesIn(await open(path))
    if (typeof bytes !== 'number') return ok(bytes)
    return fail('input', `${path} has ${bytesText(bytes)}; pictures up to ${bytesText(mostBytes)} are shown`)
  } catch (error) {
    return fail('input', `${path} cannot be read: ${(error as Error).message}`)
  }
}

/** What a file holds, or its size where that is too much. Closes it. */
async function bytesIn(file: FileHandle): Promise<Uint8Array<ArrayBuffer> | number> {
  try {
    const { size } = await file.stat()
    if (size > mostBytes) return size
    const bytes = new Uint8Array(size)
    let at = 0
    for (let n = 1; n > 0 && at < size; at += n) ({ bytesRead: n } = await file.read(bytes, at))
    return bytes.subarray(0, at)
  } finally {
    await file.close()
  }
}

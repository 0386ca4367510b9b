/** Calls about the files that outputs name. */
import { statSync } from 'node:fs'
import { framesOnDisk, readPicture } from '../core/job/pictures/files.ts'
import { ok } from '../domain/result.ts'
import { handler } from './handler.ts'
import { codecOf } from './movie.ts'

export interface FileState {
  /** bytes */
  size: number
  /** ms since 1970 */
  modified: number
}

export const filesCalls = {
  'files.check': handler<'files.check'>()((_, { paths }) => ok(paths.map(stateOf))),

  'files.read': handler<'files.read'>()((_, { path }) => readPicture(path)),

  'files.frames': handler<'files.frames'>()(async (_, { path }) => ok(await framesOnDisk(path))),

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

/** Calls about the files that outputs name. */
import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { fail, ok, type Result } from '../domain/result.ts'
import { bytesText } from '../domain/durations.ts'
import { handler } from './handler.ts'

/** Larger pictures are looked at with a tool for them. */
const mostBytes = 512e6

export const filesCalls = {
  'files.check': handler<'files.check'>()((_, { paths }) => ok(paths.map(sizeOf))),

  'files.read': handler<'files.read'>()((_, { path }) => read(path))
}

/** Bytes of a file; null if there is none to be read. */
function sizeOf(path: string): number | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat?.isFile() ? stat.size : null
  } catch {
    return null // a path that cannot be looked at is no file for us
  }
}

/** The whole of a picture. Errors (`input`): it cannot be read, or is larger than 512 MB. */
async function read(path: string): Promise<Result<Uint8Array<ArrayBuffer>>> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > mostBytes)
      return fail('input', `${path} has ${bytesText(size)}; pictures up to ${bytesText(mostBytes)} are shown`)
    const bytes = new Uint8Array(size)
    let at = 0
    for (let n = 1; n > 0 && at < size; at += n) ({ bytesRead: n } = await file.read(bytes, at))
    return ok(bytes.subarray(0, at))
  } catch (error) {
    return fail('input', `${path} cannot be read: ${(error as Error).message}`)
  }
}

/** Pictures on the disk: their bytes, and which frames of a pattern there are. */
import { open, readdir, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { bytesText } from '../../../domain/durations.ts'
import { frameReader, hasFrames } from '../../../domain/frame-pattern.ts'
import { fail, ok, type Result } from '../../../domain/result.ts'

/** Larger pictures are looked at with a tool for them. */
const mostBytes = 512e6

/** The frames of a pattern's files, in order; none where its folder has a pattern of its own or cannot be read. */
export async function framesOnDisk(path: string): Promise<string[]> {
  const folder = dirname(path)
  if (hasFrames(`${folder}/`)) return []
  const frameOf = frameReader(path)
  const names = await readdir(folder).catch(() => [])
  const frames = new Set(names.map(frameOf).filter((frame) => frame !== null))
  return [...frames].toSorted((a, b) => Number(a) - Number(b))
}

/** The whole of a picture. Errors (`input`): it cannot be read, or is larger than 512 MB. */
export async function readPicture(path: string): Promise<Result<Uint8Array<ArrayBuffer>>> {
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

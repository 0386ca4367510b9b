/** A worker profile written down: a file to begin with, and the one that counts. */
import { lstatSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { stringify } from 'yaml'
import { fail, ok, type Result } from '../../domain/result.ts'
import { makeFolders } from '../store/folders.ts'
import { writeWholeFile } from '../store/whole.ts'
import { workerExamples, workerFile, workerKeys, workerShape, type WorkerProfile } from '../../domain/worker.ts'
import { plainFolder } from '../../domain/paths.ts'

/** Every key with what it means, as a comment; those in `known` are filled in. */
export function profileText(known: Partial<WorkerProfile>): string {
  const entries = workerKeys.map((key) => {
    const value = known[key]
    const written = value === undefined ? `# ${key}: ${workerExamples[key]}\n` : stringify({ [key]: value })
    return `# ${workerShape.shape[key].description}\n${written}`
  })
  return [`# ${workerFile}: what a render-farm worker has; every key may be left out\n`, ...entries].join('\n')
}

/** All keys with the values that count: a profile again. */
export const effectiveText = (profile: WorkerProfile): string => stringify(profile)

export interface NewProfile {
  /** relative ones from the folder that this process runs in */
  share: readonly string[]
  /** although the file is there */
  force: boolean
}

/** Writes a file to begin with and returns its absolute path. Errors: `usage`, it is there; `input`, it cannot be written. */
export async function writeProfile(file: string, { share, force }: NewProfile): Promise<Result<string>> {
  const path = resolve(file)
  const known = share.length > 0 ? { share: share.map((folder) => plainFolder(resolve(folder))) } : {}
  try {
    if (!force && lstatSync(path, { throwIfNoEntry: false }))
      return fail('usage', `${path} is there; write over it with --force`)
    makeFolders(dirname(path))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return fail('input', `${path} cannot be written (${code ?? message}); name a file in a folder of yours`)
  }
  const written = await writeWholeFile(path, profileText(known), null)
  return written.ok ? ok(path) : fail('input', written.error.message)
}

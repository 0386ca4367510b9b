/** The files of jobs in the data folder: how much they take, and taking away those that Backlot made. */
import { readdirSync, rmdirSync, statSync, type Dirent } from 'node:fs'
import { join, relative } from 'node:path'
import { isInUse, removed as isRemoved } from '../store/files.ts'

/** What Backlot and its evaluators write below a job's folder; all else there is somebody else's. */
const ours = [
  /^tasks\/\d+\/\d+-\d+\.(?:task\.json|result\.json|pid|log)$/,
  /^tasks\/\d+\/\d+-\d+\.result\.json(?:\.\d+\.tmp)?$/,
  /^sessions\/\d+\.log$/,
  /^environment-\d+\.(?:sh|ps1)(?:\.part)?$/,
  /^export\//
]

export const jobFolder = (dataDir: string, job: number): string => join(dataDir, 'jobs', String(job))

/** Numbers of folders that jobs have or had. */
export const jobFolders = (dataDir: string): number[] =>
  entriesOf(join(dataDir, 'jobs'))
    .filter((entry) => entry.isDirectory() && /^[1-9]\d*$/.test(entry.name))
    .map((entry) => Number(entry.name))

/** Bytes of all files below a folder; null where that takes longer than until `until` (of performance.now). */
export function bytesIn(folder: string, until = Infinity): number | null {
  let bytes = 0
  for (const path of filesIn(folder)) {
    if (performance.now() > until) return null
    bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}

export interface Removed {
  /** what is free now */
  bytes: number
  /** files that were left, since Backlot did not make them */
  left: string[]
  /** files that another program has open, which Windows does not let go */
  open: string[]
}

/**
 * Removes what Backlot made for a job, and the folders that are empty then; what is open elsewhere stays for the next
 * time. Throws where the system refuses.
 */
export async function removeJobFiles(dataDir: string, job: number): Promise<Removed> {
  const root = jobFolder(dataDir, job)
  const removed: Removed = { bytes: 0, left: [], open: [] }
  for (const path of filesIn(root)) {
    if (!ours.some((pattern) => pattern.test(relative(root, path).replaceAll('\\', '/')))) removed.left.push(path)
    else {
      const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
      if (await isRemoved(path)) removed.bytes += bytes
      else removed.open.push(path)
    }
  }
  removeEmpty(root)
  return removed
}

function* filesIn(folder: string): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else yield path
  }
}

/** True where it is gone. */
function removeEmpty(folder: string): boolean {
  const entries = entriesOf(folder)
  const gone = entries.filter((entry) => entry.isDirectory() && removeEmpty(join(folder, entry.name))).length
  if (gone < entries.length) return false
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    // a file that is removed while it is open is there until it is closed
    if (isInUse(error) || ['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false
    throw error
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

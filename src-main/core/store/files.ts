/**
 * Files that others may have open for a moment: on Windows an indexer, a virus scanner or a viewer keeps a file from being
 * renamed and removed. What is refused for that is tried again, behind whatever else there is to do.
 */
import { renameSync, rmdirSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Between two tries, ms: a scanner is done after some; a program that has it open for good is not waited for. */
const pauses = [10, 20, 40, 80, 160, 320, 640] as const

const codes = new Set(['EPERM', 'EACCES', 'EBUSY', 'ENOTEMPTY'])
/** Elsewhere these mean what they say, but for a file that is busy. */
export const isInUse = (error: unknown, platform: string = process.platform): boolean => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code === 'EBUSY' || (platform === 'win32' && codes.has(code))
}

/** Does it as soon as nobody keeps it from being done. Throws as `work` does, at the latest after about a second. */
export async function patiently<T>(work: () => T, platform: string = process.platform): Promise<T> {
  for (const pause of pauses) {
    try {
      return work()
    } catch (error) {
      if (!isInUse(error, platform)) throw error
      await sleep(pause)
    }
  }
  return work()
}

const removeFile = (path: string): void => rmSync(path, { force: true })
/** With all that is in it: of folders alone that Backlot has made. */
const removeFolder = (path: string): void => rmSync(path, { recursive: true, force: true })

async function isRemoved(path: string, remove: (path: string) => void): Promise<boolean> {
  try {
    await patiently(() => remove(path))
    return true
  } catch (error) {
    if (!isInUse(error)) throw error
    return false
  }
}

/** Removes a file; nothing there is fine. False: it is in use. Throws where the system refuses, as it does of a folder. */
export const removed = (path: string): Promise<boolean> => isRemoved(path, removeFile)

/** The same of a folder that Backlot has made, with all that is in it. */
export const removedFolder = (path: string): Promise<boolean> => isRemoved(path, removeFolder)

/** Puts one in the place of the other, whoever reads that at the moment. */
export const renamed = (from: string, to: string): Promise<void> => patiently(() => renameSync(from, to))

/** The same of a folder in the place of an empty one, which Windows does not replace. */
export const renamedFolder = (from: string, to: string, isThere: boolean): Promise<void> =>
  patiently(() => {
    if (isThere && process.platform === 'win32') rmdirSync(to)
    renameSync(from, to)
  })

/** What a note says to others may come a moment later: at once if that can be, else as soon as it can. */
export function renameSoon(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isInUse(error)) throw error
    // should it never be, others see the note that was there before, which names a process that is gone
    void renamed(from, to).catch((late: unknown) => {
      if (!isInUse(late)) throw late
    })
  }
}

function soon(path: string, remove: (path: string) => void): void {
  try {
    remove(path)
  } catch (error) {
    if (!isInUse(error)) throw error
    void isRemoved(path, remove)
  }
}

/** A file that nobody needs any more is removed as soon as that can be; what is in use then, is found by whoever cleans up next. */
export const removeSoon = (path: string): void => soon(path, removeFile)

/** The same of a folder that Backlot has made, with all that is in it. */
export const removeFolderSoon = (path: string): void => soon(path, removeFolder)

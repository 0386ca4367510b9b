/** What lies in an export's folder may be another user's: what cannot be read is said, and never taken for what is not there. */
import { statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { codeOf } from '../../process/process.ts'
import { refuse } from '../../../domain/result.ts'

/** Throws where that cannot be told. */
export const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined

/** Its whole path. Throws (`input`): there is no such folder. */
export function folderThere(path: string): string {
  const folder = resolve(path)
  if (isThere(folder)) return folder
  return refuse('input', `there is no folder ${folder}; where it was moved, pull it there: backlot pull FOLDER`)
}

/** Throws (`input`): something in the folder cannot be read. */
export function reading<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const path = error instanceof Error && 'path' in error ? error.path : null
    if (codeOf(error) === undefined || typeof path !== 'string' || !path.startsWith(folder)) throw error
    return refuse(
      'input',
      `${path} cannot be read by ${userInfo().username} (${codeOf(error)}); pull as the user who submitted it, or let others read the folder`
    )
  }
}

/** A folder of that name is none. Throws where that cannot be told. */
export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/**
 * Lines of a file that is being written, or whose disk was full: half a line at its end is none, and half a number no number.
 * What came here by Windows may have its ends of lines.
 */
export const wholeLines = (text: string): string[] => text.split(/\r?\n/).slice(0, -1)

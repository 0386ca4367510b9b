/** Folders that users name: made with those above them, and refused in words. */
import { accessSync, constants, existsSync, lstatSync, mkdirSync, readlinkSync, statSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { fail, ok, type Result } from '../../domain/result.ts'

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/**
 * Makes a folder and those above it. Throws what the system says. `mkdirSync(…, { recursive: true })` does the same, but
 * tries for ever where a folder that is there takes no entry and says that it is not there itself, as /proc does.
 */
export function makeFolders(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(path).isDirectory()) return
    const above = dirname(path)
    if (codeOf(error) !== 'ENOENT' || above === path || existsSync(above)) throw error
    makeFolders(above)
    makeFolders(path)
  }
}

/** Makes the data folder ready to be used. Errors (`store`): it cannot be made, is no folder, or cannot be written. */
export function useFolder(dataDir: string): Result<null> {
  try {
    makeFolders(dataDir)
    accessSync(dataDir, constants.W_OK | constants.X_OK)
    return ok(null)
  } catch (error) {
    const why = whyNot(dataDir, error)
    return fail('store', `the data folder ${dataDir} cannot be used (${why}); choose another with --data-dir`)
  }
}

function whyNot(path: string, error: unknown): string {
  const found = lookAt(() => statSync(path))
  if (found?.isDirectory()) return 'it cannot be written'
  if (found) return 'it is a file, no folder'
  const isLink = lookAt(() => lstatSync(path))?.isSymbolicLink() ?? false
  return isLink ? `it is a link to ${readlinkSync(path)}, which is not there` : (error as Error).message
}

/** Null where the system refuses: there is none, its name is too long, a folder above it may not be entered. */
export function lookAt(look: () => Stats): Stats | null {
  try {
    return look()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return null
  }
}

/** Folders of this process, for sockets, whose paths have to be short, and for what does not outlive a call: below the system's temporary folder, open to their owner alone. */
import { existsSync, lstatSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolderSoon } from '../store/files.ts'
import { isPidTaken } from './identity.ts'
import { codeOf } from './process.ts'

/** Lies in each of them: others may have folders that are called alike. */
const mark = '.backlot-own'

/** A socket's path has at most 103 bytes on every POSIX system; a folder of ours and a socket in it take up to so many. */
const longestBase = 103 - '/backlot-call-4194304-XXXXXX/123456'.length

/** Sockets have no room in a long one, which jobs of farms often have; the system's own is there for all. */
function baseFolder(): string {
  const named = tmpdir()
  const isShort = process.platform === 'win32' || Buffer.byteLength(named) <= longestBase
  return isShort || !existsSync(named) ? named : '/tmp'
}

/** A new folder of this process; those of the same kind that a killed Backlot left are removed. */
export function ownFolder(kind: string): string {
  try {
    return madeFolder(kind)
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    const message = `the folder for temporary files, ${tmpdir()}, cannot be used (${(error as Error).message}); name another with TMPDIR`
    throw Object.assign(new Error(message, { cause: error }), { code, syscall: 'mkdtemp' })
  }
}

function madeFolder(kind: string): string {
  const base = baseFolder()
  const named = new RegExp(`^backlot-${kind}-(\\d+)-[A-Za-z0-9]{6}$`)
  for (const name of readdirSync(base)) {
    const pid = Number(named.exec(name)?.[1])
    const path = join(base, name)
    if (pid && !isPidTaken(pid) && isOurs(path)) removeFolderSoon(path)
  }
  const folder = mkdtempSync(join(base, `backlot-${kind}-${process.pid}-`))
  writeFileSync(join(folder, mark), '', { flag: 'wx' })
  return folder
}

/** Whether this user's Backlot made it. */
function isOurs(path: string): boolean {
  const state = lstatSync(path, { throwIfNoEntry: false })
  const isMine = state?.isDirectory() === true && (process.getuid === undefined || state.uid === process.getuid())
  return isMine && existsSync(join(path, mark))
}

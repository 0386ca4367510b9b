/** The folder where a rehearsal's layers and rooms lie. It goes with Backlot's process, however that ends. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeOf } from '../process/process.ts'

/**
 * Waits until its standard input ends, which it does with Backlot, then removes the folder, unless it was told that the
 * folder is somebody else's. Rooms end at the same moment; what they still write meanwhile is removed in the next turn. A room
 * that was killed into (bubblewrap asks to end with its parent only once it runs) is ended here: its command names the folder.
 */
const sweep = `
while read -r line; do [ "$line" = theirs ] && exit 0; done
for turn in 1 2 3 4 5 6 7 8 9 10; do
  for line in $(grep -lsaF -- "$1" /proc/[0-9]*/cmdline); do
    pid=\${line#/proc/} pid=\${pid%/cmdline}
    read -r name 2>/dev/null < "/proc/$pid/comm" && [ "$name" = bwrap ] && kill -9 "$pid" 2>/dev/null
  done
  chmod -R u+rwx "$1" 2>/dev/null
  rm -rf "$1" 2>/dev/null && exit 0
  sleep 0.3
done
`

export interface Scratch {
  path: string
  /** Removes the folder; resolves when it is gone. */
  remove(): Promise<void>
}

/** Where layers may lie, the best first: on a disk, and not below a folder that is layered itself. */
const candidates = (dataDir: string): string[] => ['/var/tmp', dataDir, '/dev/shm', tmpdir()]

/** Makes the folder in the first place where `fits` says yes. Null: none of them will do. */
export async function makeScratch(
  dataDir: string,
  fits: (folder: string) => Promise<boolean>
): Promise<Scratch | null> {
  for (const place of candidates(dataDir)) {
    const folder = await watchedFolder(place)
    if (!folder) continue // the place is not there, or not ours to write
    if (await fits(folder.path)) {
      for (const part of ['l', 'w', 'b', 'r']) await mkdir(join(folder.path, part))
      return folder
    }
    await folder.remove()
  }
  return null
}

/** Who removes it is there before it is: a kill at any instant leaves nothing. Null: it cannot be made there. */
async function watchedFolder(place: string): Promise<Scratch | null> {
  const path = join(place, `backlot-rehearsal-${randomBytes(9).toString('hex')}`)
  const sweeper = spawn('sh', ['-c', sweep, 'sweep', path], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const gone = new Promise<void>((resolve) => sweeper.once('exit', () => resolve()))
  const begins = new Promise<boolean>((resolve) => {
    sweeper.once('spawn', () => resolve(true))
    sweeper.once('error', () => resolve(false))
  })
  if (!(await begins)) return null // Windows has no sh, and rehearsals have no rooms there
  const over = (told = '') => {
    sweeper.stdin.end(told)
    return gone
  }
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    await over('theirs\n')
    if (codeOf(error) === undefined) throw error
    return null
  }
  return { path, remove: () => over() }
}

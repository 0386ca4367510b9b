/** Folders for sockets, whose paths have to be short: below the system's temporary folder, open to their owner alone. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from './identity.ts'

/** A new folder of this process; those of the same kind that a killed Backlot left are removed. */
export function ownFolder(kind: string): string {
  const named = new RegExp(`^backlot-${kind}-(\\d+)-`)
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(named.exec(name)?.[1])
    if (pid && !isAlive(pid, null)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
  return mkdtempSync(join(tmpdir(), `backlot-${kind}-${process.pid}-`))
}

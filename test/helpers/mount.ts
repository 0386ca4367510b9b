/** Whether small disks can be mounted here; asked also where no test runs. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const run = (program: string, ...args: string[]) => spawnSync(program, args).status === 0

/** Whether this machine lets us mount a tmpfs. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-disk-'))
  const mounted = run('mount', '-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder)
  if (mounted) run('umount', folder)
  rmSync(folder, { recursive: true, force: true })
  return mounted
}

/** A machine of a farm, as its tasks see it: its name, and what is set there. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Runs a task of an export's folder as the machine `host` would, with these variables alone; its exit code. */
export function runOn(host: string, folder: string, task: string, env: Record<string, string> = {}): number | null {
  const bin = join(folder, 'bin', host)
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'uname'), `#!/bin/sh\necho ${host}\n`)
  chmodSync(join(bin, 'uname'), 0o755)
  const PATH = `${bin}:${process.env.PATH}`
  return spawnSync('sh', ['commands/0.sh', task], { cwd: folder, env: { PATH, ...env } }).status
}

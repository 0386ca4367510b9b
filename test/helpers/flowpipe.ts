import { spawnSync } from 'node:child_process'

let found: boolean | undefined

/** Whether the `python3` of the PATH has the real flowpipe. */
export function flowpipe(): boolean {
  found ??= spawnSync('python3', ['-c', 'import typing_extensions, flowpipe']).status === 0
  return found
}

import { spawnSync } from 'node:child_process'

let found: boolean | undefined

/** Whether the `python3` of the PATH has OpenEXR's own library. */
export function openexr(): boolean {
  found ??= spawnSync('python3', ['-c', 'import OpenEXR, numpy']).status === 0
  return found
}

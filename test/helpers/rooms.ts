/** Whether rooms can be made here. */
import { spawnSync } from 'node:child_process'

const starts = (program: string, version = '--version'): boolean =>
  spawnSync(program, [version], { stdio: 'ignore' }).status === 0

export const rooms = (): boolean => process.platform === 'linux' && starts('strace') && starts('bwrap')
export const blender = (): boolean => starts('blender')
export const rez = (): boolean => starts('rez-env', '-h')
export const ffmpeg = (): boolean => starts('ffmpeg', '-version') && starts('ffprobe', '-version')

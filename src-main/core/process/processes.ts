/** The processes of the system that Backlot runs on. */
import { posix } from './posix/posix.ts'
import type { ProcessSystem } from './system.ts'
import { windows } from './windows/windows.ts'

export const processes: ProcessSystem = process.platform === 'win32' ? windows : posix

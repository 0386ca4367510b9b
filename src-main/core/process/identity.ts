/** Which process a pid is: a pid is given to another process sooner or later, so its start time belongs to it. */
import { processes } from './processes.ts'
import type { Identity } from './system.ts'

/** Whether this very process is still running; one whose start nobody knows may be any, and so is none of ours. */
export const isAlive = (pid: number, startedAt: string | null): boolean =>
  startedAt !== null && processes.startOf(pid) === startedAt

/** Whether any process has this pid: what a dead one left behind may be removed where none has. */
export const isPidTaken = (pid: number): boolean => processes.startOf(pid) !== null

let own: Identity | undefined

/** This process itself. */
export const ourselves = (): Identity => (own ??= { pid: process.pid, startedAt: processes.startOf(process.pid) })

/** Which process has this pid now. */
export const identityOf = (pid: number): Identity => ({ pid, startedAt: processes.startOf(pid) })

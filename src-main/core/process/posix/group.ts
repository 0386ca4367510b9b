/** Process groups: each task leads one, so that all it starts can be ended with it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../process.ts'
import type { EndSignal, Identity } from '../system.ts'
import type { Table } from './table.ts'

const pollMs = 20

const names = { soft: 'SIGTERM', hard: 'SIGKILL', none: 0 } as const

/** Signals every process of a group; false if none is left. */
function sendToGroup(pid: number, how: keyof typeof names): boolean {
  if (pid <= 1) return false // 0 would be our own group, 1 everybody's
  try {
    process.kill(-pid, names[how])
    return true
  } catch (error) {
    // EPERM: a process is there that we may not signal; ESRCH: none is
    return codeOf(error) === 'EPERM'
  }
}

/** Signals one process. */
export function sendTo(pid: number, how: EndSignal): void {
  try {
    process.kill(pid, names[how])
  } catch (error) {
    if (codeOf(error) === undefined) throw error // it has just ended, or may not be signalled: it is none of ours any more
  }
}

/** Whether a process has this pid, whoever it belongs to. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, names.none)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Groups by the processes that lead them. */
export class Groups {
  private readonly table: Table

  constructor(table: Table) {
    this.table = table
  }

  /** Its number is its leader's, or, when that is gone, nobody's while there is a group of this number. */
  private isOurs({ pid, startedAt }: Identity): boolean {
    const now = this.table.startOf(pid)
    return startedAt !== null && (now === null || now === startedAt)
  }

  isThere(leader: Identity): boolean {
    return this.isOurs(leader) && sendToGroup(leader.pid, 'none')
  }

  signal(leader: Identity, how: EndSignal): void {
    if (this.isOurs(leader)) sendToGroup(leader.pid, how)
  }

  /** Ends a group: the soft signal, then after `graceMs` the hard one. Resolves when none of it is left. */
  async end(leader: Identity, graceMs: number): Promise<void> {
    this.signal(leader, 'soft')
    const hard = Date.now() + graceMs
    let killed = false
    while (this.isThere(leader)) {
      if (!killed && Date.now() >= hard) {
        this.signal(leader, 'hard')
        killed = true
      }
      // a killed group that is still listed waits for its parent to collect it; that is not ours to wait for
      if (killed && Date.now() > hard + graceMs + 1000) return
      await sleep(pollMs)
    }
  }
}

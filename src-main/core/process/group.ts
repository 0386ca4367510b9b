/** Process groups: each task leads one, so that all it starts can be ended with it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from './process.ts'

const pollMs = 20

/** Signals every process of a group; false if none is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (pid <= 1) return false // 0 would be our own group, 1 everybody's
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    // EPERM: a process is there that we may not signal; ESRCH: none is
    return codeOf(error) === 'EPERM'
  }
}

/** Ends a group: the soft signal, then after `graceMs` the hard one. Resolves when none of it is left. */
export async function endGroup(pid: number, graceMs: number): Promise<void> {
  if (!signalGroup(pid, 'SIGTERM')) return
  const hard = Date.now() + graceMs
  let killed = false
  while (signalGroup(pid, 0)) {
    if (!killed && Date.now() >= hard) {
      signalGroup(pid, 'SIGKILL')
      killed = true
    }
    // a killed group that is still listed waits for its parent to collect it; that is not ours to wait for
    if (killed && Date.now() > hard + graceMs + 1000) return
    await sleep(pollMs)
  }
}

/** Which process a pid is: a pid is given to another process sooner or later, so its start time belongs to it. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Identity {
  pid: number
  /** in the system's own words; null if it cannot be told */
  startedAt: string | null
}

interface ProcessState {
  /** as /proc has it; empty if there is no /proc or no such process */
  state: string
  startedAt: string | null
}

const nobody: ProcessState = { state: '', startedAt: null }

function stateOf(pid: number): ProcessState {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // the fields behind the program's name, which may hold spaces and parentheses
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return { state: fields[0] ?? '', startedAt: fields[19] ?? null }
    }
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return { state: '', startedAt: started || null }
  } catch {
    return nobody // there is no such process: that is the answer, not a failure
  }
}

/** Whether it has ended and waits for its parent to collect it. */
export const isZombie = (pid: number): boolean => stateOf(pid).state === 'Z'

/** When the process started, in the system's own words; null if no such process is running. */
export function startOf(pid: number): string | null {
  const { state, startedAt } = stateOf(pid)
  return state === 'Z' ? null : startedAt
}

/** Whether this very process is still running; another one that has its pid now does not count. */
export const isAlive = (pid: number, startedAt: string | null): boolean => {
  const now = startOf(pid)
  return now !== null && (startedAt === null || now === startedAt)
}

/** the unit of a start in /proc, wherever Linux runs Node */
const msPerTick = 10

/** How long a process has been running by a clock that nobody sets, ms; null where there is no /proc, or no such process. */
export function ageOf({ pid, startedAt }: Identity): number | null {
  const [own, its] = [ourselves().startedAt, startOf(pid)]
  if (process.platform !== 'linux' || own === null || its === null || (startedAt ?? its) !== its) return null
  return Math.max(0, process.uptime() * 1000 + (Number(own) - Number(its)) * msPerTick)
}

let own: Identity | undefined

/** This process itself. */
export const ourselves = (): Identity => (own ??= { pid: process.pid, startedAt: startOf(process.pid) })

/** The most bytes a running process has had in memory; null if nobody can tell. */
export function peakMemoryOf(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null // it has just ended, or there is no /proc
  }
}

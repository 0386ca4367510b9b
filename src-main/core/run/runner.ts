/**
 * Child processes. Each is the leader of its own process group, its stdout and stderr go straight into the log file, so
 * nothing of ours stands between a program and its log, and a child that outlives its parent blocks nobody.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'

export interface Command {
  argv: readonly string[]
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  /** appended to; it exists already */
  log: string
}

export type ProcessEnd =
  | { kind: 'exit'; code: number }
  | { kind: 'signal'; signal: NodeJS.Signals }
  | { kind: 'spawn-error'; message: string }
  /** adopted: it was not our child, so nobody told us its code */
  | { kind: 'gone' }

export interface Running {
  pid: number
  /** as the system reports it; with the pid it names one process for ever */
  startedAt: string | null
  ended: Promise<ProcessEnd>
}

/** Starts the command. A program that cannot be started ends with `spawn-error`; there is no exception. */
export function start(command: Command): Running {
  const [program, ...args] = command.argv
  const log = openSync(command.log, 'a')
  let child: ChildProcess
  try {
    child = spawn(program as string, args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: ['ignore', log, log]
    })
  } catch (error) {
    // a NUL in an argument or an oversized environment is refused before anything starts
    closeSync(log)
    return {
      pid: 0,
      startedAt: null,
      ended: Promise.resolve({ kind: 'spawn-error', message: (error as Error).message })
    }
  }
  closeSync(log)
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'spawn-error', message: spawnSentence(error, command) }))
    child.once('exit', (code, signal) =>
      resolve(signal ? { kind: 'signal', signal } : { kind: 'exit', code: code ?? 0 })
    )
  })
  return { pid: child.pid ?? 0, startedAt: child.pid ? startOf(child.pid) : null, ended }
}

/** Starts a command whose files have to be written first; a full or read-only disk is an end like any other. */
export function startPrepared(prepare: () => Command): Running {
  try {
    return start(prepare())
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    const message = `its files cannot be written: ${(error as Error).message}`
    return { pid: 0, startedAt: null, ended: Promise.resolve({ kind: 'spawn-error', message }) }
  }
}

/** Node says ENOENT for a missing program and for a missing folder alike. */
function spawnSentence(error: Error, { argv, cwd }: Command): string {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error.message
  return existsSync(cwd) ? `${argv[0]} is not on the PATH` : `its folder ${cwd} is not there`
}

/** When the process started, in the system's own words; null where there is no such process. */
export function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // the fields behind the program's name, which may hold spaces and parentheses; a zombie runs no more
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' ? null : (fields[19] ?? null)
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null // no such process: that is the answer, not a failure
  }
}

/** Whether this very process still runs; a pid that was given to another one does not count. */
export const isAlive = (pid: number, startedAt: string | null): boolean => {
  const now = startOf(pid)
  return now !== null && (startedAt === null || now === startedAt)
}

const pollMs = 200

/** Watches a process that an earlier Backlot started. */
export function adopt(pid: number, startedAt: string | null): Running {
  const ended = new Promise<ProcessEnd>((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(pid, startedAt)) return
      clearInterval(timer)
      resolve({ kind: 'gone' })
    }, pollMs)
    timer.unref() // whoever waits for the end has a reason of its own to stay alive
  })
  return { pid, startedAt, ended }
}

/** Signals the whole group of a process; false where nobody of it is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (pid <= 1) return false // 0 would be our own group, 1 everybody's
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    // EPERM: somebody is there who may not be told; ESRCH: nobody is
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Ends a group: soft signal, then after `graceMs` the hard one. Resolves when nobody of it is left. */
export async function endGroup(pid: number, graceMs: number): Promise<void> {
  if (!signalGroup(pid, 'SIGTERM')) return
  const hard = Date.now() + graceMs
  let killed = false
  while (signalGroup(pid, 0)) {
    if (!killed && Date.now() >= hard) {
      signalGroup(pid, 'SIGKILL')
      killed = true
    }
    // a killed group that is still listed is waiting for its parent to collect it; that is not ours to wait for
    if (killed && Date.now() > hard + graceMs + 1000) return
    await new Promise((done) => setTimeout(done, 20))
  }
}

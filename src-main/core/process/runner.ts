/**
 * Child processes. Each is the leader of its own process group, its stdout and stderr go straight into the log file, so
 * nothing of ours stands between a program and its log, and a child that outlives its parent blocks nobody.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { readNote, writePid, writeStarter, type Identity } from './pid-file.ts'

export interface Command {
  argv: readonly string[]
  cwd: string
  /** set on top of the environment that Backlot was started in */
  env: Readonly<Record<string, string>>
  /** appended to; it exists already */
  log: string
  /** its pid file (pid-file.ts), for whoever comes after us; null: nobody will ask */
  pid: string | null
}

/** What whoever collected a process knows beside how it ended; where it is not there, we look ourselves. */
export interface Remains {
  /** bytes: the most that the process had in memory */
  peakMemory?: number | null
  /** whether others of its group live on */
  left?: boolean
  /** bytes in its log */
  logged?: number
}

export type ProcessEnd =
  | ({ kind: 'exit'; code: number } & Remains)
  | ({ kind: 'signal'; signal: NodeJS.Signals } & Remains)
  | { kind: 'spawn-error'; message: string }
  /** adopted: it was not our child, so nobody told us its code */
  | { kind: 'gone' }
  /** gone before anybody could adopt it */
  | { kind: 'lost' }
  /** it waited for its turn and was given back: nothing was started */
  | { kind: 'given-back' }

export interface Running {
  /** 0 until it is known */
  readonly pid: number
  /** as the system reports it; with the pid it names one process for ever */
  readonly startedAt: string | null
  /** a session: its process goes on to other tasks when this one has ended */
  readonly shared: boolean
  /** handed over ahead: it begins when another one ends */
  readonly ahead: boolean
  /** when the pid is known, or never will be */
  readonly ready: Promise<void>
  readonly ended: Promise<ProcessEnd>
  /** Asks for it back; should it still wait for its turn, it ends with `given-back`. */
  giveBack(): void
}

const known = (pid: number, startedAt: string | null, ended: Promise<ProcessEnd>): Running => ({
  pid,
  startedAt,
  shared: false,
  ahead: false,
  ready: Promise.resolve(),
  ended,
  giveBack: () => undefined
})

/** What could not even be started. */
export const unstarted = (message: string): Running => known(0, null, Promise.resolve({ kind: 'spawn-error', message }))

/** Starts the command. A program that cannot be started ends with `spawn-error`; there is no exception. */
export function start(command: Command): Running {
  const [program, ...args] = command.argv
  if (command.pid !== null) writeStarter(command.pid, ourselves())
  const log = openSync(command.log, 'a')
  let child: ChildProcess
  try {
    child = spawn(program as string, args, {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      detached: true,
      stdio: ['ignore', log, log]
    })
  } catch (error) {
    // a NUL in an argument or an oversized environment is refused before anything starts
    return unstarted((error as Error).message)
  } finally {
    closeSync(log)
  }
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('error', (error) =>
      resolve({ kind: 'spawn-error', message: spawnSentence(codeOf(error), command) ?? error.message })
    )
    child.once('exit', (code, signal) =>
      resolve(signal ? { kind: 'signal', signal } : { kind: 'exit', code: code ?? 0 })
    )
  })
  const pid = child.pid ?? 0
  const startedAt = pid ? startOf(pid) : null
  if (pid && command.pid !== null) writePid(command.pid, { pid, startedAt })
  return known(pid, startedAt, ended)
}

/** The system's code for what went wrong; undefined: it is a bug of ours. */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

/** Starts a command whose files have to be written first; a full or read-only disk is an end like any other. */
export function startPrepared(prepare: () => Running): Running {
  try {
    return prepare()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return unstarted(`its files cannot be written: ${(error as Error).message}`)
  }
}

/** ENOENT is said for a missing program and for a missing folder alike. */
export function spawnSentence(code: string | undefined, { argv, cwd }: Pick<Command, 'argv' | 'cwd'>): string | null {
  if (code !== 'ENOENT') return null
  return existsSync(cwd) ? `${argv[0]} is not on the PATH` : `its folder ${cwd} is not there`
}

let own: Identity | undefined
const ourselves = (): Identity => (own ??= { pid: process.pid, startedAt: startOf(process.pid) })

/** When the process started, in the system's own words; null where there is no such process. */
export function startOf(pid: number): string | null {
  const { state, startedAt } = stateOf(pid)
  return state === 'Z' ? null : startedAt // a zombie runs no more
}

function stateOf(pid: number): { state: string; startedAt: string | null } {
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
    return { state: '', startedAt: null } // no such process: that is the answer, not a failure
  }
}

/** The most bytes a running process has had in memory; null where nobody can say. */
export function peakMemoryOf(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null // it has just ended, or there is no /proc
  }
}

/** Whether this very process still runs; a pid that was given to another one does not count. */
export const isAlive = (pid: number, startedAt: string | null): boolean => {
  const now = startOf(pid)
  return now !== null && (startedAt === null || now === startedAt)
}

const pollMs = 200
/** a parent that has to put down the end does so before it collects the process; one that never collects is no such */
const zombiePolls = 5

/** Watches a process that somebody else started; how it ended is told where its parent wrote that into the pid file. */
export function adopt({ pid, startedAt }: Identity, note: string): Running {
  let zombie = 0
  const ended = new Promise<ProcessEnd>((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(pid, startedAt)) return
      if (stateOf(pid).state === 'Z' && ++zombie < zombiePolls) return
      clearInterval(timer)
      resolve(readNote(note).end ?? { kind: 'gone' })
    }, pollMs)
    timer.unref() // whoever waits for the end has a reason of its own to stay alive
  })
  return known(pid, startedAt, ended)
}

/** Signals the whole group of a process; false where nobody of it is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (pid <= 1) return false // 0 would be our own group, 1 everybody's
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    // EPERM: somebody is there who may not be told; ESRCH: nobody is
    return codeOf(error) === 'EPERM'
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

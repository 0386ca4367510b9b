/**
 * Child processes. Each leads a process group of its own, and its stdout and stderr go straight into the log file, so
 * nothing of ours stands between a program and its log, and a child that outlives its parent holds nobody up.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { isAlive, isZombie, ourselves, startOf, type Identity } from './identity.ts'
import { readNote, writePid, writeStarter } from './pid-file.ts'
import { codeOf, known, unstarted, type Command, type Process, type ProcessEnd } from './process.ts'

/** Starts the command. A program that cannot be started ends with `spawn-error`; there is no exception. */
export function start(command: Command): Process {
  const [program = '', ...args] = command.argv
  if (command.pid !== null) writeStarter(command.pid, ourselves())
  const log = openSync(command.log, 'a')
  let child: ChildProcess
  try {
    child = spawn(program, args, {
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
  const ended = endOf(child, command)
  const pid = child.pid ?? 0
  const startedAt = pid ? startOf(pid) : null
  if (pid && command.pid !== null) writePid(command.pid, { pid, startedAt })
  return known(pid, startedAt, ended)
}

const endOf = (child: ChildProcess, command: Command): Promise<ProcessEnd> =>
  new Promise((resolve) => {
    child.once('error', (error) =>
      resolve({ kind: 'spawn-error', message: spawnSentence(codeOf(error), command) ?? error.message })
    )
    child.once('exit', (code, signal) =>
      resolve(signal ? { kind: 'signal', signal } : { kind: 'exit', code: code ?? 0 })
    )
  })

/** ENOENT is said for a missing program and for a missing folder alike; null for other codes. */
export function spawnSentence(code: string | undefined, { argv, cwd }: Pick<Command, 'argv' | 'cwd'>): string | null {
  if (code !== 'ENOENT') return null
  return existsSync(cwd) ? `${argv[0]} is not on the PATH` : `its folder ${cwd} is not there`
}

const pollMs = 200
/** a parent that writes down the end does so before it collects the process; one that never collects writes nothing */
const zombiePolls = 5

/** Watches a process that another process started; how it ended is told where its parent wrote that into the pid file. */
export function adopt({ pid, startedAt }: Identity, pidFile: string): Process {
  let zombie = 0
  const ended = new Promise<ProcessEnd>((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(pid, startedAt)) return
      if (isZombie(pid) && ++zombie < zombiePolls) return
      clearInterval(timer)
      resolve(readNote(pidFile).end ?? { kind: 'gone' })
    }, pollMs)
    timer.unref() // what waits for the end has a reason of its own to stay alive
  })
  return known(pid, startedAt, ended)
}

/**
 * Child processes on POSIX. Each leads a process group of its own, and its stdout and stderr go straight into the log
 * file, so nothing of ours stands between a program and its log, and a child that outlives its parent holds nobody up.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readNote, writePid, writeStarter } from '../pid-file.ts'
import { codeOf, known, unstarted, type Command, type Process, type ProcessEnd } from '../process.ts'
import { notToStart, spawnSentence } from '../why-not-started.ts'
import type { Identity } from '../system.ts'
import type { Table } from './table.ts'

const pollMs = 200
/** a parent that writes down the end does so before it collects the process; one that never collects writes nothing */
const zombiePolls = 5

export class Spawning {
  private readonly table: Table
  private own: Identity | undefined

  constructor(table: Table) {
    this.table = table
  }

  start(command: Command): Process {
    const [program = '', ...args] = command.argv
    this.own ??= { pid: process.pid, startedAt: this.table.startOf(process.pid) }
    const why = notToStart(command)
    if (why !== null) return unstarted(why)
    if (command.pid !== null) writeStarter(command.pid, this.own)
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
    const startedAt = pid ? this.table.startOf(pid) : null
    if (pid && command.pid !== null) writePid(command.pid, { pid, startedAt })
    return known(pid, startedAt, ended)
  }

  adopt({ pid, startedAt }: Identity, pidFile: string): Process {
    let zombie = 0
    const ended = new Promise<ProcessEnd>((resolve) => {
      const timer = setInterval(() => {
        if (startedAt !== null && this.table.startOf(pid) === startedAt) return
        if (this.table.isZombie(pid) && ++zombie < zombiePolls) return
        clearInterval(timer)
        resolve(readNote(pidFile).end ?? { kind: 'gone' })
      }, pollMs)
      timer.unref() // what waits for the end has a reason of its own to stay alive
    })
    return known(pid, startedAt, ended)
  }
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

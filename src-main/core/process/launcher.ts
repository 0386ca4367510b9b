/**
 * Cold starts, fast: a small Python process (python/backlot_launch.py) starts commands for us, since a process as large
 * as this one takes several times as long. Without Python 3.8, or on Windows, we start them ourselves (processes.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { identityOf } from './identity.ts'
import { startPrepared, type Command, type Process } from './process.ts'
import { spawnSentence } from './why-not-started.ts'
import { processes } from './processes.ts'
import { Remote, type RemoteListener } from './remote.ts'
import { RemoteProcess } from './remote-process.ts'
import type { Identity } from './system.ts'
import { processOf } from './take-up.ts'

/** A command that the launcher was sent: it always has a pid file. */
type Sent = Command & { pid: string }

/** It says that it is there within so many ms; Python takes some 30. */
const comesUpMs = 3000

export interface LauncherOptions {
  /** the path of backlot_launch.py */
  script: string
  /** hears in a sentence that commands are started directly from now on, and why */
  slower?: (why: string) => void
}

export class Launcher {
  private readonly options: LauncherOptions
  private readonly sent = new WeakMap<RemoteProcess, Sent>()
  private child: ChildProcess | null = null
  private leader: Identity | null = null
  private remote: Remote | null = null
  /** it never came up: from then on commands are started directly */
  private broken = process.platform === 'win32'
  private served = false
  /** the one that is open has said so */
  private isThere = false
  private timer: NodeJS.Timeout | undefined

  constructor(options: LauncherOptions) {
    this.options = options
  }

  /** `prefetched`: it starts when another one ends (only where `prefetches` says so). */
  start(command: Command, prefetched = false): Process {
    const { pid } = command
    if (this.broken || pid === null) return processes.start(command)
    this.remote ??= this.open()
    if (this.remote === null) return processes.start(command)
    const run = new RemoteProcess(command, { shared: false, prefetched })
    this.sent.set(run, { ...command, pid })
    this.remote.send(run)
    return run
  }

  /** Comes up before there is a command for it. */
  warmUp(): void {
    if (!this.broken) this.remote ??= this.open()
  }

  /** Whether a command could wait here for another one's end. */
  get prefetches(): boolean {
    return this.served && !this.broken && (this.remote?.prefetches ?? false)
  }

  /** Ends the launcher; what it started runs on. */
  close(): void {
    this.broken = true
    clearTimeout(this.timer)
    this.remote?.leave()
    this.child?.unref()
  }

  private open(): Remote | null {
    // a group of its own: Ctrl-C is ours to answer
    const child: ChildProcess = spawn('python3', ['-S', '-E', '-u', this.options.script], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true
    })
    this.child = child
    this.leader = child.pid === undefined ? null : identityOf(child.pid)
    this.isThere = false
    child.on('error', () => (this.broken = true))
    if (!child.stdout || !child.stdin) {
      this.broken = true // no file is left for its pipes
      return null
    }
    const listener: RemoteListener = {
      there: () => {
        this.isThere = true
        clearTimeout(this.timer)
      },
      refused: () => undefined,
      ended: () => (this.served = true),
      failed: (run: RemoteProcess, code: string, text: string) => {
        const command = this.sent.get(run)
        run.end({ kind: 'spawn-error', message: (command && spawnSentence(code, command)) ?? text })
      },
      lost: (runs: RemoteProcess[]) => {
        clearTimeout(this.timer)
        // a launcher is started again if it has served: only one that outlives us tells the next Backlot how plain commands ended
        this.broken ||= !this.served
        this.remote = null
        for (const run of runs) void this.follow(run)
      }
    }
    const remote = new Remote({ input: child.stdout, output: child.stdin, listener })
    // a process that was stopped meanwhile reads first what has come
    this.timer = setTimeout(() => setImmediate(() => this.giveUp(child, remote)), comesUpMs)
    return remote
  }

  /** Where it has not said that it is there: what python3 means here hangs, or is none. */
  private giveUp(child: ChildProcess, remote: Remote): void {
    if (this.isThere) return
    this.broken = true
    this.options.slower?.(
      `python3 on the PATH did not answer within ${comesUpMs / 1000} s; commands are started without it, which takes a little longer`
    )
    if (this.leader) processes.signalGroup(this.leader, 'hard')
    remote.giveUp()
  }

  /**
   * A command whose launcher is gone: what runs is watched from outside; what never started is started now, or was
   * revoked where it was only prefetched.
   */
  private async follow(run: RemoteProcess): Promise<void> {
    const command = this.sent.get(run)
    if (!command) return
    const found = await processOf(command)
    if (!found && (run.prefetched || run.isUnwanted)) run.end({ kind: 'revoked' })
    else run.follow(found ? processes.adopt(found, command.pid) : startPrepared(() => processes.start(command)))
  }
}

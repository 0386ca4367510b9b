/**
 * Cold starts, fast: a small Python process (python/backlot_launch.py) starts commands for us, since a process as large
 * as this one takes several times as long. Without Python 3.8, or on Windows, we start them ourselves (runner.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { startPrepared, type Command, type Process } from './process.ts'
import { Remote } from './remote.ts'
import { RemoteProcess } from './remote-process.ts'
import { adopt, spawnSentence, start } from './runner.ts'
import { processOf } from './take-up.ts'

/** A command that the launcher was sent: it always has a pid file. */
type Sent = Command & { pid: string }

export class Launcher {
  private readonly script: string
  private readonly sent = new WeakMap<RemoteProcess, Sent>()
  private child: ChildProcess | null = null
  private remote: Remote | null = null
  /** it never came up: from then on commands are started directly */
  private broken = process.platform === 'win32'
  private served = false

  /** `script`: the path of backlot_launch.py. */
  constructor(script: string) {
    this.script = script
  }

  /** `prefetched`: it starts when another one ends (only where `prefetches` says so). */
  start(command: Command, prefetched = false): Process {
    const { pid } = command
    if (this.broken || pid === null) return start(command)
    this.remote ??= this.open()
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
    this.remote?.leave()
    this.child?.unref()
  }

  private open(): Remote {
    // a group of its own: Ctrl-C is ours to answer
    const child = spawn('python3', ['-S', '-E', '-u', this.script], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true
    })
    this.child = child
    child.on('error', () => (this.broken = true))
    const listener = {
      refused: () => undefined,
      ended: () => (this.served = true),
      failed: (run: RemoteProcess, code: string, text: string) => {
        const command = this.sent.get(run)
        run.end({ kind: 'spawn-error', message: (command && spawnSentence(code, command)) ?? text })
      },
      lost: (runs: RemoteProcess[]) => {
        // a launcher is started again if it has served: only one that outlives us tells the next Backlot how plain commands ended
        this.broken ||= !this.served
        this.remote = null
        for (const run of runs) void this.follow(run)
      }
    }
    return new Remote({ input: child.stdout, output: child.stdin, listener })
  }

  /**
   * A command whose launcher is gone: what runs is watched from outside; what never started is started now, or was
   * revoked where it was only prefetched.
   */
  private async follow(run: RemoteProcess): Promise<void> {
    const command = this.sent.get(run)
    if (!command) return
    const found = await processOf(command)
    if (!found && run.prefetched) run.end({ kind: 'revoked' })
    else run.follow(found ? adopt(found, command.pid) : startPrepared(() => start(command)))
  }
}

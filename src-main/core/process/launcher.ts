/**
 * Cold starts, fast: a small Python process (python/backlot_launch.py) starts commands for us, since a process as large
 * as this one takes several times as long. Without Python 3.8, or on Windows, we start them ourselves (runner.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { Remote, RemoteRun } from './remote.ts'
import { adopt, spawnSentence, start, unstarted, type Command, type Running } from './runner.ts'
import { begun } from './take-up.ts'

export class Launcher {
  private readonly script: string
  private child: ChildProcess | null = null
  private remote: Remote | null = null
  /** it never came up: from then on commands are started directly */
  private broken = process.platform === 'win32'
  private served = false

  /** `script`: the path of backlot_launch.py. */
  constructor(script: string) {
    this.script = script
  }

  /** `ahead`: it begins when another one ends (only where `takesAhead` says so). */
  start(command: Command, ahead = false): Running {
    if (this.broken || command.pid === null) return start(command)
    this.remote ??= this.open()
    const run = new RemoteRun(command, false, ahead)
    this.remote.send(run)
    return run
  }

  /** Comes up before there is a command for it. */
  warmUp(): void {
    if (!this.broken) this.remote ??= this.open()
  }

  /** Whether a command could begin when another one ends. */
  get takesAhead(): boolean {
    return this.served && !this.broken && (this.remote?.takesAhead ?? false)
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
    return new Remote(child.stdout, child.stdin, {
      refused: () => undefined,
      ended: () => (this.served = true),
      failed: (run, code, text) => {
        const message = spawnSentence(code, run.request as Command) ?? text
        run.end({ kind: 'spawn-error', message })
      },
      lost: (runs) => {
        // only who is outlived by a launcher leaves to the next Backlot how plain commands ended, so it is worth another
        this.broken ||= !this.served
        this.remote = null
        for (const run of runs) void follow(run, run.request as Command & { pid: string })
      }
    })
  }
}

/**
 * A command whose launcher is gone: what runs is watched from outside, what never began is started now, or given back
 * where it was not its turn yet.
 */
async function follow(run: RemoteRun, command: Command & { pid: string }): Promise<void> {
  const found = await begun(command)
  if (!found && run.ahead) run.end({ kind: 'given-back' })
  else run.follow(found ? adopt(found, command.pid) : startAgain(command))
}

function startAgain(command: Command): Running {
  try {
    return start(command)
  } catch (error) {
    return unstarted((error as Error).message)
  }
}

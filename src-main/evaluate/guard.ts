import { Exit } from './failure.ts'

/** What the node's code can do to the process besides returning: crash in a callback, exit, wait for nothing. */
export class Guard {
  private done = false
  private called: Exit | null = null
  private readonly leaveNow = process.exit.bind(process)
  /** Rejects with what was thrown where nobody caught it. */
  readonly crashed = new Promise<never>((_, reject) => process.on('uncaughtException', reject))

  constructor(onExit: (error: Exit) => void) {
    this.crashed.catch(() => undefined)
    process.stdout.on('error', () => undefined)
    process.stderr.on('error', () => undefined)
    process.exit = (code) => {
      this.called ??= new Exit(`the node called exit(${code ?? ''})`)
      return this.leaveNow(code)
    }
    process.on('exit', () => {
      if (this.done) return
      this.done = true
      process.exitCode = 1
      onExit(this.called ?? new Exit('the node waits for something that nothing is left to bring'))
    })
  }

  /** What happens from here on is ours. */
  finish(): void {
    this.done = true
  }

  /** Ends the process once the log is out, also where the node left timers or sockets behind. */
  end(code: number): void {
    let open = 2
    const flushed = () => (--open === 0 ? this.leaveNow(code) : undefined)
    for (const stream of [process.stdout, process.stderr]) stream.write('', flushed)
    setTimeout(() => this.leaveNow(code), 2000)
  }
}

import { Exit } from './failure.ts'

/** What the node's code can do to the process besides returning: crash in a callback, exit, wait for nothing. */
export class Guard {
  private done = false
  private called: Exit | null = null
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was; `leaveNow` is what we call
  private readonly exit = process.exit
  private readonly leaveNow = process.exit.bind(process)
  private readonly undo: (() => void)[] = []
  /** Rejects with what was thrown where nobody caught it. */
  readonly crashed: Promise<never>
  /** Whether something was thrown that nobody caught. */
  hasCrashed = false

  constructor(onExit: (error: Exit) => void) {
    this.crashed = new Promise<never>((_, reject) =>
      this.hear('uncaughtException', (error) => {
        this.hasCrashed = true
        reject(error instanceof Error ? error : new Error(String(error)))
      })
    )
    this.crashed.catch(() => undefined)
    for (const stream of [process.stdout, process.stderr]) {
      const ignore = () => undefined
      stream.on('error', ignore)
      this.undo.push(() => stream.off('error', ignore))
    }
    process.exit = (code) => {
      this.called ??= new Exit(`the node called exit(${code ?? ''})`)
      return this.leaveNow(code)
    }
    this.hear('exit', () => {
      if (this.done) return
      this.done = true
      process.exitCode = 1
      onExit(this.called ?? new Exit('the node waits for something that nothing is left to bring'))
    })
  }

  private hear(event: 'uncaughtException' | 'exit', listener: (value: unknown) => void): void {
    process.on(event, listener)
    this.undo.push(() => process.off(event, listener))
  }

  /** What happens from here on is ours. */
  finish(): void {
    this.done = true
  }

  /** The process goes on, as if this guard had never been. */
  release(): void {
    process.exit = this.exit
    for (const undo of this.undo) undo()
  }

  /** Ends the process once the log is out, also where the node left timers or sockets behind. */
  end(code: number): void {
    let open = 2
    const flushed = () => (--open === 0 ? this.leaveNow(code) : undefined)
    for (const stream of [process.stdout, process.stderr]) stream.write('', flushed)
    setTimeout(() => this.leaveNow(code), 2000)
  }
}

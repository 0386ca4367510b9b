/**
 * What ends a command before its work is done: signals, and a reader that goes away. The first one ends it in order: what
 * runs is ended and queued again. The second ends processes hard, the third leaves at once.
 */
import type { App } from '../app.ts'
import { isHangupIgnored } from '../core/process/posix/nohup.ts'
import type { ExitCode } from './exit-codes.ts'

/** SIGBREAK: Ctrl-Break, which Windows alone has; SIGQUIT: Ctrl-\, which it has not. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK'] as const
type Signal = (typeof signals)[number]
const missing: Signal = process.platform === 'win32' ? 'SIGQUIT' : 'SIGBREAK'
/** `reader`: whoever read what we write has gone, as in `| head`; `refused`: it cannot be written, as on a full disk. */
type Cause = Signal | 'reader' | 'refused'

/** As shells give them: 128 and the signal's number; the reader's is that of SIGPIPE. */
const codes: Readonly<Record<Cause, ExitCode>> = {
  ...{ SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131, SIGBREAK: 149 },
  ...{ reader: 141, refused: 2 }
}

/** What a wrapper that started us heard, and how often: a terminal tells both of us, `kill` tells one (bin/older.cjs). */
interface Told {
  signal: Signal
  count: number
}

function told(message: unknown): Told | null {
  if (typeof message !== 'object' || message === null || !('backlot' in message) || message.backlot !== 'signal')
    return null
  const { signal, count } = message as Partial<Record<string, unknown>>
  const known = signals.find((one) => one === signal)
  return known !== undefined && typeof count === 'number' ? { signal: known, count } : null
}

/** What npm hands on comes within this, ms; no hand is as fast. */
const echoMs = 200

/** How long a hard end may take, ms. */
const hardMs = 3000

interface Work {
  app: Pick<App, 'close' | 'hasten'>
  /** nobody can have read enough: there is more to do than to be read */
  unfinished: boolean
  /** all of it is done, and what is left is ended already: there is nothing to be ended in order */
  isOver?: boolean
  /** says on screen that it is being ended */
  say: () => void
  /** says what it has come to, once nothing of it runs any more */
  sum?: (() => Promise<void>) | undefined
}

class Ending {
  private readonly heard = new Map<Signal, number>()
  private readonly acted = new Map<Signal, number>()
  private readonly works: Work[] = []
  private causes = 0
  /** somebody else has the terminal, such as a pager */
  private isDeaf = false
  private actedAt = -Infinity

  /** Hears signals and readers from now on. */
  install(): void {
    for (const signal of signals) {
      if (signal === missing) continue
      if (signal === 'SIGHUP' && isHangupIgnored()) process.on(signal, () => undefined)
      else process.on(signal, () => this.hear(signal))
    }
    process.on('message', (message) => this.hearWrapper(message))
    process.channel?.unref()
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.broken(error, 'data'))
    process.stderr.on('error', (error: NodeJS.ErrnoException) => this.broken(error, 'notes'))
  }

  get isEnding(): boolean {
    return this.causes > 0
  }

  /** Something that has to be ended in order; returns how to say that it is done. */
  begin(work: Work): () => void {
    this.works.push(work)
    return () => void this.works.splice(this.works.indexOf(work), 1)
  }

  /** Ctrl-C is for another program from now on; returns how to end that. */
  deafen(): () => void {
    this.isDeaf = true
    return () => void (this.isDeaf = false)
  }

  private hear(signal: Signal): void {
    if (this.isDeaf && signal === 'SIGINT') return
    const count = (this.heard.get(signal) ?? 0) + 1
    this.heard.set(signal, count)
    this.actOnce(signal, count)
  }

  private hearWrapper(message: unknown): void {
    const heard = told(message)
    if (heard) this.actOnce(heard.signal, heard.count)
  }

  /** The same signal, told by the terminal and by the wrapper, is one; npm sends the terminal's a second time. */
  private actOnce(signal: Signal, count: number): void {
    if (count <= (this.acted.get(signal) ?? 0)) return
    this.acted.set(signal, count)
    const now = performance.now()
    if (process.env.npm_lifecycle_event !== undefined && now - this.actedAt < echoMs) return
    this.actedAt = now
    this.act(signal)
  }

  /** `data` that cannot be written is missed; without `notes` the work is done all the same. */
  private broken(error: NodeJS.ErrnoException, what: 'data' | 'notes'): void {
    const isUnfinished = this.works.some(({ unfinished }) => unfinished)
    if (error.code === undefined) throw error
    if (this.isEnding) return
    if (error.code === 'EPIPE') {
      if (!isUnfinished) process.exit(0)
      this.act('reader')
    } else if (error.code === 'EIO') {
      // a terminal that is closed; whom that ends is told by a signal: not who left it, by setsid, disown or trap
      if (!isUnfinished) this.act('SIGHUP')
    } else if (what === 'data') {
      const why = error.message.replace(/^[A-Z]+: |, write$/g, '')
      process.stderr.write(`backlot: what it says cannot be written: ${why}\n`)
      this.act('refused')
    }
  }

  private act(cause: Cause): void {
    const code = codes[cause]
    const leave = () => process.exit(code)
    this.causes++
    const [work] = this.works.slice(-1)
    if (!work || this.causes > 2) leave()
    else if (this.causes === 2 || work.isOver) {
      work.app.hasten()
      setTimeout(leave, hardMs)
      if (work.isOver) void work.app.close().finally(leave)
    } else {
      work.say()
      void work.app.close('stop', work.sum).finally(leave)
    }
  }
}

export const ending = new Ending()

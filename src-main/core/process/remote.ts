/**
 * A connection to a program that starts processes for us (python/backlot_launch.py, backlot_serve.py): requests go out as
 * JSON lines, answers come back as JSON lists, `[kind, id, …]` (docs/protocol.md). Requests are started in order while
 * fewer run than the latest one's `limit`, so a prefetched one starts when another ends, without a word from us. A session
 * cannot hear us while a task runs: each of its prefetched requests has a start token, a file, and the side that removes
 * it owns the start.
 */
import { closeSync, openSync, unlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import { signalOf } from './pid-file.ts'
import { codeOf, type ProcessEnd } from './process.ts'
import type { RemoteProcess } from './remote-process.ts'

const remains = z.object({
  peakMemory: z.number().nullable(),
  left: z.boolean().optional(),
  orphans: z.array(z.number().int().positive()).optional(),
  logged: z.number().optional(),
  ran: z.number().optional(),
  /** false: a session that takes no other task */
  more: z.boolean().optional(),
  /** why it takes none */
  why: z.string().nullable().optional()
})
const answer = z.union([
  z.tuple([z.literal('h'), z.boolean()]),
  z.tuple([z.literal('p'), z.number(), z.number(), z.string().nullable(), z.number().optional()]),
  z.tuple([z.literal('e'), z.number(), z.number(), remains]),
  z.tuple([z.literal('s'), z.number(), z.number(), remains]),
  z.tuple([z.literal('x'), z.number(), z.string(), z.string()]),
  z.tuple([z.literal('r'), z.number(), z.string().optional()]),
  z.tuple([z.literal('c'), z.number(), z.string()])
])
export type Answer = z.infer<typeof answer>
/** What is said of a request. */
type Told = Exclude<Answer, ['h', ...unknown[]]>

export interface RemoteListener {
  /** It is there, and says so where its kind does. */
  there?(): void
  /** It was not started; another program has to do it. */
  refused(run: RemoteProcess, why: string): void
  /** It was not started and has to have a process of its own. */
  alone?(run: RemoteProcess, why: string): void
  /** It cannot be started: the system's code and words. */
  failed(run: RemoteProcess, code: string, text: string): void
  /** A task ended; whether the other side takes another one. */
  ended(run: RemoteProcess, more: boolean): void
  /** The other side is gone; these were not told to have ended. */
  lost(runs: RemoteProcess[]): void
}

export interface RemoteOptions {
  /** what the other side says */
  input: Readable
  output: Writable
  listener: RemoteListener
  /** what the paths of start tokens begin with; null: the other side hears us while it works */
  tokens?: string | null
}

export class Remote {
  private readonly options: RemoteOptions
  private readonly runs = new Map<number, RemoteProcess>()
  /** prefetched requests, in order */
  private readonly prefetched = new Set<RemoteProcess>()
  private lines = ''
  private next = 1
  private closed = false

  constructor(options: RemoteOptions) {
    this.options = options
    const { input, output } = options
    const lose = () => this.lose()
    // the reader of lines hands its input's errors on, and an error without a listener would end us
    createInterface({ input })
      .on('line', (line) => this.take(line))
      .on('error', lose)
    input.on('close', lose).on('error', lose)
    // a broken pipe is told by the input's end as well
    output.on('error', lose)
  }

  get busy(): number {
    return this.runs.size
  }

  /** How many run or may start at once. */
  private get limit(): number {
    return this.runs.size - this.prefetched.size
  }

  /** Whether a request could wait here for another one's end. */
  get prefetches(): boolean {
    return !this.closed && this.limit > 0
  }

  send(run: RemoteProcess): void {
    const { listener, tokens = null } = this.options
    if (this.closed) {
      listener.lost([run])
      return
    }
    const id = this.next++
    if (this.limit === 0) run.prefetched = false
    const token = run.prefetched && tokens !== null ? `${tokens}.${id}` : null
    if (token !== null) closeSync(openSync(token, 'w'))
    const adds = !run.prefetched
    this.prefetched.add(run)
    this.runs.set(id, run)
    // a place that comes with a request goes to the one that has waited longest
    if (adds) this.advance()
    run.onRevoke = () => {
      if (run.prefetched) this.revoke(run, id, token)
    }
    this.write({ id, ...run.request, limit: this.limit, ...(token === null ? {} : { token }) })
  }

  private revoke(run: RemoteProcess, id: number, token: string | null): void {
    if (token === null) this.write({ id, revoke: true })
    else if (removed(token)) this.finish(run, ['r', id])
  }

  /** One more may start: the first that waits; the others wait on. */
  private advance(): void {
    const [first, ...others] = this.prefetched
    if (first === undefined) return
    this.prefetched.delete(first)
    first.prefetched = false
    for (const other of others) other.prefetched = true
  }

  /** What is said in one go is sent in one piece: each write wakes the other side up. */
  private write(message: object): void {
    if (this.lines === '') queueMicrotask(() => this.flush())
    this.lines += `${JSON.stringify(message)}\n`
  }

  private flush(): void {
    const { lines } = this
    this.lines = ''
    if (lines !== '' && this.options.output.writable) this.options.output.write(lines)
  }

  /** Takes no more; what runs goes on, unheard. */
  close(): void {
    this.flush()
    this.closed = true
    this.options.output.end()
  }

  /** The same, and hears nothing more: the other side stays until what it started has ended. */
  leave(): void {
    this.runs.clear()
    this.close()
    this.options.input.destroy()
  }

  /** It does not answer: what it was asked for is lost to it. */
  giveUp(): void {
    this.options.output.destroy()
    this.options.input.destroy()
    this.lose()
  }

  private lose(): void {
    if (this.closed && this.runs.size === 0) return
    this.closed = true
    const lost = [...this.runs.values()]
    this.runs.clear()
    this.options.listener.lost(lost)
  }

  private take(line: string): void {
    const parsed = answer.safeParse(jsonOf(line))
    if (!parsed.success) return // a wrapper's banner on the same stream is not for us
    const told = parsed.data
    if (told[0] === 'h') {
      this.options.listener.there?.()
      return
    }
    const run = this.runs.get(told[1])
    if (!run) return
    if (told[0] === 'p') {
      this.prefetched.delete(run)
      run.started(told[2], told[3], told[4])
    } else this.finish(run, told)
  }

  private finish(run: RemoteProcess, told: Exclude<Told, ['p', ...unknown[]]>): void {
    const { listener } = this.options
    this.runs.delete(told[1])
    const waited = this.prefetched.delete(run)
    if (told[0] === 'c' && !run.isRevoked) return listener.alone?.(run, told[2])
    if (told[0] === 'r' && !waited && !run.isRevoked) return listener.refused(run, told[2] ?? '')
    // its place is the next one's, which has it already over there
    if (!waited) this.advance()
    if (told[0] === 'r' || told[0] === 'c') run.end({ kind: 'revoked' })
    else if (told[0] === 'x') listener.failed(run, told[2], told[3])
    else {
      run.end(endOf(told))
      listener.ended(run, told[3].more !== false)
    }
  }
}

/** False if it is gone: the other side was first. */
function removed(file: string): boolean {
  try {
    unlinkSync(file)
    return true
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return false
  }
}

function endOf([kind, , number, said]: Extract<Answer, ['e' | 's', ...unknown[]]>): ProcessEnd {
  const { why, peakMemory, left, orphans, logged, ran } = said
  const remains = { peakMemory, left, orphans, logged, ran, over: why ?? undefined }
  return kind === 'e'
    ? { kind: 'exit', code: number, ...remains }
    : { kind: 'signal', signal: signalOf(number), ...remains }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/**
 * Processes that somebody else starts for us (python/backlot_launch.py, backlot_serve.py): requests go out as JSON lines,
 * answers come back as JSON lists, `[kind, id, …]`. Requests have their turn in order, while fewer run than the latest
 * one's `room`; so one that is handed over ahead begins when another one ends, without a word of ours. Who hears nothing
 * while it is busy has a turn file with each of those: whoever removes it has the task.
 */
import { closeSync, openSync, unlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import { signalOf } from './pid-file.ts'
import { codeOf, type ProcessEnd, type Running } from './runner.ts'

const remains = z.object({
  peakMemory: z.number().nullable(),
  left: z.boolean().optional(),
  logged: z.number().optional(),
  /** false: a session that takes no other task */
  more: z.boolean().optional()
})
const answer = z.union([
  z.tuple([z.literal('p'), z.number(), z.number(), z.string().nullable()]),
  z.tuple([z.literal('e'), z.number(), z.number(), remains]),
  z.tuple([z.literal('s'), z.number(), z.number(), remains]),
  z.tuple([z.literal('x'), z.number(), z.string(), z.string()]),
  z.tuple([z.literal('r'), z.number()])
])
export type Answer = z.infer<typeof answer>

/** One process that was asked for. */
export class RemoteRun implements Running {
  pid = 0
  startedAt: string | null = null
  shared: boolean
  /** it waits for its turn */
  ahead: boolean
  readonly ready: Promise<void>
  readonly ended: Promise<ProcessEnd>
  /** the request, to be made again elsewhere */
  readonly request: object
  private known!: () => void
  private over!: (end: ProcessEnd) => void
  private asked = false
  /** how to ask for it back, once it is sent */
  back: (() => void) | null = null

  constructor(request: object, shared: boolean, ahead = false) {
    this.request = request
    this.shared = shared
    this.ahead = ahead
    this.ready = new Promise((resolve) => (this.known = resolve))
    this.ended = new Promise((resolve) => (this.over = resolve))
  }

  runs(pid: number, startedAt: string | null): void {
    this.pid = pid
    this.startedAt = startedAt
    this.known()
  }

  end(end: ProcessEnd): void {
    this.known()
    this.over(end)
  }

  /** Whether somebody wants it back. */
  get isAskedBack(): boolean {
    return this.asked
  }

  giveBack(): void {
    if (this.asked || !this.ahead) return
    this.asked = true
    this.back?.()
  }

  /** It is this process now. */
  follow(other: Running): void {
    this.shared = other.shared
    this.ahead = false
    this.runs(other.pid, other.startedAt)
    void other.ended.then((end) => this.end(end))
  }
}

export interface RemoteListener {
  /** It was not begun; somebody else has to do it. */
  refused(run: RemoteRun): void
  /** It cannot be started: the system's code and words. */
  failed(run: RemoteRun, code: string, text: string): void
  /** A task ended; whether the other side takes another one. */
  ended(run: RemoteRun, more: boolean): void
  /** The other side is gone; these runs were not told to have ended. */
  lost(runs: RemoteRun[]): void
}

/** One connection to whoever starts processes for us. */
export class Remote {
  private readonly runs = new Map<number, RemoteRun>()
  /** those that wait for their turn, in order */
  private readonly waiting = new Set<RemoteRun>()
  private lines = ''
  private readonly input: Readable
  private readonly output: Writable
  private readonly listener: RemoteListener
  private readonly turns: string | null
  private next = 1
  private closed = false

  /** `turns`: what the paths of turn files begin with, where the other side hears nothing while it is busy. */
  constructor(input: Readable, output: Writable, listener: RemoteListener, turns: string | null = null) {
    this.input = input
    this.output = output
    this.listener = listener
    this.turns = turns
    const lose = () => this.lose()
    // the reader of lines hands its input's errors on, and one that nobody hears ends us
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

  /** How many run, without those that wait for their turn. */
  private get inRoom(): number {
    return this.runs.size - this.waiting.size
  }

  /** Whether something could begin when another one ends. */
  get takesAhead(): boolean {
    return !this.closed && this.inRoom > 0
  }

  send(run: RemoteRun): void {
    if (this.closed) {
      this.listener.lost([run])
      return
    }
    const id = this.next++
    if (this.inRoom === 0) run.ahead = false
    const turn = run.ahead && this.turns !== null ? `${this.turns}.${id}` : null
    if (turn !== null) closeSync(openSync(turn, 'w'))
    this.waiting.add(run)
    this.runs.set(id, run)
    // whoever waits longer goes first
    if (!run.ahead) this.advance()
    run.back = () => this.askBack(run, id, turn)
    this.write({ id, ...run.request, room: this.inRoom, ...(turn === null ? {} : { turn }) })
  }

  private askBack(run: RemoteRun, id: number, turn: string | null): void {
    if (turn === null) this.write({ id, back: true })
    else if (removed(turn)) this.finish(run, ['r', id])
  }

  private advance(): void {
    const [first, ...others] = this.waiting
    if (first === undefined) return
    this.waiting.delete(first)
    first.ahead = false
    for (const other of others) other.ahead = true
  }

  /** What is said in one go is sent in one piece: each wakes the other side up. */
  private write(message: object): void {
    if (this.lines === '') queueMicrotask(() => this.flush())
    this.lines += `${JSON.stringify(message)}\n`
  }

  private flush(): void {
    const lines = this.lines
    this.lines = ''
    if (lines !== '' && this.output.writable) this.output.write(lines)
  }

  /** Takes no more; what runs goes on, unheard. */
  close(): void {
    this.flush()
    this.closed = true
    this.output.end()
  }

  /** The same, and hears nothing more: the other side stays until what it started has ended. */
  leave(): void {
    this.runs.clear()
    this.close()
    this.input.destroy()
  }

  private lose(): void {
    if (this.closed && this.runs.size === 0) return
    this.closed = true
    const lost = [...this.runs.values()]
    this.runs.clear()
    this.listener.lost(lost)
  }

  private take(line: string): void {
    const parsed = answer.safeParse(jsonOf(line))
    if (!parsed.success) return // a wrapper's banner on the same stream is none of ours
    const told = parsed.data
    const run = this.runs.get(told[1])
    if (!run) return
    if (told[0] === 'p') {
      this.waiting.delete(run)
      run.ahead = false
      run.runs(told[2], told[3])
    } else this.finish(run, told)
  }

  private finish(run: RemoteRun, told: Exclude<Answer, ['p', ...unknown[]]>): void {
    this.runs.delete(told[1])
    const waited = this.waiting.delete(run)
    if (told[0] === 'r' && !waited && !run.isAskedBack) {
      this.listener.refused(run)
      return
    }
    // its room is the next one's, who has it already over there
    if (!waited) this.advance()
    if (told[0] === 'r') run.end({ kind: 'given-back' })
    else if (told[0] === 'x') this.listener.failed(run, told[2], told[3])
    else {
      run.end(endOf(told))
      this.listener.ended(run, told[3].more !== false)
    }
  }
}

/** False where it is gone: somebody else was first. */
function removed(file: string): boolean {
  try {
    unlinkSync(file)
    return true
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return false
  }
}

function endOf(told: Extract<Answer, ['e' | 's', ...unknown[]]>): ProcessEnd {
  const { peakMemory, left, logged } = told[3]
  const remains = { peakMemory, left, logged }
  if (told[0] === 'e') return { kind: 'exit', code: told[2], ...remains }
  return { kind: 'signal', signal: signalOf(told[2]), ...remains }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** One warm interpreter: its process, its socket, and the tasks it was given. */
import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { basename, join } from 'node:path'
import { readNote } from './pid-file.ts'
import { codeOf, type Process, type ProcessEnd } from './process.ts'
import { processes } from './processes.ts'
import { Remote, type RemoteListener } from './remote.ts'
import type { RemoteProcess } from './remote-process.ts'
import { markName, type Family } from './system.ts'
import { waitFor } from './waits.ts'
import { groupWithUs } from './with-us.ts'
import type { SessionLog } from './session-log.ts'
import { processOf } from './take-up.ts'

export interface SessionStart {
  /** the command for these arguments, and what it has in its environment */
  command(args: readonly string[]): { argv: readonly string[]; env: Readonly<Record<string, string>> }
  mode: 'fork' | 'session'
  cwd: string
  /** what it is called when somebody waits for it */
  name: string
  /** the code that sets its program up, and that puts it back before a task */
  code: { setup: string; reset: string }
  /** where sockets are; nobody else may write there */
  folder: string
  number: number
  /** its own output */
  log: SessionLog
  /** ms within which it has to be there, its setup done */
  startMs: number
  /** between the soft signal and the hard one, ms */
  graceMs: number
}

/** What a warm interpreter is told of a task. */
export interface WarmRequest {
  task: string
  log: string
  pid: string
  cwd: string
  env: Readonly<Record<string, string>>
}

export interface SessionListener {
  /** It takes no more tasks. */
  over(): void
  /** Its process has ended. */
  gone(): void
  /** It did not start this one. */
  again(run: RemoteProcess, why: string): void
  /** It died before it started this one, perhaps of it. */
  alone(run: RemoteProcess): void
  /** It starts none like this: they have to have processes of their own. */
  unfit(run: RemoteProcess, why: string): void
  /** It never came up: it ended so, or (null) not within its time. */
  never(runs: RemoteProcess[], end: ProcessEnd | null): void
  /** A task has waited for its start for seconds. */
  slow(run: RemoteProcess): void
  /** It is over, and `ms` after its last task, whose log this is, its program still runs: it is ended. */
  stuck(log: string, ms: number): void
}

/** As many times its grace a program may go on with what its last task left in it, such as a thread that writes. */
const lastGraces = 6

/** a start that takes longer is told in the log of the task that waits for it */
const slowMs = 2000
/** within that all is read that it said before its end, ms */
const unreadMs = 500
/** of what a program says while it starts at most so much goes into the first task's log, bytes */
const mostSaid = 1 << 16

/** A socket in its folder; on Windows a named pipe, which lies in no folder and so has the folder's name in its own. */
const addressOf = ({ folder, number }: SessionStart): string =>
  process.platform === 'win32' ? `\\\\.\\pipe\\${basename(folder)}-${number}` : join(folder, String(number))

export class Session {
  private readonly options: SessionStart
  private readonly listener: SessionListener
  private readonly process: Process
  private readonly server: Server
  private readonly timer: NodeJS.Timeout
  /** in the environment of its process: what its tasks fork has the same */
  private readonly mark: string
  /** the files of each task it was given */
  private readonly requests = new WeakMap<RemoteProcess, WarmRequest>()
  private remote: Remote | null = null
  private socket: Socket | null = null
  /** asked for before it was there */
  private waiting: RemoteProcess[] = []
  private taking = true
  /** until it is connected nothing tells it that we are gone */
  private readonly isThere: () => void
  private isLate = false
  private hasSaid = false
  private running = 0
  private hasEnded = false
  private closing: Promise<void> | null = null

  constructor(options: SessionStart, listener: SessionListener) {
    this.options = options
    this.listener = listener
    const path = join(options.folder, String(options.number))
    const address = addressOf(options)
    this.server = createServer((socket) => this.connected(socket)).listen(address)
    // nothing can connect then, so the process ends and its tasks are started cold
    this.server.on('error', () => undefined)
    const log = options.log.path
    closeSync(openSync(log, 'a'))
    const own = `${path}.json`
    writeFileSync(own, JSON.stringify({ ...options.code, interpreter: options.name, log }))
    const { argv, env } = options.command([address, options.mode, own])
    this.mark = path
    const marked = options.mode === 'session' ? { ...env, [markName]: this.mark } : env
    this.process = processes.start({ argv, env: marked, cwd: options.cwd, log, pid: null })
    this.isThere = groupWithUs(this.process)
    this.timer = setTimeout(() => this.late(), options.startMs)
    void this.process.ended.then((end) => {
      this.hasEnded = true
      this.listener.gone()
      this.ended(end)
    })
  }

  get log(): SessionLog {
    return this.options.log
  }

  /** Tasks that it was given and has not ended. */
  get busy(): number {
    return this.running
  }

  /** Whether a task could wait here for another one's end. */
  get prefetches(): boolean {
    return this.remote?.prefetches ?? false
  }

  send(run: RemoteProcess, request: WarmRequest): void {
    this.running++
    if (this.options.mode === 'session') run.session = { pid: this.process.pid, mark: this.mark }
    this.requests.set(run, request)
    void run.ended.then(() => this.running--)
    if (this.remote) this.give(this.remote, run)
    else this.wait(run)
  }

  private wait(run: RemoteProcess): void {
    this.waiting.push(run)
    run.waits = `waits for its session: ${this.options.name} is starting`
    run.onRevoke = () => this.giveUp(run)
    const timer = setTimeout(() => {
      if (this.waiting.includes(run)) this.listener.slow(run)
    }, slowMs)
    timer.unref()
  }

  /** Nobody waits for a start that was only for this one: its program ends. */
  private giveUp(run: RemoteProcess): void {
    this.waiting = this.waiting.filter((one) => one !== run)
    run.end({ kind: 'revoked' })
    if (this.waiting.length === 0) this.stop()
  }

  private give(remote: Remote, run: RemoteProcess): void {
    this.sayFirst(run)
    remote.send(run)
    run.take()
    const { onRevoke } = run
    run.onRevoke = () => {
      onRevoke?.()
      this.insist(run)
    }
  }

  /** What the program said while it started stands in the first task's log, as it does when one starts cold. */
  private sayFirst(run: RemoteProcess): void {
    const request = this.requests.get(run)
    if (this.hasSaid || !request) return
    this.hasSaid = true
    const said = this.options.log.read(mostSaid)
    try {
      if (said.length > 0) appendFileSync(request.log, said)
    } catch (error) {
      if (codeOf(error) === undefined) throw error // a full disk; the session's own log has it as well
    }
  }

  /** One that is not to run any more and has not begun: a program that does not let go of it, as in its reset, is ended. */
  private insist(run: RemoteProcess): void {
    const timer = setTimeout(() => {
      if (run.pid === 0) void this.end()
    }, this.options.graceMs)
    void run.ended.then(() => clearTimeout(timer))
  }

  /** Ends it: by the end of its socket, then by signals. One that is over already has the time that it has then. */
  close(): Promise<void> {
    return (this.closing ??= this.closeNow())
  }

  private async closeNow(): Promise<void> {
    const { graceMs } = this.options
    const ms = this.taking ? graceMs : graceMs * (lastGraces + 1)
    const late = setTimeout(() => void this.end(), ms)
    const text = this.lastText(this.taking ? graceMs : graceMs * lastGraces)
    const gone = waitFor({ text: () => text, isEnd: true })
    this.stop()
    await this.process.ended
    clearTimeout(late)
    await this.end()
    gone()
  }

  private lastText(ms: number): string {
    const who = `${this.options.name} to end (process ${this.process.pid})`
    return `${who}: something in it still runs, such as a thread of a task; it has ${ms / 1000} s`
  }

  /** Ends it hard. */
  kill(): void {
    if (!this.hasEnded) processes.signalGroup(this.process, 'hard')
    if (this.options.mode === 'session') void processes.endFamily(this.family(), 0)
  }

  /** Lets it end by itself, after the tasks that it has. */
  leave(): void {
    this.stop()
    this.remote?.leave()
  }

  /** It takes no other task; what its last one left in it may end first. */
  private outlast(last: RemoteProcess): void {
    this.stop()
    const ms = lastGraces * this.options.graceMs
    const timer = setTimeout(() => {
      const request = this.requests.get(last)
      if (request) this.listener.stuck(request.log, ms)
      void this.end()
    }, ms)
    void this.process.ended.then(() => clearTimeout(timer))
  }

  private late(): void {
    this.isLate = true
    void this.end()
  }

  /** With what it has started and its tasks have forked; a fork server's tasks have their own ends, and outlive it. */
  private end(): Promise<void> {
    const { graceMs, mode } = this.options
    return mode === 'session' ? processes.endFamily(this.family(), graceMs) : processes.endGroup(this.process, graceMs)
  }

  private family(): Family {
    const { pid, startedAt } = this.process
    const starts = new Map(pid && startedAt !== null ? [[pid, startedAt]] : [])
    return { leader: pid || null, mark: this.mark, starts }
  }

  private stop(): void {
    clearTimeout(this.timer)
    if (this.taking) this.listener.over()
    this.taking = false
    this.server.close()
    if (this.remote) this.remote.close()
    else void this.end()
  }

  private connected(socket: Socket): void {
    clearTimeout(this.timer)
    this.socket = socket
    this.isThere()
    this.server.close()
    const { folder, number, mode } = this.options
    const listener: RemoteListener = {
      refused: (run, why) => {
        this.stop()
        this.listener.again(run, why)
      },
      alone: (run, why) => {
        this.stop()
        this.listener.unfit(run, why)
      },
      failed: (run, _, text) => run.end({ kind: 'spawn-error', message: text }),
      ended: (run, more) => {
        if (!more) this.outlast(run)
      },
      lost: (runs) => void this.lost(runs)
    }
    const tokens = mode === 'session' ? join(folder, String(number)) : null
    this.remote = new Remote({ input: socket, output: socket, listener, tokens })
    for (const run of this.waiting.splice(0)) this.give(this.remote, run)
  }

  /** Its socket closed under tasks: in a session they ended with it, the children of a fork server live on. */
  private async lost(runs: RemoteProcess[]): Promise<void> {
    this.stop()
    const end = await this.process.ended
    for (const run of runs) {
      const traces = this.requests.get(run)
      const found = traces && (await processOf(traces))
      if (!found && (run.prefetched || run.isRevoked)) run.end({ kind: 'revoked' })
      else if (!found) this.listener.alone(run)
      else if (this.options.mode === 'session') run.end(readNote(traces.pid).end ?? end)
      else run.follow(processes.adopt(found, traces.pid))
    }
  }

  private ended(end: ProcessEnd): void {
    this.isThere()
    void this.end() // what it started and left
    const taken = this.waiting.splice(0)
    const stopped = !this.taking
    // where it was there, its socket tells; one that something else still holds open tells nothing
    if (this.remote) setTimeout(() => this.socket?.destroy(), unreadMs)
    else this.stop()
    if (stopped) for (const run of taken) run.end(end)
    else if (!this.remote) this.listener.never(taken, this.isLate ? null : end)
    this.options.log.close()
  }
}

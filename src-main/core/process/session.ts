/** One warm interpreter: its process, its socket, and the tasks it was given. */
import { closeSync, openSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { endGroup, signalGroup } from './group.ts'
import { readNote } from './pid-file.ts'
import type { Process, ProcessEnd } from './process.ts'
import { Remote, type RemoteListener } from './remote.ts'
import type { RemoteProcess } from './remote-process.ts'
import { adopt, start } from './runner.ts'
import { processOf } from './take-up.ts'

export interface SessionStart {
  /** the command for these arguments, and what it has in its environment */
  command(args: readonly string[]): { argv: readonly string[]; env: Readonly<Record<string, string>> }
  mode: 'fork' | 'session'
  cwd: string
  /** where sockets and the session's own output are; nobody else may write there */
  folder: string
  number: number
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
  again(run: RemoteProcess): void
  /** It died before it started this one, perhaps of it. */
  alone(run: RemoteProcess): void
  /** It never came up. */
  never(runs: RemoteProcess[]): void
}

/** A DCC may ask a licence server first. */
const comesUpMs = 180_000

export class Session {
  private readonly options: SessionStart
  private readonly listener: SessionListener
  private readonly process: Process
  private readonly server: Server
  private readonly timer: NodeJS.Timeout
  /** the files of each task it was given */
  private readonly requests = new WeakMap<RemoteProcess, WarmRequest>()
  private remote: Remote | null = null
  /** asked for before it was there */
  private waiting: RemoteProcess[] = []
  private taking = true
  private running = 0
  private hasEnded = false

  constructor(options: SessionStart, listener: SessionListener) {
    this.options = options
    this.listener = listener
    const path = join(options.folder, String(options.number))
    this.server = createServer((socket) => this.connected(socket)).listen(path)
    // nothing can connect then, so the process ends and its tasks are started cold
    this.server.on('error', () => undefined)
    const log = `${path}.log`
    closeSync(openSync(log, 'w'))
    const { argv, env } = options.command([path, options.mode])
    this.process = start({ argv, env, cwd: options.cwd, log, pid: null })
    this.timer = setTimeout(() => void this.end(), comesUpMs)
    void this.process.ended.then((end) => {
      this.hasEnded = true
      this.listener.gone()
      this.ended(end)
    })
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
    this.requests.set(run, request)
    void run.ended.then(() => this.running--)
    if (this.remote) this.remote.send(run)
    else this.waiting.push(run)
  }

  /** Ends it: by the end of its socket, then by signals. */
  async close(): Promise<void> {
    this.stop()
    const late = setTimeout(() => void this.end(), this.options.graceMs)
    await this.process.ended
    clearTimeout(late)
    await this.end()
  }

  /** Ends it hard. */
  kill(): void {
    if (!this.hasEnded) signalGroup(this.process.pid, 'SIGKILL')
  }

  /** Lets it end by itself, after the tasks that it has. */
  leave(): void {
    this.stop()
    this.remote?.leave()
  }

  private end(): Promise<void> {
    return endGroup(this.process.pid, this.options.graceMs)
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
    this.server.close()
    const { folder, number, mode } = this.options
    const listener: RemoteListener = {
      refused: (run) => {
        this.stop()
        this.listener.again(run)
      },
      failed: (run, _, text) => run.end({ kind: 'spawn-error', message: text }),
      ended: (_, more) => {
        if (!more) this.stop()
      },
      lost: (runs) => void this.lost(runs)
    }
    const tokens = mode === 'session' ? join(folder, String(number)) : null
    this.remote = new Remote({ input: socket, output: socket, listener, tokens })
    for (const run of this.waiting.splice(0)) this.remote.send(run)
  }

  /** Its socket closed under tasks: in a session they ended with it, the children of a fork server live on. */
  private async lost(runs: RemoteProcess[]): Promise<void> {
    this.stop()
    const end = await this.process.ended
    for (const run of runs) {
      const traces = this.requests.get(run)
      const found = traces && (await processOf(traces))
      if (!found && run.prefetched) run.end({ kind: 'revoked' })
      else if (!found) this.listener.alone(run)
      else if (this.options.mode === 'session') run.end(readNote(traces.pid).end ?? end)
      else run.follow(adopt(found, traces.pid))
    }
  }

  private ended(end: ProcessEnd): void {
    if (this.remote) return // its socket tells
    const taken = this.waiting.splice(0)
    const stopped = !this.taking
    this.stop()
    if (stopped) for (const run of taken) run.end(end)
    else this.listener.never(taken)
  }
}

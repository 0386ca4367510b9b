/** One attempt in flight: its processes, its log, why it was ended. It knows nothing of plans and stores. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Directive } from '../../domain/directives.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import type { MemoryLimit } from '../../domain/memory.ts'
import type { Kill } from '../attempt/end.ts'
import { Heard } from '../attempt/heard.ts'
import { appendNote } from '../attempt/log.ts'
import type { AttemptPaths } from '../attempt/paths.ts'
import { readerOf } from '../attempt/readers.ts'
import { framesOfTask } from '../attempt/task-frames.ts'
import { LogWatch } from '../attempt/watch.ts'
import type { StoredTask } from '../job/stored-job.ts'
import { identityOf, isAlive } from '../process/identity.ts'
import { readNote } from '../process/pid-file.ts'
import type { Process, ProcessEnd, Remains } from '../process/process.ts'
import { processes } from '../process/processes.ts'
import type { Family, Identity, MarkReader, Processes } from '../process/system.ts'
import type { NewAttempt } from '../store/shapes.ts'
import { memoryKill, type Clock } from './limits.ts'

export interface AttemptStart {
  job: number
  task: StoredTask
  /** by whose rules its log is read; undefined: it is not set any more */
  interpreter: Interpreter | undefined
  attempt: NewAttempt
  paths: AttemptPaths
  /** when it was written down; monotonic, ms */
  since: number
  /** what time it is, ms since 1970 */
  clock: { now(): number }
  /** between the soft signal and the hard one, ms */
  graceMs: number
  /** what starts it: a pool of warm interpreters; empty: the launcher */
  pool: string
  prefetched: boolean
  /** its process was there before this Backlot, and nobody has asked to run its job */
  adopted: boolean
  /** the mark of all that belongs to it */
  mark: string
  /** what it may have in memory; null: not limited */
  limit: MemoryLimit | null
  /** how many processes the kernel had ended for want of memory when it began; null: not known */
  oomKills: number | null
}

/** What starts a process may take its time, as a session does that asks for a licence: after so many ms that is no time of the task's. */
const slowStartMs = 1000
/** What was left at a task's end may end by itself within so many ms, as the last reader of a pipe does. */
const lingerMs = 200
const lingerPollMs = 10

export class RunningAttempt {
  readonly job: number
  /** replaced when its job's plan is made anew */
  task: StoredTask
  readonly attempt: NewAttempt
  readonly paths: AttemptPaths
  readonly pool: string
  readonly limit: MemoryLimit | null
  readonly oomKills: number | null
  /** it goes on when this Backlot ends, and the next one adopts it */
  adopted: boolean
  /** null until it is started */
  process: Process | null = null
  /** ms since 1970: when its process started, where it was prefetched or waited for that; null if it started at once */
  startedAt: number | null = null
  /** what its log has said */
  readonly heard: Heard
  /** the most bytes that its processes were seen to have in memory together; null: nobody looked */
  peakMemory: number | null = null
  private readonly start: AttemptStart
  private readonly watch: LogWatch
  private cause: Kill | null = null
  private savedAt: number
  /** monotonic, ms; moved by what it did not run or nobody watched */
  private since: number
  /** monotonic, ms: its process is there */
  private ranSince: number | null = null
  /** when it began is not known by a steady clock */
  private isVague: boolean
  /** ms that do not count, as Backlot was stopped or the machine slept */
  private missed = 0
  /** the pid that was given away last before it began; null: not known */
  private pidBefore: number | null = null
  private left: Identity[] = []
  /** monotonic, ms: its session took it, where it had to wait for that */
  private takenAt: number | null = null
  /** what it waited for is over, and that is not written down yet */
  private isUnsaved = false

  constructor(start: AttemptStart) {
    this.start = start
    this.job = start.job
    this.task = start.task
    this.attempt = start.attempt
    this.paths = start.paths
    this.pool = start.pool
    this.limit = start.limit
    this.oomKills = start.oomKills
    this.adopted = start.adopted
    this.isVague = start.adopted
    this.since = start.since
    this.savedAt = performance.now()
    const { task, paths, interpreter } = start
    this.heard = new Heard(() => framesOfTask(task.frames ?? null, paths.task))
    this.watch = new LogWatch(paths.log, this.savedAt, () => readerOf(interpreter))
  }

  get progress(): number | null {
    return this.heard.progress
  }

  get message(): string | null {
    return this.heard.message
  }

  /** The first line that says it failed. */
  get said(): Directive | null {
    return this.heard.failure
  }

  /** In the environment of all that it starts. */
  get mark(): string {
    return this.start.mark
  }

  /** Why Backlot ended it; null if it ended by itself. */
  get killed(): Kill | null {
    return this.cause
  }

  /** Reads what is new in the log, or part of it; whether progress or status changed, and whether there is more. */
  readLog(now: number): { changed: boolean; more: boolean } {
    const { said, more } = this.watch.read(now)
    return { changed: this.heard.take(said), more }
  }

  /** Its log was begun with a head of so many bytes. */
  begun(head: number): void {
    this.watch.skip(head)
  }

  /** Reads the log to its end, for the last time; `logged`: its size in bytes, where that is known. */
  readRest(logged?: number): void {
    for (let more = logged === undefined || !this.watch.hasRead(logged); more;) {
      const read = this.watch.read(performance.now())
      this.heard.take(read.said)
      more = read.more
    }
    this.heard.take(this.watch.end())
  }

  /** It is this process; a prefetched one starts with it. */
  follow(process: Process): void {
    this.process = process
    const { prefetched, waits } = process
    // what comes after the first process of its own is younger; a session's was there before
    this.pidBefore = process.shared ? processes.lastPid() : process.pid || null
    if (waits !== null) this.awaits(process, waits)
    void process.ready.then(() => {
      this.ranSince = performance.now()
      if (this.start.adopted) return this.takeAge(process)
      this.watch.grewAt = this.ranSince
      if (prefetched || this.ranSince - this.since > slowStartMs) this.startedAt = this.start.clock.now()
    })
  }

  /** When one that was found running began, its process says; a session's is older than its task. */
  private takeAge(process: Process): void {
    const age = readNote(this.paths.pid).starter && process.pid ? processes.ageOf(process) : null
    if (age === null) return
    this.since = performance.now() - age
    this.isVague = false
  }

  /** It is counted from when its session takes it. */
  private awaits(process: Process, waits: string): void {
    this.heard.message = waits
    void process.taken.then(() => {
      this.takenAt = performance.now()
      this.startedAt = this.start.clock.now()
      this.watch.grewAt = this.takenAt
      if (this.message === waits) this.heard.message = null
      this.isUnsaved = true
    })
  }

  /** ms since its process is there; null: it is not. */
  ranFor(now: number): number | null {
    return this.ranSince === null ? null : now - this.ranSince
  }

  /** ms that it took by a steady clock; null: not known. `ran`: what its process took, where that was measured. */
  took(now: number, ran: number | undefined): number | null {
    if (this.isVague) return null
    // it may have ended while nobody watched
    if (this.missed > 0 && ran !== undefined) return ran
    return Math.max(0, Math.round(now - this.clock.since))
  }

  /** Nobody watched for so many ms: they count for no limit. */
  shift(ms: number): void {
    this.missed += ms
    this.since += ms
    if (this.ranSince !== null) this.ranSince += ms
    this.watch.grewAt += ms
  }

  /** Whether it is prefetched and has not started. */
  get isPrefetched(): boolean {
    return this.process === null ? this.start.prefetched : this.process.prefetched
  }

  /** What its limits are counted from; monotonic, ms. One that waited for its process is counted from its start. */
  get clock(): Clock {
    const since = this.takenAt ?? ((this.startedAt !== null && this.ranSince) || this.since)
    const prefetchedSince = this.isPrefetched ? this.since : null
    const isStarted = this.ranSince !== null && (this.process?.waits ?? null) === null
    return { since, grewAt: this.watch.grewAt, isStarted, prefetchedSince }
  }

  /** Whether its progress should be written down again: at most once a second. */
  saveDue(now: number): boolean {
    if (now - this.savedAt < 1000 || (this.progress === null && this.message === null && !this.isUnsaved)) return false
    this.isUnsaved = false
    this.savedAt = now
    return true
  }

  /** Weighs its processes among all that there are; whether they have more in memory than they may. */
  weigh(all: Processes, mark: MarkReader = processes.markOf): boolean {
    if (!this.process?.pid) return false
    const own = processes.membersOf(this.family(this.process.pid), all, mark)
    const resident = own.reduce((sum, one) => sum + one.resident, 0)
    const most = Math.min(this.peakMemory ?? 0, this.limit?.bytes ?? Infinity)
    if (resident <= most) return false
    const used = processes.memoryOf(own)
    this.peakMemory = Math.max(this.peakMemory ?? 0, used)
    return this.limit !== null && used > this.limit.bytes
  }

  /** Ends it for what `weigh` found. */
  endForMemory(): Promise<void> {
    return this.limit ? this.end(memoryKill(this.peakMemory ?? 0, this.limit)) : Promise.resolve()
  }

  /** Ends it, politely first; the first cause wins. Resolves when none of its family is left. */
  async end(kill: Kill): Promise<void> {
    if (this.cause) return
    this.cause = kill
    this.process?.revoke()
    await this.process?.ready
    if (!this.process?.pid) return
    this.weigh(processes.lookAt())
    await processes.endFamily(this.family(this.process.pid), this.start.graceMs)
  }

  /** What ends it waits no longer. */
  async endHard(): Promise<void> {
    if (this.process?.pid) await processes.endFamily(this.family(this.process.pid), 0)
  }

  private family(leader: number | null, others: readonly number[] = []): Family {
    const { pid = 0, startedAt = null, session: marked = null } = this.process ?? {}
    const left = this.left.flatMap((one) => (one.startedAt === null ? [] : [[one.pid, one.startedAt] as const]))
    const starts = new Map([...(pid && startedAt !== null ? [[pid, startedAt] as const] : []), ...left])
    const session = marked && { pids: [pid, marked.pid], mark: marked.mark }
    return { leader, mark: this.start.mark, session, others, starts }
  }

  /** What it left running when it ended, sought; a promise where that may end by itself within a moment. */
  seekLeft(end: ProcessEnd): Promise<void> | null {
    const { left, orphans = [] } = remainsOf(end)
    if (!this.process || left === false || end.kind === 'revoked' || end.kind === 'spawn-error') return null
    // they are told as soon as they are seen, so whoever has the pid now is meant
    this.left = orphans.map(identityOf)
    if (!this.cause) this.left = this.look(orphans)
    return this.left.length > 0 && !this.cause ? this.linger() : null
  }

  private look(orphans: readonly number[]): Identity[] {
    const { pid = 0, shared = false } = this.process ?? {}
    const leader = shared || !pid ? null : pid
    const began = { pid: this.start.adopted ? null : this.pidBefore, ago: this.ranFor(performance.now()) ?? Infinity }
    return processes.leftOf(this.family(leader, orphans), began)
  }

  private async linger(): Promise<void> {
    const until = performance.now() + lingerMs
    while (this.left.length > 0 && performance.now() < until) {
      await sleep(lingerPollMs)
      this.left = this.left.filter(({ pid, startedAt }) => isAlive(pid, startedAt))
    }
  }

  /** Ends what was found to be left, its session aside; `found`: hears that something is. */
  async sweep(found: () => void): Promise<void> {
    if (this.left.length === 0) return
    const { pid = 0, shared = false } = this.process ?? {}
    if (!this.cause) {
      found()
      const names = this.left.map(({ pid }) => `${processes.nameOf(pid) ?? 'a process'} (${pid})`)
      appendNote(this.paths.log, `left behind by the task, so it was ended: ${names.join(', ')}`)
    }
    const others = this.left.map((one) => one.pid)
    await processes.endFamily(this.family(shared || !pid ? null : pid, others), this.start.graceMs)
  }
}

const remainsOf = (end: ProcessEnd): Remains => (end.kind === 'exit' || end.kind === 'signal' ? end : {})

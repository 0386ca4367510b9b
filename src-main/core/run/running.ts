/** One attempt in flight: its process, its log, why it was ended. It knows nothing of plans and stores. */
import type { Directive } from '../../domain/directives.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import type { Kill } from '../attempt/end.ts'
import { Heard } from '../attempt/heard.ts'
import { appendNote } from '../attempt/log.ts'
import type { AttemptPaths } from '../attempt/paths.ts'
import { readerOf } from '../attempt/readers.ts'
import { framesOfTask } from '../attempt/task-frames.ts'
import { LogWatch } from '../attempt/watch.ts'
import type { StoredTask } from '../job/stored-job.ts'
import { endGroup, signalGroup } from '../process/group.ts'
import type { Process } from '../process/process.ts'
import type { NewAttempt } from '../store/shapes.ts'
import type { Clock } from './limits.ts'

export interface AttemptStart {
  job: number
  task: StoredTask
  /** by whose rules its log is read; undefined: it is not set any more */
  interpreter: Interpreter | undefined
  attempt: NewAttempt
  paths: AttemptPaths
  /** when it was written down; monotonic, ms */
  since: number
  /** between the soft signal and the hard one, ms */
  graceMs: number
  /** what starts it: a pool of warm interpreters; empty: the launcher */
  pool: string
  prefetched: boolean
  /** its process was there before this Backlot, and nobody has asked to run its job */
  adopted: boolean
}

export class RunningAttempt {
  readonly job: number
  /** replaced when its job's plan is made anew */
  task: StoredTask
  readonly attempt: NewAttempt
  readonly paths: AttemptPaths
  readonly pool: string
  /** it goes on when this Backlot ends, and the next one adopts it */
  adopted: boolean
  /** null until it is started */
  process: Process | null = null
  /** wall clock, ms since 1970: when a prefetched one started; null if it started at once */
  startedAt: number | null = null
  /** what its log has said */
  readonly heard: Heard
  private readonly start: AttemptStart
  private readonly watch: LogWatch
  private cause: Kill | null = null
  private savedAt: number
  /** monotonic, ms: its process is there */
  private ranSince: number | null = null

  constructor(start: AttemptStart) {
    this.start = start
    this.job = start.job
    this.task = start.task
    this.attempt = start.attempt
    this.paths = start.paths
    this.pool = start.pool
    this.adopted = start.adopted
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
    const { prefetched } = process
    void process.ready.then(() => {
      this.ranSince = performance.now()
      if (!prefetched) return
      this.startedAt = Date.now()
      this.watch.grewAt = this.ranSince
    })
  }

  /** ms since its process is there; null: it is not. */
  ranFor(now: number): number | null {
    return this.ranSince === null ? null : now - this.ranSince
  }

  /** Whether it is prefetched and has not started. */
  get isPrefetched(): boolean {
    return this.process === null ? this.start.prefetched : this.process.prefetched
  }

  /** What its limits are counted from; monotonic, ms. A prefetched one is counted from its start. */
  get clock(): Clock {
    const since = (this.startedAt !== null && this.ranSince) || this.start.since
    return { since, grewAt: this.watch.grewAt, prefetchedSince: this.isPrefetched ? this.start.since : null }
  }

  /** Whether its progress should be written down again: at most once a second. */
  saveDue(now: number): boolean {
    if (now - this.savedAt < 1000 || (this.progress === null && this.message === null)) return false
    this.savedAt = now
    return true
  }

  /** Ends it, politely first; the first cause wins. Resolves when none of its group is left. */
  async end(kill: Kill): Promise<void> {
    if (this.cause) return
    this.cause = kill
    this.process?.revoke()
    await this.process?.ready
    if (this.process) await endGroup(this.process.pid, this.start.graceMs)
  }

  /** What ends it waits no longer. */
  endHard(): void {
    if (this.process) signalGroup(this.process.pid, 'SIGKILL')
  }

  /**
   * Ends what is left of its group; a session's group is its own affair. `left`: whether anything is, where known; `found`:
   * hears that something is.
   */
  async sweep(left: boolean | undefined, found: () => void): Promise<void> {
    if (!this.process || this.process.shared) return
    const { pid } = this.process
    if (!(left ?? signalGroup(pid, 0))) return
    found()
    appendNote(this.paths.log, 'a process that the task left behind was ended')
    await endGroup(pid, this.start.graceMs)
  }
}

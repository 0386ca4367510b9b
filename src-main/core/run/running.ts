/** One attempt while it runs: its process, its log, its limits. It knows nothing of plans and stores. */
import type { JobSettings } from '../../domain/settings.ts'
import type { NewAttempt } from '../store/store.ts'
import type { StoredTask } from '../job/stored-job.ts'
import type { Directive } from '../../domain/directives.ts'
import { isFailure, type Kill } from '../attempt/end.ts'
import { appendNote, LogWatch, type AttemptPaths } from '../attempt/log.ts'
import { endGroup, signalGroup, type Running } from '../process/runner.ts'

export interface AttemptStart {
  job: number
  task: StoredTask
  attempt: NewAttempt
  paths: AttemptPaths
  /** monotonic, ms */
  startedAt: number
  settings: JobSettings
  /** between the soft signal and the hard one, ms */
  graceMs: number
}

/** who is handed over ahead and has no turn by then is taken back */
const longestWaitMs = 150

export class RunningAttempt {
  readonly job: number
  /** replaced when its job's plan is made anew */
  task: StoredTask
  readonly attempt: NewAttempt
  readonly paths: AttemptPaths
  /** the warm interpreters it went to; empty: the launcher */
  pool = ''
  /** it is handed over ahead, should there be who takes it so */
  handedOver = false
  /** null until it is started */
  process: Running | null = null
  progress: number | null = null
  message: string | null = null
  /** the first directive that says it failed */
  said: Directive | null = null
  private cause: Kill | null = null
  private savedAt: number
  /** monotonic, ms: its process is there */
  private ranSince: number | null = null
  /** wall clock, ms: when it got its turn; null where it had it from the start */
  turnAt: number | null = null
  private readonly watch: LogWatch
  private readonly start: AttemptStart

  constructor(start: AttemptStart) {
    this.start = start
    this.job = start.job
    this.task = start.task
    this.attempt = start.attempt
    this.paths = start.paths
    this.savedAt = performance.now()
    this.watch = new LogWatch(start.paths.log, this.savedAt)
  }

  /** Why Backlot ended it; null where it ended by itself. */
  get killed(): Kill | null {
    return this.cause
  }

  /** Reads what is new in the log, or part of it; whether progress or status changed, and whether there is more. */
  readLog(now: number): { changed: boolean; more: boolean } {
    const { directives, more } = this.watch.read(now)
    return { changed: this.take(directives), more }
  }

  /** Its log was begun with a head of so many bytes. */
  begun(head: number): void {
    this.watch.skip(head)
  }

  /** Reads the log to its end, for the last time; `logged`: its size in bytes, where that is known. */
  readRest(logged?: number): void {
    for (let more = logged === undefined || !this.watch.hasRead(logged); more;) {
      const read = this.watch.read(performance.now())
      this.take(read.directives)
      more = read.more
    }
    this.take(this.watch.end())
  }

  private take(directives: readonly Directive[]): boolean {
    let changed = false
    for (const directive of directives) {
      if (isFailure(directive)) this.said ??= directive
      if (directive.kind === 'progress') this.progress = directive.percent
      if (directive.kind === 'status') this.message = directive.message
      changed ||= directive.kind === 'progress' || directive.kind === 'status'
    }
    return changed
  }

  /** It is this process; one that waits for its turn begins with that. */
  follow(process: Running): void {
    this.process = process
    const { ahead } = process
    void process.ready.then(() => {
      this.ranSince = performance.now()
      if (!ahead) return
      this.turnAt = Date.now()
      this.watch.grewAt = this.ranSince
    })
  }

  /** ms since its process is there; null: it is not. */
  ranFor(now: number): number | null {
    return this.ranSince === null ? null : now - this.ranSince
  }

  /** Whether it waits for its turn. */
  get waits(): boolean {
    return this.process === null ? this.handedOver : this.process.ahead
  }

  /** Whether it waits for its turn, and that for longer than it should. */
  waitsLong(now: number): boolean {
    return this.waits && now - this.start.startedAt > longestWaitMs
  }

  /** The limit it has broken, if any. */
  overdue(now: number): Kill | null {
    const { timeout, silence } = this.start.settings
    if (this.waits) return null
    const since = (this.turnAt !== null && this.ranSince) || this.start.startedAt
    if (timeout !== null && now - since > timeout * 1000) {
      return { cause: 'timeout', then: 'failed', reason: `it ran longer than ${timeout} s (--timeout)` }
    }
    if (silence !== null && now - this.watch.grewAt > silence * 1000) {
      return { cause: 'silence', then: 'failed', reason: `its log did not grow for ${silence} s (--silence)` }
    }
    return null
  }

  /** Whether its progress should be written down again: at most once a second. */
  saveDue(now: number): boolean {
    if (now - this.savedAt < 1000 || (this.progress === null && this.message === null)) return false
    this.savedAt = now
    return true
  }

  /** Ends it, politely first; the first cause wins. Resolves when nobody of its group is left. */
  async end(kill: Kill): Promise<void> {
    if (this.cause) return
    this.cause = kill
    this.process?.giveBack()
    await this.process?.ready
    if (this.process) await endGroup(this.process.pid, this.start.graceMs)
  }

  /** Whoever of its group outlived it is ended too; a session's group is its own affair. `left`: whether one did. */
  async sweep(left?: boolean): Promise<void> {
    if (!this.process || this.process.shared) return
    const { pid } = this.process
    if (!(left ?? signalGroup(pid, 0))) return
    appendNote(this.paths.log, 'a process that the task started outlived it and is ended')
    await endGroup(pid, this.start.graceMs)
  }
}

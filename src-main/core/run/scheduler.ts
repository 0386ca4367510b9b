/**
 * The one loop: asks plans what may start, starts it, hears how it ended, writes that down, and asks again. It decides
 * nothing by itself (plan.ts, judge.ts do) and starts nothing by itself (runner.ts does).
 */
import { existsSync } from 'node:fs'
import { readsTask } from '../../domain/command.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { rawArray } from '../../domain/json.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { JobStatus } from '../../domain/status.ts'
import type { Change, NewAttempt, Store } from '../store/store.ts'
import { Standby } from './prefetch.ts'
import { StoredJob, type StoredTask } from '../job/stored-job.ts'
import type { RunEvent } from '../../domain/events.ts'
import { filesIn, isThere } from '../job/fingerprint.ts'
import { judge, type Kill } from '../attempt/end.ts'
import { Launcher } from '../process/launcher.ts'
import { poolOf, prepare, type Scripts } from './launch.ts'
import { appendNote, attemptPaths, removeFiles } from '../attempt/log.ts'
import { News } from './news.ts'
import { readResult, type TaskResult } from '../job/outputs.ts'
import { codeOf, startPrepared, type ProcessEnd, type Running } from '../process/runner.ts'
import { RunningAttempt } from './running.ts'
import { Sessions } from '../process/sessions.ts'
import { takeUp } from '../process/take-up.ts'
import { statusOf } from '../job/status.ts'
import { Unchanged, type Spared } from './unchanged.ts'

export interface SchedulerOptions {
  store: Store
  dataDir: string
  /** how many tasks run at once, over all jobs */
  slots: number
  /** between the soft signal and the hard one */
  graceMs: number
  scripts: Scripts
  emit: (event: RunEvent) => void
}

const tickMs = 200
/** while others wait for their turn, ends are written down together: between two rounds */
const togetherMs = 2
/** tasks that one transaction begins */
const mostAtOnce = 500

/** An attempt whose end nobody wrote down. */
export interface Leftover {
  id: number
  number: number
  task: number
  job: number
  startedAt: number
}

const isPlain = (job: StoredJob, { task }: RunningAttempt): boolean =>
  job.interpreters.get(task.node.interpreter)?.evaluator === 'none'

/** A plain command that exits has done what it should; what it wrote back, if anything, counts as well. */
function resultOf(job: StoredJob, attempt: RunningAttempt, end: ProcessEnd): Result<TaskResult> {
  const { paths } = attempt
  const interpreter = job.interpreters.get(attempt.task.node.interpreter) as Interpreter
  const plain = interpreter.evaluator === 'none' && end.kind === 'exit'
  // who does not know where its task file is cannot have written beside it
  const nothing = plain && (!readsTask(interpreter) || !existsSync(paths.result))
  return nothing ? ok({ outputs: [], seconds: null }) : readResult(paths.result)
}

export class Scheduler {
  private readonly options: SchedulerOptions
  private readonly store: Store
  private readonly launcher: Launcher
  private readonly sessions: Sessions
  private readonly active = new Map<number, StoredJob>()
  /** jobs that start nothing new: held by the user, or after a failure with fail-fast */
  private readonly quiet = new Set<number>()
  private readonly attempts = new Map<number, RunningAttempt>()
  private readonly standby = new Standby(this.attempts)
  private readonly perInterpreter = new Map<string, number>()
  private readonly failures = new Map<number, number>()
  /** deferred nodes whose batches were checked against upstream's frames, by job node id */
  private readonly batched = new Set<number>()
  /** tasks whose processes were adopted for jobs that nobody runs here */
  private readonly visitors = new Set<number>()
  /** jobs of which only what changed is run; gone with their plans */
  private readonly unchanged = new WeakMap<StoredJob, Unchanged>()
  /** attempts whose logs are read on before the next tick */
  private readonly catchingUp = new Set<RunningAttempt>()
  private readonly waiters = new Map<number, ((status: Result<JobStatus>) => void)[]>()
  private readonly ended: { attempt: RunningAttempt; end: ProcessEnd }[] = []
  private readonly leftovers = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | null = null
  private later: NodeJS.Timeout | null = null
  private pumping = false
  private readonly news: News
  private closing = false
  private closed = false

  constructor(options: SchedulerOptions) {
    this.options = options
    this.store = options.store
    this.news = new News({ emit: options.emit, sync: () => options.store.sync() })
    this.launcher = new Launcher(options.scripts.launcher)
    this.sessions = new Sessions({ start: (command) => this.launcher.start(command), graceMs: options.graceMs })
  }

  get slots(): number {
    return this.options.slots
  }

  set slots(count: number) {
    this.options.slots = count
    this.wake()
  }

  /** Takes a job into work and resolves with its status when nothing of it runs or can start any more. Errors: `store`. */
  run(jobId: number): Promise<Result<JobStatus>> {
    if (this.closed) return Promise.resolve(fail('store', 'the store could not be written; open Backlot again'))
    this.quiet.delete(jobId)
    for (const [task, attempt] of this.attempts) if (attempt.job === jobId) this.visitors.delete(task)
    if (this.active.has(jobId)) this.reload(jobId)
    else this.open(jobId)
    const done = new Promise<Result<JobStatus>>((resolve) =>
      this.waiters.set(jobId, [...(this.waiters.get(jobId) ?? []), resolve])
    )
    this.wake()
    return done
  }

  /**
   * Lets warm interpreters come up for tasks that will be there soon: `count` tasks of a node whose code is in `folder`.
   * Those that nobody needs then are ended by `rest`.
   */
  warmUp(interpreter: Interpreter, cwd: string, folder: string | null, count: number): void {
    const pool = poolOf(interpreter, cwd, folder, this.options.scripts)
    if (!pool) this.launcher.warmUp()
    else this.sessions.warmUp(pool, Math.min(count, this.options.slots, interpreter.limit ?? Infinity))
  }

  /** Ends warm interpreters that have nothing to do, where no job is in work. */
  rest(): void {
    if (this.active.size === 0) this.behind(this.sessions.rest())
  }

  isActive(jobId: number): boolean {
    return this.active.has(jobId)
  }

  /** A job in work with its plan as it is now; null for others. */
  live(jobId: number): StoredJob | null {
    return this.active.get(jobId) ?? null
  }

  /** Starts nothing new of this job; what runs goes on. */
  hold(jobId: number): void {
    this.quiet.add(jobId)
    for (const { job, process } of this.attempts.values()) if (job === jobId) process?.giveBack()
    this.wake()
  }

  /** Ends a hold. */
  release(jobId: number): void {
    this.quiet.delete(jobId)
    this.wake()
  }

  /** Ends the running attempts of these tasks; what then becomes of the tasks is in `kill`. */
  kill(taskIds: readonly number[], kill: Kill): void {
    for (const id of taskIds) {
      const attempt = this.attempts.get(id)
      if (attempt) this.behind(attempt.end(kill))
    }
  }

  runningTasks(jobId?: number): number[] {
    return [...this.attempts.values()].filter((a) => jobId === undefined || a.job === jobId).map((a) => a.task.id)
  }

  /** After tasks of a job changed in the store by the user's hand, its plan is made anew. */
  reload(jobId: number): void {
    if (!this.active.has(jobId)) return
    this.open(jobId)
    for (const attempt of this.attempts.values()) {
      if (attempt.job === jobId) attempt.task = (this.active.get(jobId) as StoredJob).task(attempt.task.id)
    }
    this.wake()
  }

  /**
   * Stops what this scheduler started; its tasks are queued again. Resolves when those processes are gone. Processes that
   * were adopted for jobs nobody asked for run on and are adopted again. With `leave` everything runs on so.
   */
  async close(leave = false): Promise<void> {
    this.closing = true
    const own = () => (leave ? [] : this.runningTasks().filter((task) => !this.visitors.has(task)))
    this.kill(own(), { cause: 'shutdown', then: 'queued', reason: 'Backlot was stopped; it runs again on resume' })
    while (!this.closed && (own().length > 0 || this.news.telling)) await new Promise((done) => setTimeout(done, 20))
    await this.sessions.close(leave || this.closed)
    await Promise.all(this.leftovers)
    this.launcher.close()
    if (this.timer) clearInterval(this.timer)
    this.timer = null
    this.closed = true
  }

  /**
   * Takes over what an earlier Backlot left running: live processes are adopted, tasks whose process is gone are lost and
   * queued again. Their jobs start nothing new until somebody runs them.
   */
  adopt(left: readonly Leftover[]): void {
    for (const one of left) {
      const job = this.active.get(one.job) ?? this.open(one.job)
      this.quiet.add(one.job)
      const task = job.task(one.task)
      const paths = attemptPaths(this.options.dataDir, one.job, one.task, one.number)
      this.visitors.add(one.task)
      const startedAt = performance.now() - Math.max(0, Date.now() - one.startedAt)
      const attempt = this.register(job, task, { id: one.id, number: one.number }, startedAt)
      // one that is gone may have written its result before it went
      this.follow(attempt, takeUp(paths))
    }
  }

  private open(jobId: number): StoredJob {
    const job = new StoredJob(this.store, jobId)
    this.active.set(jobId, job)
    if (job.settings.changed) this.unchanged.set(job, new Unchanged(this.options, job))
    return job
  }

  private wake(): void {
    setImmediate(() => this.pump())
  }

  /**
   * One transaction holds what has ended and what begins: an attempt is in the store before its process starts. What was
   * written is on the disk before anybody hears of it; processes do not wait for that.
   */
  private pump(): void {
    if (this.later) clearTimeout(this.later)
    this.later = null
    if (this.pumping || this.closed) return
    this.pumping = true
    try {
      if (this.ended.length > 0 || this.mayStart) {
        const starts: (() => void)[] = []
        this.store.quickly(() => {
          for (const { attempt, end } of this.ended.splice(0)) this.finish(attempt, end)
          if (!this.closing) this.startReady(starts)
        })
        for (const start of starts) start()
      }
      void this.tellNews()
    } catch (error) {
      this.breakDown(error)
    } finally {
      this.pumping = false
    }
  }

  private async tellNews(): Promise<void> {
    try {
      const told = await this.news.tell(() => this.attempts.size > 0)
      if (told && !this.closed) this.settleIdle()
    } catch (error) {
      this.breakDown(error)
    }
  }

  /**
   * The store cannot be written, as on a full disk: nothing more is started or told. What runs goes on and is adopted,
   * with its results, when Backlot is opened again.
   */
  private breakDown(error: unknown): void {
    if (codeOf(error) === undefined) throw error
    this.closed = true
    this.visitors.clear()
    for (const id of this.attempts.keys()) this.visitors.add(id)
    const why = `the store cannot be written (${(error as Error).message}); what runs goes on: free space, then: backlot resume`
    for (const waiting of this.waiters.values()) for (const done of waiting) done(fail('store', why))
    this.waiters.clear()
  }

  // — starting ————————————————————————————————————————————————————————————————

  private get mayStart(): boolean {
    if (this.closing || this.free <= 0) return false
    return [...this.active.values()].some((job) => !this.quiet.has(job.id) && job.plan.hasReady)
  }

  /** Slots without a task. */
  private get free(): number {
    return this.options.slots - this.attempts.size + this.standby.waiting().length
  }

  private startReady(starts: (() => void)[]): void {
    const before = this.attempts.size
    const free = this.free
    for (let n = 0; this.attempts.size - before < free; n++) {
      if (n === mostAtOnce) return this.wake() // spared tasks take no slot
      const picked = this.pick()
      if (!picked) return this.standby.recall(free - (this.attempts.size - before))
      const start = this.launch(picked.job, picked.task)
      if (start) starts.push(start)
    }
    this.handOver(starts)
  }

  /** All slots are taken: what may begin as soon as one is free is handed over now, where tasks are short. */
  private handOver(starts: (() => void)[]): void {
    for (let n = 0; n < mostAtOnce; n++) {
      const picked = this.pick()
      if (!picked) return
      const { job, task } = picked
      if (!this.mayWait(job, task)) {
        job.plan.mark(task.id, 'queued')
        return
      }
      const start = this.launch(job, task, true)
      if (start) starts.push(start)
    }
  }

  /** Whether a task can be handed over ahead. With fail-fast how the others end decides whether it starts at all. */
  private mayWait(job: StoredJob, task: StoredTask): boolean {
    const interpreter = job.interpreters.get(task.node.interpreter)
    const deferred = task.node.deferred && !this.batched.has(task.node.id)
    if (!interpreter || deferred || job.settings.failFast) return false
    const pool = poolOf(interpreter, job.settings.cwd, task.node.folder(), this.options.scripts)
    if (!this.standby.hasRoom(pool?.key ?? '', this.options.slots)) return false
    return pool === null ? this.launcher.takesAhead : this.sessions.takesAhead(pool)
  }

  private pick(): { job: StoredJob; task: StoredTask } | null {
    const jobs = [...this.active.values()].sort((a, b) => b.priority - a.priority || a.id - b.id)
    for (const job of jobs) {
      if (this.quiet.has(job.id)) continue
      const next = job.plan.next((interpreter) => this.hasRoom(job, interpreter))
      if (next) return { job, task: job.task(next.id) }
    }
    return null
  }

  private hasRoom(job: StoredJob, interpreter: string): boolean {
    const limit = job.interpreters.get(interpreter)?.limit ?? null
    return limit === null || (this.perInterpreter.get(interpreter) ?? 0) < limit
  }

  /** Writes down that a task begins; returns how to start it, once that is committed. */
  private launch(job: StoredJob, task: StoredTask, ahead = false): (() => void) | null {
    if (task.node.deferred && !this.batched.has(task.node.id)) return this.expand(job, task)
    const interpreter = job.interpreterOf(task)
    const file = interpreter.ok ? job.taskFile(task, interpreter.value) : interpreter
    if (!interpreter.ok || !file.ok)
      return this.failUnstarted(job, task, file.ok ? 'the interpreter is missing' : file.error.message)
    const at = Date.now()
    const decided = this.unchanged.get(job)?.decide(task, file.value, at) ?? { why: null }
    if ('reason' in decided) return this.spare(job, task, decided)
    const { why } = decided
    const attempt = this.register(job, task, this.store.begin(task.id, at, file.value.print), performance.now())
    attempt.pool = poolOf(interpreter.value, job.settings.cwd, task.node.folder(), this.options.scripts)?.key ?? ''
    attempt.handedOver = ahead
    job.plan.mark(task.id, 'running')
    const { number } = attempt.attempt
    const { scripts } = this.options
    return () => {
      const { paths } = attempt
      const launch = { job, task, number, interpreter: interpreter.value, paths, file: file.value, scripts, at, why }
      this.news.push(() => this.news.task(job, task, 'running', number, why))
      const process = startPrepared(() => this.start(attempt, prepare(launch), ahead))
      this.follow(attempt, process)
    }
  }

  /** A task whose earlier result counts. */
  private spare(job: StoredJob, task: StoredTask, { number, reason }: Spared): null {
    job.plan.mark(task.id, 'succeeded')
    this.news.push(() => this.news.task(job, task, 'succeeded', number, reason))
    return null
  }

  private start(attempt: RunningAttempt, { cold, warm, head }: ReturnType<typeof prepare>, ahead: boolean): Running {
    attempt.begun(head)
    return warm ? this.sessions.start(warm, ahead) : this.launcher.start(cold, ahead)
  }

  private register(job: StoredJob, task: StoredTask, attempt: NewAttempt, startedAt: number): RunningAttempt {
    const paths = attemptPaths(this.options.dataDir, job.id, task.id, attempt.number)
    const { graceMs } = this.options
    const running = new RunningAttempt({
      job: job.id,
      task,
      attempt,
      paths,
      startedAt,
      settings: job.settings,
      graceMs
    })
    this.attempts.set(task.id, running)
    this.count(task, 1)
    this.timer ??= setInterval(() => this.tick(), tickMs)
    return running
  }

  private follow(attempt: RunningAttempt, process: Running): void {
    attempt.follow(process)
    void process.ended.then((end) => {
      this.ended.push({ attempt, end })
      if (this.standby.waiting().length < this.options.slots) this.wake()
      else this.later ??= setTimeout(() => this.pump(), togetherMs)
    })
  }

  /** Keeps how many tasks run per interpreter. */
  private count({ node }: StoredTask, by: 1 | -1): void {
    this.perInterpreter.set(node.interpreter, (this.perInterpreter.get(node.interpreter) ?? 0) + by)
  }

  /** Work that goes on behind a task's end, such as ending a group; closing waits for it. */
  private behind(work: Promise<void>): void {
    const done: Promise<void> = work.finally(() => this.leftovers.delete(done))
    this.leftovers.add(done)
  }

  private failUnstarted(job: StoredJob, task: StoredTask, reason: string): null {
    this.store.change({ task: task.id, from: 'queued', to: 'failed', reason }, Date.now())
    job.plan.mark(task.id, 'failed')
    this.afterFailure(job)
    this.news.push(() => this.news.task(job, task, 'failed', null, reason))
    return null
  }

  /** Deferred batching: upstream is done, so its frames are known (quirk Q14). */
  private expand(job: StoredJob, task: StoredTask): null {
    const made = job.deferredBatches(task)
    if (!made.ok) return this.failUnstarted(job, task, made.error.message)
    this.batched.add(task.node.id)
    const now = job.batchesNow(task.node).map((frames) => (frames ? rawArray(frames) : ''))
    const same = now.length === made.value.length && made.value.every((frames, i) => rawArray(frames) === now[i])
    if (!same) this.store.expand(job.id, task.node.id, made.value, Date.now())
    // the plan took the task out of its queue, so it is made anew in either case
    this.reload(job.id)
    const [node, tasks] = [task.node.name, made.value.length]
    if (!same) this.news.push(() => this.news.expanded(job, node, tasks))
    return null
  }

  // — ending ——————————————————————————————————————————————————————————————————

  /** What was handed over ahead and is given back is as if it had never been begun. */
  private takeBack(job: StoredJob, attempt: RunningAttempt): void {
    const { task } = attempt
    this.store.takeBack(attempt.attempt.id, task.id, Date.now())
    removeFiles(attempt.paths)
    this.drop(attempt)
    job.plan.mark(task.id, 'queued')
    this.news.push(() => this.news.task(job, task, 'queued', null, null))
  }

  private drop({ task }: RunningAttempt): void {
    this.attempts.delete(task.id)
    this.visitors.delete(task.id)
    this.count(task, -1)
  }

  /** Writes down how an attempt ended. */
  private finish(attempt: RunningAttempt, told: ProcessEnd): void {
    const { task, progress, message, process } = attempt
    const job = this.active.get(attempt.job) as StoredJob
    const again = attempt.killed === null || attempt.killed.then === 'queued'
    if (told.kind === 'given-back' && again) return this.takeBack(job, attempt)
    this.standby.ended(attempt, attempt.ranFor(performance.now()))
    // of a plain command only its exit code says whether it did what it should
    const end: ProcessEnd = told.kind === 'gone' && isPlain(job, attempt) ? { kind: 'lost' } : told
    const { logged, left } = told.kind === 'exit' || told.kind === 'signal' ? told : {}
    attempt.readRest(logged)
    this.behind(attempt.sweep(left))
    const verdict = judge(end, attempt.killed, () => resultOf(job, attempt, end), attempt.said)
    const retry = verdict.status === 'failed' && this.mayRetry(job, task, verdict.end)
    const status = retry ? 'queued' : verdict.status
    const reason = retry ? `${verdict.reason}; tried again` : verdict.reason
    const { result, end: kind, cause, exitCode, signal, peakMemory } = verdict
    this.store.finish(
      {
        id: attempt.attempt.id,
        end: kind,
        cause,
        exitCode,
        signal,
        reason: verdict.reason,
        seconds: result?.seconds ?? null,
        progress,
        message,
        pid: process?.pid || null,
        pidStartedAt: process?.startedAt ?? null,
        peakMemory,
        turnAt: attempt.turnAt,
        filesWritten:
          result && result.outputs.flatMap(({ value }) => filesIn(value, task.frames)).filter(isThere).length
      },
      { task: task.id, from: 'running', to: status, reason },
      result?.outputs ?? null,
      Date.now()
    )
    this.drop(attempt)
    job.plan.mark(task.id, status)
    if (status === 'failed') this.afterFailure(job)
    this.news.push(() => {
      if (verdict.reason) appendNote(attempt.paths.log, verdict.reason)
      this.news.task(job, task, status, attempt.attempt.number, reason)
    })
  }

  private mayRetry(job: StoredJob, task: StoredTask, end: string): boolean {
    if (end === 'spawn-error' || this.closing) return false
    const count = (this.failures.get(task.id) ?? 0) + 1
    this.failures.set(task.id, count)
    return count <= job.settings.retries
  }

  private afterFailure(job: StoredJob): void {
    if (job.settings.failFast) this.quiet.add(job.id)
  }

  private settleIdle(): void {
    for (const job of [...this.active.values()]) {
      const quiet = this.quiet.has(job.id) || this.closing
      if (job.plan.running > 0 || (!quiet && job.plan.hasReady)) continue
      this.active.delete(job.id)
      const status = this.statusOf(job)
      this.news.job(job, status)
      for (const done of this.waiters.get(job.id) ?? []) done(ok(status))
      this.waiters.delete(job.id)
    }
    this.rest()
    if (this.attempts.size === 0 && this.timer) {
      clearInterval(this.timer)
      this.timer = null
    }
  }

  private statusOf(job: StoredJob): JobStatus {
    return statusOf(job.plan, job.settings, this.quiet.has(job.id))
  }

  // — watching ————————————————————————————————————————————————————————————————

  private tick(): void {
    for (const attempt of this.attempts.values()) this.watch(attempt)
  }

  private watch(attempt: RunningAttempt): void {
    if (this.closed || this.attempts.get(attempt.task.id) !== attempt) return
    const now = performance.now()
    if (attempt.waitsLong(now)) this.standby.stuck(attempt)
    try {
      const { changed, more } = attempt.readLog(now)
      if (changed) this.news.progress(attempt)
      // a log that grows by more than that in a tick is read in between, lest all of it be left for the end
      if (more) this.catchUp(attempt)
      const kill = attempt.overdue(now)
      if (kill) this.behind(attempt.end(kill))
      if (attempt.saveDue(now)) this.store.setProgress(attempt.attempt.id, attempt.progress, attempt.message)
    } catch (error) {
      this.breakDown(error)
    }
  }

  private catchUp(attempt: RunningAttempt): void {
    if (this.catchingUp.has(attempt)) return
    this.catchingUp.add(attempt)
    setImmediate(() => {
      this.catchingUp.delete(attempt)
      this.watch(attempt)
    })
  }

  /** Changes by the user's hand, such as a retry: failures are counted afresh, deferred frames asked for again. */
  withdraw(changes: readonly Change[]): void {
    this.store.withdraw(changes, Date.now())
    for (const { task } of changes) this.failures.delete(task)
    this.batched.clear()
  }
}

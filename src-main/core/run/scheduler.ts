/**
 * The one loop: asks plans what may start, starts it, hears how it ended, writes that down, and asks again. It decides
 * nothing by itself (plan.ts, judge.ts do) and starts nothing by itself (runner.ts does).
 */
import type { EvaluatorKind } from '../job/interpreters.ts'
import { rawArray } from '../json.ts'
import { jobStatus, type JobStatus, type TaskStatus } from '../status.ts'
import type { Change, NewAttempt, Store } from '../store/store.ts'
import { ActiveJob, type ActiveTask } from './active.ts'
import type { RunEvent } from './events.ts'
import { judge, type Kill } from './judge.ts'
import { prepare } from './launch.ts'
import { appendNote, attemptPaths } from './log.ts'
import { readResult } from './outputs.ts'
import { adopt, isAlive, startPrepared, type ProcessEnd, type Running } from './runner.ts'
import { RunningAttempt } from './running.ts'

export interface SchedulerOptions {
  store: Store
  dataDir: string
  /** how many tasks run at once, over all jobs */
  slots: number
  /** between the soft signal and the hard one */
  graceMs: number
  evaluators: Readonly<Record<EvaluatorKind, string>>
  emit: (event: RunEvent) => void
}

const tickMs = 200

/** An attempt whose end nobody wrote down. */
export interface Leftover {
  id: number
  number: number
  task: number
  job: number
  pid: number | null
  pidStartedAt: string | null
  startedAt: number
}

export class Scheduler {
  private readonly options: SchedulerOptions
  private readonly store: Store
  private readonly active = new Map<number, ActiveJob>()
  /** jobs that start nothing new: held by the user, or after a failure with fail-fast */
  private readonly quiet = new Set<number>()
  private readonly attempts = new Map<number, RunningAttempt>()
  private readonly perInterpreter = new Map<string, number>()
  private readonly failures = new Map<number, number>()
  /** deferred nodes whose batches were checked against upstream's frames, by job node id */
  private readonly batched = new Set<number>()
  /** tasks whose processes were adopted for jobs that nobody runs here */
  private readonly visitors = new Set<number>()
  private readonly waiters = new Map<number, ((status: JobStatus) => void)[]>()
  private readonly ended: { attempt: RunningAttempt; end: ProcessEnd }[] = []
  private readonly leftovers = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | null = null
  private pumping = false
  private closing = false
  private closed = false

  constructor(options: SchedulerOptions) {
    this.options = options
    this.store = options.store
  }

  get slots(): number {
    return this.options.slots
  }

  set slots(count: number) {
    this.options.slots = count
    this.wake()
  }

  /** Takes a job into work and resolves with its status when nothing of it runs or can start any more. */
  run(jobId: number): Promise<JobStatus> {
    this.quiet.delete(jobId)
    for (const [task, attempt] of this.attempts) if (attempt.job === jobId) this.visitors.delete(task)
    if (this.active.has(jobId)) this.reload(jobId)
    else this.active.set(jobId, new ActiveJob(this.store, jobId))
    const done = new Promise<JobStatus>((resolve) =>
      this.waiters.set(jobId, [...(this.waiters.get(jobId) ?? []), resolve])
    )
    this.wake()
    return done
  }

  isActive(jobId: number): boolean {
    return this.active.has(jobId)
  }

  /** Starts nothing new of this job; what runs goes on. */
  hold(jobId: number): void {
    this.quiet.add(jobId)
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
    this.active.set(jobId, new ActiveJob(this.store, jobId))
    for (const attempt of this.attempts.values()) {
      if (attempt.job === jobId) attempt.task = (this.active.get(jobId) as ActiveJob).task(attempt.task.id)
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
    while (own().length > 0) await new Promise((done) => setTimeout(done, 20))
    await Promise.all(this.leftovers)
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
      const job = this.active.get(one.job) ?? new ActiveJob(this.store, one.job)
      this.active.set(one.job, job)
      this.quiet.add(one.job)
      const task = job.task(one.task)
      const attempt = { id: one.id, number: one.number }
      if (one.pid !== null && isAlive(one.pid, one.pidStartedAt)) {
        this.visitors.add(one.task)
        this.watch(
          job,
          task,
          attempt,
          adopt(one.pid, one.pidStartedAt),
          performance.now() - (Date.now() - one.startedAt)
        )
      } else this.lose(job, task, attempt)
    }
  }

  private lose(job: ActiveJob, task: ActiveTask, attempt: NewAttempt): void {
    const reason = 'its process was gone when Backlot came back; it runs again'
    const result = {
      id: attempt.id,
      end: 'lost' as const,
      cause: null,
      exitCode: null,
      signal: null,
      reason,
      seconds: null,
      progress: null,
      message: null
    }
    this.store.finish(result, { task: task.id, from: 'running', to: 'queued', reason }, null, Date.now())
    job.plan.mark(task.id, 'queued')
    this.tell(job, task, 'queued', attempt.number, reason)
  }

  private wake(): void {
    setImmediate(() => this.pump())
  }

  private pump(): void {
    if (this.pumping || this.closed) return
    this.pumping = true
    try {
      this.finishEnded()
      if (!this.closing) this.startReady()
      this.settleIdle()
    } finally {
      this.pumping = false
    }
  }

  // — starting ————————————————————————————————————————————————————————————————

  private startReady(): void {
    while (this.attempts.size < this.options.slots) {
      const picked = this.pick()
      if (!picked) return
      this.launch(picked.job, picked.task)
    }
  }

  private pick(): { job: ActiveJob; task: ActiveTask } | null {
    const jobs = [...this.active.values()].sort((a, b) => b.priority - a.priority || a.id - b.id)
    for (const job of jobs) {
      if (this.quiet.has(job.id)) continue
      const next = job.plan.next((interpreter) => this.hasRoom(job, interpreter))
      if (next) return { job, task: job.task(next.id) }
    }
    return null
  }

  private hasRoom(job: ActiveJob, interpreter: string): boolean {
    const limit = job.interpreters.get(interpreter)?.limit ?? null
    return limit === null || (this.perInterpreter.get(interpreter) ?? 0) < limit
  }

  private launch(job: ActiveJob, task: ActiveTask): void {
    if (task.node.deferred && !this.batched.has(task.node.id)) {
      this.expand(job, task)
      return
    }
    const interpreter = job.interpreterOf(task)
    const file = interpreter.ok ? job.taskFile(task, interpreter.value) : interpreter
    if (!interpreter.ok || !file.ok) {
      this.failUnstarted(job, task, file.ok ? 'the interpreter is missing' : file.error.message)
      return
    }
    const at = Date.now()
    const attempt = this.store.begin(task.id, at)
    const paths = attemptPaths(this.options.dataDir, job.id, task.id, attempt.number)
    const { evaluators } = this.options
    const { number } = attempt
    const process = startPrepared(() =>
      prepare({ job, task, number, interpreter: interpreter.value, paths, file: file.value, evaluators, at })
    )
    this.store.setPid(attempt.id, process.pid, process.startedAt)
    job.plan.mark(task.id, 'running')
    this.watch(job, task, attempt, process, performance.now())
    this.tell(job, task, 'running', attempt.number, null)
  }

  private watch(job: ActiveJob, task: ActiveTask, attempt: NewAttempt, process: Running, startedAt: number): void {
    const paths = attemptPaths(this.options.dataDir, job.id, task.id, attempt.number)
    const { graceMs } = this.options
    const running = new RunningAttempt({
      job: job.id,
      task,
      attempt,
      paths,
      process,
      startedAt,
      settings: job.settings,
      graceMs
    })
    this.attempts.set(task.id, running)
    this.count(task, 1)
    this.timer ??= setInterval(() => this.tick(), tickMs)
    void process.ended.then((end) => {
      this.ended.push({ attempt: running, end })
      this.wake()
    })
  }

  /** Keeps how many tasks run per interpreter. */
  private count({ node }: ActiveTask, by: 1 | -1): void {
    this.perInterpreter.set(node.interpreter, (this.perInterpreter.get(node.interpreter) ?? 0) + by)
  }

  /** Work that goes on behind a task's end, such as ending a group; closing waits for it. */
  private behind(work: Promise<void>): void {
    const done: Promise<void> = work.finally(() => this.leftovers.delete(done))
    this.leftovers.add(done)
  }

  private failUnstarted(job: ActiveJob, task: ActiveTask, reason: string): void {
    this.store.change({ task: task.id, from: 'queued', to: 'failed', reason }, Date.now())
    job.plan.mark(task.id, 'failed')
    this.tell(job, task, 'failed', null, reason)
    this.afterFailure(job)
  }

  /** Deferred batching: upstream is done, so its frames are known (quirk Q14). */
  private expand(job: ActiveJob, task: ActiveTask): void {
    const made = job.deferredBatches(task)
    if (!made.ok) {
      this.failUnstarted(job, task, made.error.message)
      return
    }
    this.batched.add(task.node.id)
    const now = job.batchesNow(task.node).map((frames) => (frames ? rawArray(frames) : ''))
    const same = now.length === made.value.length && made.value.every((frames, i) => rawArray(frames) === now[i])
    if (!same) {
      this.store.expand(job.id, task.node.id, made.value, Date.now())
      this.options.emit({
        type: 'expanded',
        job: job.id,
        node: task.node.name,
        tasks: made.value.length,
        at: new Date().toISOString()
      })
    }
    // the plan took the task out of its queue, so it is made anew in either case
    this.reload(job.id)
  }

  // — ending ——————————————————————————————————————————————————————————————————

  private finishEnded(): void {
    const ended = this.ended.splice(0)
    if (ended.length === 0) return
    const after: (() => void)[] = []
    this.store.transaction(() => {
      for (const { attempt, end } of ended) after.push(this.finish(attempt, end))
    })
    for (const announce of after) announce()
  }

  /** Writes down how an attempt ended; returns what to do when that is committed. */
  private finish(attempt: RunningAttempt, end: ProcessEnd): () => void {
    const { task, progress, message } = attempt
    const job = this.active.get(attempt.job) as ActiveJob
    attempt.readRest()
    this.behind(attempt.sweep())
    const verdict = judge(end, attempt.killed, () => readResult(attempt.paths.result), attempt.said)
    const retry = verdict.status === 'failed' && this.mayRetry(job, task, verdict.end)
    const status = retry ? 'queued' : verdict.status
    const reason = retry ? `${verdict.reason}; tried again` : verdict.reason
    const { result, end: kind, cause, exitCode, signal } = verdict
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
        message
      },
      { task: task.id, from: 'running', to: status, reason },
      result?.outputs ?? null,
      Date.now()
    )
    this.attempts.delete(task.id)
    this.count(task, -1)
    return () => {
      if (verdict.reason) appendNote(attempt.paths.log, verdict.reason)
      job.plan.mark(task.id, status)
      this.tell(job, task, status, attempt.attempt.number, reason)
      if (status === 'failed') this.afterFailure(job)
    }
  }

  private mayRetry(job: ActiveJob, task: ActiveTask, end: string): boolean {
    if (end === 'spawn-error' || this.closing) return false
    const count = (this.failures.get(task.id) ?? 0) + 1
    this.failures.set(task.id, count)
    return count <= job.settings.retries
  }

  private afterFailure(job: ActiveJob): void {
    if (job.settings.failFast) this.quiet.add(job.id)
  }

  private settleIdle(): void {
    for (const job of [...this.active.values()]) {
      const quiet = this.quiet.has(job.id) || this.closing
      if (job.plan.running > 0 || (!quiet && job.plan.hasReady)) continue
      this.active.delete(job.id)
      const status = this.statusOf(job)
      this.options.emit({ type: 'job', job: job.id, name: job.name, status, at: new Date().toISOString() })
      for (const done of this.waiters.get(job.id) ?? []) done(status)
      this.waiters.delete(job.id)
    }
    if (this.attempts.size === 0 && this.timer) {
      clearInterval(this.timer)
      this.timer = null
    }
  }

  private statusOf(job: ActiveJob): JobStatus {
    const counts: Partial<Record<TaskStatus, number>> = {}
    let open = 0
    for (const [, state] of job.plan.derive()) {
      if (state === 'waiting' || state === 'ready') open++
      else if (state !== 'blocked') counts[state] = (counts[state] ?? 0) + 1
    }
    // fail-fast leaves tasks that could start; the job has failed all the same
    const failedFast = job.settings.failFast && counts.failed
    return jobStatus(counts, this.quiet.has(job.id), failedFast ? 0 : open)
  }

  // — watching ————————————————————————————————————————————————————————————————

  private tick(): void {
    const now = performance.now()
    for (const attempt of this.attempts.values()) {
      if (attempt.readLog(now)) this.tellProgress(attempt)
      const kill = attempt.overdue(now)
      if (kill) this.behind(attempt.end(kill))
      if (attempt.saveDue(now)) this.store.setProgress(attempt.attempt.id, attempt.progress, attempt.message)
    }
  }

  private tellProgress({ job, task, progress, message }: RunningAttempt): void {
    this.options.emit({
      type: 'progress',
      job,
      task: task.id,
      name: task.name,
      at: new Date().toISOString(),
      percent: progress,
      message
    })
  }

  private tell(
    job: ActiveJob,
    task: ActiveTask,
    status: TaskStatus,
    attempt: number | null,
    reason: string | null
  ): void {
    this.options.emit({
      type: 'task',
      job: job.id,
      task: task.id,
      name: task.name,
      status,
      at: new Date().toISOString(),
      attempt,
      reason
    })
  }

  /** Changes by the user's hand, such as a retry: failures are counted afresh, deferred frames asked for again. */
  withdraw(changes: readonly Change[]): void {
    this.store.withdraw(changes, Date.now())
    for (const { task } of changes) this.failures.delete(task)
    this.batched.clear()
  }
}

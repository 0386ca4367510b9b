/**
 * The scheduler: takes jobs in, runs their tasks on this machine's slots, and tells what happens. Its four parts each hold
 * a state of their own: who may start (slots.ts), the jobs in work (open-jobs.ts), the round that commits, starts and tells
 * (round.ts), and the watch over what runs (watching.ts).
 */
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunEvent } from '../../domain/events.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { fail, type Result } from '../../domain/result.ts'
import type { JobStatus } from '../../domain/status.ts'
import type { Kill } from '../attempt/end.ts'
import { appendNote } from '../attempt/log.ts'
import { shortHash } from '../job/code.ts'
import type { StoredJob } from '../job/stored-job.ts'
import { Launcher } from '../process/launcher.ts'
import { Sessions } from '../process/sessions.ts'
import { takeUp } from '../process/take-up.ts'
import type { Before, Change } from '../store/shapes.ts'
import type { Store } from '../store/store.ts'
import { lastMoment } from '../store/views.ts'
import { News } from './news.ts'
import { OpenJobs } from './open-jobs.ts'
import type { Parts } from './parts.ts'
import { poolOf, type Place, type Scripts } from './pools.ts'
import { Round } from './round.ts'
import type { RunningAttempt } from './running.ts'
import { Slots } from './slots.ts'
import { newAttempt } from './starting.ts'
import { SteadyClock } from './steady-clock.ts'
import { Watching } from './watching.ts'

export interface SchedulerOptions {
  store: Store
  dataDir: string
  /** how many tasks run at once, over all jobs */
  slots: number
  /** between the soft signal and the hard one, ms */
  graceMs: number
  scripts: Scripts
  emit: (event: RunEvent) => void
  /** nothing of any job is in work any more */
  resting: () => void
}

/** An attempt without an end: its Backlot died. */
export interface Leftover {
  id: number
  number: number
  task: number
  job: number
  startedAt: number
}

const closePollMs = 20

export class Scheduler {
  private readonly parts: Parts
  private readonly round: Round
  private readonly watching: Watching
  private readonly leftovers = new Set<Promise<void>>()
  /** warm interpreters that end; nobody else has to wait for them */
  private readonly resting = new Set<Promise<void>>()
  /** why commands are started without the launcher; null: they are not */
  private trouble: string | null = null

  constructor({ slots, emit, ...options }: SchedulerOptions) {
    const { store, graceMs, scripts } = options
    const clock = new SteadyClock()
    const slower = (why: string) => this.slower(why)
    const launcher = new Launcher({ script: scripts.launcher, slower })
    this.parts = {
      ...{ ...options, slots: new Slots(slots), jobs: new OpenJobs(options), launcher, clock },
      mark: shortHash(realpathSync(options.dataDir)),
      oomKills: () => this.watching.oomKills,
      news: new News({ emit, sync: () => store.sync(), clock }),
      sessions: new Sessions({
        start: (command) => launcher.start(command),
        ...{ graceMs, note: appendNote, logs: join(options.dataDir, 'sessions') }
      }),
      behind: (work) => this.behind(work)
    }
    this.round = new Round(this.parts, {
      followed: () => this.watching.keepTime(),
      told: (closing) => this.settle(closing),
      broken: () => this.watching.stop()
    })
    this.watching = new Watching(this.parts, (error) => this.round.breakDown(error))
  }

  get slots(): number {
    return this.parts.slots.count
  }

  set slots(count: number) {
    this.parts.slots.count = count
    this.wake()
  }

  /**
   * Runs a job and resolves with its status when nothing of it runs or can start any more. `guest`: another process asked
   * for it, with these variables on top of ours; it goes on with the job when this scheduler is closed. Errors: `store`.
   */
  run(jobId: number, guest: Readonly<Record<string, string>> | null = null): Promise<Result<JobStatus>> {
    if (this.round.over) return Promise.resolve(fail('store', 'the store could not be written; open Backlot again'))
    const { jobs, slots } = this.parts
    for (const attempt of slots.all()) if (attempt.job === jobId) attempt.adopted = false
    const done = jobs.run(jobId, guest)
    this.keepTime(jobId)
    if (this.trouble !== null) this.tellOf(jobId, this.trouble)
    this.round.starting.reload(jobId)
    this.wake()
    return done
  }

  /**
   * Lets warm interpreters come up for tasks that will be there soon: `count` tasks of a node whose code is in `folder`.
   * Those that are not needed then are ended by `rest`.
   */
  warmUp(interpreter: Interpreter, place: Place, count: number): void {
    const { scripts, launcher, sessions } = this.parts
    const pool = poolOf(interpreter, place, scripts)
    if (!pool) launcher.warmUp()
    else sessions.warmUp(pool, Math.min(count, this.slots, interpreter.limit ?? Infinity))
  }

  /** Ends warm interpreters that have nothing to do, where no job is in work. */
  rest(): void {
    if (this.parts.jobs.count === 0) track(this.resting, this.parts.sessions.rest())
  }

  isActive(jobId: number): boolean {
    return this.live(jobId) !== null
  }

  /** A job in work with its plan as it is now; null for others. */
  live(jobId: number): StoredJob | null {
    return this.parts.jobs.get(jobId) ?? null
  }

  /** Starts nothing new of this job; what runs goes on. */
  hold(jobId: number): void {
    this.parts.jobs.hold(jobId)
    for (const { job, process } of this.parts.slots.all()) if (job === jobId) process?.revoke()
    this.wake()
  }

  /** Ends a hold. */
  release(jobId: number): void {
    this.parts.jobs.release(jobId)
    this.wake()
  }

  /** Starts nothing new of this job until somebody runs it, and ends what runs of it as `kill` says. */
  interrupt(jobId: number, kill: Kill): Promise<void> {
    this.parts.jobs.interrupt(jobId)
    const running = this.runningTasks(jobId)
    this.wake()
    return this.kill(running, kill)
  }

  /**
   * Ends the running attempts of these tasks; what then becomes of the tasks is in `kill`. Resolves when that is written
   * down.
   */
  async kill(taskIds: readonly number[], kill: Kill): Promise<void> {
    const { slots } = this.parts
    const attempts = taskIds.flatMap((id) => slots.of(id) ?? [])
    for (const attempt of attempts) this.behind(attempt.end(kill))
    while (!this.round.over && attempts.some((one) => slots.of(one.task.id) === one)) await sleep(closePollMs)
  }

  /** Nothing of any job is in work. */
  get idle(): boolean {
    return this.parts.jobs.count === 0 && this.parts.slots.taken === 0 && !this.parts.news.telling
  }

  runningTasks(jobId?: number): number[] {
    const attempts = [...this.parts.slots.all()]
    return attempts.filter(({ job }) => jobId === undefined || job === jobId).map(({ task }) => task.id)
  }

  /** Makes an open job's plan anew, after its tasks were changed in the store by the user's hand. */
  reload(jobId: number): void {
    if (!this.isActive(jobId)) return
    this.round.starting.reload(jobId)
    this.wake()
  }

  /** Changes by the user's hand, such as a retry: failures are counted afresh, deferred frames asked for again. */
  withdraw(changes: readonly Change[]): void {
    this.parts.store.withdraw(changes, this.parts.clock.now())
    this.parts.jobs.changedByUser(changes.map(({ task }) => task))
  }

  /** Makes tasks of a job what they were before such changes. */
  putBack(jobId: number, tasks: readonly Before[]): void {
    this.parts.store.putBack(tasks, this.parts.clock.now())
    this.reload(jobId)
  }

  /**
   * Stops what this scheduler started; its tasks are queued again. Resolves when those tasks' processes are gone; warm
   * interpreters may take longer (`gone`). Processes that were adopted for jobs nobody asked for run on and are adopted
   * again, and so do those of other processes' jobs. With `leave` everything runs on so.
   */
  async close(leave = false): Promise<void> {
    const { slots, jobs, news, sessions, launcher } = this.parts
    this.round.startNothing()
    const isOwn = ({ adopted, job }: RunningAttempt) => !leave && !adopted && !jobs.isGuests(job)
    const own = [...slots.all()].filter(isOwn).map(({ task }) => task.id)
    await this.kill(own, { cause: 'shutdown', then: 'queued', reason: 'Backlot was stopped; it runs again on resume' })
    while (!this.round.over && news.telling) await sleep(closePollMs)
    track(this.resting, sessions.close(leave || this.round.over))
    await Promise.all(this.leftovers)
    launcher.close()
    this.watching.stop()
    this.round.end()
  }

  /** Resolves when the warm interpreters have ended as well. */
  async gone(): Promise<void> {
    await Promise.all(this.resting)
  }

  /** What is being ended is ended hard from now on. */
  hasten(): void {
    for (const attempt of this.parts.slots.all()) if (attempt.killed) this.behind(attempt.endHard())
    this.parts.sessions.hasten()
  }

  /**
   * Takes over what an earlier Backlot left running: live processes are adopted, tasks whose process is gone are lost and
   * queued again. Their jobs start nothing new until somebody runs them. Resolves when those that have ended are written
   * down.
   */
  async adopt(left: readonly Leftover[]): Promise<void> {
    const { jobs, slots, clock } = this.parts
    const taken: RunningAttempt[] = []
    for (const { id, number, task, job, startedAt } of left) {
      this.keepTime(job)
      const since = performance.now() - Math.max(0, clock.now() - startedAt)
      const stored = jobs.adopt(job)
      const how = { pool: '', prefetched: false, adopted: true, since }
      const attempt = newAttempt(this.parts, { job: stored, task: stored.task(task), attempt: { id, number }, ...how })
      slots.take(attempt)
      // one that is gone may have written its result before it went
      this.round.follow(attempt, takeUp(attempt.paths))
      taken.push(attempt)
    }
    const isOpen = (one: RunningAttempt) => slots.of(one.task.id) === one
    await Promise.all(taken.map(({ process }) => process?.ready ?? Promise.resolve()))
    while (!this.round.over && taken.some((one) => isOpen(one) && one.process?.pid === 0)) await sleep(closePollMs)
  }

  /** A job that is taken into work goes on after what is written down of it, whatever the wall clock says by now. */
  private keepTime(job: number): void {
    const { clock, slots, store } = this.parts
    if (slots.taken === 0) clock.set()
    clock.notBefore(lastMoment(store.db, job) ?? 0)
  }

  /** The launcher does not answer: those who wait for a job hear why it takes longer. */
  private slower(why: string): void {
    this.trouble = why
    for (const job of this.parts.jobs.ids) this.tellOf(job, why)
  }

  private tellOf(job: number, message: string): void {
    this.parts.news.push(() => this.parts.news.notice(job, message))
    this.wake()
  }

  private wake(): void {
    this.round.wake()
  }

  private settle(closing: boolean): void {
    const { jobs, news } = this.parts
    for (const { job, status } of jobs.settle(closing)) news.job(job, status)
    this.rest()
    this.watching.keepTime()
    if (this.idle) this.parts.resting()
  }

  private behind(work: Promise<void>): void {
    track(this.leftovers, work)
  }
}

/** Keeps work in the set until it is done. */
function track(set: Set<Promise<void>>, work: Promise<void>): void {
  const done: Promise<void> = work.finally(() => set.delete(done))
  set.add(done)
}

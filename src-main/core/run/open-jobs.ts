/**
 * The jobs in work: their plans, their waiters, and why one starts nothing new. Three things can hold a job back: the
 * user paused it; it fails fast and has failed; nobody asks for it: it was opened only to adopt its processes, or interrupted.
 */
import { ok, type Result } from '../../domain/result.ts'
import type { JobStatus } from '../../domain/status.ts'
import { statusOf } from '../job/status.ts'
import { StoredJob, type StoredTask } from '../job/stored-job.ts'
import { keepAround, type Around } from '../attempt/around.ts'
import type { Store } from '../store/store.ts'
import { Unchanged } from './unchanged.ts'

export interface Picked {
  job: StoredJob
  task: StoredTask
}

type Waiter = (status: Result<JobStatus>) => void

export class OpenJobs {
  private readonly options: { store: Store; dataDir: string }
  private readonly jobs = new Map<number, StoredJob>()
  private readonly held = new Set<number>()
  private readonly failedFast = new Set<number>()
  /** opened to adopt its processes, or interrupted: nobody asks for it */
  private readonly unasked = new Set<number>()
  /** asked for by other processes, with variables on top of ours */
  private readonly guests = new Map<number, Readonly<Record<string, string>>>()
  /** what the tasks of a job have around them */
  private readonly around = new Map<number, Around>()
  private readonly waiters = new Map<number, Waiter[]>()
  /** deferred nodes whose batches were checked against upstream's frames, by job node id */
  private readonly batched = new Set<number>()
  /** for jobs of which only what changed is run; gone with their plans */
  private readonly unchanged = new WeakMap<StoredJob, Unchanged>()

  constructor(options: { store: Store; dataDir: string }) {
    this.options = options
  }

  get count(): number {
    return this.jobs.size
  }

  get(id: number): StoredJob | undefined {
    return this.jobs.get(id)
  }

  /** Reads a job from the store, anew where it is open already. */
  load(id: number): StoredJob {
    const job = new StoredJob(this.options.store, id)
    this.jobs.set(id, job)
    if (job.settings.changed) this.unchanged.set(job, new Unchanged(this.options, job))
    return job
  }

  /**
   * Somebody wants this job run (the caller loads it); resolves when none of it is running or can start any more. `guest`:
   * another process does, with these variables.
   */
  run(id: number, guest: Readonly<Record<string, string>> | null): Promise<Result<JobStatus>> {
    // one that this process asked for is not another's because that one follows it
    if (!guest) this.guests.delete(id)
    else if (!this.waiters.has(id)) this.guests.set(id, guest)
    this.around.delete(id)
    this.held.delete(id)
    this.failedFast.delete(id)
    this.unasked.delete(id)
    return new Promise((resolve) => this.waiters.set(id, [...(this.waiters.get(id) ?? []), resolve]))
  }

  /** Opens a job whose processes were adopted; it starts nothing new until it is run. */
  adopt(id: number): StoredJob {
    if (!this.jobs.has(id)) this.unasked.add(id)
    return this.jobs.get(id) ?? this.load(id)
  }

  /** Whoever asked for it does no more; it starts nothing new until somebody runs it. */
  interrupt(id: number): void {
    if (this.jobs.has(id)) this.unasked.add(id)
  }

  /** Whether another process asked for it. */
  isGuests(id: number): boolean {
    return this.guests.has(id)
  }

  /** What its tasks' environment has beyond ours. */
  environmentOf(id: number): Readonly<Record<string, string>> {
    return this.guests.get(id) ?? {}
  }

  /** What its tasks have around them, kept once for the job. */
  aroundOf(id: number): Around {
    const known = this.around.get(id)
    if (known) return known
    const { store, dataDir } = this.options
    const kept = keepAround(store, dataDir, id, this.environmentOf(id))
    this.around.set(id, kept)
    return kept
  }

  hold(id: number): void {
    this.held.add(id)
  }

  release(id: number): void {
    this.held.delete(id)
  }

  /** A task of the job has failed for good. */
  failed(job: StoredJob): void {
    if (job.settings.failFast) this.failedFast.add(job.id)
  }

  private startsNothing(id: number): boolean {
    return this.held.has(id) || this.failedFast.has(id) || this.unasked.has(id)
  }

  /** The jobs in work. */
  get ids(): number[] {
    return [...this.jobs.keys()]
  }

  /** Whether any job has a task that could start, slots and limits aside. */
  get hasReady(): boolean {
    return this.jobs.values().some((job) => !this.startsNothing(job.id) && job.plan.hasReady)
  }

  /** The next task to start, taken out of its plan's queue: of the job with the highest priority, the oldest first. */
  next(admits: (job: StoredJob, interpreter: string) => boolean): Picked | null {
    const jobs = [...this.jobs.values()].sort((a, b) => b.priority - a.priority || a.id - b.id)
    for (const job of jobs) {
      if (this.startsNothing(job.id)) continue
      const found = job.plan.next((interpreter) => admits(job, interpreter))
      if (found) return { job, task: job.task(found.id) }
    }
    return null
  }

  /** Whether a deferred node's batches are still to be made. */
  needsBatches({ node }: StoredTask): boolean {
    return node.deferred && !this.batched.has(node.id)
  }

  hasBatches({ node }: StoredTask): void {
    this.batched.add(node.id)
  }

  unchangedOf(job: StoredJob): Unchanged | null {
    return this.unchanged.get(job) ?? null
  }

  /** Counts a failure, over the lives of several Backlots; whether the task may be tried again. */
  mayRetry(job: StoredJob, { id }: StoredTask): boolean {
    if (job.settings.retries === 0) return false
    const { store } = this.options
    const count = store.failuresOf(id) + 1
    store.setFailures([id], count)
    return count <= job.settings.retries
  }

  /** The user has changed tasks: failures are counted afresh, and deferred nodes ask for their frames again. */
  changedByUser(tasks: Iterable<number>): void {
    this.options.store.setFailures([...tasks], 0)
    this.batched.clear()
  }

  /** Closes the jobs of which nothing is running or can start any more, resolves their waiters, and returns them with their status. */
  settle(closing: boolean): { job: StoredJob; status: JobStatus }[] {
    const settled = [...this.jobs.values()].filter(({ id, plan }) => {
      // who follows a job from another process goes on with it there
      if (closing && this.guests.has(id)) return false
      const startsNothing = closing || this.startsNothing(id)
      return plan.running === 0 && (startsNothing || !plan.hasReady)
    })
    return settled.map((job) => {
      const status = statusOf(job.plan, job.settings, this.held.has(job.id))
      this.jobs.delete(job.id)
      this.unasked.delete(job.id)
      this.guests.delete(job.id)
      this.tell(job.id, ok(status))
      return { job, status }
    })
  }

  /** Nothing goes on: all waiters are told why. */
  giveUp(why: Result<never>): void {
    for (const id of [...this.waiters.keys()]) this.tell(id, why)
  }

  private tell(id: number, status: Result<JobStatus>): void {
    for (const done of this.waiters.get(id) ?? []) done(status)
    this.waiters.delete(id)
  }
}

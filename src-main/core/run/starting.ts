/** From a task that may start to a process: what it starts with, its attempt in the store, its files, its process. */
import { rawArray } from '../../domain/json.ts'
import { attemptPaths } from '../attempt/paths.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import type { StoredJob, StoredTask } from '../job/stored-job.ts'
import { startPrepared, type Process } from '../process/process.ts'
import type { Pool } from '../process/sessions.ts'
import { prepare, type Launch } from './launch.ts'
import type { Picked } from './open-jobs.ts'
import type { Parts } from './parts.ts'
import { poolOf } from './pools.ts'
import { putSeen } from '../store/earlier.ts'
import { RunningAttempt, type AttemptStart } from './running.ts'
import type { Changed, Spared } from './unchanged.ts'

/** Starts the process of an attempt that is written down; to be called once that is committed. */
export type Start = () => void

export class Starting {
  private readonly parts: Parts
  private readonly follow: (attempt: RunningAttempt, process: Process) => void

  /** `follow`: hears how the process of an attempt ends. */
  constructor(parts: Parts, follow: (attempt: RunningAttempt, process: Process) => void) {
    this.parts = parts
    this.follow = follow
  }

  /** Writes down that a task starts; returns how to start its process, or null if nothing is to be started. */
  begin(picked: Picked, prefetched = false): Start | null {
    const { job, task } = picked
    const { store, jobs, slots } = this.parts
    if (jobs.needsBatches(task)) return this.expand(picked)
    const ready = job.ready(task)
    if (!ready.ok) return this.fail(picked, ready.error.message)
    const { file, interpreter } = ready.value
    const at = this.parts.clock.now()
    const decided: Spared | Changed | { why: null } = jobs.unchangedOf(job)?.decide(task, file, at) ?? { why: null }
    if ('reason' in decided) return this.spare(picked, decided)
    const pool = this.poolOf(picked, interpreter)
    const around = jobs.aroundOf(job.id)
    const begun = store.begin(task.id, at, file.print, around.id)
    if ('seen' in decided && decided.seen) putSeen(store, begun.id, decided.seen)
    const attempt = this.attemptOf(picked, begun, { pool, prefetched })
    slots.take(attempt)
    job.plan.mark(task.id, 'running')
    const base = jobs.environmentOf(job.id)
    return () => this.start(attempt, { job, ready: ready.value, pool, why: decided.why, at, base, around })
  }

  private attemptOf(
    { job, task }: Picked,
    attempt: { id: number; number: number },
    { pool, prefetched }: { pool: Pool | null; prefetched: boolean }
  ): RunningAttempt {
    const how = { pool: pool?.key ?? '', prefetched, adopted: false, since: performance.now() }
    return newAttempt(this.parts, { job, task, attempt, ...how })
  }

  private start(
    attempt: RunningAttempt,
    how: Pick<Launch, 'job' | 'ready' | 'pool' | 'why' | 'at' | 'base' | 'around'>
  ): void {
    const { news, launcher, sessions } = this.parts
    const { task, paths, isPrefetched } = attempt
    const { number } = attempt.attempt
    news.push(() => news.task(how.job, task, { status: 'running', attempt: number, reason: how.why }))
    const process = startPrepared(() => {
      const { cold, warm, head } = prepare({ ...how, task, number, paths, mark: attempt.mark }, this.parts)
      attempt.begun(head)
      return warm ? sessions.start(warm, isPrefetched) : launcher.start(cold, isPrefetched)
    })
    this.follow(attempt, process)
    if (process.waits === null) return
    news.push(() => news.progress(attempt))
    void process.taken.then(() => news.progress(attempt))
  }

  /** The warm interpreters that a task may go to; null: it has a process of its own. */
  private poolOf({ job, task }: Picked, interpreter: Interpreter): Pool | null {
    const { jobs, scripts } = this.parts
    const { cwd, startTimeout } = job.settings
    const base = jobs.environmentOf(job.id)
    return poolOf(interpreter, { cwd, startTimeout, base, folder: task.node.folder() }, scripts)
  }

  /** Whether a task can be prefetched. With fail-fast how the others end decides whether it starts at all. */
  mayPrefetch(picked: Picked): boolean {
    const { job, task } = picked
    const { jobs, slots, launcher, sessions } = this.parts
    const interpreter = job.interpreters.get(task.node.interpreter)
    if (!interpreter || jobs.needsBatches(task) || job.settings.failFast) return false
    const pool = this.poolOf(picked, interpreter)
    if (!slots.mayPrefetch(pool?.key ?? '')) return false
    return pool === null ? launcher.prefetches : sessions.prefetches(pool)
  }

  /** A task whose earlier result counts. */
  private spare({ job, task }: Picked, { number, reason }: { number: number; reason: string }): null {
    const { news } = this.parts
    job.plan.mark(task.id, 'succeeded')
    news.push(() => news.task(job, task, { status: 'succeeded', attempt: number, reason }))
    return null
  }

  /** A task that cannot even begin. */
  private fail({ job, task }: Picked, reason: string): null {
    const { store, jobs, news, clock } = this.parts
    store.change({ task: task.id, from: 'queued', to: 'failed', reason }, clock.now())
    job.plan.mark(task.id, 'failed')
    jobs.failed(job)
    news.push(() => news.task(job, task, { status: 'failed', attempt: null, reason }))
    return null
  }

  /** Deferred batching: upstream is done, so its frames are known (quirk Q14). */
  private expand(picked: Picked): null {
    const { job, task } = picked
    const { store, jobs, news, clock } = this.parts
    const made = job.deferredBatches(task)
    if (!made.ok) return this.fail(picked, made.error.message)
    jobs.hasBatches(task)
    const batches = made.value
    const same = isSame(batches, job.batchesNow(task.node))
    if (!same) store.expand({ job: job.id, id: task.node.id }, batches, clock.now())
    // the plan took the task out of its queue, so it is made anew in either case
    this.reload(job.id)
    if (!same) news.push(() => news.expanded(job, task.node.name, batches.length))
    return null
  }

  /** Makes a job's plan anew from the store. */
  reload(id: number): void {
    const { jobs, slots } = this.parts
    const job = jobs.load(id)
    for (const attempt of slots.all()) if (attempt.job === id) attempt.task = job.task(attempt.task.id)
  }
}

/** An attempt of a task as it will be followed. */
export function newAttempt(
  { dataDir, graceMs, clock, mark, oomKills }: Parts,
  {
    job,
    ...how
  }: Pick<AttemptStart, 'task' | 'attempt' | 'pool' | 'prefetched' | 'adopted' | 'since'> & {
    job: StoredJob
  }
): RunningAttempt {
  const paths = attemptPaths(dataDir, job.id, how.task.id, how.attempt.number)
  const interpreter = job.interpreters.get(how.task.node.interpreter)
  const of = { job: job.id, interpreter, paths, mark: `${mark}.${how.attempt.id}`, limit: job.memoryLimitOf(how.task) }
  return new RunningAttempt({ ...how, ...of, graceMs, clock, oomKills: oomKills() })
}

type Frames = StoredTask['frames']

const isSame = (made: readonly Frames[], now: readonly Frames[]): boolean => {
  const textOf = (frames: Frames) => frames && rawArray(frames)
  return now.length === made.length && made.every((frames, i) => textOf(frames) === textOf(now[i] ?? null))
}

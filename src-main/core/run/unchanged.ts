/**
 * `--changed`: of a task whose fingerprint an earlier one had, that one's result counts and nothing is started. Decided
 * when a task could start, since only then are its inputs known: upstream may have run again and given the same.
 */
import { readFileSync } from 'node:fs'
import { of } from '../../domain/at.ts'
import { hasFramePattern } from '../../domain/frame-pattern.ts'
import { checkJson } from '../../domain/json-check.ts'
import { rawArray, type Raw } from '../../domain/json.ts'
import {
  begunTasks,
  codeFilesOf,
  earlierTasks,
  finishedTasks,
  putSeen,
  seenOfJob,
  tracedAttempts,
  type EarlierTask,
  type FinishedTask
} from '../store/earlier.ts'
import { pastOf } from '../../domain/status.ts'
import type { Fingerprint, Seen } from '../store/shapes.ts'
import type { Store } from '../store/store.ts'
import type { StoredJob, StoredTask, TaskFile } from '../job/stored-job.ts'
import { changedFiles } from '../job/code.ts'
import { changedInputs, filesIn, framesText, interpreterText, isThere } from '../job/fingerprint.ts'
import { changeOf, seenNow, withoutWritten, writtenBy } from '../job/seen.ts'
import { environmentOf } from '../attempt/environment.ts'
import { attemptPaths } from '../attempt/paths.ts'
import { writeSpared } from '../attempt/log.ts'

export interface UnchangedOptions {
  store: Store
  dataDir: string
}

/** A task whose earlier result counts: the attempt that says so, and from where it is. */
export interface Spared {
  number: number
  reason: string
}

/** A task that runs: why in one sentence, and what it is expected to read, where an earlier attempt was traced. */
export interface Changed {
  why: string
  seen?: Seen
}

/** One job of which only what changed is run. */
export class Unchanged {
  private readonly options: UnchangedOptions
  private readonly job: StoredJob
  private finished: Map<string, FinishedTask> | null = null
  /** by fingerprint */
  private traced: ReturnType<typeof tracedAttempts> | null = null
  /** by job: what its attempts saw, by attempt, and all that they wrote */
  private readonly seen = new Map<number, { seen: ReadonlyMap<number, Seen>; written: ReadonlySet<string> }>()
  /** tasks that ran in this job: a retry means that the user wants them run */
  private readonly begun: ReadonlySet<number>
  /** tasks of the newest job of this name, by node and batch */
  private earlier: Map<string, EarlierTask> | null = null

  constructor(options: UnchangedOptions, job: StoredJob) {
    this.options = options
    this.job = job
    this.begun = new Set(begunTasks(options.store.db, job.id))
  }

  /**
   * What to do with a task that could start, given its task file: it runs; or an earlier result counted, and that is
   * written down.
   */
  decide(task: StoredTask, { text, print }: TaskFile, at: number): Spared | Changed {
    if (this.begun.has(task.id)) return { why: 'it was begun in this job before' }
    if (!print)
      return {
        why: 'what its result depends on is not known (its code is not found, or its inputs are too long or name over 2,000 files)'
      }
    this.finished ??= new Map(finishedTasks(this.options.store.db).map((row) => [row.fingerprint, row]))
    const found = this.finished.get(print.hash)
    if (!found) return { why: this.difference(task, text) }
    const gone = this.missing(found, task)
    if (gone !== null) return { why: `its output ${gone} is gone` }
    const seen = this.seenBefore(found.fingerprint)
    const other = seen && changeOf(seen, process.env, this.ownVariables(task))
    return other ? { why: other, seen: seenNow(seen, process.env) } : this.spare(task, found, { print, text, seen }, at)
  }

  /**
   * What the newest traced attempt of this fingerprint read beyond what its job wrote; null: none was traced. It need not be
   * the one whose result counts: what depends on the same reads the same.
   */
  private seenBefore(fingerprint: string): Seen | null {
    const { db } = this.options.store
    this.traced ??= tracedAttempts(db)
    const found = this.traced.get(fingerprint)
    if (!found) return null
    let ofJob = this.seen.get(found.job)
    if (!ofJob) {
      const seen = seenOfJob(db, found.job)
      ofJob = { seen, written: writtenBy(seen.values()) }
      this.seen.set(found.job, ofJob)
    }
    return withoutWritten(of(ofJob.seen, found.attempt), ofJob.written)
  }

  private ownVariables(task: StoredTask): Record<string, string> {
    const interpreter = this.job.interpreters.get(task.node.interpreter)
    return interpreter ? environmentOf(interpreter.evaluator, interpreter.env) : {}
  }

  /** A file that its outputs name and that is gone; null if as many are there as when it ended. */
  private missing(found: FinishedTask, task: StoredTask): string | null {
    if (!found.filesWritten) return null
    const where = { frames: task.frames, cwd: this.job.settings.cwd }
    const files = this.options.store.outputsOf(found.task).flatMap(({ value }) => filesIn(value, where))
    const gone = files.filter((file) => !isThere(file))
    return files.length - gone.length >= found.filesWritten
      ? null
      : (gone.find((file) => !hasFramePattern(file)) ?? gone[0] ?? null)
  }

  /** An attempt that started nothing, with the outputs of the earlier one, its task file and a log that says so. */
  private spare(
    task: StoredTask,
    found: FinishedTask,
    { print, text, seen }: { print: Fingerprint; text: Raw; seen: Seen | null },
    at: number
  ): Spared {
    const { store, dataDir } = this.options
    const reason = `unchanged since job ${found.job}: the result of task ${found.task} counts`
    const { id, number } = store.begin(task.id, at, print)
    const nothing = { cause: null, exitCode: null, signal: null, progress: null, message: null, pid: null, nth: null }
    const { filesWritten, seconds } = found
    const result = {
      ...nothing,
      pidStartedAt: null,
      peakMemory: null,
      took: null,
      seconds,
      filesWritten,
      startedAt: null,
      reason
    }
    store.finish(
      { ...result, id, end: 'unchanged' },
      { task: task.id, from: 'running', to: 'succeeded', reason },
      store.outputsOf(found.task),
      at
    )
    if (seen) putSeen(store, id, seen)
    const { log } = attemptPaths(dataDir, found.job, found.task, found.number)
    writeSpared(attemptPaths(dataDir, this.job.id, task.id, number), text, `${reason}; its log: ${log}`)
    return { number, reason }
  }

  private before(task: StoredTask): EarlierTask | undefined {
    const rows = () => earlierTasks(this.options.store.db, this.job.id, this.job.name)
    this.earlier ??= new Map(rows().map((row) => [keyOf(row.node, row.batch), row]))
    return this.earlier.get(keyOf(task.node.name, task.batch))
  }

  /** What is other than in the newest job of this name. */
  private difference(task: StoredTask, text: Raw): string {
    const before = this.before(task)
    if (!before) return 'it is new'
    if (before.status !== 'succeeded') return `it ${pastOf(before.status)} in job ${before.job}`
    if (before.code !== task.node.code) return `its code changed${this.changedCode(before.job)}`
    const interpreter = this.job.interpreters.get(task.node.interpreter)
    const old = before.interpreters.find(({ name }) => name === task.node.interpreter)
    if (!old || !interpreter || interpreterText(old) !== interpreterText(interpreter)) return 'its interpreter changed'
    const frames = task.frames && rawArray(task.frames)
    if (before.frames !== frames) return `its frames changed from ${framesText(before.frames)} to ${framesText(frames)}`
    const inputs = this.changedInputs(before, text)
    if (inputs === null) return 'its earlier task file is gone'
    if (inputs.length > 0) return `${inputs.length > 1 ? 'inputs' : 'input'} ${inputs.join(', ')} changed`
    return 'a file among its inputs, its metadata or the folder it runs in changed'
  }

  private changedCode(job: number): string {
    const { db } = this.options.store
    const files = changedFiles(codeFilesOf(db, job), codeFilesOf(db, this.job.id))
    return files.length
      ? `: ${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}`
      : ''
  }

  private changedInputs({ job, task, attempt }: EarlierTask, text: string): string[] | null {
    try {
      const old = checkJson(readFileSync(attemptPaths(this.options.dataDir, job, task, attempt).task, 'utf8'))
      return old.ok ? changedInputs(old.value, text) : null
    } catch {
      return null // its files were deleted
    }
  }
}

const keyOf = (node: string, batch: number | null): string => JSON.stringify([node, batch])

/**
 * `--changed`: of a task whose fingerprint an earlier one had, that one's result counts and nothing is started. Decided
 * when a task could start, since only then are its inputs known: upstream may have run again and given the same.
 */
import { readFileSync } from 'node:fs'
import { of } from '../../domain/at.ts'
import { hasFramePattern } from '../../domain/frame-pattern.ts'
import { checkJson } from '../../domain/json-check.ts'
import { memberOf, rawArray, type Raw } from '../../domain/json.ts'
import {
  begunTasks,
  codeFilesOf,
  earlierTasks,
  finishedTasks,
  hadCode,
  inputFilesOf,
  putSeen,
  seenOfJob,
  tracedAttempts,
  type EarlierTask,
  type FinishedTask
} from '../store/earlier.ts'
import { pastOf } from '../../domain/status.ts'
import { nothingKnown, type FileState, type Fingerprint, type Seen } from '../store/shapes.ts'
import type { Store } from '../store/store.ts'
import { jobRow } from '../store/views.ts'
import type { StoredJob, StoredTask, TaskFile } from '../job/stored-job.ts'
import { changedFiles, changedStates } from '../job/code.ts'
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

/** A task whose earlier result may count. */
export interface Found {
  earlier: FinishedTask
  print: Fingerprint
  text: Raw
  seen: Seen | null
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
  decide(task: StoredTask, file: TaskFile, at: number): Spared | Changed {
    const looked = this.look(task, file)
    return 'why' in looked ? looked : this.spare(task, looked, at)
  }

  /** The same, and nothing is written down. */
  look(task: StoredTask, { text, print }: TaskFile): Found | Changed {
    if (this.begun.has(task.id)) return { why: 'it was begun in this job before' }
    if (!print)
      return {
        why: 'what its result depends on is not known (its code is not found, or its inputs are too long or name over 2,000 files)'
      }
    this.finished ??= new Map(finishedTasks(this.options.store.db).map((row) => [row.fingerprint, row]))
    const found = this.finished.get(print.hash)
    if (!found) return { why: this.difference(task, text, print.files) }
    const gone = this.missing(found, task)
    if (gone !== null) return { why: `its output ${gone} is gone` }
    const seen = this.seenBefore(found.fingerprint)
    const other = seen && changeOf(seen, process.env, this.ownVariables(task))
    return other ? { why: other, seen: seenNow(seen, process.env) } : { earlier: found, print, text, seen }
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
  private spare(task: StoredTask, { earlier, print, text, seen }: Found, at: number): Spared {
    const { dataDir } = this.options
    const { id, number, reason } = this.count(task, { earlier, print }, at)
    if (seen) putSeen(this.options.store, id, seen)
    const { log } = attemptPaths(dataDir, earlier.job, earlier.task, earlier.number)
    writeSpared(attemptPaths(dataDir, this.job.id, task.id, number), text, `${reason}; its log: ${log}`)
    return { number, reason }
  }

  /** Writes down that an earlier result counts, in the store alone. */
  count(
    task: StoredTask,
    { earlier: found, print }: Pick<Found, 'earlier' | 'print'>,
    at: number
  ): Spared & { id: number } {
    const { store } = this.options
    const reason = `unchanged since job ${found.job}: the result of task ${found.task} counts`
    const { id, number } = store.begin(task.id, at, print)
    const { filesWritten, seconds } = found
    store.finish(
      { ...nothingKnown, seconds, filesWritten, reason, id, end: 'unchanged' },
      { task: task.id, from: 'running', to: 'succeeded', reason },
      store.outputsOf(found.task),
      at
    )
    return { id, number, reason }
  }

  private before(task: StoredTask): EarlierTask | undefined {
    const rows = () => earlierTasks(this.options.store.db, this.job.id, this.job.name)
    this.earlier ??= new Map(rows().map((row) => [keyOf(row.node, row.batch), row]))
    return this.earlier.get(keyOf(task.node.name, task.batch))
  }

  /** What is other than in the newest job of this name. */
  private difference(task: StoredTask, text: Raw, files: readonly FileState[]): string {
    const before = this.before(task)
    const own = this.ownDifference(task, before)
    if (own !== null || !before) return own ?? 'it is new'
    const taskFile = this.earlierFile(before)
    if (taskFile === null) return 'its earlier task file is gone'
    const inputs = changedInputs(taskFile, text)
    if (inputs.length > 0) return `${inputs.length > 1 ? 'inputs' : 'input'} ${inputs.join(', ')} changed`
    const { db } = this.options.store
    const other = changedStates(inputFilesOf(db, before.task, before.attempt), files)
    if (other.length > 0) return `a file among its inputs changed: ${listed(other)}`
    if (metadataIn(taskFile) !== metadataIn(text)) return 'its metadata changed'
    const { cwd } = jobRow(db, before.job).settings
    if (cwd !== this.job.settings.cwd) return `the folder it runs in changed from ${cwd} to ${this.job.settings.cwd}`
    return 'a file among its inputs or its record changed'
  }

  /** The same as far as it does not hang on its inputs; null: nothing of that is other. */
  private ownDifference(task: StoredTask, before: EarlierTask | undefined): string | null {
    if (!before) return 'it is new'
    if (before.status !== 'succeeded') return `it ${pastOf(before.status)} in job ${before.job}`
    if (before.code !== task.node.code) return `its code changed${this.changedCode(before.job)}`
    const interpreter = this.job.interpreters.get(task.node.interpreter)
    const old = before.interpreters.find(({ name }) => name === task.node.interpreter)
    if (!old || !interpreter || interpreterText(old) !== interpreterText(interpreter)) return 'its interpreter changed'
    const frames = task.frames && rawArray(task.frames)
    if (before.frames !== frames) return `its frames changed from ${framesText(before.frames)} to ${framesText(frames)}`
    return null
  }

  /** Why a task runs whatever comes from upstream; null: that cannot be said before. */
  surely(task: StoredTask): string | null {
    const why = this.ownDifference(task, this.before(task))
    const { name, code } = task.node
    // a result of an older job may count
    return why !== null && code !== null && hadCode(this.options.store.db, this.job.id, { name, code }) ? null : why
  }

  private changedCode(job: number): string {
    const { db } = this.options.store
    const files = changedFiles(codeFilesOf(db, job), codeFilesOf(db, this.job.id))
    return files.length ? `: ${listed(files)}` : ''
  }

  private earlierFile({ job, task, attempt }: EarlierTask): Raw | null {
    try {
      const old = checkJson(readFileSync(attemptPaths(this.options.dataDir, job, task, attempt).task, 'utf8'))
      return old.ok ? old.value : null
    } catch {
      return null // its files were deleted
    }
  }
}

/** The first few by name. */
const listed = (files: readonly string[]): string =>
  `${files.slice(0, 3).join(', ')}${files.length > 3 ? ` and ${files.length - 3} more` : ''}`

const metadataIn = (taskFile: Raw): Raw | undefined => memberOf(memberOf(taskFile, 'node') ?? '{}', 'metadata')

const keyOf = (node: string, batch: number | null): string => JSON.stringify([node, batch])

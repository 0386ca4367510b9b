/** Every write and every transaction. One door changes a task's status: `change`. */
import { open, type FileHandle } from 'node:fs/promises'
import { eq, inArray } from 'drizzle-orm'
import type { FarmRun } from '../../domain/farm-run.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { rawArray, type Raw } from '../../domain/json.ts'
import { mayFollow, type TaskStatus } from '../../domain/status.ts'
import type { Edge, Graph } from '../graph/model.ts'
import type { Db } from './db.ts'
import { edgesOf, putGraph, readStoredGraph, type NewGraph } from './graphs.ts'
import { deleteInterpreter, insertShipped, listInterpreters, putInterpreter, updateShipped } from './interpreters.ts'
import { batchSetter, insertJob, taskInserter, tasksOfNode, type NewJob } from './new-job.ts'
import { jobs, tasks, trusted } from './schema.ts'
import type { AttemptResult, Before, Change, Fingerprint, NewAttempt, OutputValue } from './shapes.ts'
import { prepare } from './statements.ts'

/** The change to a status, or none where the task has it or is running. */
const changeOf = ({ id, status }: { id: number; status: TaskStatus }, to: TaskStatus, reason: string): Change[] =>
  status === to || status === 'running' ? [] : [{ task: id, from: status, to, reason }]

/** 2: entries with a reset */
const seedVersion = 2

export class Store {
  readonly raw: Db['raw']
  readonly db: Db['db']
  private prepared: ReturnType<typeof prepare> | null = null
  private readonly commit: <T>(work: () => T) => T
  /** whether a commit waits for the disk; SQLite is told only when that changes */
  private waits = true
  private journal: FileHandle | null = null

  constructor(opened: Db) {
    this.raw = opened.raw
    this.db = opened.db
    const run = opened.raw.transaction((work: () => unknown) => work())
    this.commit = (<T>(work: () => T) => run.immediate(work)) as Store['commit']
  }

  /** Made when first needed: a reader needs none. */
  private get statements(): ReturnType<typeof prepare> {
    return (this.prepared ??= prepare(this))
  }

  async close(): Promise<void> {
    await this.journal?.close()
    this.raw.close()
  }

  /** Runs `work` in one transaction that survives a power cut; nested calls join the outer one. Every write is in one. */
  transaction<T>(work: () => T): T {
    return this.within(work, true)
  }

  /**
   * One transaction that survives this process at once, but a power cut only after `sync`: for changes that are not announced
   * before that. What is started meanwhile would be gone with the power as well.
   */
  quickly<T>(work: () => T): T {
    return this.within(work, false)
  }

  /** Does the work as if it were kept, and takes back all that it wrote. */
  pretend<T>(work: () => T): T {
    const undone = new Error('all of it is taken back')
    let made: { it: T } | undefined
    try {
      this.transaction(() => {
        made = { it: work() }
        throw undone
      })
    } catch (error) {
      if (error !== undone) throw error
    }
    return (made as { it: T }).it
  }

  private within<T>(work: () => T, waits: boolean): T {
    if (this.raw.inTransaction) return work()
    if (waits !== this.waits) this.raw.pragma(`synchronous = ${waits ? 'FULL' : 'NORMAL'}`)
    this.waits = waits
    return this.commit(work)
  }

  /** Resolves when everything committed so far is on the disk. */
  async sync(): Promise<void> {
    this.journal ??= await open(`${this.raw.name}-wal`, 'r+')
    await this.journal.datasync()
  }

  // — interpreters and graphs ————————————————————————————————————————————————————

  /**
   * Puts in the shipped interpreters when the table has never been filled, and once what is shipped now where an earlier
   * Backlot's entry was never touched.
   */
  seedInterpreters(): void {
    const version = () => Number(this.raw.pragma('user_version', { simple: true }))
    if (version() >= seedVersion) return
    this.transaction(() => {
      // another process may have done it meanwhile
      const seeded = version()
      if (seeded >= seedVersion) return
      if (seeded === 0) insertShipped(this.db)
      else updateShipped(this.db)
      this.raw.pragma(`user_version = ${seedVersion}`)
    })
  }

  interpreters(): Interpreter[] {
    return listInterpreters(this.db)
  }

  setInterpreter(entry: Interpreter): void {
    this.transaction(() => putInterpreter(this.db, entry))
  }

  /** False if there is none of this name. */
  removeInterpreter(name: string): boolean {
    return this.transaction(() => deleteInterpreter(this.db, name))
  }

  /** Stores the graph once per content and returns its id. */
  importGraph(graph: NewGraph, at: number): number {
    return this.transaction(() => putGraph(this.db, graph, at))
  }

  /** The graph again, as it was imported. */
  graph(id: number): Graph {
    return readStoredGraph(this.db, id)
  }

  edges(graphId: number): Edge[] {
    return edgesOf(this.db, graphId)
  }

  trust(hash: string, at: number): void {
    this.transaction(() => this.db.insert(trusted).values({ hash, at }).onConflictDoNothing().run())
  }

  isTrusted(hash: string): boolean {
    return this.db.select().from(trusted).where(eq(trusted.hash, hash)).get() !== undefined
  }

  // — jobs ————————————————————————————————————————————————————————————————————

  /** Freezes a conversion as a job, whole or not at all; returns the job's id. */
  createJob(job: NewJob, at: number): number {
    return this.transaction(() => insertJob(this.db, job, at))
  }

  /**
   * Deferred batching: the node's frames are known now, so its tasks become batches. Tasks that exist keep their ids
   * and logs; further ones are added; those of an earlier, longer expansion are omitted.
   */
  expand(node: { job: number; id: number }, framesOfBatches: readonly Raw[][], at: number): void {
    this.transaction(() => {
      const existing = tasksOfNode(this.db, node.id)
      const setBatch = batchSetter(this.db)
      const insert = taskInserter(this.db, node.job, at)
      framesOfBatches.forEach((frames, batch) => {
        const task = existing[batch]
        if (!task) insert({ node: node.id, status: 'queued', reason: null, batch, frames })
        else if (task.frames !== rawArray(frames)) {
          setBatch(task.id, batch, frames)
          this.withdraw(changeOf(task, 'queued', 'upstream gave other frames this time'), at)
        }
      })
      for (const surplus of existing.slice(framesOfBatches.length)) {
        this.withdraw(changeOf(surplus, 'omitted', 'upstream gave fewer frames this time'), at)
      }
    })
  }

  setHeld(jobId: number, held: boolean): void {
    this.transaction(() => this.db.update(jobs).set({ held }).where(eq(jobs.id, jobId)).run())
  }

  setJobPriority(jobId: number, priority: number): void {
    this.transaction(() => this.db.update(jobs).set({ priority }).where(eq(jobs.id, jobId)).run())
  }

  /** What is known of the farm that runs a job. */
  setFarm(jobId: number, farm: FarmRun): void {
    this.transaction(() => this.db.update(jobs).set({ farm, source: farm.folder }).where(eq(jobs.id, jobId)).run())
  }

  /** Sets jobs aside, or (null) brings them back. `at`: ms since 1970. */
  setDeleted(jobIds: readonly number[], at: number | null): void {
    this.transaction(() => {
      for (const id of jobIds) this.db.update(jobs).set({ deletedAt: at }).where(eq(jobs.id, id)).run()
    })
  }

  deleteJob(jobId: number): void {
    this.transaction(() => this.db.delete(jobs).where(eq(jobs.id, jobId)).run())
  }

  // — the one door ————————————————————————————————————————————————————————————

  /** Changes a task's status with its reason. A change that the table forbids or that comes too late is a bug. */
  change(change: Change, at: number): void {
    if (!mayFollow(change.from, change.to))
      throw new Error(`task ${change.task} may not go from ${change.from} to ${change.to}`)
    const done = this.statements.setStatus.run({ ...change, at })
    if (done.changes !== 1)
      throw new Error(`task ${change.task} is not ${change.from}, so it cannot become ${change.to}`)
  }

  /** A new attempt of a task that starts running; one transaction with its status. `environment`: what it has around it. */
  begin(task: number, at: number, print: Fingerprint | null, environment: number | null = null): NewAttempt {
    return this.transaction(() => {
      this.change({ task, from: 'queued', to: 'running', reason: null }, at)
      const { hash: fingerprint = null, filesRead = null, files = [] } = print ?? {}
      const inputs = files.length > 0 ? JSON.stringify(files) : null
      const number = this.lastAttempt(task) + 1
      const { lastInsertRowid } = this.statements.insertAttempt.run({
        ...{ task, number, at, fingerprint, filesRead, inputs, environment }
      })
      return { id: Number(lastInsertRowid), number }
    })
  }

  /** A prefetched attempt that never started: its task is queued again and nothing is left of the attempt. */
  revoke(attempt: NewAttempt, task: number, at: number): void {
    this.transaction(() => {
      this.statements.forgetAttempt.run({ id: attempt.id })
      this.change({ task, from: 'running', to: 'queued', reason: null }, at)
    })
  }

  setProgress(id: number, progress: number | null, message: string | null): void {
    this.quickly(() => this.statements.setProgress.run({ id, progress, message }))
  }

  /** The attempt's end, the outputs it wrote back and the task's new status: one transaction. */
  finish(result: AttemptResult, change: Change, written: readonly OutputValue[] | null, at: number): void {
    this.transaction(() => {
      const { logged, ...ended } = result
      const wrote = logged?.wrote ? JSON.stringify(logged.wrote) : null
      const { warnings = null, warning = null } = logged ?? {}
      this.statements.endAttempt.run({ ...ended, wrote, warnings, warning, at })
      if (written) {
        this.statements.clearOutputs.run({ task: change.task })
        written.forEach((value, position) =>
          this.statements.insertOutput.run({ task: change.task, position, attempt: result.id, ...value })
        )
      }
      this.change(change, at)
    })
  }

  /** Changes after which what the tasks wrote back no longer counts: back to the queue, or omitted. */
  withdraw(changes: readonly Change[], at: number): void {
    this.transaction(() => {
      for (const change of changes) {
        this.statements.clearOutputs.run({ task: change.task })
        this.change(change, at)
      }
    })
  }

  /** The tasks of changes that are about to be made, as they are. */
  before(changes: readonly Change[]): Before[] {
    return changes.flatMap(({ task, from: status, to: left }) => {
      const now = this.statements.taskNow.get({ task })
      const outputs = this.statements.outputRowsOf.all({ task })
      return now ? [{ task, status, left, ...now, attempts: this.lastAttempt(task), outputs }] : []
    })
  }

  /**
   * Takes back changes by the user's hand, past the table of what may follow what: only a task that is as the change left it
   * gets its status, its outputs and its count of failures again.
   */
  putBack(tasks: readonly Before[], at: number): void {
    this.transaction(() => {
      for (const { task, left, status, reason, failures, outputs } of tasks) {
        const done = this.statements.setStatus.run({ task, from: left, to: status, reason, at })
        if (done.changes !== 1) throw new Error(`task ${task} is not ${left}, so nothing can be taken back`)
        this.statements.setFailures.run({ task, failures })
        outputs.forEach((value, position) => this.statements.insertOutput.run({ task, position, ...value }))
      }
    })
  }

  /** A farm's task as if it had never run: its attempts are told anew. Past the table: what happened, happened there. */
  forgetAttempts(task: number, at: number): void {
    this.transaction(() => {
      this.statements.clearOutputs.run({ task })
      this.statements.forgetAttempts.run({ task })
      this.statements.putStatus.run({ task, to: 'queued', reason: null, at })
    })
  }

  /** Where a farm ran an attempt. */
  setPlace(id: number, host: string | null, farmLog: string | null): void {
    this.transaction(() => this.statements.setPlace.run({ id, host, farmLog }))
  }

  /** Why a task has the status that it has, said anew. */
  setReason(task: number, status: TaskStatus, reason: string | null, at: number): void {
    const done = this.transaction(() => this.statements.setStatus.run({ task, from: status, to: status, reason, at }))
    if (done.changes !== 1) throw new Error(`task ${task} is not ${status}, so no reason for that can be said`)
  }

  /** The number of a task's last attempt; 0: it has none. */
  lastAttempt(task: number): number {
    return this.statements.lastNumber.get({ task })?.number ?? 0
  }

  /** How often a task has failed since the user last asked for it. */
  failuresOf(task: number): number {
    return this.db.select({ failures: tasks.failures }).from(tasks).where(eq(tasks.id, task)).get()?.failures ?? 0
  }

  setFailures(ids: readonly number[], failures: number): void {
    this.transaction(() => {
      for (const task of ids) this.statements.setFailures.run({ task, failures })
    })
  }

  outputsOf(task: number): OutputValue[] {
    return this.statements.outputsOf.all({ task })
  }

  statusOf(ids: readonly number[]): Map<number, TaskStatus> {
    const found = new Map<number, TaskStatus>()
    for (let i = 0; i < ids.length; i += 500) {
      const rows = this.db
        .select({ id: tasks.id, status: tasks.status })
        .from(tasks)
        .where(inArray(tasks.id, ids.slice(i, i + 500)))
        .all()
      for (const row of rows) found.set(row.id, row.status)
    }
    return found
  }
}

/** Every write and every transaction. One door changes a task's status: `change`. */
import { open, type FileHandle } from 'node:fs/promises'
import { and, asc, eq, inArray, max, sql } from 'drizzle-orm'
import type { Job } from '../convert/convert.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { shippedInterpreters } from '../../domain/interpreter.ts'
import { rawArray, type Raw } from '../../domain/json.ts'
import { readNodeRecord } from '../graph/flowpipe.ts'
import type { Edge, Graph, GraphNode, GraphScope } from '../graph/model.ts'
import { mayFollow, type AttemptEnd, type KillCause, type TaskStatus } from '../../domain/status.ts'
import type { Db } from './db.ts'
import {
  attempts,
  batches,
  dependencies,
  edges,
  graphs,
  interpreters,
  jobNodes,
  jobs,
  nodes,
  outputs,
  tasks,
  trusted
} from './schema.ts'

/** What a job was made with; frozen with it. */
export interface JobSettings {
  slots: number
  retries: number
  /** seconds; null: no limit */
  timeout: number | null
  /** seconds without a new byte in the log; null: no limit */
  silence: number | null
  failFast: boolean
  /** where its commands run */
  cwd: string
  /** the conversion's options, for people and for exports */
  options: unknown
  /** only what changed is run; of the rest the earlier results count */
  changed?: boolean
}

export interface CodeFile {
  path: string
  /** ms */
  modifiedAt: number
  /** bytes */
  size: number
  /** of its content; of a program: of its time and size */
  hash: string
}

export interface JobCode {
  files: CodeFile[]
  /** per node of the job a hash over what evaluates it; null where nobody could tell */
  nodes: (string | null)[]
}

/** What a task's result depends on (job/fingerprint.ts). */
export interface Fingerprint {
  hash: string
  /** how many files its inputs name */
  filesRead: number
}

/** What a job was made from, to be compared with when it is made again. */
export interface JobOrigin {
  /** a hash over graph, options and interpreters; null where the graph was built by code */
  origin: string | null
  code: JobCode
}

export interface OutputValue {
  plug: string
  key: string | null
  value: Raw
}

export interface AttemptResult {
  id: number
  end: AttemptEnd
  cause: KillCause | null
  exitCode: number | null
  signal: string | null
  reason: string | null
  seconds: number | null
  progress: number | null
  message: string | null
  pid: number | null
  pidStartedAt: string | null
  /** bytes */
  peakMemory: number | null
  /** how many files its outputs name; null where it has none that count */
  filesWritten: number | null
  /** when it got its turn, where it was begun before that */
  turnAt: number | null
}

export interface Change {
  task: number
  from: TaskStatus
  to: TaskStatus
  reason: string | null
}

export interface NewAttempt {
  id: number
  number: number
}

/** Drizzle's prepared statements for what the scheduler does per task. */
function prepare({ db }: Db) {
  const p = sql.placeholder
  return {
    setStatus: db
      .update(tasks)
      .set({ status: sql`${p('to')}`, reason: sql`${p('reason')}`, changedAt: sql`${p('at')}` })
      .where(and(eq(tasks.id, p('task')), eq(tasks.status, p('from'))))
      .prepare(),
    insertAttempt: db
      .insert(attempts)
      .values({
        taskId: p('task'),
        number: p('number'),
        startedAt: p('at'),
        fingerprint: p('fingerprint'),
        filesRead: p('filesRead')
      })
      .prepare(),
    // asked for on its own: an insert that gives back what it inserted takes three times as long
    lastNumber: db
      .select({ number: max(attempts.number) })
      .from(attempts)
      .where(eq(attempts.taskId, p('task')))
      .prepare(),
    endAttempt: db
      .update(attempts)
      .set({
        startedAt: sql`coalesce(${p('turnAt')}, ${attempts.startedAt})`,
        // a clock that was put back does not make an attempt shorter than nothing
        endedAt: sql`max(coalesce(${p('turnAt')}, ${attempts.startedAt}), ${p('at')})`,
        end: sql`${p('end')}`,
        cause: sql`${p('cause')}`,
        exitCode: sql`${p('exitCode')}`,
        signal: sql`${p('signal')}`,
        reason: sql`${p('reason')}`,
        seconds: sql`${p('seconds')}`,
        progress: sql`${p('progress')}`,
        message: sql`${p('message')}`,
        pid: sql`${p('pid')}`,
        pidStartedAt: sql`${p('pidStartedAt')}`,
        peakMemory: sql`${p('peakMemory')}`,
        filesWritten: sql`${p('filesWritten')}`
      })
      .where(eq(attempts.id, p('id')))
      .prepare(),
    forgetAttempt: db
      .delete(attempts)
      .where(eq(attempts.id, p('id')))
      .prepare(),
    setProgress: db
      .update(attempts)
      .set({ progress: sql`${p('progress')}`, message: sql`${p('message')}` })
      .where(eq(attempts.id, p('id')))
      .prepare(),
    clearOutputs: db
      .delete(outputs)
      .where(eq(outputs.taskId, p('task')))
      .prepare(),
    insertOutput: db
      .insert(outputs)
      .values({
        taskId: p('task'),
        position: p('position'),
        attemptId: p('attempt'),
        plug: p('plug'),
        key: p('key'),
        value: p('value')
      })
      .prepare(),
    outputsOf: db
      .select({ plug: outputs.plug, key: outputs.key, value: outputs.value })
      .from(outputs)
      .where(eq(outputs.taskId, p('task')))
      .orderBy(asc(outputs.position))
      .prepare()
  }
}

/** The change to a status, or none where the task has it or runs. */
const changeOf = ({ id, status }: { id: number; status: TaskStatus }, to: TaskStatus, reason: string): Change[] =>
  status === to || status === 'running' ? [] : [{ task: id, from: status, to, reason }]

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
    this.commit = opened.raw.transaction((work: () => unknown) => work()).immediate as Store['commit']
  }

  /** Made when first needed: whoever only reads needs none. */
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
   * One transaction that survives this process at once, but a power cut only after `sync`: for changes that nobody hears
   * of before that. What is started meanwhile would be gone with the power as well.
   */
  quickly<T>(work: () => T): T {
    return this.within(work, false)
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

  // — interpreters ————————————————————————————————————————————————————————————

  /** Puts in the shipped interpreters when the table has never been filled. */
  seedInterpreters(): void {
    if (this.raw.pragma('user_version', { simple: true }) !== 0) return
    this.transaction(() => {
      for (const entry of shippedInterpreters) this.db.insert(interpreters).values(entry).onConflictDoNothing().run()
      this.raw.pragma('user_version = 1')
    })
  }

  interpreters(): Interpreter[] {
    return this.db.select().from(interpreters).orderBy(asc(interpreters.name)).all()
  }

  setInterpreter(entry: Interpreter): void {
    this.transaction(() =>
      this.db.insert(interpreters).values(entry).onConflictDoUpdate({ target: interpreters.name, set: entry }).run()
    )
  }

  removeInterpreter(name: string): boolean {
    return this.transaction(() => this.db.delete(interpreters).where(eq(interpreters.name, name)).run().changes > 0)
  }

  // — graphs ——————————————————————————————————————————————————————————————————

  /** Stores the graph once per content and returns its id. */
  importGraph(graph: Graph, hash: string, source: string, at: number): number {
    return this.transaction(() => {
      const known = this.db.select({ id: graphs.id }).from(graphs).where(eq(graphs.hash, hash)).get()
      if (known) return known.id
      const values = {
        hash,
        name: graph.name,
        shape: graph.shape,
        scopes: JSON.stringify(graph.graphs),
        source,
        importedAt: at
      }
      const { id } = this.db.insert(graphs).values(values).returning({ id: graphs.id }).get()
      this.insertNodes(graph, id)
      this.insertEdges(graph, id)
      return id
    })
  }

  private insertNodes(graph: Graph, graphId: number): void {
    const p = sql.placeholder
    const statement = this.db
      .insert(nodes)
      .values({
        graphId,
        position: p('position'),
        scope: p('scope'),
        identifier: p('identifier'),
        name: p('name'),
        omit: p('omit'),
        record: p('record')
      })
      .prepare()
    graph.nodes.forEach((node, position) => statement.run({ ...node, position, scope: node.graph }))
  }

  private insertEdges(graph: Graph, graphId: number): void {
    const p = sql.placeholder
    const columns = {
      fromNode: p('fromNode'),
      fromPlug: p('fromPlug'),
      fromKey: p('fromKey'),
      toNode: p('toNode'),
      toPlug: p('toPlug'),
      toKey: p('toKey')
    }
    const statement = this.db
      .insert(edges)
      .values({ graphId, position: p('position'), ...columns })
      .prepare()
    graph.edges.forEach(({ from, to }, position) =>
      statement.run({
        position,
        ...{
          fromNode: from.node,
          fromPlug: from.plug,
          fromKey: from.key,
          toNode: to.node,
          toPlug: to.plug,
          toKey: to.key
        }
      })
    )
  }

  /** The graph again, as it was imported. */
  graph(id: number): Graph {
    const row = this.db.select().from(graphs).where(eq(graphs.id, id)).get()
    if (!row) throw new Error(`graph ${id} is not in the store`)
    const scopes = JSON.parse(row.scopes) as GraphScope[]
    const records = this.db.select().from(nodes).where(eq(nodes.graphId, id)).orderBy(asc(nodes.position)).all()
    const list = records.map((node): GraphNode => readNodeRecord(node.record, node.scope, node.omit))
    return { name: row.name, shape: row.shape, graphs: scopes, nodes: list, edges: this.edges(id) }
  }

  edges(graphId: number): Edge[] {
    const rows = this.db.select().from(edges).where(eq(edges.graphId, graphId)).orderBy(asc(edges.position)).all()
    return rows.map((e) => ({
      from: { node: e.fromNode, plug: e.fromPlug, key: e.fromKey },
      to: { node: e.toNode, plug: e.toPlug, key: e.toKey }
    }))
  }

  trust(hash: string, at: number): void {
    this.transaction(() => this.db.insert(trusted).values({ hash, at }).onConflictDoNothing().run())
  }

  isTrusted(hash: string): boolean {
    return this.db.select().from(trusted).where(eq(trusted.hash, hash)).get() !== undefined
  }

  // — jobs ————————————————————————————————————————————————————————————————————

  /** Freezes a conversion as a job, whole or not at all. */
  createJob(
    job: Job,
    graphId: number,
    settings: JobSettings,
    frozen: Interpreter[],
    { origin, code }: JobOrigin,
    at: number
  ): number {
    return this.transaction(() => {
      const values = {
        graphId,
        name: job.name,
        createdAt: at,
        settings,
        interpreters: frozen,
        origin,
        code: code.files
      }
      const { id: jobId } = this.db.insert(jobs).values(values).returning({ id: jobs.id }).get()
      const nodeIds = this.db
        .select({ id: nodes.id, position: nodes.position })
        .from(nodes)
        .where(eq(nodes.graphId, graphId))
        .all()
      const idOf = new Map(nodeIds.map((row) => [row.position, row.id]))
      const insertNode = this.jobNodeInserter(jobId)
      const rowIds = job.nodes.map((node) => {
        const original = job.graph.nodes[node.graphNode] as GraphNode
        const { lastInsertRowid } = insertNode.run({
          position: node.index,
          nodeId: idOf.get(node.graphNode) as number,
          record: node.record === original.record ? null : node.record,
          interpreter: node.interpreter,
          batchSize: node.batching.kind === 'whole' ? null : node.batching.size,
          deferred: node.batching.kind === 'deferred',
          dependency: node.dependency,
          merge: node.merge,
          priority: node.priority,
          code: code.nodes[node.index] ?? null
        })
        return Number(lastInsertRowid)
      })
      this.insertDependencies(jobId, job.parents)
      const insert = this.taskInserter(jobId, at)
      for (const task of job.tasks) {
        const omit = job.nodes[task.node]?.omit ?? false
        insert(
          rowIds[task.node] as number,
          omit ? 'omitted' : 'queued',
          omit ? 'omitted: passes nothing on' : null,
          task.batch,
          task.frames
        )
      }
      return jobId
    })
  }

  private jobNodeInserter(jobId: number) {
    const p = sql.placeholder
    const columns = { position: p('position'), nodeId: p('nodeId'), record: p('record'), interpreter: p('interpreter') }
    const how = { batchSize: p('batchSize'), deferred: p('deferred'), dependency: p('dependency'), merge: p('merge') }
    return this.db
      .insert(jobNodes)
      .values({ jobId, ...columns, ...how, priority: p('priority'), code: p('code') })
      .prepare()
  }

  private insertDependencies(jobId: number, parents: readonly number[][]): void {
    const p = sql.placeholder
    const statement = this.db
      .insert(dependencies)
      .values({ jobId, parent: p('parent'), child: p('child') })
      .prepare()
    parents.forEach((list, child) => list.forEach((parent) => statement.run({ parent, child })))
  }

  private taskInserter(jobId: number, at: number) {
    const p = sql.placeholder
    const task = this.db
      .insert(tasks)
      .values({ jobId, jobNodeId: p('node'), status: p('status'), reason: p('reason'), changedAt: at })
      .prepare()
    const batch = this.batchInserter()
    return (
      node: number,
      status: TaskStatus,
      reason: string | null,
      position: number | null,
      frames: readonly Raw[] | null
    ): number => {
      const id = Number(task.run({ node, status, reason }).lastInsertRowid)
      if (position !== null && frames) batch(id, position, frames)
      return id
    }
  }

  private batchInserter() {
    const p = sql.placeholder
    const statement = this.db
      .insert(batches)
      .values({ taskId: p('task'), position: p('position'), frames: p('frames') })
      .onConflictDoUpdate({
        target: batches.taskId,
        set: { frames: sql`excluded.frames`, position: sql`excluded.position` }
      })
      .prepare()
    return (task: number, position: number, frames: readonly Raw[]) =>
      statement.run({ task, position, frames: rawArray(frames) })
  }

  /**
   * Deferred batching: the node's frames are known now, so its tasks become batches. Tasks that exist keep their ids
   * and logs; further ones are added; those of an earlier, longer expansion are omitted.
   */
  expand(jobId: number, jobNodeId: number, framesOfBatches: readonly Raw[][], at: number): void {
    this.transaction(() => {
      const existing = this.db
        .select({ id: tasks.id, status: tasks.status, frames: batches.frames })
        .from(tasks)
        .leftJoin(batches, eq(batches.taskId, tasks.id))
        .where(eq(tasks.jobNodeId, jobNodeId))
        .orderBy(asc(tasks.id))
        .all()
      const batch = this.batchInserter()
      const insert = this.taskInserter(jobId, at)
      framesOfBatches.forEach((frames, position) => {
        const task = existing[position]
        if (!task) insert(jobNodeId, 'queued', null, position, frames)
        else if (task.frames !== rawArray(frames)) {
          batch(task.id, position, frames)
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

  /** A new attempt of a task that starts running; one transaction with its status. */
  begin(task: number, at: number, print: Fingerprint | null): NewAttempt {
    return this.transaction(() => {
      this.change({ task, from: 'queued', to: 'running', reason: null }, at)
      const { hash: fingerprint = null, filesRead = null } = print ?? {}
      const number = (this.statements.lastNumber.get({ task })?.number ?? 0) + 1
      const { lastInsertRowid } = this.statements.insertAttempt.run({ task, number, at, fingerprint, filesRead })
      return { id: Number(lastInsertRowid), number }
    })
  }

  /** An attempt that was never begun: its task is queued again and nothing is left of it. */
  takeBack(id: number, task: number, at: number): void {
    this.transaction(() => {
      this.statements.forgetAttempt.run({ id })
      this.change({ task, from: 'running', to: 'queued', reason: null }, at)
    })
  }

  setProgress(id: number, progress: number | null, message: string | null): void {
    this.quickly(() => this.statements.setProgress.run({ id, progress, message }))
  }

  /** The attempt's end, the outputs it wrote back and the task's new status: one transaction. */
  finish(result: AttemptResult, change: Change, written: readonly OutputValue[] | null, at: number): void {
    this.transaction(() => {
      this.statements.endAttempt.run({ ...result, at })
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

  outputsOf(task: number): OutputValue[] {
    return this.statements.outputsOf.all({ task })
  }

  statusOf(ids: readonly number[]): Map<number, TaskStatus> {
    const found = new Map<number, TaskStatus>()
    for (let i = 0; i < ids.length; i += 500) {
      const part = ids.slice(i, i + 500)
      for (const row of this.db
        .select({ id: tasks.id, status: tasks.status })
        .from(tasks)
        .where(inArray(tasks.id, part))
        .all())
        found.set(row.id, row.status)
    }
    return found
  }
}

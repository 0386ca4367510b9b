/**
 * The first pass: the job as its author's machine runs it, each task traced and on a layer of its own over all that came
 * before it. What counts is the order of one slot, so the result is the same however many there are: further tasks run
 * ahead, and one that looked at what a task before it wrote meanwhile runs once more, behind that one.
 */
import { at, of } from '../../domain/at.ts'
import type { RunEvent } from '../../domain/events.ts'
import { memberOf, rawObject, membersOf, type Raw } from '../../domain/json.ts'
import { isDone, type TaskStatus } from '../../domain/status.ts'
import { keepAround, writeScript } from '../attempt/around.ts'
import { attemptCommand, type AttemptCommand } from '../attempt/command.ts'
import { judge } from '../attempt/end.ts'
import { appendNote, writeHead, writeTask } from '../attempt/log.ts'
import { attemptPaths, type AttemptPaths } from '../attempt/paths.ts'
import { readPlainResult, readResult, type TaskResult } from '../attempt/result.ts'
import type { Evaluators } from '../evaluator/call.ts'
import { rangeText } from '../../domain/frames.ts'
import { StoredJob, type ReadyTask, type StoredTask } from '../job/stored-job.ts'
import { seenOf } from '../job/seen.ts'
import { putLedger } from '../store/rehearsals.ts'
import { nothingKnown, type NewAttempt } from '../store/shapes.ts'
import type { Store } from '../store/store.ts'
import { accessesOf } from './accesses.ts'
import { looksAt } from './conflicts.ts'
import type { Layer } from './layers.ts'
import { seenAt } from './layers.ts'
import { packLedger } from './ledger.ts'
import type { Performed } from './performed.ts'
import { isIn } from './places.ts'
import { stay, type Stage, type Stayed } from './stay.ts'

export interface ReferenceOptions {
  stage: Stage
  store: Store
  job: number
  slots: number
  evaluators: Evaluators
  emit: (event: RunEvent) => void
}

interface Flight {
  task: StoredTask
  ready: ReadyTask
  attempt: NewAttempt
  paths: AttemptPaths
  /** how many were performed when it started */
  since: number
  below: readonly Layer[]
  stayed: Promise<Stayed>
}

const noLimitMs = 2 ** 31 - 1

export class Reference {
  readonly performed: Performed[] = []
  private readonly options: ReferenceOptions
  private job: StoredJob
  private order: StoredTask[]
  private readonly status = new Map<number, TaskStatus>()
  private readonly flights = new Map<number, Flight>()
  private readonly landed = new Map<number, { flight: Flight; stayed: Stayed }>()
  private readonly expanded = new Set<number>()
  private readonly ancestry = new Map<string, ReadonlySet<number>>()
  /** place in `order` of the task that is next to count */
  private next = 0
  private below: readonly Layer[] = []
  /** what its tasks have around them, as the store keeps it */
  private around: number | null = null

  constructor(options: ReferenceOptions) {
    this.options = options
    this.job = new StoredJob(options.store, options.job)
    this.order = [...this.job.tasks.values()]
    this.readStates()
  }

  private readStates(): void {
    for (const [id, state] of this.job.plan.derive())
      if (!this.status.has(id)) this.status.set(id, state === 'omitted' ? 'omitted' : 'queued')
  }

  get plan(): StoredJob {
    return this.job
  }

  /** Runs all that can run; resolves with what was performed, in the order of one slot. */
  async run(): Promise<readonly Performed[]> {
    const { store, stage, job } = this.options
    const around = keepAround(store, stage.dataDir, job, {})
    writeScript(around)
    this.around = around.id
    while (this.settle()) {
      this.startSome()
      if (this.flights.size === 0) break
      await Promise.race([...this.flights.values()].map(({ stayed }) => stayed))
    }
    return this.performed
  }

  /** Lets count what has landed, in order; false if all is done. */
  private settle(): boolean {
    for (; this.next < this.order.length; this.next++) {
      const task = at(this.order, this.next)
      const landed = this.landed.get(task.id)
      if (landed) {
        this.landed.delete(task.id)
        if (this.again(landed.flight, landed.stayed)) return true
        this.count(landed.flight, landed.stayed)
      } else if (this.flights.has(task.id) || this.isReady(task)) {
        if (!this.expandNext(task)) return true
        this.next-- // its batches stand in its place now
      }
    }
    return false
  }

  private isReady(task: StoredTask): boolean {
    if (this.status.get(task.id) !== 'queued') return false
    return this.job.plan.parentsOf(task.id).every((parent) => isDone(this.status.get(parent) ?? 'queued'))
  }

  /** Deferred batching: whether batches were made of the task. */
  private expandNext(task: StoredTask): boolean {
    const { store, job: id } = this.options
    if (!task.node.deferred || this.expanded.has(task.node.id)) return false
    this.expanded.add(task.node.id)
    const batches = this.job.deferredBatches(task)
    if (!batches.ok) {
      this.fail(task, batches.error.message)
      return true
    }
    store.expand({ job: id, id: task.node.id }, batches.value, Date.now())
    this.job = new StoredJob(store, id)
    this.order = [...this.job.tasks.values()]
    this.readStates()
    return true
  }

  private fail(task: StoredTask, reason: string): void {
    this.options.store.change({ task: task.id, from: 'queued', to: 'failed', reason }, Date.now())
    this.tell(task, 'failed', null, reason)
  }

  private startSome(): void {
    for (let i = this.next; i < this.order.length && this.flights.size < this.options.slots; i++) {
      const task = at(this.order, i)
      if (this.flights.has(task.id) || this.landed.has(task.id) || !this.isReady(task)) continue
      if (task.node.deferred && !this.expanded.has(task.node.id)) continue
      if (this.hasRoom(task)) this.start(task)
    }
  }

  private hasRoom({ node }: StoredTask): boolean {
    const limit = this.job.interpreters.get(node.interpreter)?.limit ?? Infinity
    return [...this.flights.values()].filter(({ task }) => task.node.interpreter === node.interpreter).length < limit
  }

  private start(task: StoredTask, localize: readonly string[] = []): void {
    const { store, stage, job } = this.options
    const ready = this.job.ready(task)
    if (!ready.ok) return this.fail(task, ready.error.message)
    const attempt = store.quickly(() => store.begin(task.id, Date.now(), ready.value.file.print, this.around))
    const paths = attemptPaths(stage.dataDir, job, task.id, attempt.number)
    this.tell(task, 'running', attempt.number, null)
    const stayed = this.stayOf(task, { ready: ready.value, paths, number: attempt.number, localize })
    const flight = { task, ready: ready.value, attempt, paths, since: this.performed.length, below: this.below, stayed }
    this.flights.set(task.id, flight)
    void stayed.then((done) => {
      this.flights.delete(task.id)
      this.landed.set(task.id, { flight, stayed: done })
    })
  }

  private stayOf(
    task: StoredTask,
    how: { ready: ReadyTask; paths: AttemptPaths; number: number; localize: readonly string[] }
  ): Promise<Stayed> {
    const { stage } = this.options
    const { ready, paths, number, localize } = how
    const { cwd, timeout } = this.job.settings
    const { interpreter, file } = ready
    const command = this.commandOf(ready, paths)
    writeTask(paths, rehearsedFile(file.text))
    const frames = task.frames && rangeText(task.frames)
    const head = { job: this.job.id, task: task.id, name: task.name, attempt: number, interpreter: interpreter.name }
    writeHead(
      paths,
      { ...head, start: 'cold', frames, command, around: null, at: Date.now(), nulls: file.nulls, why: 'rehearsed' },
      false
    )
    const env = { ...(process.env as Record<string, string>), ...command.env }
    return stay(stage, {
      ...{ below: this.below, worker: null, argv: command.argv, env, cwd, log: paths.log, taskText: null },
      ...{ allOwn: interpreter.evaluator === 'none', inject: null, localize },
      limitMs: timeout === null ? noLimitMs : timeout * 1000
    })
  }

  private commandOf({ interpreter }: ReadyTask, paths: AttemptPaths): AttemptCommand {
    const { cwd } = this.job.settings
    return attemptCommand(interpreter, this.options.evaluators, { taskFile: paths.task, cwd })
  }

  /** Whether a task has to run once more: it looked at what another wrote meanwhile, or at what layers cannot do. */
  private again(flight: Flight, stayed: Stayed): boolean {
    const { task } = flight
    const meanwhile = this.performed.slice(flight.since)
    const missed = meanwhile.find((other) => looksAt(stayed, other.stayed))
    // what no trace shows, such as a mapped file or a descriptor's name, shows in how it ends
    const failed = meanwhile.at(-1) && (stayed.end.kind !== 'exit' || stayed.end.code !== 0)
    const folders = this.foldersToOwn(stayed)
    if (!missed && !failed && folders.length === 0) return false
    const reason = missed
      ? `it looked at what ${missed.name} wrote while both ran; once more behind it`
      : failed
        ? 'it failed while tasks before it ran; once more behind them'
        : 'it renames folders of other tasks; once more with copies of them'
    void stayed.leave()
    this.finish(flight, stayed, { status: 'queued', reason, result: null })
    this.tell(task, 'queued', flight.attempt.number, reason)
    this.start(task, folders)
    return true
  }

  /** Folders of other tasks that it could not rename because of the layers. */
  private foldersToOwn({ trace }: Stayed): string[] {
    const { roots } = this.options.stage.places
    const root = (path: string) => roots.findLast((one) => isIn(path, one.path))
    const folders = trace.crossed.filter(
      ([from, to]) => root(from) === root(to) && seenAt(from, this.below)?.kind === 'folder'
    )
    return [...new Set(folders.map(([from]) => from))]
  }

  private count(flight: Flight, stayed: Stayed): void {
    const { task, ready, paths, below, attempt } = flight
    const { interpreter, file } = ready
    const { store, stage } = this.options
    const plain = interpreter.evaluator === 'none'
    const result = () => (plain ? readPlainResult : readResult)(paths.result)
    const kill = stayed.late
      ? {
          cause: 'timeout' as const,
          then: 'failed' as const,
          reason: `it ran longer than ${this.job.settings.timeout} s`
        }
      : null
    const judged = judge({ end: stayed.end, kill, result, said: null, plain })
    const { status, reason } = judged.verdict
    const accesses = accessesOf(stayed, stage.places)
    const environment = { ...process.env, ...this.commandOf(ready, paths).env }
    store.transaction(() => {
      this.finish(flight, stayed, { status, reason, result: judged.result })
      putLedger(store, attempt.id, packLedger(accesses), seenOf(accesses, environment, [stage.dataDir]))
    })
    this.tell(task, status, attempt.number, reason)
    if (reason) appendNote(paths.log, reason)
    const index = this.performed.length
    const inputs = memberOf(memberOf(file.text, 'node') ?? '{}', 'inputs') ?? '{}'
    this.performed.push({
      ...{ task, name: task.name, index, interpreter, file: file.text, inputs, stayed, result: judged.result, reason },
      ...{ log: paths.log, below, ancestors: this.ancestorsOf(task) }
    })
    this.below = [stayed.layer, ...this.below]
    this.progress()
  }

  private finish(
    { attempt, task }: Flight,
    { end, took }: Stayed,
    verdict: { status: TaskStatus; reason: string | null; result: TaskResult | null }
  ): void {
    const { status, reason, result } = verdict
    const ended = end.kind === 'signal' || end.kind === 'exit' ? end : { kind: 'spawn-error' as const }
    this.options.store.finish(
      {
        ...nothingKnown,
        ...{ id: attempt.id, end: ended.kind, exitCode: end.kind === 'exit' ? end.code : null, reason },
        ...{ signal: end.kind === 'signal' ? end.signal : null, took: Math.round(took) },
        seconds: result?.seconds ?? null,
        peakMemory: 'peakMemory' in ended ? (ended.peakMemory ?? null) : null
      },
      { task: task.id, from: 'running', to: status, reason },
      result?.outputs ?? null,
      Date.now()
    )
  }

  private tell(task: StoredTask, status: TaskStatus, attempt: number | null, reason: string | null): void {
    this.status.set(task.id, status)
    const { emit, job } = this.options
    emit({
      type: 'task',
      job,
      task: task.id,
      name: task.name,
      at: new Date().toISOString(),
      status,
      attempt,
      reason,
      took: null
    })
  }

  private progress(): void {
    const { emit, job } = this.options
    const [done, total] = [this.performed.length, this.order.length]
    emit({ type: 'rehearsal', job, at: new Date().toISOString(), pass: 'author', done, total })
  }

  /** Batches that wait for whole nodes all wait for the same tasks. */
  private ancestorsOf(task: StoredTask): ReadonlySet<number> {
    const key = task.node.dependency === 'node' ? `node ${task.node.id}` : `task ${task.id}`
    const known = this.ancestry.get(key)
    if (known) return known
    const found = new Set<number>()
    for (const parent of this.job.plan.parentsOf(task.id)) {
      found.add(parent)
      for (const above of this.ancestorsOf(of(this.job.tasks, parent))) found.add(above)
    }
    this.ancestry.set(key, found)
    return found
  }
}

/** The task file, with the word that makes its evaluator talk to the trace. */
export const rehearsedFile = (text: Raw): Raw =>
  rawObject([
    ...membersOf(text)
      .filter(({ key }) => key !== 'rehearsal')
      .map(({ key, value }) => [key, value] as const),
    ['rehearsal', 'true']
  ])

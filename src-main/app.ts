/** Opens and wires the core. The window, the command line and tests enter here. */
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { handlerOf, type Output } from './api.ts'
import type { Context } from './api/context.ts'
import { Undo } from './api/undo.ts'
import { contract, repeatable, shapeOf, steering, type CallName, type Input } from './contract.ts'
import { isOfTheShell } from './domain/environment.ts'
import { fail, ok, type Result } from './domain/result.ts'
import type { RunEvent, Runner } from './domain/events.ts'
import type { JobStatus } from './domain/status.ts'
import { describeHolder, lastSeen, readHolder } from './control/holder.ts'
import { Link } from './control/link.ts'
import { Seat } from './control/seat.ts'
import { followed, type RemoteCall } from './control/wire.ts'
import { StepsApart, stepsHere, type LogSteps } from './core/attempt/log-steps.ts'
import { enoughOpenFiles } from './core/process/posix/open-files.ts'
import type { Scheduler } from './core/run/scheduler.ts'
import { openDb, storeTrouble } from './core/store/db.ts'
import { useFolder } from './core/store/folders.ts'
import { Store } from './core/store/store.ts'
import { unfinishedAttempts } from './core/store/views.ts'
import { codeFolder } from './core/evaluator/code-folder.ts'
import { GraphLoader } from './core/evaluator/graph.ts'
import { evaluatorPaths, packageRoot, scriptPaths, versionOf } from './paths.ts'

export interface AppOptions {
  dataDir: string
  slots?: number | undefined
  /** between the soft signal and the hard one, ms */
  graceMs?: number | undefined
  /** long logs are read in a thread of its own: who serves a window answers meanwhile */
  apart?: boolean
}

export interface App {
  call<N extends CallName>(name: N, input: Input<N>): Promise<Result<Output<N>>>
  /** Writes down how tasks ended whose Backlot died; does nothing while somebody runs jobs here. */
  settle(): Promise<void>
  /** Hears what happens in the process that runs jobs, whichever that is, from now on. */
  observe(): void
  /** Hears every event; returns how to stop hearing. */
  on(listener: (event: RunEvent) => void): () => void
  /**
   * Stops what this process asked for (its tasks are queued again), or leaves it running to be adopted later, and closes the
   * store. What other processes asked for runs on. `last`: done in between, while calls are still answered.
   */
  close(running?: 'stop' | 'leave', last?: () => Promise<void>): Promise<void>
  /** What `close` ends is ended hard from now on. */
  hasten(): void
  /** Tasks that run in this process, and jobs that another one runs for it. */
  readonly running: number
}

/** Errors: `store`, when the data folder cannot be used. */
export function openApp(options: AppOptions): Result<App> {
  const enough = enoughOpenFiles()
  if (!enough.ok) return enough
  const dataDir = resolve(options.dataDir)
  const folder = useFolder(dataDir)
  if (!folder.ok) return folder
  const root = packageRoot()
  const opened = openDb(join(dataDir, 'backlot.db'), join(root, 'drizzle'))
  if (!opened.ok) return opened
  const store = new Store(opened.value)
  try {
    store.seedInterpreters()
  } catch (error) {
    opened.value.raw.close()
    return inWords(error)
  }
  return ok(new Core(store, dataDir, root, options))
}

/** A disk that is full or a path that cannot be used is no bug; everything else stays thrown. */
function inWords(error: unknown): Result<never> {
  const trouble = storeTrouble(error)
  if (trouble !== null) return fail('store', trouble)
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) throw error
  return fail('run', `the system refused: ${message}`)
}

type Environment = Readonly<Record<string, string>>

/** Variables that another process has otherwise than this one. */
const differing = (theirs: Environment): Environment =>
  Object.fromEntries(
    Object.entries(theirs).filter(([name, value]) => !isOfTheShell(name) && process.env[name] !== value)
  )

const environment = (): Environment =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )

/** How long a seat is kept for a job that is about to be run, ms. */
const soonMs = 10_000

class Core implements App {
  private readonly store: Store
  private readonly dataDir: string
  private readonly root: string
  private readonly graphs = new GraphLoader()
  private readonly undo = new Undo()
  private readonly logs: LogSteps
  private readonly options: { slots: number; graceMs: number }
  private readonly listeners = new Set<(event: RunEvent) => void>()
  private readonly seat: Seat<Scheduler>
  private readonly context: Context
  /** jobs that another process runs for us */
  private readonly elsewhere = new Set<number>()
  private closing: Promise<void> | null = null

  constructor(store: Store, dataDir: string, root: string, { slots, graceMs, apart }: AppOptions) {
    this.store = store
    this.dataDir = dataDir
    this.root = root
    this.logs = apart ? new StepsApart(join(root, 'out', 'main', 'logs.cjs')) : stepsHere
    this.options = { slots: slots ?? availableParallelism(), graceMs: graceMs ?? 5000 }
    this.seat = new Seat({
      ...{ dataDir, version: versionOf(root) },
      begin: () => this.begin(),
      serve: (call) => this.serve(call),
      hear: (event) => this.tell(event),
      changed: () => this.tellRunner()
    })
    this.context = this.contextFor(null)
  }

  async call<N extends CallName>(name: N, input: Input<N>): Promise<Result<Output<N>>> {
    if (!steering.has(name)) return this.handle(name, input, this.context)
    const taken = await this.seat.take()
    if (!taken.ok) return taken
    if (taken.value instanceof Link) {
      const answer = (await taken.value.call({ name, input, env: null })) as Result<Output<N>> | null
      if (answer) return answer
      // it ended with the call in its hands, done or not
      if (repeatable.has(name)) return this.call(name, input)
      return fail('held', 'the process that runs jobs here ended just now; look what became of it and ask again')
    }
    try {
      return await this.handle(name, input, this.context)
    } finally {
      this.seat.free()
    }
  }

  private async handle<N extends CallName>(name: N, input: unknown, context: Context): Promise<Result<Output<N>>> {
    const parsed = shapeOf(name).safeParse(input)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      const where = issue?.path.join('.') || name
      return fail('usage', `${where}: ${issue?.message ?? 'the input does not fit'}`)
    }
    try {
      const handler = (await handlerOf(name)) as (
        context: Context,
        input: unknown
      ) => Promise<Result<Output<N>>> | Result<Output<N>>
      return await handler(context, parsed.data)
    } catch (error) {
      return inWords(error)
    }
  }

  /** A call of another process, while this one runs jobs. */
  private async serve({ name, input, env }: RemoteCall): Promise<Result<unknown>> {
    const known = Object.keys(contract).find((one): one is CallName => one === name)
    if (!known || !(steering.has(known) || known === followed))
      return fail('usage', `${name} is not for other processes`)
    const taken = await this.seat.take()
    if (!taken.ok) return taken
    try {
      const context = this.contextFor(differing(env ?? {}))
      if (taken.value instanceof Link) return await this.handle(known, input, context)
      // it may leave the seat while it answers, where the call ends its last job
      const worker = ok(taken.value)
      return await this.handle(known, input, { ...context, scheduler: () => worker })
    } finally {
      this.seat.free()
    }
  }

  /** `guest`: another process asks, and these are its variables. */
  private contextFor(guest: Environment | null): Context {
    const { store, dataDir, root, graphs, undo, logs, seat } = this
    return {
      ...{ store, dataDir, root, graphs, undo, logs, evaluators: evaluatorPaths(root), slots: this.options.slots },
      emit: (event) => this.emit(event),
      live: (job) => seat.worker?.live(job) ?? null,
      runner: () => this.runner(),
      lastSeen: () => lastSeen(dataDir),
      scheduler: () => (seat.worker ? ok(seat.worker) : fail('held', 'another process runs jobs here')),
      warm: () => this.warm(),
      alone: (work) => this.alone(work),
      run: (job, slots) => this.run(job, guest ? undefined : slots, guest)
    }
  }

  private tellRunner(): void {
    this.tell({ type: 'runner', runner: this.runner(), at: new Date().toISOString() })
  }

  private runner(): Runner | null {
    const { holder, worker } = this.seat
    return holder && { pid: holder.pid, command: holder.command, since: holder.since, here: worker !== null }
  }

  on(listener: (event: RunEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private emit(event: RunEvent): void {
    this.tell(event)
    this.seat.emit(event)
  }

  private tell(event: RunEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  private async begin(): Promise<{ worker: Scheduler; tookOver: boolean }> {
    const { store, dataDir } = this
    const { Scheduler } = await import('./core/run/scheduler.ts')
    const emit = (event: RunEvent) => this.emit(event)
    const resting = () => this.seat.rest()
    const scheduler = new Scheduler({
      store,
      dataDir,
      ...this.options,
      scripts: { ...scriptPaths(this.root), codeFolder },
      emit,
      resting
    })
    const left = unfinishedAttempts(store.db)
    await scheduler.adopt(left)
    return { worker: scheduler, tookOver: left.length > 0 }
  }

  /** The scheduler, kept for a job that is about to be run; null where another process runs jobs. */
  private async warm(): Promise<Scheduler | null> {
    const taken = await this.seat.take()
    if (!taken.ok || taken.value instanceof Link) return null
    setTimeout(() => this.seat.free(), soonMs).unref()
    return taken.value
  }

  private async alone<T>(work: (scheduler: Scheduler) => Promise<Result<T>>): Promise<Result<T>> {
    const taken = await this.seat.take()
    if (!taken.ok) return taken
    if (taken.value instanceof Link)
      return fail('held', `${describeHolder(taken.value.holder)}; wait for it, stop it, or use another --data-dir`)
    try {
      return await work(taken.value)
    } finally {
      this.seat.free()
    }
  }

  /** Runs a job here or in the process that runs jobs; should that one end, the job goes on here. */
  private async run(job: number, slots: number | undefined, guest: Environment | null): Promise<Result<JobStatus>> {
    for (let left = false; ; left = true) {
      const taken = await this.seat.take()
      if (!taken.ok) return taken
      if (taken.value instanceof Link) {
        const end = await this.runThere(taken.value, job)
        if (end) return end
      } else
        try {
          if (left) this.tellRunner()
          if (slots !== undefined) taken.value.slots = slots
          this.store.setHeld(job, false)
          return await taken.value.run(job, guest)
        } finally {
          this.seat.free()
        }
    }
  }

  private async runThere(link: Link, job: number): Promise<Result<JobStatus> | null> {
    this.elsewhere.add(job)
    const answer = await link.call({ name: followed, input: { job }, env: environment() })
    this.elsewhere.delete(job)
    const end = answer as Result<Output<'job.run'>> | null
    return end?.ok ? ok(end.value.status) : end
  }

  async settle(): Promise<void> {
    if (readHolder(this.dataDir) !== null || unfinishedAttempts(this.store.db).length === 0) return
    try {
      await this.seat.settle()
    } catch (error) {
      inWords(error) // a full or read-only disk: what is there can be read all the same
    }
  }

  observe(): void {
    this.seat.observe()
  }

  get running(): number {
    return (this.seat.worker?.runningTasks().length ?? 0) + this.elsewhere.size
  }

  hasten(): void {
    this.seat.hasten()
  }

  close(running: 'stop' | 'leave' = 'stop', last?: () => Promise<void>): Promise<void> {
    return (this.closing ??= this.end(running, last))
  }

  private async end(running: 'stop' | 'leave', last?: () => Promise<void>): Promise<void> {
    if (running === 'stop') await Promise.all([...this.elsewhere].map((job) => this.call('job.interrupt', { job })))
    await this.seat.close(running === 'leave')
    try {
      await last?.()
    } finally {
      await this.store.close()
    }
  }
}

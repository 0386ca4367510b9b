/** Opens and wires the core. The window, the command line and tests enter here. */
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { api, type Output } from './api.ts'
import type { Context } from './api/context.ts'
import { contract, type CallName, type Input } from './contract.ts'
import { fail, ok, type Result } from './domain/result.ts'
import type { StoredJob } from './core/job/stored-job.ts'
import type { RunEvent } from './domain/events.ts'
import { enoughOpenFiles } from './core/process/open-files.ts'
import { Scheduler } from './core/run/scheduler.ts'
import { openDb, storeTrouble } from './core/store/db.ts'
import { useFolder } from './core/store/folders.ts'
import { takeLock, type Lock } from './core/store/lock.ts'
import { Store } from './core/store/store.ts'
import { unfinishedAttempts } from './core/store/views.ts'
import { GraphLoader } from './core/evaluator/graph.ts'
import type { Evaluators } from './core/evaluator/call.ts'
import { evaluatorPaths, packageRoot, scriptPaths } from './paths.ts'

// A job of hundreds of thousands of tasks passes through objects that live shortly. V8 would let 100 MB of them gather;
// with young space of 8 MB it takes no longer (bench: frames).
setFlagsFromString('--max-semi-space-size=8')
setFlagsFromString('--semi-space-growth-factor=1')

export interface AppOptions {
  dataDir: string
  slots?: number | undefined
  /** between the soft signal and the hard one, ms */
  graceMs?: number | undefined
}

export interface App {
  call<N extends CallName>(name: N, input: Input<N>): Promise<Result<Output<N>>>
  /** Hears every event; returns how to stop hearing. */
  on(listener: (event: RunEvent) => void): () => void
  /** Stops what runs (its tasks are queued again), or leaves it running to be adopted later, and closes the store. */
  close(running?: 'stop' | 'leave'): Promise<void>
  /** Tasks that run now. */
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

class Core implements App, Context {
  readonly store: Store
  readonly dataDir: string
  readonly root: string
  readonly evaluators: Evaluators
  readonly graphs = new GraphLoader()
  readonly slots: number
  private readonly graceMs: number
  private readonly listeners = new Set<(event: RunEvent) => void>()
  private lock: Lock | null = null
  private active: Scheduler | null = null

  constructor(store: Store, dataDir: string, root: string, options: AppOptions) {
    this.store = store
    this.dataDir = dataDir
    this.root = root
    this.evaluators = evaluatorPaths(root)
    this.slots = options.slots ?? availableParallelism()
    this.graceMs = options.graceMs ?? 5000
  }

  async call<N extends CallName>(name: N, input: Input<N>): Promise<Result<Output<N>>> {
    const parsed = contract[name].safeParse(input)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      return fail('usage', `${name}: ${issue?.path.join('.') || 'the input'}: ${issue?.message ?? 'does not fit'}`)
    }
    const handler = api[name] as (context: Context, input: unknown) => Promise<Result<Output<N>>> | Result<Output<N>>
    try {
      return await handler(this, parsed.data)
    } catch (error) {
      return inWords(error)
    }
  }

  on(listener: (event: RunEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  emit(event: RunEvent): void {
    for (const listener of this.listeners) listener(event)
  }

  scheduler(): Result<Scheduler> {
    if (this.active) return ok(this.active)
    const lock = takeLock(this.dataDir)
    if (!lock.ok) return lock
    this.lock = lock.value
    const { store, dataDir, slots, graceMs } = this
    const scripts = scriptPaths(this.root)
    this.active = new Scheduler({ store, dataDir, slots, graceMs, scripts, emit: (event) => this.emit(event) })
    this.active.adopt(unfinishedAttempts(store.db))
    return ok(this.active)
  }

  live(job: number): StoredJob | null {
    return this.active?.live(job) ?? null
  }

  get running(): number {
    return this.active?.runningTasks().length ?? 0
  }

  async close(running: 'stop' | 'leave' = 'stop'): Promise<void> {
    await this.active?.close(running === 'leave')
    this.lock?.release()
    await this.store.close()
  }
}

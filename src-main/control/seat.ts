/**
 * Who runs jobs in a data folder: one process at a time has the seat. Whoever wants something run or changed takes the
 * seat if it is free, else a link to the process that has it; nobody keeps it without work (ADR 17).
 */
import { watch, type FSWatcher } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunEvent } from '../domain/events.ts'
import { fail, ok, type Result } from '../domain/result.ts'
import { takeLock, type Lock } from '../core/store/lock.ts'
import { codeOf } from '../core/process/process.ts'
import {
  describeHolder,
  keepLast,
  newHolder,
  noteName,
  readHolder,
  removeHolder,
  touchHolder,
  writeHolder
} from './holder.ts'
import type { Holder } from './holder.ts'
import { Host } from './host.ts'
import { Link } from './link.ts'
import type { RemoteCall } from './wire.ts'

/** What runs jobs while this process has the seat. */
export interface Worker {
  /** Nothing of any job is in work. */
  readonly idle: boolean
  /** Ends what it started, or lets it run on to be adopted: somebody else may run jobs then. */
  close(leave: boolean): Promise<void>
  /** What is closed has nothing left in this process, such as programs that take their time to end. */
  gone(): Promise<void>
  /** What is being ended is ended hard from now on. */
  hasten(): void
}

export interface SeatOptions<W extends Worker> {
  dataDir: string
  version: string
  /** Begins to run jobs; resolves when what an earlier Backlot left is looked through: `tookOver` if there was something. */
  begin(): Promise<{ worker: W; tookOver: boolean }>
  /** A call of another process. */
  serve: (call: RemoteCall) => Promise<Result<unknown>>
  /** What happens in the process that has the seat, where that is not this one. */
  hear(event: RunEvent): void
  /** What was read of jobs may be out of date: somebody else has the seat, or not any more, or we took over what ran. */
  changed(holder: Holder | null): void
}

interface Here<W> {
  lock: Lock
  holder: Holder
  host: Host | null
  worker: W
  alive: NodeJS.Timeout
}

/** How long somebody who has the lock may take to say where he can be reached, ms. */
const patienceMs = 5000
const pollMs = 25
/** between two signs of life, ms */
const aliveMs = 2000

export class Seat<W extends Worker> {
  private readonly options: SeatOptions<W>
  private here: Here<W> | null = null
  private link: Link | null = null
  /** calls that need the seat and are not done */
  private calls = 0
  private closed = false
  /** one change at a time */
  private turn: Promise<unknown> = Promise.resolve()
  private watcher: FSWatcher | null = null
  /** those that are closed and not gone */
  private readonly leaving = new Map<W, Promise<void>>()

  constructor(options: SeatOptions<W>) {
    this.options = options
  }

  /** What runs jobs in this process; null: it does not have the seat. */
  get worker(): W | null {
    return this.here?.worker ?? null
  }

  /** Who runs jobs in the folder now, this process included; null: nobody. */
  get holder(): Holder | null {
    return this.here?.holder ?? this.link?.holder ?? readHolder(this.options.dataDir)
  }

  /**
   * The seat, to be given back by `free`, or a link to who has it. Errors: `held`, where somebody has it and cannot be
   * reached.
   */
  async take(): Promise<Result<W | Link>> {
    this.calls++
    const taken = await this.inTurn(() => this.sit())
    if (!taken.ok || taken.value instanceof Link) this.calls--
    return taken
  }

  /** A call is done; the seat is left where there is no more work. */
  free(): void {
    this.calls--
    this.rest()
  }

  /** Leaves the seat if there is nothing to do. */
  rest(): void {
    if (this.mayLeave) void this.inTurn(async () => (this.mayLeave ? this.leave(false) : undefined))
  }

  private get mayLeave(): boolean {
    return this.here !== null && this.calls === 0 && this.here.worker.idle
  }

  emit(event: RunEvent): void {
    this.here?.host?.emit(event)
  }

  /** Takes the seat for a moment, so that what an earlier Backlot left is looked through; what lives runs on. */
  async settle(): Promise<void> {
    await this.inTurn(async () => {
      const taken = await this.sit()
      if (taken.ok && this.calls === 0) await this.leave(true)
    })
  }

  /** Follows whoever has the seat, from now on. */
  observe(): void {
    this.watcher = watch(this.options.dataDir, (_, name) => {
      if (name === noteName) void this.look()
    })
    this.watcher.on('error', () => undefined) // the folder is gone: the store says so
    void this.look(true)
  }

  /** `first`: that nobody has the seat is no news yet. */
  private async look(first = false): Promise<void> {
    await this.inTurn(async () => {
      if (this.here || this.link || this.closed) return
      const holder = readHolder(this.options.dataDir)
      if (holder) await this.connect(holder)
      else if (!first) this.options.changed(null)
    })
  }

  /** Leaves the seat or hangs up. */
  async close(leave: boolean): Promise<void> {
    this.watcher?.close()
    await this.inTurn(async () => {
      this.closed = true
      this.link?.close()
      await this.leave(leave)
    })
    await Promise.all(this.leaving.values())
  }

  /** What is being ended here is ended hard from now on. */
  hasten(): void {
    for (const worker of [...this.leaving.keys(), ...(this.here ? [this.here.worker] : [])]) worker.hasten()
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work)
    this.turn = done.catch(() => undefined)
    return done
  }

  private async sit(): Promise<Result<W | Link>> {
    const until = performance.now() + patienceMs
    for (;;) {
      if (this.closed) return fail('held', 'this Backlot is being closed')
      if (this.here) return ok(this.here.worker)
      if (this.link) return ok(this.link)
      const lock = takeLock(this.options.dataDir)
      if (lock.ok) return ok(await this.begin(lock.value))
      if (lock.error.kind !== 'held') return lock
      const holder = readHolder(this.options.dataDir)
      const link = holder && (await this.connect(holder))
      if (link) return link
      if (performance.now() > until) return this.unreachable(holder)
      await sleep(pollMs)
    }
  }

  private unreachable(holder: Holder | null): Result<never> {
    const who = holder ? describeHolder(holder) : 'another process'
    const { dataDir } = this.options
    return fail('held', `${dataDir} is held by ${who}, which cannot be reached; end it, or use another --data-dir`)
  }

  private async begin(lock: Lock): Promise<W> {
    const { dataDir } = this.options
    try {
      const holder = newHolder(dataDir)
      const host = await this.openHost(holder)
      const alive = setInterval(() => touchHolder(dataDir), aliveMs)
      alive.unref()
      const { worker, tookOver } = await this.options.begin()
      this.here = { lock, holder, host, worker, alive }
      if (tookOver) this.options.changed(holder)
      return worker
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Null where the disk refuses: jobs run all the same, but nobody can reach us. */
  private async openHost(holder: Holder): Promise<Host | null> {
    const { dataDir, version, serve } = this.options
    try {
      keepLast(dataDir)
      removeHolder(dataDir, holder) // of one that was killed
      const host = await Host.open({ holder, version, call: serve })
      writeHolder(dataDir, holder)
      return host
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      return null
    }
  }

  private async leave(leave: boolean): Promise<void> {
    const { here } = this
    if (!here) return
    const { worker } = here
    await worker.close(leave)
    this.leaving.set(
      worker,
      worker.gone().finally(() => this.leaving.delete(worker))
    )
    this.here = null
    clearInterval(here.alive)
    // first the note goes: who hangs up on us must not find us again
    try {
      removeHolder(this.options.dataDir, here.holder)
    } catch (error) {
      if (codeOf(error) === undefined) throw error // a note that stays counts only while we live
    }
    here.lock.release()
    await here.host?.close()
  }

  private async connect(holder: Holder): Promise<Result<Link> | null> {
    const link = await Link.open(holder, this.options.version, {
      event: (event) => this.options.hear(event),
      closed: () => this.lost()
    })
    if (!link?.ok) return link
    this.link = link.value
    this.options.changed(holder)
    return link
  }

  private lost(): void {
    this.link = null
    if (this.closed) return
    this.options.changed(null)
    if (this.watcher) void this.look()
  }
}

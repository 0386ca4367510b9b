/**
 * The one loop's round: one transaction holds what has ended and what begins, so an attempt is in the store before its
 * process starts; then the processes start; then the news is told, once it is on the disk.
 */
import { fail } from '../../domain/result.ts'
import { codeOf, type Process } from '../process/process.ts'
import { Finishing, type Ended } from './finishing.ts'
import type { Parts } from './parts.ts'
import type { RunningAttempt } from './running.ts'
import { Starting, type Start } from './starting.ts'

/** while tasks are prefetched, ends are written down together: between two rounds */
const togetherMs = 2
/** tasks that one transaction begins */
const mostAtOnce = 500

export interface RoundListener {
  /** An attempt is followed from now on. */
  followed(): void
  /** Everything is told; jobs may have ended. */
  told(closing: boolean): void
  /** The store cannot be written any more. */
  broken(): void
}

export class Round {
  readonly starting: Starting
  private readonly finishing: Finishing
  private readonly parts: Parts
  private readonly ended: Ended[] = []
  private later: NodeJS.Timeout | null = null
  private isRunning = false
  /** nothing new starts: Backlot is being closed */
  private isClosing = false
  /** nothing is written any more */
  private isOver = false
  private readonly listener: RoundListener

  constructor(parts: Parts, listener: RoundListener) {
    this.parts = parts
    this.listener = listener
    this.starting = new Starting(parts, (attempt, process) => this.follow(attempt, process))
    this.finishing = new Finishing(parts)
  }

  /** Whether the store is no longer written. */
  get over(): boolean {
    return this.isOver
  }

  startNothing(): void {
    this.isClosing = true
  }

  end(): void {
    this.isOver = true
  }

  /** A round as soon as what goes on now is done. */
  wake(): void {
    setImmediate(() => this.run())
  }

  /** Hears how the process of an attempt ends. */
  follow(attempt: RunningAttempt, process: Process): void {
    attempt.follow(process)
    this.listener.followed()
    void process.ended.then((end) => {
      const left = attempt.seekLeft(end)
      if (left) void left.then(() => this.hearEnd({ attempt, end }))
      else this.hearEnd({ attempt, end })
    })
  }

  private hearEnd(ended: Ended): void {
    this.ended.push(ended)
    const { slots } = this.parts
    if (slots.prefetched().length < slots.count) this.wake()
    else this.later ??= setTimeout(() => this.run(), togetherMs)
  }

  private run(): void {
    if (this.later) clearTimeout(this.later)
    this.later = null
    if (this.isRunning || this.isOver) return
    this.isRunning = true
    try {
      if (this.ended.length > 0 || this.mayStart) this.commit()
      void this.tell()
    } catch (error) {
      this.breakDown(error)
    } finally {
      this.isRunning = false
    }
  }

  private commit(): void {
    const starts: Start[] = []
    this.parts.store.quickly(() => {
      for (const ended of this.ended.splice(0)) this.finishing.finish(ended, !this.isClosing)
      if (!this.isClosing) this.begin(starts)
    })
    for (const start of starts) start()
  }

  private async tell(): Promise<void> {
    try {
      const told = await this.parts.news.tell(() => this.parts.slots.taken > 0)
      if (told && !this.isOver) this.listener.told(this.isClosing)
    } catch (error) {
      this.breakDown(error)
    }
  }

  private get mayStart(): boolean {
    return !this.isClosing && this.parts.slots.free > 0 && this.parts.jobs.hasReady
  }

  private begin(starts: Start[]): void {
    const { slots } = this.parts
    const { free, taken: before } = slots
    for (let n = 0; slots.taken - before < free; n++) {
      if (n === mostAtOnce) return this.wake() // spared tasks take no slot
      const picked = this.pick()
      if (!picked) return slots.revoke(free - (slots.taken - before))
      const start = this.starting.begin(picked)
      if (start) starts.push(start)
    }
    this.prefetch(starts)
  }

  /** All slots are taken: where tasks are short, the next ones are prefetched, to start as soon as a slot is free. */
  private prefetch(starts: Start[]): void {
    for (let n = 0; n < mostAtOnce; n++) {
      const picked = this.pick()
      if (!picked) return
      if (!this.starting.mayPrefetch(picked)) {
        picked.job.plan.mark(picked.task.id, 'queued')
        return
      }
      const start = this.starting.begin(picked, true)
      if (start) starts.push(start)
    }
  }

  private pick() {
    const { jobs, slots } = this.parts
    return jobs.next((job, interpreter) => slots.admits(job, interpreter))
  }

  /**
   * The store cannot be written, as on a full disk: nothing more is started or told. What runs goes on and is adopted,
   * with its results, when Backlot is opened again. An error without a system's code is a bug and is thrown.
   */
  breakDown(error: unknown): void {
    if (codeOf(error) === undefined) throw error
    this.isOver = true
    this.listener.broken()
    for (const attempt of this.parts.slots.all()) attempt.adopted = true
    const why = `the store cannot be written (${(error as Error).message}); running tasks go on: free space, then: backlot resume`
    this.parts.jobs.giveUp(fail('store', why))
  }
}

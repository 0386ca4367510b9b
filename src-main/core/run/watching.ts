/** Watches the attempts in flight: their logs, their limits, their memory, their progress. */
import type { JobSettings } from '../../domain/settings.ts'
import { oomKills } from '../process/posix/oom.ts'
import { brokenLimit, hasOverstayed, missedBetween, tickMs } from './limits.ts'
import { MemoryWatch } from './memory.ts'
import type { Parts } from './parts.ts'
import type { RunningAttempt } from './running.ts'

export class Watching {
  /** processes that the kernel had ended for want of memory at the last look; null: it does not count them */
  oomKills: number | null = oomKills()
  private readonly parts: Parts
  private readonly broken: (error: unknown) => void
  private readonly memory = new MemoryWatch()
  /** attempts whose logs are read on before the next tick */
  private readonly catchingUp = new Set<RunningAttempt>()
  private timer: NodeJS.Timeout | null = null
  /** monotonic, ms */
  private tickedAt = 0

  /** `broken`: hears what the system refused. */
  constructor(parts: Parts, broken: (error: unknown) => void) {
    this.parts = parts
    this.broken = broken
  }

  /** Ticks while there is something to watch. */
  keepTime(): void {
    if (this.parts.slots.taken === 0) return this.stop()
    if (this.timer) return
    this.tickedAt = performance.now()
    this.timer = setInterval(() => this.tick(), tickMs)
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
  }

  private tick(): void {
    const { slots, clock, behind } = this.parts
    const now = performance.now()
    const missed = missedBetween(this.tickedAt, now)
    this.tickedAt = now
    clock.wake()
    if (missed > 0) {
      // what has ended meanwhile is heard of first; limits are looked at with the next tick
      for (const attempt of slots.all()) attempt.shift(missed)
      return
    }
    this.oomKills = oomKills()
    for (const attempt of slots.all()) this.look(attempt, true)
    for (const attempt of this.memory.look(slots.all(), now)) behind(attempt.endForMemory())
  }

  private look(attempt: RunningAttempt, enforce: boolean): void {
    const { slots, store, news, jobs } = this.parts
    const settings = jobs.get(attempt.job)?.settings
    if (!this.timer || !settings || slots.of(attempt.task.id) !== attempt) return
    const now = performance.now()
    if (hasOverstayed(attempt.clock, now)) slots.overstayed(attempt)
    try {
      const { changed, more } = attempt.readLog(now)
      if (changed) news.progress(attempt)
      // a log that grows by more than that in a tick is read in between, so that the end does not have to read all of it
      if (more) this.catchUp(attempt)
      if (enforce) this.enforce(attempt, settings, now)
      if (attempt.saveDue(now)) store.setProgress(attempt.attempt.id, attempt.progress, attempt.message)
    } catch (error) {
      this.broken(error)
    }
  }

  private enforce(attempt: RunningAttempt, settings: JobSettings, now: number): void {
    const kill = brokenLimit(attempt.clock, settings, now)
    if (kill) this.parts.behind(attempt.end(kill))
  }

  private catchUp(attempt: RunningAttempt): void {
    if (this.catchingUp.has(attempt)) return
    this.catchingUp.add(attempt)
    setImmediate(() => {
      this.catchingUp.delete(attempt)
      this.look(attempt, false)
    })
  }
}

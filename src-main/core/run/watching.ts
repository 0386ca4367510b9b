/** Watches the attempts in flight: their logs, their limits, their progress. */
import type { JobSettings } from '../../domain/settings.ts'
import { brokenLimit, hasOverstayed } from './limits.ts'
import type { Parts } from './parts.ts'
import type { RunningAttempt } from './running.ts'

const tickMs = 200

export class Watching {
  private readonly parts: Parts
  private readonly broken: (error: unknown) => void
  /** attempts whose logs are read on before the next tick */
  private readonly catchingUp = new Set<RunningAttempt>()
  private timer: NodeJS.Timeout | null = null

  /** `broken`: hears what the system refused. */
  constructor(parts: Parts, broken: (error: unknown) => void) {
    this.parts = parts
    this.broken = broken
  }

  /** Ticks while there is something to watch. */
  keepTime(): void {
    if (this.parts.slots.taken > 0) this.timer ??= setInterval(() => this.tick(), tickMs)
    else this.stop()
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
  }

  private tick(): void {
    for (const attempt of this.parts.slots.all()) this.look(attempt)
  }

  private look(attempt: RunningAttempt): void {
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
      this.enforce(attempt, settings, now)
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
      this.look(attempt)
    })
  }
}

/** Weighs what runs: what all processes of an attempt have in memory together, now and then. */
import { processes } from '../process/processes.ts'
import type { MarkReader, Processes } from '../process/system.ts'
import type { RunningAttempt } from './running.ts'

/** between two looks: where a task has a limit, and where none has */
const [closeMs, wideMs] = [150, 900]
/** looking takes no more than this part of the time */
const mostOfTime = 0.02
/** tasks that have just begun are not looked at: what they were is told when they have ended */
const youngMs = 250

export class MemoryWatch {
  private dueAt = 0
  /** by pid and start: reading an environment takes longer than a look */
  private readonly marks = new Map<string, string | null>()

  /** Weighs the attempts where it is time to; `now` monotonic, ms. Returns those that have more than they may. */
  look(attempts: Iterable<RunningAttempt>, now: number): RunningAttempt[] {
    if (now < this.dueAt) return []
    const old = [...attempts].filter((one) => !one.isPrefetched && (one.ranFor(now) ?? 0) > youngMs)
    if (old.length === 0) return []
    const all = this.processes()
    const heavy = old.filter((one) => one.weigh(all, this.mark))
    const wait = old.some(({ limit }) => limit !== null) ? closeMs : wideMs
    this.dueAt = now + Math.max(wait, (performance.now() - now) / mostOfTime)
    return heavy
  }

  private processes(): Processes {
    const all = processes.lookAt()
    const there = new Set([...all.values()].map(({ pid, startedAt }) => `${pid} ${startedAt}`))
    for (const key of this.marks.keys()) if (!there.has(key)) this.marks.delete(key)
    return all
  }

  private readonly mark: MarkReader = (process) => {
    const key = `${process.pid} ${process.startedAt}`
    const known = this.marks.get(key)
    if (known !== undefined) return known
    const mark = processes.markOf(process)
    this.marks.set(key, mark)
    return mark
  }
}

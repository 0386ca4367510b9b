/** Every attempt of a job: fetched once, then kept by events. */
import type { RunEvent, TaskEvent } from '../../src-main/domain/events.ts'
import { ask, hear } from '../api.ts'
import { jobs } from '../state/jobs.svelte.ts'
import { attemptOf, type Attempt } from './bars.ts'

/** ms between two layouts: one more bar is no reason to lay out 20,000 of them again */
const showMs = 500

const keyOf = ({ task, number }: { task: number; number: number }) => `${task}/${number}`

export class Attempts {
  list = $state.raw<Attempt[] | null>(null)
  private readonly job: number
  private byKey = new Map<string, Attempt>()
  /** tasks whose attempts the events do not explain */
  private readonly unclear = new Set<number>()
  private timer: ReturnType<typeof setTimeout> | null = null
  private readonly off: () => void

  constructor(job: number) {
    this.job = job
    this.off = hear((events) => this.take(events))
    void this.load()
  }

  close(): void {
    this.off()
    if (this.timer) clearTimeout(this.timer)
  }

  private async load(): Promise<void> {
    const found = await ask('job.attempts', { job: this.job })
    if (!found) return
    this.byKey = new Map(found.map((attempt) => [keyOf(attempt), attempt]))
    this.show()
  }

  private show(): void {
    this.list = [...this.byKey.values()]
  }

  private take(events: readonly RunEvent[]): void {
    const ours = events.filter((event) => event.type === 'task').filter((event) => event.job === this.job)
    for (const event of ours) this.takeOne(event)
    if (ours.length) this.timer ??= setTimeout(() => void this.refresh(), showMs)
  }

  private takeOne(event: TaskEvent): void {
    const key = keyOf({ task: event.task, number: event.attempt ?? 0 })
    const attempt = attemptOf(event, this.byKey.get(key))
    if (attempt) this.byKey.set(key, attempt)
    // events do not say where
    if (attempt?.host === null && jobs.find(this.job)?.farm) this.unclear.add(event.task)
    // stopped, lost or retried: its color depends on which
    if (event.status === 'queued' || event.status === 'canceled') this.unclear.add(event.task)
  }

  private async refresh(): Promise<void> {
    this.timer = null
    const asked = [...this.unclear]
    this.unclear.clear()
    for (const task of asked) {
      const found = await ask('task.attempts', { task })
      for (const attempt of found ?? []) this.byKey.set(keyOf({ ...attempt, task }), { ...attempt, task })
    }
    this.show()
  }
}

/** All jobs, kept fresh by events. */
import type { JobView } from '../../src-main/api.ts'
import type { RunEvent } from '../../src-main/core/run/events.ts'
import { ask } from '../api.ts'

class Jobs {
  list = $state.raw<JobView[]>([])
  loaded = $state(false)
  private timer: ReturnType<typeof setTimeout> | null = null

  async load(): Promise<void> {
    const list = await ask('job.list', {})
    if (list) this.list = list
    this.loaded = true
  }

  find(id: number): JobView | undefined {
    return this.list.find((job) => job.id === id)
  }

  /** Counts change with every task; the list is asked for again at most four times a second. */
  hear(events: readonly RunEvent[]): void {
    if (!events.some((event) => event.type !== 'progress')) return
    this.timer ??= setTimeout(() => {
      this.timer = null
      void this.load()
    }, 250)
  }
}

export const jobs = new Jobs()

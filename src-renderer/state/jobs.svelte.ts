/** All jobs, kept fresh by events. */
import type { JobView } from '../../src-main/api.ts'
import type { RunEvent } from '../../src-main/core/run/events.ts'
import { ask } from '../api.ts'
import { toasts } from './toasts.svelte.ts'

class Jobs {
  private all = $state.raw<JobView[]>([])
  /** jobs that are about to be deleted: not shown any more, but still there to be brought back */
  private leaving = $state.raw<ReadonlySet<number>>(new Set())
  list = $derived(this.all.filter((job) => !this.leaving.has(job.id)))
  loaded = $state(false)
  private timer: ReturnType<typeof setTimeout> | null = null

  async load(): Promise<void> {
    const list = await ask('job.list', {})
    if (list) this.all = list
    this.loaded = true
  }

  find(id: number): JobView | undefined {
    return this.list.find((job) => job.id === id)
  }

  /** Hides a job and deletes it in a few seconds; until then it can be brought back. */
  remove(id: number, bringBack: () => void): void {
    this.leaving = new Set([...this.leaving, id])
    const stay = () => (this.leaving = new Set([...this.leaving].filter((one) => one !== id)))
    const work = async () => {
      await ask('job.delete', { job: id })
      await this.load()
      stay()
    }
    const undo = () => {
      stay()
      bringBack()
    }
    toasts.later(`Job ${id} is deleted.`, () => void work(), undo)
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

/** All jobs, kept fresh by events. */
import type { JobView } from '../../src-main/api.ts'
import type { JobsEvent, ProgressEvent, RehearsalEvent, RunEvent } from '../../src-main/domain/events.ts'
import { ask, hear, tell } from '../api.ts'
import { toasts } from './toasts.svelte.ts'

class Jobs {
  private all = $state.raw<JobView[]>([])
  /** jobs that are about to be deleted: not shown any more, but still there to be brought back */
  private leaving = $state.raw<ReadonlySet<number>>(new Set())
  list = $derived(this.all.filter((job) => !this.leaving.has(job.id)))
  loaded = $state(false)
  private readonly changed = new Set<number>()
  private lookMs = 0
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor() {
    hear((events) => this.take(events))
  }

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

  /** Counts change with every task: the jobs concerned are asked for again, at most four times a second, less often where that is costly. */
  private take(events: readonly RunEvent[]): void {
    // another process runs jobs, or no more: any of them may have changed unheard
    if (events.some((event) => event.type === 'runner')) void this.load()
    for (const event of events) if (changesJob(event)) this.changed.add(event.job)
    if (this.changed.size === 0) return
    this.timer ??= setTimeout(() => void this.refresh(), Math.max(250, 20 * this.lookMs))
  }

  /** After an action that no event tells of, such as a pause. */
  async look(id: number): Promise<void> {
    const answer = await tell('job.show', { job: id })
    // made by another process, or gone
    if ('error' in answer || !this.all.some((job) => job.id === id)) return this.load()
    this.all = this.all.map((job) => (job.id === id ? answer.value : job))
  }

  private async refresh(): Promise<void> {
    this.timer = null
    const ids = [...this.changed]
    this.changed.clear()
    const begin = performance.now()
    for (const id of ids) await this.look(id)
    this.lookMs = performance.now() - begin
  }
}

const changesJob = (event: RunEvent): event is Exclude<JobsEvent, ProgressEvent | RehearsalEvent> =>
  event.type !== 'progress' && event.type !== 'rehearsal' && event.type !== 'runner'

export const jobs = new Jobs()

/** All jobs, kept fresh by events. */
import { countText } from '../../src-main/domain/counts.ts'
import type { JobView } from '../../src-main/api.ts'
import type { JobsEvent, ProgressEvent, RehearsalEvent, RunEvent } from '../../src-main/domain/events.ts'
import { goesOnText, isRemote } from '../../src-main/domain/farm-run.ts'
import { ask, hear, tell } from '../api.ts'
import { toasts } from './toasts.svelte.ts'

class Jobs {
  private all = $state.raw<JobView[]>([])
  /** jobs that are in work here, whether or not something of them runs */
  private started = $state.raw<ReadonlySet<number>>(new Set())
  /** jobs that are being deleted: not shown any more */
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
    void this.lookAtStarted()
  }

  find(id: number): JobView | undefined {
    return this.list.find((job) => job.id === id)
  }

  /** Sets jobs aside; until they are cleared away they can be brought back, with `bringBack` once they are there again. */
  async remove(ids: readonly number[], bringBack: () => void): Promise<void> {
    const gone = new Set(ids)
    const onFarm = this.list.flatMap(({ id, farm }) =>
      gone.has(id) && farm && isRemote(farm) ? [`${goesOnText(id, farm).replace(/^j/, 'J')}.`] : []
    )
    this.leaving = new Set([...this.leaving, ...gone])
    const set = await ask('job.trash', { jobs: [...gone] })
    await this.load()
    this.leaving = new Set([...this.leaving].filter((one) => !gone.has(one)))
    // refused: it says so
    if (set === null && this.list.some((job) => gone.has(job.id))) return
    const text = ids.length === 1 ? `Job ${ids[0]} was deleted.` : `${countText(ids.length)} jobs were deleted.`
    toasts.undoable([text, ...onFarm].join(' '), async () => {
      await ask('job.restore', { jobs: [...gone] })
      await this.load()
      bringBack()
    })
  }

  /** Somebody has asked for it to run, here: it waits for a slot, or for those before it. */
  isStarted(id: number): boolean {
    return this.started.has(id)
  }

  private async lookAtStarted(): Promise<void> {
    const found = await tell('job.started', {})
    if ('value' in found) this.started = new Set(found.value.jobs)
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
    if (answer.value.status === 'queued') void this.lookAtStarted()
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

/** The tasks of the job that is looked at, kept fresh by events; what is selected of them. */
import type { TaskView } from '../../src-main/api.ts'
import type { RunEvent } from '../../src-main/core/run/events.ts'
import { ask } from '../api.ts'

class Tasks {
  job = $state<number | null>(null)
  list = $state.raw<TaskView[]>([])
  selected = $state.raw<ReadonlySet<number>>(new Set())
  /** the one whose log is shown */
  focused = $state<number | null>(null)
  /** counts up with every change: for what is derived outside of Svelte */
  version = $state(0)
  private timer: ReturnType<typeof setTimeout> | null = null
  private lastLoadMs = 0

  async open(job: number): Promise<void> {
    if (this.job !== job) {
      this.job = job
      this.list = []
      this.selected = new Set()
      this.focused = null
    }
    await this.load()
    this.focusFailure()
  }

  private async load(): Promise<void> {
    const { job } = this
    if (job === null) return
    const begin = performance.now()
    const loaded = await ask('task.list', { job })
    this.lastLoadMs = performance.now() - begin
    if (!loaded || this.job !== job) return
    this.list = loaded.tasks
    this.version++
  }

  /** A job opens at its first failure, else at what runs, else at its first task. */
  private focusFailure(): void {
    if (this.focused !== null) return
    const inState = (state: TaskView['state']) => this.list.find((task) => task.state === state)
    const first = inState('failed') ?? inState('running') ?? this.list[0]
    if (first) this.focus(first.id)
  }

  focus(id: number): void {
    this.focused = id
    this.selected = new Set([id])
  }

  select(ids: Iterable<number>): void {
    this.selected = new Set(ids)
  }

  get focusedTask(): TaskView | undefined {
    return this.list.find((task) => task.id === this.focused)
  }

  hear(events: readonly RunEvent[]): void {
    const ours = events.filter((event) => event.job === this.job)
    if (ours.length === 0) return
    this.apply(ours)
    // states of tasks that wait are derived by the core: asked for again, twice a second where that is cheap
    if (ours.some((event) => event.type !== 'progress')) {
      this.timer ??= setTimeout(
        () => {
          this.timer = null
          void this.load()
        },
        Math.max(500, 4 * this.lastLoadMs)
      )
    }
  }

  /** What an event says itself is shown at once. */
  private apply(events: readonly RunEvent[]): void {
    const byTask = new Map<number, Partial<TaskView>>()
    for (const event of events) {
      if (event.type === 'task' && event.status !== 'queued') {
        const at = Date.parse(event.at)
        const times =
          event.status === 'running' ? { startedAt: at, endedAt: null, attempts: event.attempt ?? 0 } : { endedAt: at }
        byTask.set(event.task, { ...byTask.get(event.task), state: event.status, reason: event.reason, ...times })
      }
      if (event.type === 'progress') {
        byTask.set(event.task, { ...byTask.get(event.task), progress: event.percent, message: event.message })
      }
    }
    this.list = this.list.map((task) => ({ ...task, ...byTask.get(task.id) }))
    this.version++
  }
}

export const tasks = new Tasks()

/** The tasks of the job that is looked at: fetched once, then patched by events. What is selected of them. */
import type { TaskView } from '../../src-main/api.ts'
import type { RunEvent } from '../../src-main/core/run/events.ts'
import { ask } from '../api.ts'
import { rowsOf, statesOf, taskOf, withStates } from './columns.ts'
import { changesOthers, patchesOf } from './patch.ts'

/** ms between two looks: at rows that changed, at what waits, at what runs (its log, its memory) */
const rowsMs = 250
const statesMs = 500
const runningMs = 1000
const mostRows = 5000

class Tasks {
  job = $state<number | null>(null)
  list = $state.raw<TaskView[]>([])
  selected = $state.raw<ReadonlySet<number>>(new Set())
  /** the one whose log is shown */
  focused = $state<number | null>(null)
  /** counts up with every change: for what is derived outside of Svelte */
  version = $state(0)
  /** all of the job's tasks have come */
  loaded = $state(false)
  private places = new Map<number, number>()
  /** fetched again soon: an event does not say all of a row */
  private readonly stale = new Set<number>()
  private turn = 0
  private loading = false
  private rowsTimer: ReturnType<typeof setTimeout> | null = null
  private statesTimer: ReturnType<typeof setTimeout> | null = null
  private runningTimer: ReturnType<typeof setInterval> | null = null

  async open(job: number): Promise<void> {
    if (this.job !== job) this.begin(job)
    await this.load()
    this.focusFailure()
  }

  private begin(job: number): void {
    this.job = job
    this.selected = new Set()
    this.focused = null
    this.loaded = false
    this.stale.clear()
    this.show([])
    if (this.runningTimer) clearInterval(this.runningTimer)
    this.runningTimer = setInterval(() => this.lookAtRunning(), runningMs)
  }

  private show(list: TaskView[]): void {
    this.places = new Map(list.map((task, place) => [task.id, place]))
    this.list = list
    this.version++
  }

  /** All tasks, page by page; a first load shows what has come so far. */
  private async load(): Promise<void> {
    const turn = ++this.turn
    const { job } = this
    if (job === null) return
    this.loading = true
    const list = await this.pages(job, turn)
    if (turn !== this.turn) return
    this.loading = false
    if (!list) return
    this.loaded = true
    this.show(list)
    // what events told of meanwhile
    if (this.stale.size > 0) this.askForStates()
    this.askForRows()
  }

  private async pages(job: number, turn: number): Promise<TaskView[] | null> {
    const found = await ask('task.states', { job })
    const states = statesOf(found?.runs ?? [])
    const list: TaskView[] = []
    for (let total = 1; list.length < total;) {
      const page = await ask('task.rows', { job, after: list.at(-1)?.id ?? null })
      if (!page || turn !== this.turn) return null
      const rows = rowsOf(page.rows)
      total = rows.length ? page.total : 0
      for (const row of rows) list.push(taskOf(row, states[list.length]))
      if (!this.loaded) this.show([...list])
    }
    return list
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

  find(id: number | null): TaskView | undefined {
    const { list } = this
    return id === null ? undefined : list[this.places.get(id) ?? -1]
  }

  get focusedTask(): TaskView | undefined {
    return this.find(this.focused)
  }

  hear(events: readonly RunEvent[]): void {
    const ours = events.filter((event) => event.job === this.job)
    if (ours.length === 0) return
    if (ours.some((event) => event.type === 'expanded')) void this.load()
    this.put(patchesOf(ours))
    for (const event of ours) if (event.type === 'task') this.stale.add(event.task)
    this.askForRows()
    if (ours.some(changesOthers)) this.askForStates()
  }

  /** Only the rows that change are made anew. */
  private put(patches: ReadonlyMap<number, Partial<TaskView>>): void {
    const list = [...this.list]
    for (const [id, patch] of patches) {
      const place = this.places.get(id)
      if (place !== undefined) list[place] = { ...(list[place] as TaskView), ...patch }
    }
    this.list = list
    this.version++
  }

  private askForRows(): void {
    if (this.stale.size === 0 || this.loading) return
    this.rowsTimer ??= setTimeout(() => void this.refreshRows(), rowsMs)
  }

  private async refreshRows(): Promise<void> {
    this.rowsTimer = null
    if (this.loading) return
    const { job } = this
    const tasks = [...this.stale]
    this.stale.clear()
    if (job === null || tasks.length === 0) return
    if (tasks.length > mostRows) return this.load()
    const page = await ask('task.rows', { job, tasks })
    if (!page || job !== this.job) return
    // a retry or an expansion that no event told of row by row
    if (page.total !== this.list.length) return this.load()
    this.put(new Map(rowsOf(page.rows).map((row) => [row.id, taskOf(row, this.find(row.id)?.state)])))
  }

  /** What ended before may be let go on; states that are derived are asked for where there are such. */
  private askForStates(): void {
    this.statesTimer ??= setTimeout(() => void this.refreshStates(), statesMs)
  }

  private async refreshStates(): Promise<void> {
    this.statesTimer = null
    const { job } = this
    const found = job === null ? null : await ask('task.states', { job })
    if (!found || job !== this.job || this.loading) return
    const list = withStates(this.list, found.runs)
    if (!list) return this.load()
    this.list = list
    this.version++
  }

  /** How long a log has been still and how much memory a task has: no event says so. */
  private lookAtRunning(): void {
    if (document.hidden) return
    for (const task of this.list) if (task.state === 'running') this.stale.add(task.id)
    this.askForRows()
  }
}

export const tasks = new Tasks()

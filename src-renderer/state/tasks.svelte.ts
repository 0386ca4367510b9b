/** The tasks of the open job: fetched once, then patched by events; which of them are selected. */
import type { TaskView } from '../../src-main/api.ts'
import { at } from '../../src-main/domain/at.ts'
import type { RunEvent } from '../../src-main/domain/events.ts'
import type { StateCounts } from '../../src-main/domain/status.ts'
import { ask, hear } from '../api.ts'
import { rowsOf, statesOf, taskOf } from './columns.ts'
import { changesOthers, patchesOf } from './patch.ts'
import { Rows } from './rows.ts'

/** ms between two looks: at rows that changed, at what waits, at what runs (its log, its memory) */
const rowsMs = 250
const statesMs = 500
const runningMs = 1000
const mostRows = 5000
/** of a first load: a page is taken in at once */
const pageRows = 1000
/** ms per task that the list waits before it shows changes: half a second for 20,000, nothing for a few hundred. */
const listMs = 1 / 40

/** Counts up when one of the tasks that share this counter changes: 20,000 signals would cost too much. */
class Change {
  count = $state(0)
}
const changes = Array.from({ length: 256 }, () => new Change())
const changeOf = (id: number): Change => at(changes, id % changes.length)

class Tasks {
  job = $state<number | null>(null)
  /** as it was a moment ago: what is sorted, filtered or laid out need not be with every change; `find` is up to date */
  list = $state.raw<readonly TaskView[]>([])
  counts = $state.raw<StateCounts>({})
  selected = $state.raw<ReadonlySet<number>>(new Set())
  /** the one whose log is shown */
  focused = $state<number | null>(null)
  /** the user chose what has the focus: a failure does not take it away */
  private picked = false
  /** counts up with every change: for what is derived outside of Svelte */
  version = $state(0)
  /** all of the job's tasks have come */
  loaded = $state(false)
  private rows = new Rows([])
  /** fetched again soon: an event does not say all of a row */
  private readonly stale = new Set<number>()
  private turn = 0
  private loading = false
  private listTimer: ReturnType<typeof setTimeout> | null = null
  private rowsTimer: ReturnType<typeof setTimeout> | null = null
  private statesTimer: ReturnType<typeof setTimeout> | null = null
  private runningTimer: ReturnType<typeof setInterval> | null = null

  constructor() {
    hear((events) => this.take(events))
  }

  async open(job: number): Promise<void> {
    // its tasks are on their way
    if (this.job === job && this.loading) return
    if (this.job !== job) this.begin(job)
    await this.load()
    this.focusFailure()
  }

  private begin(job: number): void {
    this.job = job
    this.selected = new Set()
    this.focused = null
    this.picked = false
    this.loaded = false
    this.stale.clear()
    this.show([])
    if (this.runningTimer) clearInterval(this.runningTimer)
    this.runningTimer = setInterval(() => this.lookAtRunning(), runningMs)
  }

  private show(list: readonly TaskView[]): void {
    this.rows = new Rows(list)
    for (const change of changes) change.count++
    this.tell()
    this.tellList()
  }

  /** Told at once: the rows that changed, and the counts. */
  private changed(ids: readonly number[]): void {
    if (ids.length === 0) return
    this.bringFailure(ids)
    for (const change of new Set(ids.map(changeOf))) change.count++
    this.tell()
    const wait = Math.floor(this.rows.list.length * listMs)
    if (wait < 20) this.tellList()
    else this.listTimer ??= setTimeout(() => this.tellList(), wait)
  }

  private tell(): void {
    this.counts = this.rows.counts
    this.version++
  }

  private tellList(): void {
    if (this.listTimer) clearTimeout(this.listTimer)
    this.listTimer = null
    this.list = [...this.rows.list]
  }

  /** All tasks, page by page; a first load shows some of what has come so far. */
  private async load(): Promise<void> {
    const turn = ++this.turn
    const { job } = this
    if (job === null) return
    this.loading = true
    const list = await this.pages(job, turn)
    if (turn !== this.turn) return
    this.loading = false
    if (!list) return
    const isFirst = !this.loaded
    this.loaded = true
    this.show(list)
    if (isFirst) this.focusFailure()
    // what events told of meanwhile
    if (this.stale.size > 0) this.askForStates()
    this.askForRows()
  }

  private async pages(job: number, turn: number): Promise<TaskView[] | null> {
    const rowsAfter = (id: number | null) => ask('task.rows', { job, after: id, limit: pageRows })
    const [found, first] = await Promise.all([ask('task.states', { job }), rowsAfter(null)])
    const states = statesOf(found?.runs ?? [])
    const list: TaskView[] = []
    for (let page = first; ; page = await rowsAfter(at(list, list.length - 1).id)) {
      if (!page || turn !== this.turn) return null
      const rows = rowsOf(page.rows)
      for (const row of rows) list.push(taskOf(row, states[list.length]))
      if (rows.length === 0 || list.length >= page.total) return list
      // each page costs as much as all before it: so few are shown while they come
      if (!this.loaded && list.length >= 2 * this.rows.list.length) this.show(list)
    }
  }

  /** A job opens at its first failure, else at what runs, else at its first task. */
  private focusFailure(): void {
    if (this.focused !== null) return
    const { list } = this.rows
    const inState = (state: TaskView['state']) => list.find((task) => task.state === state)
    const first = inState('failed') ?? inState('running') ?? list[0]
    if (first) this.bring(first.id)
  }

  /** Who watches a run is brought its first failure, unless he looks at a task that he chose. */
  private bringFailure(changed: readonly number[]): void {
    if (this.picked || this.rows.find(this.focused ?? -1)?.state === 'failed') return
    const failed = changed.find((id) => this.rows.find(id)?.state === 'failed')
    if (failed !== undefined) this.bring(failed)
  }

  private bring(id: number): void {
    this.focused = id
    this.selected = new Set([id])
  }

  /** What has the focus is what the user chose, or a failure: it is to be seen, whatever is folded away. */
  get isWanted(): boolean {
    return this.picked || this.rows.find(this.focused ?? -1)?.state === 'failed'
  }

  /** More of some tasks, which no event tells of. */
  learn(patches: ReadonlyMap<number, Partial<TaskView>>): void {
    this.changed(this.rows.put(patches))
  }

  /** The user's choice. */
  focus(id: number): void {
    this.picked = true
    this.bring(id)
  }

  select(ids: Iterable<number>): void {
    this.picked = true
    this.selected = new Set(ids)
  }

  /** As it is now; where that is tracked, up to date with every change of the task. */
  find(id: number | null): TaskView | undefined {
    if (id === null) return undefined
    void changeOf(id).count
    return this.rows.find(id)
  }

  /** Its index in the list; -1 where it is not there. */
  placeOf(id: number | null): number {
    return id === null ? -1 : this.rows.placeOf(id)
  }

  get focusedTask(): TaskView | undefined {
    return this.find(this.focused)
  }

  private take(events: readonly RunEvent[]): void {
    // another process runs jobs, or no more: any task may have changed unheard
    if (events.some((event) => event.type === 'runner')) void this.load()
    const ours = events.filter((event) => event.type !== 'runner' && event.job === this.job)
    if (ours.length === 0) return
    if (ours.some((event) => event.type === 'expanded')) void this.load()
    this.changed(this.rows.put(patchesOf(ours)))
    for (const event of ours) if (event.type === 'task') this.stale.add(event.task)
    this.askForRows()
    if (ours.some(changesOthers)) this.askForStates()
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
    if (page.total !== this.rows.list.length) return this.load()
    const rows = rowsOf(page.rows).map((row) => [row.id, taskOf(row, this.rows.find(row.id)?.state)] as const)
    this.changed(this.rows.put(new Map(rows)))
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
    const changed = this.rows.takeStates(found.runs)
    if (!changed) return this.load()
    this.changed(changed)
  }

  /** How long a log has been still and how much memory a task has: no event says so. */
  private lookAtRunning(): void {
    if (document.hidden) return
    for (const task of this.rows.list) if (task.state === 'running') this.stale.add(task.id)
    this.askForRows()
  }
}

export const tasks = new Tasks()

/** What the task table shows of the job's tasks. It outlives the view: a filter is still there after a look at the graph. */
import type { TaskView } from '../../src-main/api.ts'
import type { ColumnKey } from '../../src-main/domain/columns.ts'
import { countsOf } from '../state/rows.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { inStates, stateCounts, withText } from './filter.ts'
import { nextSort, sorted, type Sort } from './order.ts'
import { between, toggled } from './selection.ts'

const fewTasks = 100

class Table {
  text = $state('')
  states = $state.raw<ReadonlySet<TaskView['state']>>(new Set())
  sort = $state.raw<Sort>(null)
  /** where a range starts */
  private anchor: number | null = null
  private job = $state<number | null>(null)

  private found = $derived(withText(tasks.list, this.text))
  private foundCounts = $derived(this.found === tasks.list ? tasks.counts : countsOf(this.found))
  counts = $derived(stateCounts(tasks.counts, this.foundCounts, this.states))
  shown = $derived(sorted(inStates(this.found, this.states), this.sort, Date.now()))
  /** selected and shown: nothing is done to a task that cannot be seen */
  chosen = $derived.by(() => this.choose())
  focusedRow = $derived(
    this.shown === tasks.list ? tasks.placeOf(tasks.focused) : this.shown.findIndex((task) => task.id === tasks.focused)
  )
  filtered = $derived(this.text.trim() !== '' || this.states.size > 0)

  /** A small selection of the whole list is looked up task by task; otherwise all shown tasks are filtered. */
  private choose(): TaskView[] {
    const { selected, list } = tasks
    if (this.shown !== list || selected.size > fewTasks) return this.shown.filter((task) => selected.has(task.id))
    const found = [...selected].flatMap((id) => tasks.find(id) ?? [])
    return found.sort((a, b) => tasks.placeOf(a.id) - tasks.placeOf(b.id))
  }

  /** A filter is about one job. */
  open(job: number | null): void {
    if (this.job === job) return
    this.job = job
    this.clear()
  }

  clear(): void {
    this.text = ''
    this.states = new Set()
  }

  toggleState(state: TaskView['state']): void {
    this.states = toggled(this.states, state)
  }

  sortBy(column: ColumnKey): void {
    this.sort = nextSort(this.sort, column)
  }

  only(id: number): void {
    this.anchor = id
    tasks.focus(id)
  }

  toggle(id: number): void {
    this.anchor = id
    tasks.select(toggled(tasks.selected, id))
    if (tasks.selected.has(id)) tasks.focused = id
  }

  extendTo(id: number): void {
    this.anchor ??= tasks.focused
    tasks.select(between(this.shown, this.anchor, id))
    tasks.focused = id
  }

  all(): void {
    tasks.select(this.shown.map((task) => task.id))
  }
}

export const table = new Table()

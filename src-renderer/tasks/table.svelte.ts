/** What the task table shows of the job's tasks. It outlives the view: a filter is still there after a look at the graph. */
import type { TaskView } from '../../src-main/api.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { inStates, stateCounts, withText } from './filter.ts'
import { nextSort, sorted, type ColumnKey, type Sort } from './order.ts'
import { between, toggled } from './selection.ts'

class Table {
  text = $state('')
  states = $state.raw<ReadonlySet<TaskView['state']>>(new Set())
  sort = $state.raw<Sort>(null)
  /** where a range starts */
  private anchor: number | null = null
  private job = $state<number | null>(null)

  private found = $derived(withText(tasks.list, this.text))
  counts = $derived(stateCounts(tasks.list, this.found, this.states))
  shown = $derived(sorted(inStates(this.found, this.states), this.sort, Date.now()))
  /** selected and shown: nothing is done to a task that cannot be seen */
  chosen = $derived(this.shown.filter((task) => tasks.selected.has(task.id)))
  focusedRow = $derived(this.shown.findIndex((task) => task.id === tasks.focused))
  filtered = $derived(this.text.trim() !== '' || this.states.size > 0)

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

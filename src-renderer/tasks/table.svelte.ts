/** What the task table shows of the job's tasks. It outlives the view: a filter is still there after a look at the graph. */
import type { TaskView } from '../../src-main/api.ts'
import { columns, type ColumnKey, type TaskColumn } from '../../src-main/domain/columns.ts'
import { nextSort, sorted, type Sort } from '../columns/order.ts'
import { keep, recall } from '../state/kept.ts'
import { countsOf } from '../state/rows.ts'
import { tasks } from '../state/tasks.svelte.ts'
import { inStates, stateCounts, withText } from './filter.ts'
import { closedAbove, flatRows, rowsOf, type Group } from './groups.ts'
import { readTables, withTable, writeTables, type KeptTable } from './kept-table.ts'
import { lastLines } from './last-lines.svelte.ts'
import { between, toggled } from './selection.ts'

const fewTasks = 100
const tablesKey = 'backlot.tables'
const none: KeptTable = { text: '', states: [], sort: null, grouped: true }

class Table {
  text = $state('')
  states = $state.raw<ReadonlySet<TaskView['state']>>(new Set())
  sort = $state.raw<Sort<ColumnKey>>(null)
  grouped = $state(true)
  /** a node whose row has the keyboard; null: the focused task's has */
  node = $state<string | null>(null)
  /** nodes that the user, or a step to one of their tasks, has opened or closed */
  private turned = $state.raw<ReadonlyMap<string, boolean>>(new Map())
  /** where a range starts */
  private anchor: number | null = null
  private job = $state.raw<{ id: number; files: string } | null>(null)

  private found = $derived((void lastLines.version, withText(tasks.list, this.text, lastLines.of)))
  private foundCounts = $derived(this.found === tasks.list ? tasks.counts : countsOf(this.found))
  counts = $derived(stateCounts(tasks.counts, this.foundCounts, this.states))
  shown = $derived(sorted(columns, inStates(this.found, this.states), this.sort, Date.now()))
  private usuallyOpen = $derived(tasks.list.length <= closedAbove)
  rows = $derived(
    this.grouped ? rowsOf(this.shown, (node) => this.turned.get(node) ?? this.usuallyOpen) : flatRows(this.shown)
  )
  /** some node has a row of its own */
  isTree = $derived(this.rows.some((row) => row.kind === 'group'))
  /** selected and shown: nothing is done to a task that cannot be seen */
  chosen = $derived.by(() => this.choose())
  focusedRow = $derived.by(() => this.rowOfFocus())
  filtered = $derived(this.text.trim() !== '' || this.states.size > 0)

  private rowOfFocus(): number {
    const { node, rows } = this
    if (node !== null) {
      const at = rows.findIndex((row) => row.kind === 'group' && row.identifier === node)
      if (at >= 0) return at
    }
    if (!this.isTree && this.shown === tasks.list) return tasks.placeOf(tasks.focused)
    return rows.findIndex((row) => row.kind === 'task' && row.task.id === tasks.focused)
  }

  /** A small selection of the whole list is looked up task by task; otherwise all shown tasks are filtered. */
  private choose(): TaskView[] {
    const { selected, list } = tasks
    if (this.shown !== list || selected.size > fewTasks) return this.shown.filter((task) => selected.has(task.id))
    const found = [...selected].flatMap((id) => tasks.find(id) ?? [])
    return found.sort((a, b) => tasks.placeOf(a.id) - tasks.placeOf(b.id))
  }

  /** Filter, order and tree are about one job. */
  open(job: { id: number; files: string } | null): void {
    if (this.job?.files === job?.files) return
    this.job = job
    const kept = (job && recall(tablesKey, readTables, null)?.get(job.files)) ?? none
    this.text = kept.text
    this.states = new Set(kept.states)
    this.sort = kept.sort
    this.grouped = kept.grouped
    this.turned = new Map()
    this.node = null
    this.anchor = null
  }

  /** For the next time that the job is opened. */
  remember(): void {
    if (!this.job) return
    const { text, states, sort, grouped } = this
    const tables = recall(tablesKey, readTables, new Map<string, KeptTable>())
    keep(tablesKey, writeTables(withTable(tables, this.job.files, { text, states: [...states], sort, grouped })))
  }

  clear(): void {
    this.text = ''
    this.states = new Set()
  }

  toggleState(state: TaskView['state']): void {
    this.states = toggled(this.states, state)
  }

  onlyStates(states: readonly TaskView['state'][]): void {
    this.text = ''
    this.states = new Set(states)
  }

  sortBy(column: TaskColumn): void {
    this.sort = nextSort(this.sort, column)
    this.remember()
  }

  only(id: number): void {
    this.anchor = id
    this.node = null
    tasks.focus(id)
  }

  toggle(id: number): void {
    this.anchor = id
    this.node = null
    tasks.select(toggled(tasks.selected, id))
    if (tasks.selected.has(id)) tasks.focused = id
  }

  extendTo(id: number): void {
    this.anchor ??= tasks.focused
    this.node = null
    const visible = this.rows.flatMap((row) => (row.kind === 'task' ? [row.task] : []))
    tasks.select(between(visible, this.anchor, id))
    tasks.focused = id
  }

  all(): void {
    tasks.select(this.shown.map((task) => task.id))
  }

  /** A node's row: all of its tasks are selected. */
  toGroup({ identifier, tasks: own }: Group): void {
    this.node = identifier
    tasks.select(own.map((task) => task.id))
  }

  turn(identifier: string, open: boolean): void {
    this.turned = new Map(this.turned).set(identifier, open)
  }

  turnAll(open: boolean): void {
    this.turned = new Map(tasks.list.map((task) => [task.identifier, open]))
  }

  toRow(index: number): void {
    const row = this.rows[index]
    if (row?.kind === 'group') this.toGroup(row)
    else if (row) this.only(row.task.id)
  }

  /** To the next row, or the one before. */
  step(by: 1 | -1): void {
    this.toRow(Math.min(Math.max(0, this.focusedRow + by), this.rows.length - 1))
  }

  /** The task in focus can be seen: its node is open. */
  uncover(): void {
    const task = tasks.focusedTask
    if (this.node !== null || !task || !this.isTree) return
    const row = this.rows.find((one) => one.kind === 'group' && one.identifier === task.identifier)
    if (row?.kind === 'group' && !row.open) this.turn(row.identifier, true)
  }

  /** To the next failed task, or the one before; round the end. Among those shown, if there are such. */
  toFailure(by: 1 | -1): void {
    const isFailed = ({ id }: TaskView) => tasks.find(id)?.state === 'failed'
    const list = this.shown.some(isFailed) ? this.shown : tasks.list
    const at = list.findIndex(({ id }) => id === tasks.focused)
    const failed = list.flatMap((task, place) => (isFailed(task) ? [{ id: task.id, place }] : []))
    const next =
      by > 0
        ? (failed.find(({ place }) => place > at) ?? failed[0])
        : (failed.findLast(({ place }) => at >= 0 && place < at) ?? failed.at(-1))
    if (!next) return
    if (list !== this.shown) this.clear()
    this.only(next.id)
  }
}

export const table = new Table()

/** The order of the task table. */
import type { TaskView } from '../../src-main/api.ts'
import { columns, type ColumnKey } from '../../src-main/domain/columns.ts'

/** Null: evaluation order, as the core lists tasks. */
export type Sort = { column: ColumnKey; down: boolean } | null

/** A click on a header: upwards, downwards, back to evaluation order. */
export function nextSort(sort: Sort, column: ColumnKey): Sort {
  if (sort?.column !== column) return { column, down: false }
  return sort.down ? null : { column, down: true }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Texts as numbers in the same order: few texts are compared, not every pair of 20,000 tasks. An empty one has none. */
function ranksOf(texts: readonly string[]): (text: string) => number {
  const distinct = [...new Set(texts)].filter((text) => text !== '').sort(collator.compare)
  const ranks = new Map(distinct.map((text, rank) => [text, rank]))
  return (text) => ranks.get(text) ?? NaN
}

const within = 2 ** 24

/** What a column orders by, as numbers; NaN where a task has nothing to order by. */
function keyOf(key: ColumnKey, tasks: readonly TaskView[], now: number): (task: TaskView) => number {
  const column = columns.find((one) => one.key === key)
  if (!column) return () => NaN
  const values = new Map(tasks.map((task) => [task, column.sort(task, now)]))
  const rank = ranksOf([...values.values()].filter((value) => typeof value === 'string'))
  return (task) => {
    const value = values.get(task) ?? null
    if (value === null) return NaN
    return typeof value === 'number' ? value : rank(value) * within + column.within(task) + 1
  }
}

/** A sorted copy. What a column has no value for comes last whichever way; equals stay in evaluation order. */
export function sorted(tasks: readonly TaskView[], sort: Sort, now: number): readonly TaskView[] {
  if (!sort) return tasks
  const key = keyOf(sort.column, tasks, now)
  const keyed = tasks.map((task) => ({ task, key: key(task) }))
  const way = sort.down ? -1 : 1
  keyed.sort((a, b) => {
    const [noA, noB] = [Number.isNaN(a.key), Number.isNaN(b.key)]
    return noA || noB ? Number(noA) - Number(noB) : way * (a.key - b.key)
  })
  return keyed.map(({ task }) => task)
}

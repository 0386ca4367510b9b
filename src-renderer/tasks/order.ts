/** The order of the task table: by a column of the domain, or none. */
import type { TaskView } from '../../src-main/api.ts'
import { columnOf, type ColumnKey, type SortValue } from '../../src-main/domain/columns.ts'

/** Null: evaluation order, as the core lists tasks. */
export type Sort = { column: ColumnKey; down: boolean } | null

/** A click on a header: upwards, downwards, back to evaluation order. */
export function nextSort(sort: Sort, column: ColumnKey): Sort {
  if (sort?.column !== column) return { column, down: false }
  return sort.down ? null : { column, down: true }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Numbers in the order of the values: the distinct texts are compared, not every pair of 20,000 tasks. NaN: no value. */
function rankedBy(values: readonly SortValue[]): (value: SortValue) => number {
  const texts = new Set(values.filter((value) => typeof value === 'string'))
  const ranks = new Map([...texts].sort(collator.compare).map((text, rank) => [text, rank]))
  return (value) => (typeof value === 'string' ? (ranks.get(value) ?? NaN) : (value ?? NaN))
}

/** A sorted copy. Tasks without a value in the column come last either way; equal ones stay in evaluation order. */
export function sorted(tasks: readonly TaskView[], sort: Sort, now: number): readonly TaskView[] {
  if (!sort) return tasks
  const column = columnOf(sort.column)
  const valued = tasks.map((task) => ({ task, value: column.sort(task, now), within: column.within(task) }))
  const rank = rankedBy(valued.map(({ value }) => value))
  const keyed = valued.map(({ task, value, within }) => ({ task, key: rank(value), within }))
  const way = sort.down ? -1 : 1
  keyed.sort((a, b) => {
    const [noA, noB] = [Number.isNaN(a.key), Number.isNaN(b.key)]
    return noA || noB ? Number(noA) - Number(noB) : way * (a.key - b.key || a.within - b.within)
  })
  return keyed.map(({ task }) => task)
}

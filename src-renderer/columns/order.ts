/** The order of a table's rows: by a column of the domain, or none. */
import type { Column, ColumnHead, SortValue } from '../../src-main/domain/column.ts'
import { once } from '../../src-main/domain/once.ts'

/** Null: the order that the rows come in. */
export type Sort<K extends string = string> = { column: K; down: boolean } | null

/** A press on a header: the way that its column is looked at, the other way, back to the order that the rows come in. */
export function nextSort<C extends ColumnHead>(sort: Sort<C['key']>, { key, downFirst }: C): Sort<C['key']> {
  if (sort?.column !== key) return { column: key, down: downFirst }
  return sort.down === downFirst ? { column: key, down: !downFirst } : null
}

/** Whether what was kept is an order by one of these columns, or none. */
export const isSort = <C extends ColumnHead>(columns: readonly C[], value: unknown): value is Sort<C['key']> =>
  value === null ||
  (typeof value === 'object' &&
    'column' in value &&
    'down' in value &&
    columns.some(({ key }) => key === value.column) &&
    typeof value.down === 'boolean')

const collator = once(() => new Intl.Collator('en', { numeric: true, sensitivity: 'base' }))

/** Numbers in the order of the values: the distinct texts are compared, not every pair of 20,000 tasks. NaN: no value. */
function rankedBy(values: readonly SortValue[]): (value: SortValue) => number {
  const texts = new Set(values.filter((value) => typeof value === 'string'))
  const ranks = new Map([...texts].sort(collator().compare).map((text, rank) => [text, rank]))
  return (value) => (typeof value === 'string' ? (ranks.get(value) ?? NaN) : (value ?? NaN))
}

/** A sorted copy. Rows without a value in the column come last either way; equal ones stay in the order they come in. */
export function sorted<F, R extends F>(
  columns: readonly Column<F>[],
  rows: readonly R[],
  sort: Sort,
  now: number
): readonly R[] {
  const column = sort && columns.find(({ key }) => key === sort.column)
  if (!column) return rows
  const valued = rows.map((row) => ({ row, value: column.sort(row, now), within: column.within(row) }))
  const rank = rankedBy(valued.map(({ value }) => value))
  const keyed = valued.map(({ row, value, within }) => ({ row, key: rank(value), within }))
  const way = sort.down ? -1 : 1
  keyed.sort((a, b) => {
    const [noA, noB] = [Number.isNaN(a.key), Number.isNaN(b.key)]
    return noA || noB ? Number(noA) - Number(noB) : way * (a.key - b.key || a.within - b.within)
  })
  return keyed.map(({ row }) => row)
}

/** What clicks make of a selection. */
interface WithId {
  id: number
}

export function toggled<T>(set: ReadonlySet<T>, item: T): Set<T> {
  const next = new Set(set)
  if (!next.delete(item)) next.add(item)
  return next
}

/** The ids from one row to another, both included, in either direction; an anchor that is not shown counts as the row itself. */
export function between(shown: readonly WithId[], anchor: number | null, to: number): number[] {
  const end = shown.findIndex((row) => row.id === to)
  if (end < 0) return []
  const found = shown.findIndex((row) => row.id === anchor)
  const start = found < 0 ? end : found
  return shown.slice(Math.min(start, end), Math.max(start, end) + 1).map((row) => row.id)
}

/** Where a key leads from a row; null for other keys. `page`: rows that fit the window. From no row (-1) every key enters. */
export function rowAfter(key: string, row: number, count: number, page: number): number | null {
  const steps: Record<string, number> = {
    ArrowUp: row - 1,
    ArrowDown: row + 1,
    PageUp: row - page,
    PageDown: row + page,
    Home: 0,
    End: count - 1
  }
  const to = steps[key]
  return to === undefined || count === 0 ? null : Math.min(Math.max(to, 0), count - 1)
}

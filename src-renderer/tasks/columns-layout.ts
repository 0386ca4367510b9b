/** Which columns the table shows, in which order and how wide: the domain's list, as the user has arranged it. Pure. */
import { columns, type Column, type ColumnKey } from '../../src-main/domain/columns.ts'

export interface Arrangement {
  /** those that were moved or not, in the user's order; what is missing comes in the usual order behind */
  order: readonly ColumnKey[]
  /** what differs from what is usual */
  shown: Readonly<Partial<Record<ColumnKey, boolean>>>
  /** px */
  widths: Readonly<Partial<Record<ColumnKey, number>>>
}

export const usualArrangement: Arrangement = { order: [], shown: {}, widths: {} }

export type Shown = Column & { key: ColumnKey }

/** Those that the window can show, the name first: it carries the tree. */
export const windowColumns: readonly Shown[] = columns
  .filter(({ width }) => width !== null)
  .toSorted((a, b) => Number(b.key === 'name') - Number(a.key === 'name'))

const known = new Map(windowColumns.map((column) => [column.key, column]))

export const isShown = ({ shown }: Arrangement, { key, usual }: Shown): boolean => shown[key] ?? usual

/** All in the user's order. */
export function ordered({ order }: Arrangement): Shown[] {
  const first = order.flatMap((key) => known.get(key) ?? [])
  return [...first, ...windowColumns.filter((column) => !first.includes(column))]
}

export interface Room {
  /** there is little room: some columns are left out */
  narrow: boolean
  /** some task runs: columns that only running tasks have are of use */
  live: boolean
}

/** Those to show now. What the user asked for by name stays in a narrow window as well. */
export function columnsFor(arrangement: Arrangement, { narrow, live }: Room): Shown[] {
  const fits = (column: Shown) =>
    arrangement.shown[column.key] === true || ((live || !column.live) && (!narrow || column.narrow !== null))
  return ordered(arrangement).filter((column) => isShown(arrangement, column) && fits(column))
}

/** The grid's tracks. */
export const tracksFor = (shown: readonly Shown[], { widths }: Arrangement, narrow: boolean): string =>
  shown
    .map(({ key, width, narrow: narrowWidth }) => {
      const own = widths[key]
      return own === undefined ? ((narrow ? narrowWidth : null) ?? width ?? 'auto') : `${own}px`
    })
    .join(' ')

/** px: no narrower is of use */
const leastWidth = 32
const mostWidth = 1200

export const resized = (arrangement: Arrangement, key: ColumnKey, px: number): Arrangement => ({
  ...arrangement,
  widths: { ...arrangement.widths, [key]: Math.round(Math.min(mostWidth, Math.max(leastWidth, px))) }
})

/** Its width is that of its own again. */
export function unsized(arrangement: Arrangement, key: ColumnKey): Arrangement {
  const widths = Object.entries(arrangement.widths).filter(([one]) => one !== key)
  return { ...arrangement, widths: Object.fromEntries(widths) }
}

/** One column before another; null: to the end. */
export function moved(arrangement: Arrangement, key: ColumnKey, before: ColumnKey | null): Arrangement {
  const keys = ordered(arrangement).map((column) => column.key)
  const rest = keys.filter((one) => one !== key)
  const at = before === null ? rest.length : rest.indexOf(before)
  return { ...arrangement, order: rest.toSpliced(at < 0 ? rest.length : at, 0, key) }
}

/** One step to the left (-1) or right among those that are shown. */
export function stepped(arrangement: Arrangement, key: ColumnKey, by: 1 | -1): Arrangement {
  const keys = ordered(arrangement)
    .filter((column) => isShown(arrangement, column))
    .map((column) => column.key)
  const at = keys.indexOf(key)
  const to = by < 0 ? at - 1 : at + 2
  if (at < 0 || to < 0 || to > keys.length) return arrangement
  return moved(arrangement, key, keys[to] ?? null)
}

export const toggledColumn = (arrangement: Arrangement, column: Shown): Arrangement => ({
  ...arrangement,
  shown: { ...arrangement.shown, [column.key]: !isShown(arrangement, column) }
})

/** What was kept; null where it is none. Columns that are not known any more are left out. */
export function readArrangement(text: string): Arrangement | null {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) return null
  const { order, shown, widths } = value as Partial<Record<keyof Arrangement, unknown>>
  const isKey = (key: unknown): key is ColumnKey => windowColumns.some((column) => column.key === key)
  const pick = <T>(from: unknown, fits: (value: unknown) => value is T): Partial<Record<ColumnKey, T>> =>
    Object.fromEntries(
      Object.entries((from ?? {}) as Record<string, unknown>).filter(
        (pair): pair is [ColumnKey, T] => isKey(pair[0]) && fits(pair[1])
      )
    )
  return {
    order: Array.isArray(order) ? order.filter(isKey) : [],
    shown: pick(shown, (one): one is boolean => typeof one === 'boolean'),
    widths: pick(widths, (one): one is number => typeof one === 'number' && Number.isFinite(one))
  }
}

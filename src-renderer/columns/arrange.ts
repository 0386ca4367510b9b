/** Which columns a table shows, in which order and how wide: the domain's list, as the user has arranged it. Pure. */
import { narrowTable, type ColumnHead } from '../../src-main/domain/column.ts'

/** By the columns' keys. */
export interface Arrangement {
  /** those that were moved or not, in the user's order; what is missing comes in the usual order behind */
  order: readonly string[]
  /** what differs from what is usual */
  shown: Readonly<Partial<Record<string, boolean>>>
  /** px */
  widths: Readonly<Partial<Record<string, number>>>
}

export const usualArrangement: Arrangement = { order: [], shown: {}, widths: {} }

/** Those that the window can show, what is fixed first: of tasks the name, which carries the tree. */
export const windowColumns = <C extends ColumnHead>(columns: readonly C[]): C[] =>
  columns.filter(({ width }) => width !== null).toSorted((a, b) => Number(b.fixed) - Number(a.fixed))

export const isShown = ({ shown }: Arrangement, { key, usual, fixed }: ColumnHead): boolean =>
  fixed || (shown[key] ?? usual)

/** All in the user's order. */
export function ordered<C extends ColumnHead>(all: readonly C[], { order }: Arrangement): C[] {
  const first = order.flatMap((key) => all.find((column) => column.key === key) ?? [])
  return [...first, ...all.filter((column) => !first.includes(column))]
}

export interface Room {
  /** px that the table has; 0: not known yet */
  width: number
  /** something runs: columns that only running rows have are of use */
  live: boolean
}

/** Those to show now. What the user asked for by name stays in a narrow table as well. */
export function columnsFor<C extends ColumnHead>(all: readonly C[], arrangement: Arrangement, room: Room): C[] {
  const fits = ({ live, from }: C) => (room.live || !live) && (room.width === 0 || room.width >= from)
  return ordered(all, arrangement).filter(
    (column) => isShown(arrangement, column) && (arrangement.shown[column.key] === true || fits(column))
  )
}

/** The grid's tracks. `width`: px that the table has; 0: not known yet. */
export function tracksFor(shown: readonly ColumnHead[], { widths }: Arrangement, width: number): string {
  const isNarrow = width > 0 && width <= narrowTable
  return shown
    .map((column) => {
      const own = widths[column.key]
      return own === undefined ? ((isNarrow ? column.narrow : column.width) ?? 'auto') : `${own}px`
    })
    .join(' ')
}

/** px: no narrower is of use */
const leastWidth = 32
const mostWidth = 1200

export const resized = (arrangement: Arrangement, key: string, px: number): Arrangement => ({
  ...arrangement,
  widths: { ...arrangement.widths, [key]: Math.round(Math.min(mostWidth, Math.max(leastWidth, px))) }
})

/** Its width is that of its own again. */
export function unsized(arrangement: Arrangement, key: string): Arrangement {
  const widths = Object.entries(arrangement.widths).filter(([one]) => one !== key)
  return { ...arrangement, widths: Object.fromEntries(widths) }
}

/** One column before another; null: to the end. */
export function moved(
  all: readonly ColumnHead[],
  arrangement: Arrangement,
  key: string,
  before: string | null
): Arrangement {
  const keys = ordered(all, arrangement).map((column) => column.key)
  const rest = keys.filter((one) => one !== key)
  const at = before === null ? rest.length : rest.indexOf(before)
  return { ...arrangement, order: rest.toSpliced(at < 0 ? rest.length : at, 0, key) }
}

/** To the place of another one, which moves aside to where this one comes from. `shown`: what the user sees. */
export function movedTo(all: readonly ColumnHead[], arrangement: Arrangement, shown: readonly string[], to: Move) {
  const [from, place] = [shown.indexOf(to.key), shown.indexOf(to.place)]
  if (from < 0 || place < 0 || from === place) return arrangement
  const before = place < from ? to.place : (shown[place + 1] ?? null)
  return moved(all, arrangement, to.key, before)
}

export interface Move {
  key: string
  /** the column whose place it takes */
  place: string
}

export const toggledColumn = (arrangement: Arrangement, column: ColumnHead): Arrangement => ({
  ...arrangement,
  shown: { ...arrangement.shown, [column.key]: !isShown(arrangement, column) }
})

/** What was kept; null where it is none. Columns that are not known any more are left out. */
export function readArrangement(all: readonly ColumnHead[], text: string): Arrangement | null {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) return null
  const { order, shown, widths } = value as Partial<Record<keyof Arrangement, unknown>>
  const isKey = (key: unknown): key is string => all.some((column) => column.key === key)
  const pick = <T>(from: unknown, fits: (value: unknown) => value is T): Partial<Record<string, T>> =>
    Object.fromEntries(
      Object.entries((from ?? {}) as Record<string, unknown>).filter(
        (pair): pair is [string, T] => isKey(pair[0]) && fits(pair[1])
      )
    )
  return {
    order: Array.isArray(order) ? order.filter(isKey) : [],
    shown: pick(shown, (one): one is boolean => typeof one === 'boolean'),
    widths: pick(widths, (one): one is number => typeof one === 'number' && Number.isFinite(one))
  }
}

/**
 * What a column of a table is. Tasks and jobs have a list of them each (columns.ts, job-columns.ts), which the window's
 * tables and the command line's are made of, so that a new column is a new entry there.
 */

/** What a column is ordered by: a number, a text (compared as people count), or nothing, which comes last. */
export type SortValue = number | string | null

/** px: a table that is no wider has the narrow widths */
export const narrowTable = 960
/** of a column that a narrow table leaves out */
export const roomy = narrowTable + 1

/** A column as a header knows it. */
export interface ColumnHead {
  key: string
  header: string
  hint: string | null
  /** aligned at the right, with figures of one width */
  number: boolean
  /** its CSS grid track in the window; null: on the terminal alone */
  width: string | null
  /** the same in a narrow table */
  narrow: string | null
  /** px: a narrower table leaves it out */
  from: number
  /** only what runs has it: left out while nothing runs */
  live: boolean
  /** the window shows it before anybody has chosen columns */
  usual: boolean
  /** it is never hidden, and usually the window's first */
  fixed: boolean
  /** a first press on its header sorts downwards: the most, or the latest, is what people look for */
  downFirst: boolean
}

/** A column of rows of one kind. */
export interface Column<T> extends ColumnHead {
  /** whether the terminal's table has it; there is no place for all */
  terminal: boolean
  /** the cell; `now` in ms since 1970 */
  text: (row: T, now: number) => string
  sort: (row: T, now: number) => SortValue
  /** the order among equals */
  within: (row: T) => number
}

type Given<T> = Pick<Column<T>, 'key' | 'header' | 'width' | 'text'> & Partial<Column<T>>

/** Makes a column of what differs from most. */
export const columnMaker =
  <T>() =>
  <const K extends string>(given: Given<T> & { key: K }): Column<T> & { key: K } => ({
    ...{ hint: null, number: false, narrow: given.width, from: 0, live: false, terminal: true, usual: true },
    ...{ fixed: false, downFirst: false, within: () => 0 },
    sort: (row: T, now: number): SortValue => given.text(row, now) || null,
    ...given
  })

/** The columns of the task table and the CSS grid tracks they make, all from the domain's list. */
import { columns } from '../../src-main/domain/columns.ts'

/** Those that the window shows. */
export const shownColumns = columns.filter(({ width }) => width !== null)

const tracksOf = (widths: readonly (string | null)[]): string => widths.filter((width) => width !== null).join(' ')

/** In a wide window, in a narrow one, and in a narrow one while no task runs. */
export const tracks = {
  wide: tracksOf(shownColumns.map(({ width }) => width)),
  narrow: tracksOf(shownColumns.map(({ narrow }) => narrow)),
  idle: tracksOf(shownColumns.filter(({ live }) => !live).map(({ narrow }) => narrow))
} as const

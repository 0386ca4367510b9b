/** What keys do in the rows of a table that is read, not selected from: one stop of Tab, arrows inside. Pure. */
import { rowAfter } from '../tasks/selection.ts'

export type GridKey =
  | { to: 'row'; at: number }
  | { to: 'head' }
  /** the buttons of the row: `at` counts from 0; -1 is the row itself */
  | { to: 'button'; at: number }
  | { to: 'press' }

export interface GridPlace {
  /** the row that has the keyboard; -1: none yet */
  row: number
  rows: number
  /** the button of the row that has it; -1: the row itself */
  button: number
  buttons: number
  /** rows that can be seen at once */
  page: number
}

/** Null: a key that the table does not take. */
export function gridKey(key: string, { row, rows, button, buttons, page }: GridPlace): GridKey | null {
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    const at = Math.min(buttons - 1, Math.max(-1, button + (key === 'ArrowRight' ? 1 : -1)))
    return buttons === 0 ? null : { to: 'button', at }
  }
  if (button >= 0 && key === 'Escape') return { to: 'button', at: -1 }
  if (key === 'Enter') return button < 0 && buttons > 0 ? { to: 'press' } : null
  if (key === 'ArrowUp' && row <= 0) return { to: 'head' }
  const at = rowAfter(key, row, rows, page)
  return at === null ? null : { to: 'row', at }
}

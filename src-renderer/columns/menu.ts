/** The menu of a table's header: what can be done to a column, and which are shown. */
import type { ColumnHead } from '../../src-main/domain/column.ts'
import type { MenuItem } from '../parts/menu.ts'
import type { ArrangedColumns } from './arranged.svelte.ts'

/** px, of a press */
const step = 24

export interface ColumnAt {
  column: ColumnHead
  /** px that it is wide now */
  width: number
  /** all that the user sees */
  shown: readonly ColumnHead[]
}

const item = (label: string, title: string, run: () => void): MenuItem => ({ label, title, run })

/** `at`: the column that the menu was opened at; null: at none in particular. */
export const columnMenu = <C extends ColumnHead>(arranged: ArrangedColumns<C>, at: ColumnAt | null): MenuItem[] => [
  ...(at ? ofOne(arranged, at) : []),
  ...ofAll(arranged)
]

function ofOne<C extends ColumnHead>(arranged: ArrangedColumns<C>, { column, width, shown }: ColumnAt): MenuItem[] {
  const { key, header, fixed } = column
  const place = shown.findIndex((one) => one.key === key)
  const items = [
    place > 0 && item('Move left', `Move ${header} to the left`, () => arranged.step(key, -1, shown)),
    place < shown.length - 1 && item('Move right', `Move ${header} to the right`, () => arranged.step(key, 1, shown)),
    item('Wider', `Make ${header} wider`, () => arranged.resize(key, width + step)),
    item('Narrower', `Make ${header} narrower`, () => arranged.resize(key, width - step)),
    arranged.isSized(key) && item('Usual width', header, () => arranged.unsize(key)),
    !fixed && item('Hide', `Hide ${header}`, () => arranged.toggle(column))
  ]
  return items.filter((one) => one !== false)
}

function ofAll<C extends ColumnHead>(arranged: ArrangedColumns<C>): MenuItem[] {
  const choices = arranged.choices.map(({ column, shown }, i) => ({
    ...item(column.header, column.hint ?? `Show or hide ${column.header}`, () => arranged.toggle(column)),
    checked: shown,
    apart: i === 0
  }))
  const reset = item('Usual columns', 'Put all columns back as they come with Backlot', () => arranged.reset())
  return [...choices, { ...reset, apart: true }]
}

/** The menu of the table's header: what can be done to a column, and which are shown. */
import type { ColumnKey } from '../../src-main/domain/columns.ts'
import type { MenuItem } from '../parts/menu.ts'
import { tableColumns } from './columns.svelte.ts'
import {
  isShown,
  ordered,
  resized,
  stepped,
  toggledColumn,
  unsized,
  usualArrangement,
  type Arrangement,
  type Shown
} from './columns-layout.ts'

/** px, of a press */
const step = 24

const item = (label: string, title: string, make: () => Arrangement): MenuItem => ({
  ...{ label, title },
  run: () => tableColumns.set(make())
})

/** `column`: the one under the pointer, `width` px wide now; null: of none in particular. */
export function columnMenu(column: { shown: Shown; width: number } | null): MenuItem[] {
  const now = tableColumns.arrangement
  return [...(column ? ofOne(now, column.shown, column.width) : []), ...ofAll(now)]
}

function ofOne(now: Arrangement, { key, header }: Shown, width: number): MenuItem[] {
  const sized = (px: number) => () => resized(now, key, px)
  const own: MenuItem[] = now.widths[key] === undefined ? [] : [item('Usual width', header, () => unsized(now, key))]
  return [
    item('Move left', `Move ${header} to the left`, () => stepped(now, key, -1)),
    item('Move right', `Move ${header} to the right`, () => stepped(now, key, 1)),
    item('Wider', `Make ${header} wider`, sized(width + step)),
    item('Narrower', `Make ${header} narrower`, sized(width - step)),
    ...own
  ]
}

function ofAll(now: Arrangement): MenuItem[] {
  const fixed: ColumnKey = 'name'
  const choices = ordered(now)
    .filter(({ key }) => key !== fixed)
    .map((column) => ({
      ...item(column.header, column.hint ?? `Show or hide ${column.header}`, () => toggledColumn(now, column)),
      checked: isShown(now, column)
    }))
  return [...choices, item('Usual columns', 'Put all columns back as they come with Backlot', () => usualArrangement)]
}

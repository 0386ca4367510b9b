/** The user's arrangement of the table's columns, for all jobs. */
import { columns } from '../../src-main/domain/columns.ts'
import { ArrangedColumns } from '../columns/arranged.svelte.ts'

export const tableColumns = new ArrangedColumns('backlot.columns', columns)

/** The totals of a marked stretch of time as the user has arranged them, for all jobs. */
import { ArrangedTable } from '../columns/arranged-table.svelte.ts'
import { totalColumns } from './total-columns.ts'

/** none: what took the most time first */
export const totalTable = new ArrangedTable('totals', totalColumns)

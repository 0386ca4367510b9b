/** The ledger's tables as the user has arranged them, for all jobs. */
import { ArrangedTable } from '../columns/arranged-table.svelte.ts'
import { ownColumns, pathColumns, touchColumns } from './ledger-columns.ts'

/** none: by path */
export const pathTable = new ArrangedTable('ledger', pathColumns)
/** none: as it happened */
export const touchTable = new ArrangedTable('touch', touchColumns)
/** of one task; none: as it happened */
export const ownTable = new ArrangedTable('task-ledger', ownColumns)

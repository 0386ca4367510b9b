/** The ledger's two tables as the user has arranged them, for all jobs. */
import { ArrangedColumns } from '../columns/arranged.svelte.ts'
import { KeptOrder } from '../columns/kept-order.svelte.ts'
import { pathColumns, touchColumns } from './ledger-columns.ts'

export const pathTable = new ArrangedColumns('backlot.ledger-columns', pathColumns)
/** none: by path */
export const pathOrder = new KeptOrder('backlot.ledger-order', pathColumns)
export const touchTable = new ArrangedColumns('backlot.touch-columns', touchColumns)
/** none: as it happened */
export const touchOrder = new KeptOrder('backlot.touch-order', touchColumns)

/** The table of all jobs as the user has arranged it. */
import { jobColumns } from '../../src-main/domain/job-columns.ts'
import { ArrangedColumns } from '../columns/arranged.svelte.ts'
import { KeptOrder } from '../columns/kept-order.svelte.ts'

export const jobTableColumns = new ArrangedColumns('backlot.job-columns', jobColumns)
/** none: by day, the newest first */
export const jobOrder = new KeptOrder('backlot.job-order', jobColumns)

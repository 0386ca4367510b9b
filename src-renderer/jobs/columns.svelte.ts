/** The table of all jobs: its columns as the user has arranged them, and its order. Both are kept for ever. */
import { jobColumns, type JobColumn, type JobColumnKey } from '../../src-main/domain/job-columns.ts'
import { ArrangedColumns } from '../columns/arranged.svelte.ts'
import { isSort, nextSort, type Sort } from '../columns/order.ts'
import { keep, recall } from '../state/kept.ts'

export const jobTableColumns = new ArrangedColumns('backlot.job-columns', jobColumns)

const orderKey = 'backlot.job-order'

function readOrder(text: string): Sort<JobColumnKey> {
  const value: unknown = JSON.parse(text)
  return isSort(jobColumns, value) ? value : null
}

class JobOrder {
  /** null: by day, the newest first */
  sort = $state.raw<Sort<JobColumnKey>>(recall(orderKey, readOrder, null))

  by(column: JobColumn): void {
    this.sort = nextSort(this.sort, column)
    keep(orderKey, JSON.stringify(this.sort))
  }
}

export const jobOrder = new JobOrder()

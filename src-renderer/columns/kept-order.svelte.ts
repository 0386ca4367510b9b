/** The order of one table that has the same for all jobs, kept for ever. */
import type { ColumnHead } from '../../src-main/domain/column.ts'
import { keep, recall } from '../state/kept.ts'
import { isSort, nextSort, type Sort } from './order.ts'

export class KeptOrder<C extends ColumnHead> {
  private readonly place: string
  /** null: as the rows come */
  sort = $state.raw<Sort<C['key']>>(null)

  /** `place`: where it is kept. */
  constructor(place: string, columns: readonly C[]) {
    const read = (text: string): Sort<C['key']> => {
      const value: unknown = JSON.parse(text)
      return isSort(columns, value) ? value : null
    }
    this.place = place
    this.sort = recall(place, read, null)
  }

  /** A press on a header. */
  by(column: C): void {
    this.sort = nextSort(this.sort, column)
    keep(this.place, JSON.stringify(this.sort))
  }
}

/** A table that has the same columns and the same order wherever it stands, as the user has arranged it; kept for ever. */
import type { Column } from '../../src-main/domain/column.ts'
import { ArrangedColumns } from './arranged.svelte.ts'
import { KeptOrder } from './kept-order.svelte.ts'

export class ArrangedTable<C extends Column<never>> {
  readonly columns: readonly C[]
  readonly arranged: ArrangedColumns<C>
  /** none: as the rows come */
  readonly order: KeptOrder<C>

  /** `name`: of what is kept; `absent`: keys of columns that say nothing just now. */
  constructor(name: string, columns: readonly C[], absent: readonly string[] = []) {
    this.columns = columns
    this.arranged = new ArrangedColumns(`backlot.${name}-columns`, columns, absent)
    this.order = new KeptOrder(`backlot.${name}-order`, columns)
  }
}

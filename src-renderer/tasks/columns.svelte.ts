/** The user's arrangement of the table's columns, for all jobs. */
import { keep, recall } from '../state/kept.ts'
import { readArrangement, usualArrangement, type Arrangement } from './columns-layout.ts'

const key = 'backlot.columns'

class TableColumns {
  arrangement = $state.raw<Arrangement>(recall(key, readArrangement, usualArrangement))

  set(arrangement: Arrangement): void {
    this.arrangement = arrangement
    keep(key, JSON.stringify(arrangement))
  }
}

export const tableColumns = new TableColumns()

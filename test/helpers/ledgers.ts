/** Ledgers as a rehearsal would have left them, put into the store of a test. */
import { join } from 'node:path'
import { seenOf } from '../../src-main/core/job/seen.ts'
import { packLedger } from '../../src-main/core/rehearse/ledger.ts'
import { openDb } from '../../src-main/core/store/db.ts'
import { putLedger } from '../../src-main/core/store/rehearsals.ts'
import { Store } from '../../src-main/core/store/store.ts'
import { listAttempts, listTasks } from '../../src-main/core/store/views.ts'
import { taskName } from '../../src-main/core/convert/convert.ts'
import type { Access, AccessKind } from '../../src-main/domain/rehearsal.ts'
import { unwrap } from './goldens.ts'

/** In the node's own work, unless `rest` says otherwise. */
export const access = (how: AccessKind, what: string, rest: Partial<Access> = {}): Access => ({
  how,
  what,
  own: true,
  ...rest
})

/** The store of a data folder, for as long as `work` takes. */
export function withStore<T>(dataDir: string, work: (store: Store) => T): T {
  const db = unwrap(openDb(join(dataDir, 'backlot.db'), join(import.meta.dirname, '../../drizzle')))
  try {
    return work(new Store(db))
  } finally {
    db.raw.close()
  }
}

/** The last attempt of each of these tasks of a job was traced and did this. */
export function trace(dataDir: string, job: number, ofTask: Readonly<Record<string, readonly Access[]>>): void {
  withStore(dataDir, (store) => {
    for (const row of listTasks(store.db, job)) {
      const accesses = ofTask[taskName(row.node, row.batch)]
      const attempt = listAttempts(store.db, row.id).at(-1)
      if (accesses && attempt) putLedger(store, attempt.id, packLedger(accesses), seenOf(accesses, process.env))
    }
  })
}

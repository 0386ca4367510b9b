/** What no job needs any more, and the space that it took in the store. */
import { sql } from 'drizzle-orm'
import { graphs } from './schema.ts'
import type { Store } from './store.ts'

/** Graphs of which there is no job; how many were forgotten. */
export const forgetGraphs = (store: Store): number =>
  store.transaction(
    () =>
      store.db
        .delete(graphs)
        .where(sql`${graphs.id} not in (select graph_id from jobs)`)
        .run().changes
  )

/** Bytes of the store's file as its pages say. */
export function storeBytes(store: Store): number {
  const pages = Number(store.raw.pragma('page_count', { simple: true }))
  return pages * Number(store.raw.pragma('page_size', { simple: true }))
}

/** Writes the store anew without what was deleted. */
export function shrink(store: Store): void {
  store.raw.exec('vacuum')
  store.raw.pragma('wal_checkpoint(truncate)')
}

/** What runs had around them, once each. */
import { asc, eq, inArray, isNotNull, and, sql } from 'drizzle-orm'
import type { Surroundings } from '../../domain/environment.ts'
import type { Db } from './db.ts'
import { attempts, environments, tasks } from './schema.ts'
import type { Store } from './store.ts'

/** Keeps it, once per content, and returns its id. `hash`: of its content. */
export function putEnvironment(store: Store, { variables, hidden }: Surroundings, hash: string): number {
  return store.transaction(() => {
    const known = store.db.select({ id: environments.id }).from(environments).where(eq(environments.hash, hash)).get()
    if (known) return known.id
    return store.db.insert(environments).values({ hash, variables, hidden }).returning({ id: environments.id }).get().id
  })
}

export interface KeptEnvironment extends Surroundings {
  id: number
}

/** By id, those that are there. */
export function environmentsById(db: Db['db'], ids: readonly number[]): Map<number, KeptEnvironment> {
  const rows = db
    .select({ id: environments.id, variables: environments.variables, hidden: environments.hidden })
    .from(environments)
    .where(inArray(environments.id, [...ids]))
    .all()
  return new Map(rows.map((row) => [row.id, row]))
}

/** Of the first attempt of a job whose environment was kept; null: of none it was. */
export function firstEnvironment(db: Db['db'], job: number): KeptEnvironment | null {
  const row = db
    .select({ id: environments.id, variables: environments.variables, hidden: environments.hidden })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .innerJoin(environments, eq(environments.id, attempts.environmentId))
    .where(and(eq(tasks.jobId, job), isNotNull(attempts.environmentId)))
    .orderBy(asc(attempts.id))
    .limit(1)
    .get()
  return row ?? null
}

/** Those that no attempt has any more; how many. */
export const forgetEnvironments = (store: Store): number =>
  store.transaction(
    () =>
      store.db
        .delete(environments)
        .where(sql`${environments.id} not in (select environment_id from attempts where environment_id is not null)`)
        .run().changes
  )

/** What runs had around them, once each. */
import { asc, count, eq, inArray, isNotNull, isNull, and, sql } from 'drizzle-orm'
import type { Surroundings } from '../../domain/environment.ts'
import type { Db } from './db.ts'
import { attempts, environments, jobNodes, tasks } from './schema.ts'
import type { Store } from './store.ts'
import { isLast } from './views.ts'

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

/** Of the first attempt of a job that ran here and whose environment was kept; null: of none it was. */
export function firstEnvironment(db: Db['db'], job: number): KeptEnvironment | null {
  const row = db
    .select({ id: environments.id, variables: environments.variables, hidden: environments.hidden })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .innerJoin(environments, eq(environments.id, attempts.environmentId))
    .where(and(eq(tasks.jobId, job), isNotNull(attempts.environmentId), isNull(attempts.host)))
    .orderBy(asc(attempts.id))
    .limit(1)
    .get()
  return row ?? null
}

export interface HostEnvironment extends Surroundings {
  host: string
  interpreter: string
  /** whose last attempt had it */
  tasks: number
  /** what was set there was written down */
  isKept: boolean
}

/** What the last attempts of a job's tasks had around them on a farm's machines, once per machine and content. */
export const environmentsOfHosts = (db: Db['db'], job: number): HostEnvironment[] =>
  db
    .select({
      host: attempts.host,
      interpreter: jobNodes.interpreter,
      tasks: count(),
      variables: environments.variables,
      hidden: environments.hidden
    })
    .from(attempts)
    .innerJoin(tasks, eq(tasks.id, attempts.taskId))
    .innerJoin(jobNodes, eq(jobNodes.id, tasks.jobNodeId))
    .leftJoin(environments, eq(environments.id, attempts.environmentId))
    .where(and(eq(tasks.jobId, job), isNotNull(attempts.host), isLast))
    .groupBy(attempts.host, jobNodes.interpreter, attempts.environmentId)
    .all()
    .map(({ host, variables, hidden, ...row }) => ({
      ...row,
      ...{ host: host ?? '', isKept: variables !== null, variables: variables ?? {}, hidden: hidden ?? [] }
    }))

/** Those that no attempt has any more; how many. */
export const forgetEnvironments = (store: Store): number =>
  store.transaction(
    () =>
      store.db
        .delete(environments)
        .where(sql`${environments.id} not in (select environment_id from attempts where environment_id is not null)`)
        .run().changes
  )

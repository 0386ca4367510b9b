/** The interpreters that users set. */
import { isDeepStrictEqual } from 'node:util'
import { asc, eq } from 'drizzle-orm'
import { formerlyShipped, shippedEntry, shippedInterpreters, type Interpreter } from '../../domain/interpreter.ts'
import type { Db } from './db.ts'
import { interpreters } from './schema.ts'

type Tables = Db['db']

/** The shipped ones, where they are missing. */
export function insertShipped(db: Tables): void {
  for (const entry of shippedInterpreters) db.insert(interpreters).values(entry).onConflictDoNothing().run()
}

/** Entries that nobody touched since an earlier Backlot shipped them become what is shipped now. */
export function updateShipped(db: Tables): void {
  for (const entry of listInterpreters(db)) {
    const now = shippedEntry(entry.name)
    const before = formerlyShipped.find((one) => one.name === entry.name)
    if (now && before && isDeepStrictEqual(entry, before)) putInterpreter(db, now)
  }
}

export const listInterpreters = (db: Tables): Interpreter[] =>
  db.select().from(interpreters).orderBy(asc(interpreters.name)).all()

export const putInterpreter = (db: Tables, entry: Interpreter): void => {
  db.insert(interpreters).values(entry).onConflictDoUpdate({ target: interpreters.name, set: entry }).run()
}

/** False if there is none of this name. */
export const deleteInterpreter = (db: Tables, name: string): boolean =>
  db.delete(interpreters).where(eq(interpreters.name, name)).run().changes > 0

/** The interpreters that users set. */
import { asc, eq } from 'drizzle-orm'
import { shippedInterpreters, type Interpreter } from '../../domain/interpreter.ts'
import type { Db } from './db.ts'
import { interpreters } from './schema.ts'

type Tables = Db['db']

/** The shipped ones, where they are missing. */
export function insertShipped(db: Tables): void {
  for (const entry of shippedInterpreters) db.insert(interpreters).values(entry).onConflictDoNothing().run()
}

export const listInterpreters = (db: Tables): Interpreter[] =>
  db.select().from(interpreters).orderBy(asc(interpreters.name)).all()

export const putInterpreter = (db: Tables, entry: Interpreter): void => {
  db.insert(interpreters).values(entry).onConflictDoUpdate({ target: interpreters.name, set: entry }).run()
}

/** False if there is none of this name. */
export const deleteInterpreter = (db: Tables, name: string): boolean =>
  db.delete(interpreters).where(eq(interpreters.name, name)).run().changes > 0

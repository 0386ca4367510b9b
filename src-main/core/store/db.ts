/** Opens the SQLite file: WAL, migrations, and refusals in words when it cannot be used. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { fail, ok, type Result } from '../../domain/result.ts'
import * as schema from './schema.ts'

export interface Db {
  raw: Database.Database
  db: BetterSQLite3Database<typeof schema> & { $client: Database.Database }
}

const codeOf = (error: unknown): string => (error instanceof Database.SqliteError ? error.code : '')

/**
 * Errors: `store`, when the file is no database, is damaged, cannot be written, or comes from a newer Backlot.
 * Nothing is ever overwritten.
 */
export function openDb(file: string, migrationsFolder: string): Result<Db> {
  let raw: Database.Database | undefined
  try {
    raw = new Database(file)
    raw.pragma('busy_timeout = 5000')
    raw.pragma('journal_mode = WAL')
    // FULL: a state change that has been announced survives a power cut
    raw.pragma('synchronous = FULL')
    const ours = newestMigration(migrationsFolder)
    const last = lastMigration(raw)
    if (last > ours) {
      raw.close()
      const newer = new Date(last).toISOString().slice(0, 10)
      return fail(
        'store',
        `${file} was written by a newer Backlot (schema of ${newer}); update Backlot or choose another --data-dir`
      )
    }
    const db = drizzle(raw, { schema })
    // OFF while migrating: a table rebuild's DROP TABLE would cascade into the child tables
    raw.pragma('foreign_keys = OFF')
    // where there is nothing to do, the migrations need not be read
    const moved = last < ours && migrated(raw, () => migrate(db, { migrationsFolder }))
    // a look at every row, so only where a migration moved some; backlot doctor looks always
    const broken = moved ? (raw.pragma('foreign_key_check') as unknown[]) : []
    if (broken.length) {
      raw.close()
      return fail(
        'store',
        `${file} is damaged (${broken.length} broken references). To start afresh and keep it: backlot doctor --fresh`
      )
    }
    raw.pragma('foreign_keys = ON')
    return ok({ raw, db })
  } catch (error) {
    raw?.close()
    const code = codeOf(error)
    if (code === '') throw error
    const why = error instanceof Error ? error.message : String(error)
    return code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT'
      ? fail(
          'store',
          `${file} is damaged (${why}); nothing was changed. To start afresh and keep it for repair: backlot doctor --fresh`
        )
      : fail(
          'store',
          `${file} cannot be opened (${why}); check the folder's rights and free space, or choose another --data-dir`
        )
  }
}

/**
 * Brings the tables up to date; whether there was something to do. Where another process does the same at this moment, ours
 * finds its tables made when its turn comes, and there is nothing left to do.
 */
function migrated(raw: Database.Database, migrateAll: () => void): boolean {
  for (;;) {
    const before = migrationsIn(raw)
    try {
      migrateAll()
      return migrationsIn(raw) !== before
    } catch (error) {
      if (migrationsIn(raw) === before) throw error
    }
  }
}

/** Whether SQLite finds the file whole, references included. */
export function isSound(file: string): boolean {
  let raw: Database.Database | undefined
  try {
    raw = new Database(file, { readonly: true })
    const whole = raw.pragma('integrity_check', { simple: true }) === 'ok'
    return whole && (raw.pragma('foreign_key_check') as unknown[]).length === 0
  } catch (error) {
    if (['SQLITE_NOTADB', 'SQLITE_CORRUPT'].includes(codeOf(error))) return false
    throw error
  } finally {
    raw?.close()
  }
}

/** What SQLite says against a call that worked before, in one sentence; null if it was a bug of ours. */
export function storeTrouble(error: unknown): string | null {
  const code = codeOf(error)
  const what = (error as Error).message
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code))
    return `the store is damaged (${what}); to start afresh and keep it for repair: backlot doctor --fresh`
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY)/.test(code))
    return `the store cannot be used (${what}); check the data folder's rights and free space`
  return null
}

/** How many migrations a store has had. */
function migrationsIn(raw: Database.Database): number {
  const has = raw.prepare(`select 1 from sqlite_master where name = '__drizzle_migrations'`).get()
  return has ? (raw.prepare('select count(*) from __drizzle_migrations').pluck().get() as number) : 0
}

/** When the store's newest migration was made, ms since 1970; 0: it has had none. */
function lastMigration(raw: Database.Database): number {
  if (migrationsIn(raw) === 0) return 0
  return raw.prepare('select max(created_at) from __drizzle_migrations').pluck().get() as number
}

/** When the newest migration was made that this Backlot knows. */
function newestMigration(migrationsFolder: string): number {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as {
    entries: { when: number }[]
  }
  return Math.max(...journal.entries.map((entry) => entry.when))
}

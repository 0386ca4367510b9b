/**
 * One scheduler per data folder. The lock is a SQLite file held in an exclusive transaction: the operating system
 * lets go of it when the process dies, however it dies, so there is no stale lock to clean up.
 */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { fail, ok, type Result } from '../../domain/result.ts'

export interface Lock {
  release(): void
}

/** Errors: `held` where another process has it, `store` where the file cannot be used. */
export function takeLock(dataDir: string): Result<Lock> {
  let db: Database.Database | undefined
  try {
    db = new Database(join(dataDir, 'scheduler.lock'), { timeout: 0 })
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db?.close()
    if (!(error instanceof Database.SqliteError)) throw error
    if (error.code.startsWith('SQLITE_BUSY')) return fail('held', `another Backlot works in ${dataDir}`)
    return fail('store', `${dataDir} cannot be locked (${error.message}); check its rights and free space`)
  }
  const held = db
  return ok({ release: () => held.close() })
}

/**
 * One scheduler per data folder. The lock is a SQLite file held in an exclusive transaction: the operating system
 * lets go of it when the process dies, however it dies, so there is no stale lock to clean up.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { fail, ok, type Result } from '../../domain/result.ts'

export interface Lock {
  release(): void
}

interface Holder {
  pid: number
  command: string
  since: string
}

/** Errors: `held`, naming the process that has the folder. */
export function takeLock(dataDir: string): Result<Lock> {
  let db: Database.Database | undefined
  try {
    db = new Database(join(dataDir, 'scheduler.lock'), { timeout: 0 })
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db?.close()
    if (!(error instanceof Database.SqliteError)) throw error
    if (!error.code.startsWith('SQLITE_BUSY'))
      return fail('store', `${dataDir} cannot be locked (${error.message}); check its rights and free space`)
    return fail(
      'held',
      `${dataDir} is held by ${describe(readHolder(dataDir))}; wait for it, stop it, or use another --data-dir`
    )
  }
  const holder: Holder = { pid: process.pid, command: process.argv.slice(2).join(' '), since: new Date().toISOString() }
  try {
    writeFileSync(holderFile(dataDir), JSON.stringify(holder))
  } catch (error) {
    // a full disk: the lock holds all the same, only its holder's name is not known
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }
  const held = db
  return ok({ release: () => held.close() })
}

const holderFile = (dataDir: string) => join(dataDir, 'scheduler.json')

/** The process that took the lock last; null if none has, or the note cannot be read. */
function readHolder(dataDir: string): Holder | null {
  try {
    return JSON.parse(readFileSync(holderFile(dataDir), 'utf8')) as Holder
  } catch {
    return null // the note is for people; the lock itself does not need it
  }
}

const describe = (holder: Holder | null): string =>
  holder ? `process ${holder.pid} (backlot ${holder.command}) since ${holder.since}` : 'another process'

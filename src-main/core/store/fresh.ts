/** A fresh start beside a damaged store, which is kept whole. */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../domain/result.ts'
import { isSound } from './db.ts'
import { takeLock } from './lock.ts'

/** What belongs together: a new store counts its jobs from 1 again, and their folders would meet the old ones. */
const parts = ['backlot.db', 'backlot.db-wal', 'backlot.db-shm', 'jobs'] as const

/**
 * Moves a damaged store and its jobs' folders into a folder of their own inside the data folder and returns that. `now`
 * in ms names it. Errors: `usage` where the store is sound, `held` where a Backlot works in the data folder, `store`
 * where nothing can be moved.
 */
export function setAside(dataDir: string, now: number): Result<string> {
  const file = join(dataDir, parts[0])
  if (!existsSync(file)) return fail('usage', `${dataDir} holds no store, so there is nothing to move`)
  if (isSound(file)) return fail('usage', `${file} is sound; nothing was moved`)
  const lock = takeLock(dataDir)
  if (!lock.ok) return lock
  try {
    const folder = join(dataDir, `damaged-${new Date(now).toISOString().replaceAll(':', '-')}`)
    mkdirSync(folder)
    for (const part of parts) if (existsSync(join(dataDir, part))) renameSync(join(dataDir, part), join(folder, part))
    return ok(folder)
  } catch (error) {
    return fail('store', `the damaged store cannot be moved (${(error as Error).message}); check the folder’s rights`)
  } finally {
    lock.value.release()
  }
}

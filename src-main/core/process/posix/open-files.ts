/** How many files this process may have open. */
import { readFileSync } from 'node:fs'
import { fail, ok, type Result } from '../../../domain/result.ts'

/** Node has some twenty open, the store and its lock six, the launcher three, and starting a process takes four more. */
const least = 64

/** Errors (`store`): too few to work with; where the system does not say (no /proc), there are enough. */
export function enoughOpenFiles(): Result<null> {
  const most = mostOpenFiles()
  if (most === null || most >= least) return ok(null)
  return fail('store', `only ${most} files may be open here, and Backlot needs at least ${least}: ulimit -n 1024`)
}

function mostOpenFiles(): number | null {
  try {
    const most = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]
    return most === undefined ? null : Number(most)
  } catch {
    return null // another system, whose limit is higher from the start
  }
}

/** The limits of an attempt, purely: which one it has broken. */
import type { JobSettings } from '../../domain/settings.ts'
import { bytesText } from '../../domain/durations.ts'
import type { MemoryLimit } from '../../domain/memory.ts'
import type { Kill } from '../attempt/end.ts'

/** Monotonic, ms. */
export interface Clock {
  /** it started */
  since: number
  /** its log last grew */
  grewAt: number
  /** its process is there, and has taken it: the start of a session has a limit of its own */
  isStarted: boolean
  /** it was prefetched and has not started; null: it has, or waits for what starts it */
  prefetchedSince: number | null
}

/** a prefetched task that has not started by then is revoked */
const longestPrefetchMs = 150

/** The limit that is broken at `now`, if any; a task that has not started breaks none. */
export function brokenLimit(
  { since, grewAt, isStarted }: Clock,
  { timeout, silence }: Pick<JobSettings, 'timeout' | 'silence'>,
  now: number
): Kill | null {
  if (!isStarted) return null
  if (timeout !== null && now - since > timeout * 1000)
    return { cause: 'timeout', then: 'failed', reason: `it ran longer than ${timeout} s (--timeout)` }
  if (silence !== null && now - grewAt > silence * 1000)
    return { cause: 'silence', then: 'failed', reason: `its log did not grow for ${silence} s (--silence)` }
  return null
}

/** Whether a prefetched task has waited for longer than it should. */
export const hasOverstayed = ({ prefetchedSince }: Pick<Clock, 'prefetchedSince'>, now: number): boolean =>
  prefetchedSince !== null && now - prefetchedSince > longestPrefetchMs

/** What becomes of a task whose processes had `used` bytes in memory. */
export const memoryKill = (used: number, { bytes, from }: MemoryLimit): Kill => ({
  ...{ cause: 'memory', then: 'failed' },
  reason: `it had ${bytesText(used)} in memory, more than its limit of ${bytesText(bytes)} (${from})`
})

/** between two looks at what runs, ms */
export const tickMs = 200
/** a tick that comes so late was held up by more than work */
const longestTickMs = 5 * tickMs

/** How long nobody watched between two ticks, as Backlot was stopped or the machine slept, ms; 0: somebody did. */
export const missedBetween = (last: number, now: number): number =>
  now - last > longestTickMs ? now - last - tickMs : 0

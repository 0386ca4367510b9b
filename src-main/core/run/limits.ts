/** The limits of an attempt, purely: which one it has broken. */
import type { JobSettings } from '../../domain/settings.ts'
import type { Kill } from '../attempt/end.ts'

/** Monotonic, ms. */
export interface Clock {
  /** it started */
  since: number
  /** its log last grew */
  grewAt: number
  /** it was prefetched and has not started; null: it has */
  prefetchedSince: number | null
  /** it waits for its session, whose start has a limit of its own */
  waits: boolean
}

/** a prefetched task that has not started by then is revoked */
const longestPrefetchMs = 150

/** The limit that is broken at `now`, if any; a task that has not started breaks none. */
export function brokenLimit(
  { since, grewAt, prefetchedSince, waits }: Clock,
  { timeout, silence }: Pick<JobSettings, 'timeout' | 'silence'>,
  now: number
): Kill | null {
  if (prefetchedSince !== null || waits) return null
  if (timeout !== null && now - since > timeout * 1000)
    return { cause: 'timeout', then: 'failed', reason: `it ran longer than ${timeout} s (--timeout)` }
  if (silence !== null && now - grewAt > silence * 1000)
    return { cause: 'silence', then: 'failed', reason: `its log did not grow for ${silence} s (--silence)` }
  return null
}

/** Whether a prefetched task has waited for longer than it should. */
export const hasOverstayed = ({ prefetchedSince }: Pick<Clock, 'prefetchedSince'>, now: number): boolean =>
  prefetchedSince !== null && now - prefetchedSince > longestPrefetchMs

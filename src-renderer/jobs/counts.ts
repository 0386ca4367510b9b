/** How many tasks of a job are in which state, as far as that is known here. */
import type { JobView } from '../../src-main/api.ts'
import type { StateCounts } from '../../src-main/domain/status.ts'
import { tasks } from '../state/tasks.svelte.ts'

/** Of the open job what its tasks say; of others what is stored: those in the queue wait, be it behind a failure or not. */
export function jobStateCounts({ id, counts }: JobView): StateCounts {
  if (tasks.job === id && tasks.loaded) return tasks.counts
  const { queued, ...rest } = counts
  return queued ? { ...rest, waiting: queued } : rest
}

/** What the scheduler is made of, as its parts see each other. */
import type { Launcher } from '../process/launcher.ts'
import type { Sessions } from '../process/sessions.ts'
import type { Store } from '../store/store.ts'
import type { News } from './news.ts'
import type { OpenJobs } from './open-jobs.ts'
import type { Scripts } from './pools.ts'
import type { Slots } from './slots.ts'
import type { SteadyClock } from './steady-clock.ts'

export interface Parts {
  store: Store
  dataDir: string
  scripts: Scripts
  /** between the soft signal and the hard one, ms */
  graceMs: number
  /** what time it is */
  clock: SteadyClock
  /** what marks the processes of this data folder's attempts, before their number */
  mark: string
  slots: Slots
  jobs: OpenJobs
  news: News
  launcher: Launcher
  sessions: Sessions
  /** how many processes the kernel has ended for want of memory, as was last looked; null: not known */
  oomKills: () => number | null
  /** Nothing of any job is in work any more. */
  resting: () => void
  /** Work that goes on behind a task's end, such as ending a group; closing waits for it. */
  behind: (work: Promise<void>) => void
}

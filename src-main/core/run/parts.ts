/** What the scheduler is made of, as its parts see each other. */
import type { Launcher } from '../process/launcher.ts'
import type { Sessions } from '../process/sessions.ts'
import type { Store } from '../store/store.ts'
import type { News } from './news.ts'
import type { OpenJobs } from './open-jobs.ts'
import type { Scripts } from './pools.ts'
import type { Slots } from './slots.ts'

export interface Parts {
  store: Store
  dataDir: string
  scripts: Scripts
  /** between the soft signal and the hard one, ms */
  graceMs: number
  slots: Slots
  jobs: OpenJobs
  news: News
  launcher: Launcher
  sessions: Sessions
  /** Nothing of any job is in work any more. */
  resting: () => void
  /** Work that goes on behind a task's end, such as ending a group; closing waits for it. */
  behind: (work: Promise<void>) => void
}

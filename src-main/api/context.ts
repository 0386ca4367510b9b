/** The opened core, as its handlers see it. */
import type { Result } from '../domain/result.ts'
import type { StoredJob } from '../core/job/stored-job.ts'
import type { RunEvent } from '../domain/events.ts'
import type { GraphLoader } from '../core/evaluator/graph.ts'
import type { Evaluators } from '../core/evaluator/call.ts'
import type { Scheduler } from '../core/run/scheduler.ts'
import type { Store } from '../core/store/store.ts'

/** What the handlers of api.ts work with. */
export interface Context {
  store: Store
  dataDir: string
  evaluators: Evaluators
  graphs: GraphLoader
  root: string
  slots: number
  emit(event: RunEvent): void
  /** A job as this Backlot's scheduler has it in work; null where it does not, or where there is no scheduler yet. */
  live(job: number): StoredJob | null
  /** The scheduler; taking it takes the data folder's lock. Errors: `held`. */
  scheduler(): Result<Scheduler>
}

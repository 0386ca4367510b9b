/** The opened core, as its handlers see it. */
import type { Result } from '../domain/result.ts'
import type { StoredJob } from '../core/job/stored-job.ts'
import type { RunEvent, Runner } from '../domain/events.ts'
import type { JobStatus } from '../domain/status.ts'
import type { GraphLoader } from '../core/evaluator/graph.ts'
import type { Evaluators } from '../core/evaluator/call.ts'
import type { Scheduler } from '../core/run/scheduler.ts'
import type { LogSteps } from '../core/attempt/log-steps.ts'
import type { Store } from '../core/store/store.ts'
import type { Undo } from './undo.ts'

/** What the handlers of api.ts work with. */
export interface Context {
  store: Store
  dataDir: string
  evaluators: Evaluators
  graphs: GraphLoader
  root: string
  slots: number
  /** counts and searches logs, here or in a thread of its own */
  logs: LogSteps
  /** what users did to tasks and may take back */
  undo: Undo
  emit(event: RunEvent): void
  /** Who runs jobs in the folder now; null: nobody. */
  runner(): Runner | null
  /** When whoever ran jobs here and died last said that he does, ms since 1970. */
  lastSeen(): number | null
  /** A job as this Backlot's scheduler has it in work; null where it does not, or where there is no scheduler yet. */
  live(job: number): StoredJob | null
  /** The scheduler, for calls that steer (contract.ts). Errors: `held`, where this process does not run jobs. */
  scheduler(): Result<Scheduler>
  /** The scheduler for a job that is about to be run, so that warm interpreters can come up; null where another process runs jobs. */
  warm(): Promise<Scheduler | null>
  /** Work that no other process may run jobs beside. Errors: `held`. */
  alone<T>(work: (scheduler: Scheduler) => Promise<Result<T>>): Promise<Result<T>>
  /** Runs a job to its end, here or in the process that runs jobs. Errors: `held`, `store`. */
  run(job: number, slots: number | undefined): Promise<Result<JobStatus>>
}

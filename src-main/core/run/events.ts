/** What the scheduler tells whoever listens. */
import type { JobStatus, TaskStatus } from '../status.ts'

export type RunEvent =
  | {
      type: 'task'
      job: number
      task: number
      name: string
      status: TaskStatus
      at: string
      attempt: number | null
      reason: string | null
    }
  | {
      type: 'progress'
      job: number
      task: number
      name: string
      at: string
      percent: number | null
      message: string | null
    }
  | { type: 'expanded'; job: number; node: string; tasks: number; at: string }
  | { type: 'job'; job: number; name: string; status: JobStatus; at: string }

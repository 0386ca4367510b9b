/** Announces what happens to tasks and jobs, and no change before it is on the disk. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobStatus } from '../../domain/status.ts'
import { appendNote } from '../attempt/log.ts'
import type { StoredJob, StoredTask } from '../job/stored-job.ts'
import type { RunEvent, TaskEvent } from '../../domain/events.ts'
import type { RunningAttempt } from './running.ts'

/** between two waits for the disk */
const newsMs = 10

export interface NewsOptions {
  emit: (event: RunEvent) => void
  /** resolves when everything written so far is on the disk */
  sync: () => Promise<void>
  /** what time it is, ms since 1970 */
  clock: { now(): number }
}

type What = Pick<TaskEvent, 'status' | 'attempt' | 'reason'> & Partial<Pick<TaskEvent, 'took'>>

export class News {
  private readonly options: NewsOptions
  private readonly untold: (() => void)[] = []
  private isTelling = false

  constructor(options: NewsOptions) {
    this.options = options
  }

  /** Whether something waits for the disk. */
  get telling(): boolean {
    return this.isTelling
  }

  /** To be done once the store has it on the disk. */
  push(announce: () => void): void {
    this.untold.push(announce)
  }

  /**
   * Announces what is on the disk; what comes meanwhile waits for the next round. Resolves with true when all is told,
   * with false if an earlier call is still at it. Throws if the store cannot be written; then nothing more is told.
   * `busy`: whether more will come soon.
   */
  async tell(busy: () => boolean): Promise<boolean> {
    if (this.isTelling) return false
    this.isTelling = true
    while (this.untold.length > 0) {
      const due = this.untold.splice(0)
      await this.options.sync()
      for (const announce of due) announce()
      // each wait for the disk also holds up everything that creates files there, so what comes meanwhile shares the next one
      if (busy()) await sleep(newsMs)
    }
    this.isTelling = false
    return true
  }

  task(job: StoredJob, { id, name }: StoredTask, what: What): void {
    this.options.emit({ type: 'task', job: job.id, task: id, name, at: this.now(), took: null, ...what })
  }

  private now(): string {
    return new Date(this.options.clock.now()).toISOString()
  }

  notice(job: number, message: string): void {
    this.options.emit({ type: 'notice', job, message, at: this.now() })
  }

  left(job: StoredJob, { id, name }: StoredTask): void {
    this.options.emit({ type: 'left', job: job.id, task: id, name, at: this.now() })
  }

  /** A session that takes no other task, with why. */
  sessionOver(job: StoredJob, { task, paths }: RunningAttempt, why: string): void {
    appendNote(paths.log, `its session ends with it, and the next task starts the program anew: ${why}`)
    const { interpreter } = task.node
    this.options.emit({
      type: 'session-over',
      job: job.id,
      task: task.id,
      name: task.name,
      at: this.now(),
      interpreter,
      why
    })
  }

  expanded(job: StoredJob, node: string, tasks: number): void {
    this.options.emit({ type: 'expanded', job: job.id, node, tasks, at: this.now() })
  }

  /** Nothing of it is stored, but it is told behind what is: a task that nobody heard begin has no progress. */
  progress(attempt: RunningAttempt): void {
    const announce = () => {
      const { job, task, progress, message } = attempt
      const { id, name } = task
      this.options.emit({ type: 'progress', job, task: id, name, at: this.now(), percent: progress, message })
    }
    if (this.isTelling || this.untold.length > 0) this.push(announce)
    else announce()
  }

  job({ id, name }: StoredJob, status: JobStatus): void {
    this.options.emit({ type: 'job', job: id, name, status, at: this.now() })
  }
}

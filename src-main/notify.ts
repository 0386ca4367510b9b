/** Tells about jobs outside the window: progress on the taskbar, and a notification when a job ends unseen. */
import type { BrowserWindow } from 'electron'
import type { App } from './app.ts'
import { countOf, isRetryable } from './domain/status.ts'

/** ms: a bar needs no more than a step a second */
const stepMs = 1000

type Tell = (title: string, body: string, job: number) => void
type Bar = Pick<BrowserWindow, 'isDestroyed' | 'isFocused' | 'setProgressBar'>

/** Hears the core until the process ends; `tell` shows a notification. */
export function notify(core: Pick<App, 'on' | 'call'>, window: Bar, tell: Tell): void {
  const taskbar = new Taskbar(core, window)
  core.on((event) => {
    if (event.type === 'task') taskbar.changed(event.job)
    if (event.type !== 'job') return
    taskbar.ended(event.job)
    if (!window.isDestroyed() && !window.isFocused())
      tell(`${event.name} ${event.status}`, `Backlot job ${event.job}`, event.job)
  })
}

/** One bar for all jobs that run. */
class Taskbar {
  private readonly core: Pick<App, 'call'>
  private readonly window: Bar
  /** how far the running jobs are, in tasks */
  private readonly running = new Map<number, { ended: number; total: number }>()
  /** jobs to count again at the next step */
  private readonly due = new Set<number>()
  private timer: NodeJS.Timeout | null = null

  constructor(core: Pick<App, 'call'>, window: Bar) {
    this.core = core
    this.window = window
  }

  changed(job: number): void {
    this.due.add(job)
    this.timer ??= setTimeout(() => void this.step(), stepMs)
  }

  ended(job: number): void {
    // a count that is still due would bring the bar back
    this.due.delete(job)
    this.running.delete(job)
    this.show()
  }

  /** Rejects for a bug alone, which ends Backlot as any bug does: the core answers with results. */
  private async step(): Promise<void> {
    this.timer = null
    for (const job of [...this.due]) {
      const view = await this.core.call('job.show', { job })
      // gone from the list: it ended meanwhile
      if (!this.due.delete(job)) continue
      if (!view.ok || view.value.status !== 'running') this.running.delete(job)
      else {
        const { counts } = view.value
        this.running.set(job, { ended: countOf(counts, isRetryable), total: countOf(counts, () => true) })
      }
    }
    this.show()
  }

  private show(): void {
    if (this.window.isDestroyed()) return
    const jobs = [...this.running.values()]
    const [ended, total] = [sum(jobs.map((job) => job.ended)), sum(jobs.map((job) => job.total))]
    this.window.setProgressBar(total === 0 ? -1 : ended / total)
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

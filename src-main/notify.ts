/** Tells about jobs outside of the window: the taskbar's progress, and a notification when one ends unseen. */
import { Notification, type BrowserWindow } from 'electron'
import type { App } from './app.ts'
import { isRetryable, taskStatuses, type StatusCounts, type TaskStatus } from './domain/status.ts'

/** a bar needs no more than a step a second */
const stepMs = 1000

interface Progress {
  ended: number
  total: number
}

/** The share of a job's tasks that have ended, whatever came of them. */
function progressOf(counts: StatusCounts): Progress {
  const sum = (statuses: readonly TaskStatus[]) => statuses.reduce((total, status) => total + (counts[status] ?? 0), 0)
  return { ended: sum(taskStatuses.filter(isRetryable)), total: sum(taskStatuses) }
}

/** Shows the progress of the jobs that are running in the taskbar, and a notification when a job ends unseen. */
export function notify(core: App, window: BrowserWindow): void {
  const running = new Map<number, Progress | null>()
  let timer: NodeJS.Timeout | null = null

  const show = () => {
    const all = [...running.values()].filter((progress) => progress !== null)
    const total = all.reduce((sum, job) => sum + job.total, 0)
    const ended = all.reduce((sum, job) => sum + job.ended, 0)
    if (!window.isDestroyed()) window.setProgressBar(total === 0 ? -1 : ended / total)
  }
  const count = async (job: number) => {
    const view = await core.call('job.show', { job })
    // it may have ended while it was counted
    if (view.ok && running.has(job)) running.set(job, progressOf(view.value.counts))
  }
  const step = () => {
    timer = null
    void Promise.all([...running.keys()].map(count)).then(show)
  }

  core.on((event) => {
    if (event.type === 'job') {
      running.delete(event.job)
      show()
      if (!window.isFocused())
        new Notification({ title: `${event.name} ${event.status}`, body: `Backlot job ${event.job}` }).show()
    } else if (event.type === 'task') {
      if (!running.has(event.job)) running.set(event.job, null)
      timer ??= setTimeout(step, stepMs)
    }
  })
}

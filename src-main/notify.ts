/** Tells about jobs outside of the window: the taskbar's progress, and a notification when one ends unseen. */
import { Notification, type BrowserWindow } from 'electron'
import type { App } from './app.ts'

export function notify(core: App, window: BrowserWindow): void {
  const open = new Map<number, { done: number; total: number }>()
  const show = () => {
    const all = [...open.values()]
    const total = all.reduce((sum, job) => sum + job.total, 0)
    if (!window.isDestroyed())
      window.setProgressBar(total === 0 ? -1 : all.reduce((sum, job) => sum + job.done, 0) / total)
  }
  const count = async (job: number) => {
    const view = await core.call('job.show', { job })
    if (!view.ok) return
    const { counts } = view.value
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0)
    open.set(job, { done: (counts.succeeded ?? 0) + (counts.failed ?? 0) + (counts.omitted ?? 0), total })
    show()
  }
  let asked = false
  core.on((event) => {
    if (event.type === 'job') {
      open.delete(event.job)
      show()
      if (!window.isFocused())
        new Notification({ title: `${event.name} ${event.status}`, body: `Backlot job ${event.job}` }).show()
    } else if (event.type === 'task' && !asked) {
      // a bar needs no more than a step a second
      asked = true
      setTimeout(() => {
        asked = false
        void count(event.job)
      }, 1000)
    }
  })
}

import type { BrowserWindow } from 'electron'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { App } from '../../src-main/app.ts'
import type { RunEvent } from '../../src-main/domain/events.ts'
import { notify } from '../../src-main/notify.ts'

const shown: string[] = []
vi.mock('electron', () => ({
  Notification: class {
    title: string
    constructor({ title }: { title: string }) {
      this.title = title
    }
    show() {
      shown.push(this.title)
    }
  }
}))

const at = '2026-05-01T10:00:00.000Z'
const taskEnded = (job: number): RunEvent => ({
  ...{ type: 'task', job, task: 1, name: 'a', status: 'succeeded', at, attempt: 1, reason: null }
})
const jobEnded = (job: number): RunEvent => ({ type: 'job', job, name: 'film', status: 'succeeded', at })

/** A window that notes its bar, and a core whose jobs have these counts. */
function joined(counts: Record<number, Record<string, number>>, focused = true) {
  const bar: number[] = []
  let hear: (event: RunEvent) => void = () => undefined
  const core = {
    on: (listener: typeof hear) => {
      hear = listener
      return () => undefined
    },
    call: async (_: string, { job }: { job: number }) => ({ ok: true, value: { counts: counts[job] } })
  }
  const window = { isDestroyed: () => false, isFocused: () => focused, setProgressBar: (n: number) => bar.push(n) }
  notify(core as unknown as App, window as unknown as BrowserWindow)
  return { bar, hear: (event: RunEvent) => hear(event) }
}

beforeEach(() => {
  shown.length = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())
const step = () => vi.advanceTimersByTimeAsync(1000)

describe('the taskbar’s bar', () => {
  test('shows how many tasks have ended, canceled ones among them, over all running jobs', async () => {
    const { bar, hear } = joined({ 1: { succeeded: 1, canceled: 1, queued: 2 }, 2: { failed: 2, running: 2 } })
    hear(taskEnded(1))
    hear(taskEnded(2))
    await step()
    expect(bar).toEqual([0.5])
  })

  test('is gone when the job has ended, and does not come back with a count that was under way', async () => {
    const { bar, hear } = joined({ 1: { succeeded: 3 } })
    hear(taskEnded(1))
    hear(jobEnded(1))
    await step()
    await step()
    expect(bar.at(-1)).toBe(-1)
  })
})

test('a notification tells of a job that ends while the window is not in front', () => {
  joined({}, false).hear(jobEnded(4))
  expect(shown).toEqual(['film succeeded'])
  joined({}, true).hear(jobEnded(5))
  expect(shown).toHaveLength(1)
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { App } from '../src-main/app.ts'
import type { RunEvent } from '../src-main/domain/events.ts'
import { ok } from '../src-main/domain/result.ts'
import type { JobStatus, StatusCounts } from '../src-main/domain/status.ts'
import { notify } from '../src-main/notify.ts'

const at = '2026-05-01T10:00:00.000Z'
const task = (job: number): RunEvent => ({
  ...{ type: 'task', job, task: 7, name: 'a', status: 'succeeded', at, attempt: 1, reason: null, took: null }
})
const ended = (job: number, status: JobStatus = 'succeeded'): RunEvent => ({
  type: 'job',
  job,
  name: 'film',
  status,
  at
})

/** A core whose jobs are set by the test, and a window that notes what it is told. */
function desk() {
  const jobs = new Map<number, { status: JobStatus; counts: StatusCounts }>()
  const bars: number[] = []
  const told: string[] = []
  const state = { focused: true, destroyed: false }
  let hear: (event: RunEvent) => void = () => undefined
  const core = {
    on: (listener: typeof hear) => {
      hear = listener
      return () => undefined
    },
    call: (_: string, { job }: { job: number }) => Promise.resolve(ok(jobs.get(job)))
  } as unknown as App
  const window = {
    isDestroyed: () => state.destroyed,
    isFocused: () => state.focused,
    setProgressBar: (part: number) => bars.push(part)
  }
  notify(core, window, (title, body) => told.push(`${title}: ${body}`))
  return { jobs, bars, told, state, hear: (event: RunEvent) => hear(event) }
}

const second = () => vi.advanceTimersByTimeAsync(1000)

describe('outside the window', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  test('the bar shows what share of all running jobs has ended, whatever came of it, one step a second', async () => {
    const { jobs, bars, hear } = desk()
    jobs.set(1, {
      status: 'running',
      counts: { succeeded: 1, failed: 1, canceled: 1, omitted: 1, running: 1, queued: 3 }
    })
    jobs.set(2, { status: 'running', counts: { running: 2 } })
    hear(task(1))
    hear(task(2))
    hear(task(1))
    await second()
    expect(bars).toEqual([0.4])
    jobs.set(2, { status: 'running', counts: { succeeded: 2, running: 0 } })
    hear(task(2))
    await second()
    expect(bars).toEqual([0.4, 0.6])
  })

  test('the bar goes with the job and does not come back with a count that was still due', async () => {
    const { jobs, bars, hear } = desk()
    jobs.set(1, { status: 'running', counts: { succeeded: 3 } })
    hear(task(1))
    hear(ended(1))
    await second()
    expect(bars.at(-1)).toBe(-1)
    hear(task(1))
    vi.advanceTimersByTime(1000) // the count is asked for, its answer on the way
    hear(ended(1))
    await second()
    expect(bars.at(-1)).toBe(-1)
  })

  test('a task that is omitted in a job that does not run makes no bar', async () => {
    const { jobs, bars, hear } = desk()
    jobs.set(1, { status: 'queued', counts: { omitted: 1, queued: 2 } })
    hear(task(1))
    await second()
    expect(bars).toEqual([-1])
  })

  test('the end of a job is told while nobody looks', () => {
    const { told, state, hear } = desk()
    hear(ended(1))
    state.focused = false
    hear(ended(2, 'failed'))
    state.destroyed = true
    hear(ended(3))
    expect(told).toEqual(['film failed: Backlot job 2'])
  })
})

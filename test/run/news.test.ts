/** What is told of a run comes in the order in which it happened, however long the disk takes. */
import { expect, test } from 'vitest'
import { News } from '../../src-main/core/run/news.ts'
import type { RunningAttempt } from '../../src-main/core/run/running.ts'
import type { RunEvent } from '../../src-main/domain/events.ts'

test('progress waits behind the start of its task for the disk, and for nothing else', async () => {
  const events: RunEvent['type'][] = []
  let written = () => {}
  const news = new News({
    emit: ({ type }) => events.push(type),
    sync: () => new Promise((resolve) => (written = resolve)),
    clock: { now: () => 0 }
  })
  const attempt = { job: 1, task: { id: 2, name: 'Render-0' }, progress: 10, message: null } as RunningAttempt
  news.push(() => events.push('task'))
  news.progress(attempt)
  const told = news.tell(() => false)
  news.progress(attempt)
  expect(events).toEqual([])
  written()
  await Promise.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  written()
  expect(await told).toBe(true)
  expect(events).toEqual(['task', 'progress', 'progress'])
  news.progress(attempt)
  expect(events).toHaveLength(4)
})

import { expect, test } from 'vitest'
import { jobColumns, timeOfJob, type JobColumnKey, type JobFields } from '../../src-main/domain/job-columns.ts'
import { timeOfDay } from '../../src-main/domain/columns.ts'

const now = 90_000
const job = (more: Partial<JobFields> = {}): JobFields => ({
  ...{ id: 12, name: 'film_v003', status: 'failed', counts: { succeeded: 1200, failed: 3 }, createdAt: 500 },
  ...{ startedAt: 1000, endedAt: 61_000, source: '/s/film.py', choice: null, bytes: 3_440_000 },
  ...more
})
const texts = (one: JobFields) => Object.fromEntries(jobColumns.map(({ key, text }) => [key, text(one, now)]))
const keysWhere = (holds: (column: (typeof jobColumns)[number]) => boolean): JobColumnKey[] =>
  jobColumns.filter(holds).map(({ key }) => key)

test('what a job shows', () => {
  expect(texts(job())).toEqual({
    ...{ id: '12', status: 'failed', name: 'film_v003', progress: '99 %', counts: '1200 succeeded, 3 failed' },
    ...{ tasks: '3 failed', made: timeOfDay(500, now), time: '1 min 00 s', size: '3.4 MB', graph: '/s/film.py' }
  })
  const before = job({
    ...{ status: 'queued', counts: { queued: 2000, omitted: 1 }, startedAt: null, endedAt: null, bytes: null },
    choice: { graph: 'comp', args: ['--shot', '10'] }
  })
  expect(texts(before)).toMatchObject({
    ...{ progress: '0 %', tasks: '1 of 2,001', time: '', size: '', graph: '/s/film.py:comp -- --shot 10' }
  })
  expect(texts(job({ counts: { succeeded: 5000 } }))).toMatchObject({ progress: '100 %', tasks: '5,000' })
})

test('its time goes on while something of it runs, here or on a farm, and not once its Backlot is gone', () => {
  const time = (more: Partial<JobFields>) => timeOfJob(job(more), now)
  expect(time({ status: 'running' })).toBe(89_000)
  expect(time({ status: 'remote', counts: { running: 1 } })).toBe(89_000)
  expect(time({ status: 'remote', counts: { queued: 1 } })).toBe(60_000)
  expect(time({ status: 'interrupted', counts: { running: 1 } })).toBe(60_000)
  // nothing of it had ended: nobody knows when it stopped
  expect(time({ status: 'interrupted', counts: { running: 1 }, endedAt: null })).toBeNull()
  expect(time({ status: 'queued', startedAt: null, endedAt: null })).toBeNull()
})

test('which of them are where', () => {
  // `backlot jobs` has had these, in this order, from the first
  expect(jobColumns.filter(({ terminal }) => terminal).map(({ header }) => header)).toEqual([
    ...['Job', 'Status', 'Name', 'Tasks', 'Time', 'Size', 'Graph']
  ])
  expect(keysWhere(({ width, usual }) => width !== null && usual)).toEqual([
    ...['id', 'name', 'progress', 'tasks', 'made', 'time', 'size']
  ])
  // with least room: which job, and what it takes
  expect(keysWhere(({ width, usual, from }) => width !== null && usual && from === 0)).toEqual(['name', 'size'])
  expect(new Set(keysWhere(() => true)).size).toBe(jobColumns.length)
})

import { describe, expect, test } from 'vitest'
import {
  columnOf,
  columns,
  messageOf,
  leftOf,
  progressOf,
  stillOf,
  timeOf,
  timeOfDay,
  type ColumnKey,
  type TaskFields
} from '../../src-main/domain/columns.ts'
import { jobColumns } from '../../src-main/domain/job-columns.ts'
import { taskStates } from '../../src-main/domain/status.ts'

const task = (more: Partial<TaskFields> = {}): TaskFields => ({
  ...{ id: 7, name: 'Render-1', node: 'Render', batch: 1, frames: '11-20', interpreter: 'maya' },
  ...{ state: 'running', attempts: 2, startedAt: 1000, endedAt: null, took: null, peakMemory: 3_440_000 },
  ...{ progress: 41.5, message: 'pass 2', reason: null, logGrewAt: 4000, lastLine: 'hello' },
  ...more
})
const now = 6000

describe('what a task shows', () => {
  const texts = (one: TaskFields) => Object.fromEntries(columns.map(({ key, text }) => [key, text(one, now)]))
  const sorts = (one: TaskFields) => Object.fromEntries(columns.map(({ key, sort }) => [key, sort(one, now)]))

  test('while it runs', () => {
    expect(texts(task())).toEqual({
      ...{ id: '7', state: 'running', name: 'Render-1', frames: '11-20', interpreter: 'maya', tries: '2' },
      ...{ start: timeOfDay(1000, now), end: '', left: '7.0 s', log: '' },
      ...{ time: '5.0 s', memory: '3.4 MB', progress: '42%', still: '2.0 s', message: 'pass 2' }
    })
    expect(sorts(task())).toEqual({
      ...{ id: 7, state: 4, name: 'Render', frames: 11, interpreter: 'maya', tries: 2 },
      ...{ start: 1000, end: null, left: (5000 * 58.5) / 41.5, log: null },
      ...{ time: 5000, memory: 3_440_000, progress: 41.5, still: 2000, message: 'pass 2' }
    })
  })

  test('before it ran: nothing where there is nothing', () => {
    const before = task({
      ...{ state: 'waiting', batch: null, frames: null, attempts: 0, startedAt: null, peakMemory: null },
      ...{ progress: null, message: null, logGrewAt: null, lastLine: null }
    })
    expect(texts(before)).toEqual({
      ...{ id: '7', state: 'waiting', name: 'Render-1', frames: '', interpreter: 'maya', tries: '' },
      ...{ start: '', end: '', left: '', log: '' },
      ...{ time: '', memory: '', progress: '', still: '', message: '' }
    })
    expect(sorts(before)).toMatchObject({
      frames: null,
      tries: 0,
      time: null,
      memory: null,
      progress: null,
      message: null
    })
  })

  test('tasks of one node are in the order of their batches, the whole node first', () => {
    const { within } = columnOf('name')
    expect([within(task()), within(task({ batch: 0 })), within(task({ batch: null }))]).toEqual([1, 0, -1])
    expect(columnOf('id').within(task())).toBe(0)
  })
})

test('the time of the last attempt is shown while it runs and when it has ended, not when it is queued again', () => {
  const ended = { startedAt: 1000, endedAt: 1500 }
  expect(Object.fromEntries(taskStates.map((state) => [state, timeOf(task({ ...ended, state }), now)]))).toEqual({
    ...{ failed: 500, canceled: 500, succeeded: 500, running: 5000 },
    ...{ omitted: null, ready: null, waiting: null, blocked: null, interrupted: null }
  })
  expect(timeOf(task({ state: 'failed', startedAt: null, endedAt: null }), now)).toBe(null)
  expect(timeOf(task({ state: 'failed', startedAt: 1000, endedAt: null }), now)).toBe(null)
})

test('when it began and ended, how much its log holds, and what is left of it', () => {
  const ended = task({ state: 'failed', startedAt: 1000, endedAt: 5000, logBytes: 2000 })
  const shown = (key: ColumnKey, one: TaskFields) => columnOf(key).text(one, now)
  expect([shown('start', ended), shown('end', ended)]).toEqual([timeOfDay(1000, now), timeOfDay(5000, now)])
  expect([shown('log', ended), columnOf('log').sort(ended, now)]).toEqual(['2 KB', 2000])
  expect([shown('start', task({ state: 'waiting' })), shown('end', task())]).toEqual(['', ''])
  expect(timeOfDay(1000, 3 * 86_400_000)).toMatch(/^\d\d-\d\d \d\d:\d\d:\d\d$/)
  // it has said too little, or runs no more
  expect([leftOf(task({ progress: 4 }), now), leftOf(task({ progress: null }), now), leftOf(ended, now)]).toEqual([
    null,
    null,
    null
  ])
})

test('a still log and progress are of running tasks alone', () => {
  expect(stillOf(task(), now)).toBe(2000)
  expect(stillOf(task({ logGrewAt: 9000 }), now)).toBe(0)
  expect(stillOf(task({ logGrewAt: undefined }), now)).toBe(null)
  expect(stillOf(task({ state: 'failed' }), now)).toBe(null)
  expect([progressOf(task()), progressOf(task({ state: 'failed' }))]).toEqual([41.5, null])
})

test('what it says while it runs; why it is as it is otherwise', () => {
  const said = { message: 'pass 2', lastLine: 'hello', reason: 'no license' }
  expect(messageOf(task(said))).toBe('pass 2')
  expect(messageOf(task({ ...said, message: null }))).toBe('hello')
  expect(messageOf(task({ ...said, message: '', lastLine: '' }))).toBe('no license')
  expect(messageOf(task({ ...said, state: 'failed' }))).toBe('no license')
  expect(messageOf(task({ ...said, state: 'failed', reason: null }))).toBe('pass 2')
  expect(messageOf(task({ ...said, state: 'failed', reason: null, message: null }))).toBe('')
})

describe('the list', () => {
  const keysWhere = (holds: (column: (typeof columns)[number]) => boolean): ColumnKey[] =>
    columns.filter(holds).map(({ key }) => key)

  test('each once, with a header', () => {
    expect(columns.map(({ key, header }) => `${key}: ${header}`)).toMatchInlineSnapshot(`
      [
        "id: Id",
        "state: State",
        "name: Task",
        "frames: Frames",
        "interpreter: Interpreter",
        "tries: Tries",
        "start: Start",
        "end: End",
        "time: Time",
        "left: Left",
        "memory: Memory",
        "progress: Progress",
        "still: Log still",
        "log: Log",
        "message: Last line",
      ]
    `)
    expect(columns.map(({ key }) => columnOf(key).key)).toEqual(columns.map(({ key }) => key))
  })

  test('which of them are where', () => {
    expect(keysWhere(({ terminal }) => !terminal)).toEqual(['start', 'end', 'left', 'memory', 'still', 'log'])
    expect(keysWhere(({ width }) => width === null)).toEqual(['id'])
    expect(keysWhere(({ from, width }) => from === 0 && width !== null)).toEqual([
      ...['state', 'name', 'frames', 'time', 'progress', 'message']
    ])
    expect(keysWhere(({ live }) => live)).toEqual(['left', 'progress', 'still'])
    expect(keysWhere(({ usual }) => !usual)).toEqual(['end', 'still'])
    expect(keysWhere(({ number }) => !number)).toEqual(['state', 'name', 'interpreter', 'progress', 'message'])
    expect(keysWhere(({ hint }) => hint === null)).toEqual(['id', 'state', 'name', 'frames', 'interpreter', 'progress'])
  })

  test('a width is a track of a CSS grid', () => {
    for (const { width, narrow } of [...columns, ...jobColumns])
      for (const track of [width, narrow]) expect(track ?? '1px').toMatch(/^(\d+px|minmax\(\d+px, [\d.]+fr\))$/)
    expect(columnOf('frames').narrow).toBe(columnOf('frames').width)
  })
})

import { describe, expect, test } from 'vitest'
import type { TaskView } from '../../src-main/api.ts'
import { mostUnasked, offersFor, questionOf } from '../../src-renderer/tasks/actions.ts'
import { inStates, looksInLogs, stateCounts, withText } from '../../src-renderer/tasks/filter.ts'
import { countsOf } from '../../src-renderer/state/rows.ts'
import { columnOf, columns, messageOf, timeOf, type ColumnKey } from '../../src-main/domain/columns.ts'
import { nextSort, sorted } from '../../src-renderer/columns/order.ts'
import { flatRows, rowsOf, summaryOf, topOf } from '../../src-renderer/tasks/groups.ts'
import { frameSpans, hasFrame } from '../../src-renderer/tasks/frame-spans.ts'
import { readTables, withTable, writeTables, type KeptTable } from '../../src-renderer/tasks/kept-table.ts'
import { between, rowAfter, toggled } from '../../src-renderer/tasks/selection.ts'
import { barsOf, lanesOf, lastStretch, spanAt, type Attempt } from '../../src-renderer/timeline/bars.ts'
import { layOut } from '../../src-renderer/timeline/layout.ts'
import { fitted, panned, ticksOf, zoomed } from '../../src-renderer/timeline/scale.ts'

const task = (id: number, more: Partial<TaskView> = {}): TaskView => ({
  ...{ id, job: 1, jobNode: 1, node: 'Render', identifier: 'r', batch: null, frames: null, interpreter: 'python' },
  ...{ reason: null, changedAt: 0, attempts: 0, startedAt: null, endedAt: null, progress: null, message: null },
  ...{
    exitCode: null,
    took: null,
    peakMemory: null,
    host: null,
    logGrewAt: null,
    name: `Render-${id}`,
    state: 'waiting'
  },
  ...more
})
const span = (start: number, end: number) => ({ start, end })
const idsBy = (tasks: TaskView[], column: ColumnKey, down = false) =>
  sorted(columns, tasks, { column, down }, 1000).map((t) => t.id)

test.each([
  ['licence', true],
  ['1037', false],
  ['1030-1040 failed', false],
  ['failed licence', true],
  ['ab', false],
  ['', false]
])('%j is looked for in logs: %j', (text, isLooked) => {
  expect(looksInLogs(text)).toBe(isLooked)
})

describe('the task table sorts', () => {
  test('without a column in evaluation order, the very list', () => {
    const list = [task(3), task(1)]
    expect(sorted(columns, list, null, 0)).toBe(list)
  })

  test('names as people count: by node, then by batch as a number', () => {
    const list = [
      task(1, { node: 'Shot10', batch: 0 }),
      task(2, { node: 'Shot2', batch: 10 }),
      task(3, { node: 'Shot2', batch: 9 }),
      task(4, { node: 'Shot2', batch: null })
    ]
    expect(idsBy(list, 'name')).toEqual([4, 3, 2, 1])
    expect(idsBy(list, 'name', true)).toEqual([1, 2, 3, 4])
  })

  test('states from what needs a person to what is done, frames by their first number', () => {
    const list = [
      task(1, { state: 'succeeded', frames: '100-110' }),
      task(2, { state: 'failed', frames: '9' }),
      task(3, { state: 'running', frames: '-5-3' })
    ]
    expect(idsBy(list, 'state')).toEqual([2, 3, 1])
    expect(idsBy(list, 'frames')).toEqual([3, 2, 1])
  })

  test('what has no value last whichever way; equals stay as they were', () => {
    const list = [task(1), task(2, { reason: 'b' }), task(3), task(4, { reason: 'a' }), task(5, { reason: 'b' })]
    expect(idsBy(list, 'message')).toEqual([4, 2, 5, 1, 3])
    expect(idsBy(list, 'message', true)).toEqual([2, 5, 4, 1, 3])
  })

  test('times of running tasks up to now, of ended ones as they took, of queued ones none', () => {
    const times = { startedAt: 400, endedAt: 500, attempts: 1 }
    const list = [
      task(1, { ...times, state: 'failed' }),
      task(2, { ...times, state: 'running', endedAt: null }),
      task(3, { ...times, state: 'ready' })
    ]
    expect(list.map((t) => timeOf(t, 1000))).toEqual([100, 600, null])
    expect(idsBy(list, 'time', true)).toEqual([2, 1, 3])
  })

  test('a header turns the order round, then gives it back', () => {
    const up = nextSort(null, columnOf('time'))
    const down = nextSort(up, columnOf('time'))
    expect([up, down, nextSort(down, columnOf('time'))]).toEqual([
      { column: 'time', down: false },
      { column: 'time', down: true },
      null
    ])
    expect(nextSort(down, columnOf('name'))).toEqual({ column: 'name', down: false })
  })

  test('20,000 batches of one node as numbers, down from the last', () => {
    const list = Array.from({ length: 20_000 }, (_, i) => task(i, { batch: (i * 7919) % 20_000 }))
    const down = sorted(columns, list, { column: 'name', down: true }, 0).map(({ batch }) => batch)
    expect(down).toEqual(Array.from({ length: 20_000 }, (_, i) => 19_999 - i))
  })

  test('by every column of the domain, also those that it shows on the terminal alone', () => {
    const list = [task(2, { state: 'running', progress: 40 }), task(1)]
    for (const { key } of columns) expect(sorted(columns, list, { column: key, down: false }, 1000)).toHaveLength(2)
    expect(idsBy(list, 'id')).toEqual([1, 2])
    expect(idsBy(list, 'progress', true)).toEqual([2, 1])
    expect(columnOf('progress').text(task(1, { state: 'running', progress: 40.4 }), 0)).toBe('40%')
  })
})

describe('the task table tells', () => {
  test('when it began and ended, how long it still takes, and how large its log is', () => {
    const at = new Date(2026, 4, 1, 14, 2, 5).getTime()
    const cell = (key: ColumnKey, more: Partial<TaskView>, now = at) => columnOf(key).text(task(1, more), now)
    const ended = { state: 'succeeded', attempts: 1, startedAt: at, endedAt: at + 60_000 } as const
    expect([cell('start', ended), cell('end', ended)]).toEqual(['14:02:05', '14:03:05'])
    expect(cell('start', ended, at + 86_400_000)).toBe('05-01 14:02:05')
    expect([cell('start', { ...ended, state: 'ready' }), cell('end', { ...ended, state: 'running' })]).toEqual(['', ''])
    const half = { state: 'running', startedAt: at - 20_000, progress: 50 } as const
    expect([cell('left', half), cell('left', { ...half, progress: 2 }), cell('left', ended)]).toEqual([
      '20.0 s',
      '',
      ''
    ])
    expect([cell('log', { logBytes: 7_100_000 }), cell('log', {}), cell('log', { logBytes: null })]).toEqual([
      '7.1 MB',
      '',
      ''
    ])
  })
})

describe('the task table is a tree', () => {
  const list = [
    task(1, { node: 'Layout', identifier: 'layout', state: 'succeeded' }),
    task(2, { state: 'succeeded', attempts: 1, startedAt: 0, endedAt: 1000 }),
    task(3, { state: 'failed', attempts: 1, startedAt: 0, endedAt: 3000 }),
    task(4, { state: 'blocked' })
  ]
  const said = (rows: ReturnType<typeof rowsOf>) =>
    rows.map((row) => (row.kind === 'group' ? `${row.name} ${row.tasks.length}` : row.task.id))

  test('of nodes with several tasks; one alone stands for itself', () => {
    expect(said(rowsOf(list, () => true))).toEqual([1, 'Render 3', 2, 3, 4])
    expect(said(rowsOf(list, () => false))).toEqual([1, 'Render 3'])
    expect(said(flatRows(list))).toEqual([1, 2, 3, 4])
  })

  test('whose nodes show their worst, what is done, and the mean of what has ended', () => {
    expect(summaryOf(list.slice(1), 0)).toEqual({ state: 'failed', done: 1, failed: 1, meanMs: 2000 })
    expect(summaryOf([task(9)], 0)).toEqual({ state: 'waiting', done: 0, failed: 0, meanMs: null })
  })

  test('whose rows begin below all that stand above them', () => {
    const rows = rowsOf(list, () => true)
    const heights = { row: 24, group: 28 }
    expect([0, 1, 2, 4].map((index) => topOf(rows, index, heights))).toEqual([0, 24, 52, 100])
  })
})

describe('what is kept of a table', () => {
  const kept: KeptTable = { text: 'comp', states: ['failed'], sort: { column: 'time', down: true }, grouped: false }

  test('comes back by its job, and the job that was looked at longest ago is forgotten', () => {
    const one = withTable(new Map(), '/jobs/1', kept)
    expect(readTables(writeTables(one))).toEqual(one)
    let many = one
    for (let i = 0; i < 250; i++) many = withTable(many, `/jobs/x${i}`, kept)
    expect([many.size, many.has('/jobs/1'), many.has('/jobs/x249')]).toEqual([200, false, true])
  })

  test('is left out where it is damaged', () => {
    const damaged = [
      ['/a', kept],
      ['/b', { ...kept, states: ['none'] }],
      ['/c', { ...kept, sort: { column: 'no' } }],
      7
    ]
    expect([...(readTables(JSON.stringify(damaged))?.keys() ?? [])]).toEqual(['/a'])
    expect(readTables('{}')).toBeNull()
  })
})

describe('the task table filters', () => {
  const list = [
    task(1, { name: 'Render-1', frames: '1-10', reason: 'exit code 1: no License', state: 'failed' }),
    task(2, { name: 'Render-2', frames: '11-20', state: 'running', message: 'pass 2' }),
    task(3, { name: 'Comp', node: 'Comp', interpreter: 'nuke', state: 'blocked' })
  ]
  const ids = (tasks: readonly TaskView[]) => tasks.map((t) => t.id)

  test('every word must be found somewhere, in any case', () => {
    expect(ids(withText(list, 'LICENSE render'))).toEqual([1])
    expect(ids(withText(list, '11-20'))).toEqual([2])
    expect(ids(withText(list, 'nuke'))).toEqual([3])
    expect(ids(withText(list, 'render nuke'))).toEqual([])
    const lastLineOf = ({ id }: TaskView) => (id === 2 ? 'used the spare Licence' : '')
    expect(ids(withText(list, 'spare licence', lastLineOf))).toEqual([2])
    expect(ids(withText(list, 'spare licence'))).toEqual([])
    expect(withText(list, '  ')).toBe(list)
  })

  test('a frame or a range of them is looked for in the frames, where some task has it', () => {
    expect([ids(withText(list, '7')), ids(withText(list, '10-11')), ids(withText(list, '8-30'))]).toEqual([
      [1],
      [1, 2],
      [1, 2]
    ])
    // no task has it: it is text
    expect(ids(withText([...list, task(4, { name: 'Render-99' })], '99'))).toEqual([4])
    expect(['1-30x2', '5,40', '-5-5', '10-1'].map((text) => frameSpans(text).length)).toEqual([1, 2, 1, 1])
    const has = (printed: string, first: number, last = first) => hasFrame(printed, { first, last, step: 1 })
    expect([has('1-30x2', 2), has('1-30x2', 2, 3), has('1-30x2', 30), has('10-1', 5), has('a,1.5', 1)]).toEqual([
      ...[false, true, false, true, false]
    ])
  })

  test('a state by its name; a last line while it runs', () => {
    expect(ids(withText(list, 'failed'))).toEqual([1])
    expect(ids(withText([...list, task(4, { state: 'running', lastLine: 'Tile 3 of 9' })], 'tile'))).toEqual([4])
  })

  test('chosen states add up; none chosen shows all', () => {
    expect(ids(inStates(list, new Set(['failed', 'blocked'])))).toEqual([1, 3])
    expect(inStates(list, new Set())).toBe(list)
  })

  test('chips count what the text finds and do not vanish while one types', () => {
    expect(stateCounts(countsOf(list), countsOf(withText(list, 'comp')), new Set(['ready']))).toEqual([
      { state: 'failed', n: 0 },
      { state: 'running', n: 0 },
      { state: 'ready', n: 0 },
      { state: 'blocked', n: 1 }
    ])
  })

  test('a running task says its message, any other its reason', () => {
    const both = { message: 'frame 3', reason: 'tried again by the user' }
    expect(messageOf(task(1, { ...both, state: 'running' }))).toBe('frame 3')
    expect(messageOf(task(1, { ...both, state: 'ready' }))).toBe('tried again by the user')
  })
})

describe('selecting', () => {
  const rows = [4, 2, 9, 1].map((id) => ({ id }))

  test('a range goes either way over what is shown; from a hidden anchor it is the row alone', () => {
    expect(between(rows, 2, 1)).toEqual([2, 9, 1])
    expect(between(rows, 9, 4)).toEqual([4, 2, 9])
    expect(between(rows, 77, 9)).toEqual([9])
    expect(between(rows, 4, 77)).toEqual([])
  })

  test('a toggle leaves the set it was given', () => {
    const set = new Set([1])
    expect([toggled(set, 1), toggled(set, 2), set]).toEqual([new Set(), new Set([1, 2]), new Set([1])])
  })

  test('keys stay inside; from no row they enter', () => {
    expect(rowAfter('ArrowDown', -1, 10, 5)).toBe(0)
    expect(rowAfter('PageDown', 7, 10, 5)).toBe(9)
    expect(rowAfter('PageUp', 2, 10, 5)).toBe(0)
    expect(rowAfter('End', 0, 10, 5)).toBe(9)
    expect(rowAfter('x', 0, 10, 5)).toBeNull()
    expect(rowAfter('Home', 0, 0, 5)).toBeNull()
  })

  test('actions take the tasks they fit and say so', () => {
    const offers = offersFor([
      task(1, { state: 'failed', attempts: 1 }),
      task(2, { state: 'running', attempts: 1 }),
      task(3, { state: 'blocked' })
    ])
    expect(offers.map((o) => [o.label, o.tasks.map((t) => t.id)])).toEqual([
      ['Retry (1)', [1]],
      ['Retry with downstream (1)', [1]],
      ['Cancel (2)', [2, 3]],
      ['Omit (2)', [1, 3]],
      ['Copy command', []]
    ])
  })

  test('of tasks that are on a farm it is asked to try again what stopped, and to end what has not', () => {
    const chosen = [
      task(1, { state: 'failed', attempts: 1 }),
      task(2, { state: 'running', attempts: 1 }),
      task(3, { state: 'waiting' }),
      task(4, { state: 'succeeded', attempts: 1 })
    ]
    expect(offersFor(chosen, true).map((o) => [o.name, o.label, o.tasks.map((t) => t.id)])).toEqual([
      ['retry', 'Retry on the farm (1)', [1]],
      ['cancel', 'End on the farm (2)', [2, 3]],
      ['copy', 'Copy command', []]
    ])
  })
})

describe('lanes', () => {
  test('each span lies in the lowest lane that is free by then', () => {
    expect(lanesOf([span(0, 10), span(0, 4), span(4, 6), span(5, 8), span(6, 7), span(10, 11)])).toEqual([
      [0, 5],
      [1, 2, 4],
      [3]
    ])
  })

  test('what runs keeps its lane', () => {
    expect(lanesOf([span(0, Infinity), span(1, 2), span(3, 4)])).toEqual([[0], [1, 2]])
  })

  test('the last stretch of work starts behind the last long pause', () => {
    const spans = [span(0, 100), span(50, 90_000), span(70_000, 80_000), span(150_000, 160_000)]
    expect([lastStretch(spans), lastStretch(spans.slice(0, 3)), lastStretch([])]).toEqual([150_000, 0, 0])
  })

  test('a time hits its span, or the nearest within the slack', () => {
    const spans = [span(0, 10), span(20, 30), span(50, Infinity)]
    const at = (time: number, slack = 0) => spanAt(spans, [0, 1, 2], time, slack)
    expect([at(5), at(25), at(1e9), at(15), at(16, 5), at(13, 5), at(40, Infinity)]).toEqual([0, 1, 2, null, 1, 0, 1])
  })
})

describe('bars', () => {
  const attempt = (more: Partial<Attempt>): Attempt => ({
    ...{
      task: 1,
      number: 1,
      startedAt: 0,
      endedAt: 5,
      took: null,
      end: 'exit',
      exitCode: 0,
      cause: null,
      host: null,
      reason: null
    },
    ...more
  })
  const outcome = (a: Partial<Attempt>, t: Partial<TaskView>) => barsOf([attempt(a)], () => task(1, t))[0]?.outcome

  test('the last attempt ends as its task does: exit 0 without a result is a failure', () => {
    expect(outcome({}, { attempts: 1, state: 'failed' })).toBe('failed')
    expect(outcome({}, { attempts: 1, state: 'succeeded' })).toBe('succeeded')
  })

  test('earlier attempts as their process did; what has no end runs', () => {
    expect(outcome({ exitCode: 1, reason: 'exit code 1' }, { attempts: 2, state: 'succeeded' })).toBe('failed')
    expect(
      outcome({ end: 'killed', cause: 'user', exitCode: null, reason: 'stopped' }, { attempts: 2, state: 'succeeded' })
    ).toBe('canceled')
    expect(outcome({ end: 'killed', cause: 'timeout', exitCode: null, reason: 'too long' }, { attempts: 2 })).toBe(
      'failed'
    )
    expect(outcome({ endedAt: null, end: null, exitCode: null }, { attempts: 1, state: 'running' })).toBe('running')
  })
})

describe('the time axis', () => {
  const range = { start: 1000, end: 11_000 }

  test('zooming keeps the time under the pointer where it is', () => {
    const view = fitted(range, 500)
    const closer = zoomed(view, { factor: 0.5, pixel: 100 }, range, 500)
    expect(closer.per).toBeCloseTo(view.per / 2)
    expect(closer.from + 100 * closer.per).toBeCloseTo(view.from + 100 * view.per)
  })

  test('panning cannot lose the job', () => {
    const view = fitted(range, 500)
    expect(panned(view, 1e9, range, 500).from).toBeLessThan(range.end)
    expect(panned(view, -1e9, range, 500).from + 500 * view.per).toBeGreaterThan(range.start)
  })

  test('ticks are round times since the start, far enough apart', () => {
    const labels = (per: number, from = 0) => ticksOf({ from, per }, 400, 0).map((tick) => tick.label)
    expect(labels(25)).toEqual(['0', '2 s', '4 s', '6 s', '8 s', '10 s'])
    expect(labels(1000)).toEqual(['0', '2:00', '4:00', '6:00'])
    expect(labels(2, 61_000)).toEqual(['1:01.000', '1:01.200', '1:01.400', '1:01.600', '1:01.800'])
    expect(labels(60_000)).toEqual(['0', '2:00:00', '4:00:00', '6:00:00'])
  })
})

describe('the timeline is laid out', () => {
  const attempt = (id: number, startedAt: number, endedAt: number | null, reason: string | null = null): Attempt => ({
    ...{
      task: id,
      number: 1,
      startedAt,
      endedAt,
      took: null,
      end: null,
      exitCode: null,
      cause: null,
      reason,
      host: null
    }
  })
  const none = () => undefined

  test('with what ended and what runs told apart, so that time can go on without it', async () => {
    const attempts = [attempt(1, 0, 100), attempt(2, 0, 80, 'exit code 1'), attempt(3, 100, null)]
    expect(await layOut(attempts, none, () => true)).toMatchObject({
      ...{ lanes: [[0, 2], [1]], start: 0, lastEnd: 100, again: 0, runningSince: 100 },
      counts: [
        { outcome: 'failed', n: 1 },
        { outcome: 'running', n: 1 },
        { outcome: 'succeeded', n: 1 }
      ]
    })
    expect(await layOut([], none, () => true)).toMatchObject({ bars: [], lanes: [], counts: [], runningSince: null })
  })

  test('with rests, and not to its end where others came meanwhile', async () => {
    let rests = 0
    const rest = () => Promise.resolve(void rests++)
    expect(await layOut([attempt(1, 0, 1)], none, () => rests < 1, rest)).toBeNull()
    expect(rests).toBeGreaterThan(1)
  })
})

describe('done work is not thrown away without a question', () => {
  const done = (n: number) => Array.from({ length: n }, (_, i) => task(i, { state: 'succeeded' }))

  test('above twenty succeeded tasks', () => {
    expect(questionOf({ name: 'omit', tasks: done(mostUnasked) })).toBeNull()
    const asked = questionOf({ name: 'omit', tasks: [...done(53), task(99, { state: 'failed' })] })
    expect(asked).toMatchObject({ title: 'Omit 54 tasks?', yes: 'Omit 54 tasks' })
    expect(asked?.text).toContain('53 of them have succeeded')
    expect(questionOf({ name: 'retry', tasks: done(11_988) })?.title).toBe('Retry 11,988 tasks?')
  })

  test('but what throws nothing away asks nothing', () => {
    const failed = Array.from({ length: 50 }, (_, i) => task(i, { state: 'failed' }))
    expect(questionOf({ name: 'retry', tasks: failed })).toBeNull()
    expect(questionOf({ name: 'cancel', tasks: done(50) })).toBeNull()
  })
})

import { describe, expect, test } from 'vitest'
import type { JobView, TaskView } from '../../src-main/api.ts'
import { progressOf, type JobColumnKey } from '../../src-main/domain/job-columns.ts'
import type { Problem } from '../../src-main/domain/problems.ts'
import { remediesOf } from '../../src-renderer/convert/remedies.ts'
import { spokenRemedy, spokenSentence } from '../../src-renderer/parts/words.ts'
import { takenBy, takenByAll } from '../../src-renderer/jobs/cleanup.ts'
import type { Sort } from '../../src-renderer/columns/order.ts'
import { foldedOf } from '../../src-renderer/jobs/fold.ts'
import { dayName, listRows, subOf } from '../../src-renderer/jobs/list.ts'
import { tableRows } from '../../src-renderer/jobs/table.ts'
import { leftOf, leftText, runningTasks, storedCounts } from '../../src-renderer/jobs/progress.ts'
import { segmentsOf } from '../../src-renderer/parts/segments.ts'
import { stateFill } from '../../src-renderer/parts/states.ts'
import { fitted, percentOf, pixelsOf } from '../../src-renderer/panes/sizes.ts'
import { nameParts } from '../../src-renderer/parts/names.ts'
import { found } from '../../src-renderer/state/fuzzy.ts'
import { isPlace } from '../../src-renderer/state/place.ts'

const job = (id: number, more: Partial<JobView> = {}): JobView => ({
  ...{ id, name: `film_v00${id}`, graphId: 1, source: '/s/film.json', choice: null, createdAt: 0, deletedAt: null },
  ...{ files: '', interruptedAt: null, held: false, priority: 0, open: 0, startedAt: 1, endedAt: 2 },
  ...{ counts: { succeeded: 1 }, status: 'succeeded', farm: null },
  ...more
})
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
const ended = (id: number, ms: number, more: Partial<TaskView> = {}) =>
  task(id, { state: 'succeeded', attempts: 1, startedAt: 0, endedAt: ms, ...more })
const running = (id: number, startedAt: number, more: Partial<TaskView> = {}) =>
  task(id, { state: 'running', attempts: 1, startedAt, ...more })

describe('how far a job is', () => {
  test('counts what is done and never rounds up to all of it', () => {
    expect(progressOf({ succeeded: 43, failed: 1, running: 2, queued: 7 })).toEqual({
      ...{ total: 53, done: 43, percent: 81, failed: 1 }
    })
    expect(progressOf({ succeeded: 11_999, failed: 1 }).percent).toBe(99)
    expect(progressOf({ succeeded: 2, omitted: 1 })).toMatchObject({ done: 3, percent: 100 })
    expect(progressOf({}).percent).toBe(0)
    expect(storedCounts({ succeeded: 2, waiting: 3, blocked: 1, interrupted: 1 })).toEqual({
      ...{ succeeded: 2, queued: 4, running: 1 }
    })
  })

  test('as a bar in one direction: done, failed, running, what is left, and blocked at its end', () => {
    const segments = segmentsOf({ blocked: 6, waiting: 1, running: 2, failed: 1, succeeded: 43, omitted: 1 })
    expect(segments.map(({ name, n }) => [name, n])).toEqual([
      ['done', 44],
      ['failed', 1],
      ['running', 2],
      ['left', 1],
      ['blocked', 6]
    ])
    expect(segmentsOf({ succeeded: 3 })).toHaveLength(1)
  })

  test('whose part that nothing came of yet is the bar’s track, at every size', () => {
    expect(segmentsOf({ waiting: 2, ready: 1, canceled: 1, interrupted: 1 }).map(({ name }) => name)).toEqual(['left'])
    for (const state of ['waiting', 'ready', 'canceled', 'interrupted'] as const)
      expect(stateFill(state)).toBe('var(--track)')
    expect([stateFill('succeeded'), stateFill('omitted')]).toEqual(['var(--ok-fill)', 'var(--ok-fill)'])
  })

  test('an interrupted job has no task that runs', () => {
    const counts = { running: 2, queued: 1 }
    expect(runningTasks([{ status: 'interrupted', counts }])).toBe(0)
    expect(
      runningTasks([
        { status: 'interrupted', counts },
        { status: 'running', counts },
        { status: 'paused', counts }
      ])
    ).toBe(4)
  })

  test('says no time before three tasks have ended, or while nothing runs', () => {
    const two = [ended(1, 1000), ended(2, 1000)]
    expect(leftOf([...two, running(3, 0), task(4)], 500)).toBeNull()
    expect(leftOf([...two, ended(3, 1000), task(4)], 500)).toBeNull()
  })

  test('says no time where all that is left has run longer than any before it', () => {
    const done = [ended(1, 1000), ended(2, 1000), ended(3, 1000)]
    expect(leftOf([...done, running(4, 0, { identifier: 'sim' })], 20_000)).toBeNull()
  })

  test('takes each node’s own mean, by as many as run; blocked tasks take no time', () => {
    const done = [ended(1, 1000), ended(2, 3000), ended(3, 10_000, { identifier: 'sim' })]
    const open = [running(4, 20_000), running(5, 20_000), task(6), task(7, { identifier: 'sim' })]
    // 2 s of each running, 2 s of a render and 10 s of a sim, two at once; no task can be cut in two
    expect(leftOf([...done, ...open, task(8, { state: 'blocked' })], 20_000)).toBe(10_000)
    expect(leftOf([...done, running(4, 10_000, { progress: 25 })], 20_000)).toBe(30_000)
  })

  test.each([
    [900, 'about 5 s left'],
    [41_000, 'about 40 s left'],
    [62_000, 'about 1 min left'],
    [13 * 60_000, 'about 15 min left'],
    [3_700_000, 'about 1 h 00 min left']
  ])('%i ms is %s', (ms, text) => {
    expect(leftText(ms)).toBe(text)
  })
})

describe('the buttons of a header', () => {
  const buttons = ['Retry 1 failed', 'Rerun', 'Rerun changed', 'Delete', 'Compare…', 'Export…'].map((label) => ({
    ...{ name: label === 'Rerun changed' ? 'changed' : (label.split(/[ …]/)[0] ?? '').toLowerCase(), label }
  }))
  const names = (width: number, scale = 1) => [...foldedOf(buttons, width, scale)]

  test('fold in one order, the filled one never', () => {
    expect(names(2000)).toEqual([])
    expect(names(480)).toEqual(['delete', 'rerun', 'changed'])
    expect(names(0)).toEqual(['delete', 'rerun', 'changed', 'compare', 'export'])
  })

  test('fold earlier where the type is larger', () => {
    expect(names(640, 1.25).length).toBeGreaterThan(names(640).length)
  })
})

describe('names are cut before their version', () => {
  test.each([
    ['hyd_0410_lookdev_hangar_v044', 'hyd_0410_lookdev_hangar', '_v044'],
    ['shot.0012', 'shot', '.0012'],
    ['rendering', 'ren', 'dering'],
    ['_v001', '', '_v001'],
    ['ab', '', 'ab'],
    ['x_123456789012345', 'x_123456789', '012345']
  ])('%s', (name, start, end) => {
    expect(nameParts(name)).toEqual({ start, end })
  })
})

describe('the list of jobs', () => {
  const at = (text: string) => new Date(text).getTime()
  // a Friday
  const now = at('2026-11-27T20:00')

  test.each([
    ['2026-11-27T00:00', 'Today'],
    ['2026-11-28T01:00', 'Today'],
    ['2026-11-26T23:59', 'Yesterday'],
    ['2026-11-23T00:00', 'Earlier this week'],
    ['2026-11-22T23:59', 'Last week'],
    ['2026-11-16T00:00', 'Last week'],
    ['2026-11-15T23:00', 'November'],
    ['2026-01-02T10:00', 'January'],
    ['2025-12-31T10:00', 'December 2025']
  ])('%s is %s', (made, name) => {
    expect(dayName(at(made), now)).toBe(name)
  })

  test('on a Monday the day before is yesterday, and those before it last week', () => {
    const monday = at('2026-11-23T08:00')
    expect([dayName(at('2026-11-22T08:00'), monday), dayName(at('2026-11-21T08:00'), monday)]).toEqual([
      'Yesterday',
      'Last week'
    ])
  })

  test('has a row for each day, with how many', () => {
    const jobs = [job(3, { createdAt: now }), job(2, { createdAt: now - 1 }), job(1, { createdAt: now - 86_400_000 })]
    expect(
      listRows(jobs, now).map((row) => (row.kind === 'group' ? `${row.name} ${row.jobs.length}` : row.job.id))
    ).toEqual([...['Today 2', 3, 2, 'Yesterday 1', 1]])
  })

  test('says how far a job is, or what became of it', () => {
    expect(
      subOf(job(1, { status: 'running', counts: { succeeded: 81, failed: 1, queued: 18 } }), '14:02', '31 s')
    ).toBe('81 % · 1 failed · 31 s')
    expect(subOf(job(1, { status: 'failed', counts: { succeeded: 11_988, failed: 12 } }), '14:02', '5 h')).toBe(
      '12 of 12,000 failed · 14:02 · 5 h'
    )
    expect(subOf(job(1), '14:02', '')).toBe('14:02')
    expect(subOf(job(1, { status: 'canceled' }), '14:02', '5 s')).toBe('canceled · 14:02 · 5 s')
  })
})

describe('the table of all jobs', () => {
  const now = new Date('2026-11-27T20:00').getTime()
  const made = [
    job(1, { name: 'comp_v10', createdAt: now - 90_000_000, counts: { succeeded: 4, failed: 1 }, endedAt: 500 }),
    job(2, { name: 'comp_v9', createdAt: now - 2000, counts: { succeeded: 9 }, startedAt: null, endedAt: null }),
    job(3, { name: 'anim_v1', createdAt: now - 1000, counts: { succeeded: 30 }, endedAt: 40 })
  ]
  const sizes = new Map([
    [1, 10],
    [3, 900]
  ])
  const rows = (sort: Sort<JobColumnKey>, closed: string[] = []) =>
    tableRows(made, sort, { sizes, now, closed: new Set(closed) }).map((row) =>
      row.kind === 'group' ? row.name : row.job.id
    )

  test('goes by day, the newest first, and leaves out what is folded', () => {
    expect(rows(null)).toEqual(['Today', 3, 2, 'Yesterday', 1])
    expect(rows(null, ['Today'])).toEqual(['Today', 'Yesterday', 1])
    expect(rows({ column: 'made', down: false })).toEqual(['Yesterday', 1, 'Today', 2, 3])
  })

  test.each([
    ['size', true, [3, 1, 2]],
    ['size', false, [1, 3, 2]],
    ['time', true, [1, 3, 2]],
    ['time', false, [3, 1, 2]],
    ['tasks', true, [1, 3, 2]],
    ['name', false, [3, 2, 1]],
    ['id', true, [3, 2, 1]]
  ] as const)('by %s, downward %j; what is not known comes last', (column, down, order) => {
    expect(rows({ column, down })).toEqual(order)
  })
})

describe('a clean-up', () => {
  const day = 86_400_000
  const now = 100 * day
  const ids = (jobs: readonly JobView[]) => jobs.map(({ id }) => id)

  test('keeps the last three versions of a name, whatever their numbers', () => {
    const jobs = [1, 2, 3, 4, 5].map((id) => job(id)).concat(job(6, { name: 'other_v001' }))
    expect(ids(takenBy('versions', jobs, now)).toSorted()).toEqual([1, 2])
  })

  test('never takes a job that runs, or still may', () => {
    const jobs = (['running', 'queued', 'paused', 'interrupted'] as const).map((status, i) => job(i + 1, { status }))
    for (const rule of ['versions', 'old', 'canceled'] as const) expect(takenBy(rule, jobs, now)).toEqual([])
  })

  test('takes what is old only if it succeeded, and each job once', () => {
    const jobs = [
      job(1, { createdAt: 60 * day }),
      job(2, { createdAt: 60 * day, status: 'failed' }),
      job(3, { createdAt: 80 * day }),
      job(4, { status: 'canceled' })
    ]
    expect(ids(takenBy('old', jobs, now))).toEqual([1])
    expect(ids(takenByAll(new Set(['old', 'versions', 'canceled']), jobs, now))).toEqual([1, 4])
  })
})

describe('a pane', () => {
  const bounds = { min: 200, max: 400, rest: 520 }

  test('is as wide as wanted, within its bounds and what the other side needs', () => {
    expect([fitted(248, 1440, bounds), fitted(10, 1440, bounds), fitted(900, 1440, bounds)]).toEqual([248, 200, 400])
    expect(fitted(400, 800, bounds)).toBe(280)
  })

  test('shares a room that is too small for both', () => {
    expect(fitted(248, 300, bounds)).toBe(150)
    expect(fitted(248, 0, bounds)).toBe(0)
  })

  test('keeps its pixels through percent', () => {
    expect(pixelsOf(percentOf(248, 1440), 1440)).toBe(248)
    expect(percentOf(10, 0)).toBe(50)
  })
})

describe('the palette', () => {
  const jobs = Array.from({ length: 500 }, (_, i) => ({
    id: 500 - i,
    title: `#${500 - i} hyd_0420_lighting_v${500 - i}`
  }))
  const first = (text: string) => found(jobs, text, 50)[0]?.id

  test('finds a job by its number first, however many numbers hold it', () => {
    expect([first('50'), first('#50'), first(' #5 '), first('500')]).toEqual([50, 50, 5, 500])
    expect(found(jobs, '50', 50).map(({ id }) => id)).toContain(500)
  })

  test('finds by words in any order, by parts of words, and with a letter left out', () => {
    const items = ['Render_beauty-4 1033-1040', 'Denoise_fog', 'Job 3: timeline', 'Theme: dark'].map((title) => ({
      title
    }))
    const title = (text: string) => found(items, text, 5)[0]?.title
    expect([title('beauty rend'), title('timel'), title('1033'), title('drk')]).toEqual([
      ...['Render_beauty-4 1033-1040', 'Job 3: timeline', 'Render_beauty-4 1033-1040', 'Theme: dark']
    ])
    expect(found(items, 'qqq', 5)).toEqual([])
    expect(found(items, ' ', 3)).toHaveLength(3)
  })
})

describe('a remedy in the window', () => {
  const problem = (code: string, remedy = ''): Problem => ({
    ...{ severity: 'error', code, node: 'n', name: 'Comp', message: 'm', remedy }
  })
  const setting = { wanted: 'nuke', used: 'nuke', known: ['nuke', 'python', 'node'], trouble: new Set(['nuke']) }

  test('is a button, not a command line', () => {
    expect(remediesOf(problem('interpreter-missing'), setting).map(({ label }) => label)).toEqual([
      'Run nuke with python',
      'Set the program of nuke…'
    ])
    expect(remediesOf(problem('frames-repeated'), setting)).toEqual([])
    expect(remediesOf(problem('interpreter-missing'), null)).toEqual([])
  })

  test('does not send from one that is missing to another that is', () => {
    const trouble = new Set(['nuke', 'python'])
    expect(remediesOf(problem('interpreter-missing'), { ...setting, trouble })[0]).toMatchObject({ to: 'node' })
    expect(remediesOf(problem('interpreter-unknown'), { ...setting, known: ['nuke'] })).toHaveLength(1)
  })

  test.each([
    [
      'set it with: backlot interpreter set nuke -- PROGRAM {evaluator} {task}; or run its nodes with another: --map nuke=python',
      ''
    ],
    ['set it in the graph or with --set a.b=VALUE, or give it a default', 'set it in the graph, or give it a default'],
    [
      'set the parts (--set a.b.KEY=VALUE), or write the graph without looking at them',
      'write the graph without looking at them'
    ],
    ['choose a shorter --data-dir', ''],
    ['list each frame once', 'list each frame once'],
    ['use null or a text in its place', 'use null or a text in its place']
  ])('of %j says %j', (remedy, spoken) => {
    expect(spokenRemedy(remedy)).toBe(spoken)
  })
})

test('a sentence leaves out what is for a terminal, unless nothing else would be left', () => {
  expect(spokenSentence('task 5 runs; stop it first with: backlot stop --task 5')).toBe('task 5 runs')
  expect(spokenSentence('see them with: backlot jobs')).toBe('see them with: backlot jobs')
  expect(spokenSentence('it ended just now; look what became of it')).toBe('it ended just now; look what became of it')
})

test('a place that was kept is one, or is as good as nothing', () => {
  expect([{ kind: 'job', job: 3, tab: 'graph' }, { kind: 'graph', path: '/a' }, { kind: 'start' }].every(isPlace)).toBe(
    true
  )
  const wrong = [
    null,
    {},
    'job',
    { kind: 'job', job: 'x', tab: 'graph' },
    { kind: 'job', job: 3, tab: 'none' },
    { kind: 'graph' }
  ]
  expect(wrong.some(isPlace)).toBe(false)
})

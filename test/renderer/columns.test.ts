import { describe, expect, test } from 'vitest'
import type { ComparedView } from '../../src-main/api.ts'
import type { ColumnHead } from '../../src-main/domain/column.ts'
import { columns, type ColumnKey } from '../../src-main/domain/columns.ts'
import { jobColumns } from '../../src-main/domain/job-columns.ts'
import {
  columnsFor,
  isShown,
  moved,
  movedTo,
  readArrangement,
  resized,
  toggledColumn,
  tracksFor,
  unsized,
  usualArrangement,
  windowColumns,
  type Arrangement
} from '../../src-renderer/columns/arrange.ts'
import { gridKey, type GridPlace } from '../../src-renderer/columns/grid-keys.ts'
import { headKey, sizeStep } from '../../src-renderer/columns/head-keys.ts'
import { absentIn, comparedColumns } from '../../src-renderer/compare/columns.ts'
import { isSort, nextSort, sorted, type Sort } from '../../src-renderer/columns/order.ts'
import { headHeight, scrollTo } from '../../src-renderer/columns/reveal.ts'
import { byPath } from '../../src-renderer/rehearsal/by-path.ts'
import { ownColumns, pathColumns, touchColumns, type TouchedRow } from '../../src-renderer/rehearsal/ledger-columns.ts'
import { totalColumns } from '../../src-renderer/timeline/total-columns.ts'

const wide = { width: 1600, live: true }
const keys = (shown: readonly ColumnHead[]) => shown.map(({ key }) => key)
const count = (text: string) => text.match(/minmax\([^)]*\)|\S+/g)?.length

describe.each([
  ['tasks', windowColumns<ColumnHead>(columns), 400],
  ['jobs', windowColumns<ColumnHead>(jobColumns), 300]
] as const)('a table of %s has columns', (_, all, narrow) => {
  const shownIn = (arrangement: Arrangement, room = wide) => columnsFor(all, arrangement, room)
  const [first, second] = keys(all) as [string, string]
  const hideable = all.find(({ fixed, usual }) => usual && !fixed) as ColumnHead
  const rare = all.find(({ usual }) => !usual) as ColumnHead

  test('with a track for each; with less room there are fewer', () => {
    const tight = shownIn(usualArrangement, { width: narrow, live: true })
    expect(tight.length).toBeLessThan(shownIn(usualArrangement).length)
    for (const [shown, width] of [[shownIn(usualArrangement), 1600] as const, [tight, narrow] as const])
      expect(count(tracksFor(shown, usualArrangement, width))).toBe(shown.length)
    expect(shownIn(usualArrangement, { width: 0, live: true })).toEqual(shownIn(usualArrangement))
  })

  test('the fixed one first, and never hidden', () => {
    expect(all.filter(({ fixed }) => fixed)).toEqual([all[0]])
    const damaged = { ...usualArrangement, shown: { [first]: false } }
    expect(keys(shownIn(damaged))[0]).toBe(first)
  })

  test('that are hidden and shown; what was asked for by name stays where there is little room', () => {
    const hidden = toggledColumn(usualArrangement, hideable)
    expect(keys(shownIn(hidden))).not.toContain(hideable.key)
    expect(isShown(toggledColumn(hidden, hideable), hideable)).toBe(true)
    expect(keys(shownIn(usualArrangement))).not.toContain(rare.key)
    const asked = toggledColumn(usualArrangement, rare)
    expect(keys(shownIn(asked, { width: narrow, live: false }))).toContain(rare.key)
  })

  test('that move to the place of another, in either direction, among those that can be seen', () => {
    const seen = keys(shownIn(usualArrangement))
    const last = seen.at(-1) ?? ''
    const to = (now: Arrangement, key: string, place: string) => movedTo(all, now, keys(shownIn(now)), { key, place })
    const left = to(usualArrangement, last, second)
    expect(keys(shownIn(left)).slice(0, 2)).toEqual([first, last])
    expect(keys(shownIn(to(left, last, seen.at(-2) ?? '')))).toEqual(seen)
    expect(to(usualArrangement, first, first)).toBe(usualArrangement)
    expect(to(usualArrangement, rare.key, first)).toBe(usualArrangement)
    expect(keys(shownIn(moved(all, usualArrangement, first, null))).at(-1)).toBe(first)
  })

  test('that are as wide as somebody made them, not too narrow to be grabbed again, until they are put back', () => {
    const sized = resized(usualArrangement, second, -50)
    expect(tracksFor(shownIn(sized), sized, 1600).split(' ')).toContain('32px')
    expect(tracksFor(shownIn(sized), resized(sized, second, 5000), narrow)).toContain('1200px')
    expect(unsized(sized, second)).toEqual(usualArrangement)
  })

  test('that are kept; what is not understood is left out', () => {
    const kept = resized(moved(all, toggledColumn(usualArrangement, rare), second, first), first, 300)
    expect(readArrangement(all, JSON.stringify(kept))).toEqual(kept)
    const odd = { order: ['nothing', first], shown: { [second]: 'yes' }, widths: { [first]: null, x: 3 } }
    expect(readArrangement(all, JSON.stringify(odd))).toEqual({ order: [first], shown: {}, widths: {} })
    expect(readArrangement(all, '3')).toBeNull()
  })
})

test('columns of running rows are left out while nothing runs', () => {
  const idle = columnsFor(windowColumns(columns), usualArrangement, { width: 1600, live: false })
  expect(keys(idle)).not.toContain('progress')
})

describe('a press on a header', () => {
  const turns = (column: ColumnHead) => {
    const first = nextSort(null, column)
    const second = nextSort(first, column)
    return [first?.down, second?.down, nextSort(second, column)]
  }

  test('turns the order round, then gives it back; what is looked for by its most begins with that', () => {
    expect(jobColumns.filter(({ key }) => key === 'name').map(turns)).toEqual([[false, true, null]])
    expect(jobColumns.filter(({ key }) => key === 'size').map(turns)).toEqual([[true, false, null]])
  })

  test('is kept only as an order by a column that there is', () => {
    const fits = (value: unknown) => isSort(jobColumns, value)
    const sort: Sort<ColumnKey> = { column: 'frames', down: true }
    expect([fits(null), fits({ column: 'size', down: true }), fits(sort), fits({ column: 'size' }), fits(3)]).toEqual([
      ...[true, true, false, false, false]
    ])
  })
})

describe('the keyboard in a header', () => {
  const press = (key: string, held: 'shiftKey' | 'ctrlKey' | 'metaKey' | null = null, at = 1) =>
    headKey({ key, shiftKey: held === 'shiftKey', ctrlKey: held === 'ctrlKey', metaKey: held === 'metaKey' }, at, 3)

  test('goes from column to column and not past the ends', () => {
    expect([press('ArrowLeft'), press('ArrowLeft', null, 0), press('ArrowRight', null, 2), press('End')]).toEqual(
      [0, 0, 2, 2].map((at) => ({ to: 'column', at }))
    )
    expect(press('Home')).toEqual({ to: 'column', at: 0 })
  })

  test('makes a column wider, moves it, opens its menu, and goes back to the rows', () => {
    expect(press('ArrowRight', 'shiftKey')).toEqual({ to: 'width', by: sizeStep })
    expect(press('ArrowLeft', 'shiftKey')).toEqual({ to: 'width', by: -sizeStep })
    expect([press('ArrowRight', 'ctrlKey'), press('ArrowLeft', 'metaKey')]).toEqual([
      { to: 'place', by: 1 },
      { to: 'place', by: -1 }
    ])
    expect([press('ContextMenu'), press('F10', 'shiftKey')]).toEqual([{ to: 'menu' }, { to: 'menu' }])
    expect([press('ArrowDown'), press('Escape')]).toEqual([{ to: 'rows' }, { to: 'rows' }])
  })

  test('leaves the other keys alone: Enter sorts, as on every button', () => {
    expect([press('Enter'), press(' '), press('ArrowUp'), press('F10'), press('a')]).toEqual(Array(5).fill(null))
  })
})

describe('the keyboard in the rows of a table that is read', () => {
  const press = (key: string, place: Partial<GridPlace> = {}) =>
    gridKey(key, { ...{ row: 1, rows: 40, button: -1, buttons: 2, page: 10 }, ...place })

  test('goes from row to row, by pages and to the ends, and from the first one to the heads', () => {
    expect(['ArrowUp', 'ArrowDown', 'PageDown', 'Home', 'End'].map((key) => press(key))).toEqual(
      [0, 2, 11, 0, 39].map((at) => ({ to: 'row', at }))
    )
    expect([press('ArrowUp', { row: 0 }), press('ArrowUp', { row: -1 })]).toEqual([{ to: 'head' }, { to: 'head' }])
    expect(press('ArrowDown', { row: -1 })).toEqual({ to: 'row', at: 0 })
  })

  test('goes to the buttons of a row and back, and presses the first one', () => {
    expect([press('ArrowRight'), press('ArrowRight', { button: 0 }), press('ArrowRight', { button: 1 })]).toEqual(
      [0, 1, 1].map((at) => ({ to: 'button', at }))
    )
    expect([press('ArrowLeft', { button: 0 }), press('Escape', { button: 1 })]).toEqual(
      Array(2).fill({ to: 'button', at: -1 })
    )
    expect(press('Enter')).toEqual({ to: 'press' })
  })

  test('leaves the other keys alone: Escape closes the dialog that it is in, Enter presses a button that has it', () => {
    const none = { buttons: 0 }
    expect([press('Escape'), press('Enter', { button: 0 }), press('Enter', none), press('ArrowRight', none)]).toEqual(
      Array(4).fill(null)
    )
    expect([press('Tab'), press('a'), press('ArrowDown', { rows: 0 })]).toEqual(Array(3).fill(null))
  })
})

test('a row is scrolled to so far that the header does not cover it, and no further', () => {
  const view = { scrollTop: 100, clientHeight: 200 + headHeight }
  expect(scrollTo({ top: 150, height: 20 }, view)).toBe(100)
  expect(scrollTo({ top: 90, height: 20 }, view)).toBe(90)
  expect(scrollTo({ top: 300, height: 20 }, view)).toBe(120)
})

describe('the ledger of a rehearsal has columns', () => {
  const entry = (what: string, how: 'write' | 'read' | 'look' | 'missing', task: string) => ({
    ...{ what, how, task, taskId: 1, own: true }
  })
  const rows = byPath([
    entry('/s/b.exr', 'write', 'Render-2'),
    entry('/s/b.exr', 'write', 'Render-10'),
    entry('/s/b.exr', 'read', 'Comp'),
    entry('/s/a.exr', 'look', 'Comp')
  ]).map((row): TouchedRow => ({ ...row, finding: undefined }))
  const texts = (row: TouchedRow | undefined) => row && pathColumns.map(({ text }) => text(row, 0))

  test('who wrote and read a file; of what nobody did, who did what with it', () => {
    expect(rows.map(texts)).toEqual([
      ['/s/a.exr', '', 'Comp looked at it', ''],
      ['/s/b.exr', 'Render-2 and Render-10', 'Comp', '']
    ])
  })

  test('whose order puts what nobody wrote last', () => {
    const by = (down: boolean) => sorted(pathColumns, rows, { column: 'wrote', down }, 0).map(({ what }) => what)
    expect([by(false), by(true)]).toEqual(Array(2).fill(['/s/b.exr', '/s/a.exr']))
  })

  test('what a task did, and what it called the file', () => {
    const touch = { ...entry('/s/b.exr', 'missing', 'Comp'), own: false, as: 'b.exr', marks: ['refused' as const] }
    expect(touchColumns.map(({ text }) => text(touch, 0))).toEqual([
      'Comp',
      expect.stringMatching(/, refused while loading$/),
      'b.exr'
    ])
    expect(ownColumns.map(({ text }) => text(touch, 0))[0]).toBe('/s/b.exr')
  })
})

describe('two runs beside each other have columns', () => {
  const side = (given: Partial<NonNullable<ComparedView['left']>>): ComparedView['left'] => ({
    ...{ task: 1, status: 'succeeded', attempts: 1, exitCode: 0, duration: 1000, peakMemory: null, host: null },
    ...given
  })
  const row = (given: Partial<ComparedView>): ComparedView => ({
    ...{ node: 'Comp', identifier: 'Comp-1', batch: null, left: side({}), right: side({}), outputs: [] },
    ...{ differs: true, warned: [] },
    ...given
  })
  const all = comparedColumns({ left: 3, right: 8, farm: null })
  const textsOf = (one: ComparedView) => Object.fromEntries(all.map(({ key, text }) => [key, text(one, 0)]))

  test('a side’s state, time and exit by its number; a task that one of them has not got says so', () => {
    const failed = side({ status: 'failed', exitCode: 7, duration: 61_000 })
    expect(textsOf(row({ batch: 2, left: null, right: failed }))).toMatchObject({
      ...{ task: 'Comp-2', 'left-status': 'not in this job', 'left-time': '', 'left-exit': '' },
      ...{ 'right-status': 'failed', 'right-exit': '7', 'right-time': '1 min 01 s' }
    })
    // the menu tells them apart by their headers
    expect(new Set(all.map(({ header }) => header)).size).toBe(all.length)
    expect(all.map(({ header }) => header)).toEqual(expect.arrayContaining(['#3', '#3 time', '#8', '#8 time']))
  })

  test('what differs is told whole', () => {
    const outputs = [
      { output: 'files', left: '"a"', right: '"b"' },
      { output: 'more', left: null, right: '1' }
    ]
    expect(textsOf(row({ outputs })).outputs).toBe('files: "a" became "b"\nmore: nothing became 1')
  })

  test('sorted by a side’s time, those without one last either way', () => {
    const rows = [row({ left: null }), row({ left: side({ duration: 5 }) }), row({ left: side({ duration: 9 }) })]
    const by = (down: boolean) =>
      sorted(all, rows, { column: 'left-time', down }, 0).map(({ left }) => left?.duration ?? null)
    expect([by(true), by(false)]).toEqual([
      [9, 5, null],
      [5, 9, null]
    ])
  })

  test('columns that no row fills are not offered', () => {
    expect(absentIn([row({})], null)).toEqual(['left-memory', 'right-memory', 'host', 'said'])
    const measured = row({ left: side({ peakMemory: 5 }), right: side({ peakMemory: 6 }) })
    expect(absentIn([measured], null)).toEqual(['host', 'said'])
  })
})

test('totals of a stretch of time have columns of figures that are sorted by the most first', () => {
  const total = { node: 'sim', tasks: 1200, sum: 61_000, mean: 500, longest: 2000, failed: 0, share: 0.255 }
  expect(totalColumns.map(({ text }) => text(total, 0))).toEqual([
    'sim',
    '1,200',
    '1 min 01 s',
    '0.5 s',
    '2.0 s',
    '',
    '26 %'
  ])
  expect(totalColumns.filter(({ downFirst }) => !downFirst).map(({ key }) => key)).toEqual(['node'])
})

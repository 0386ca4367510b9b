import { describe, expect, test } from 'vitest'
import type { TaskView } from '../../src-main/api.ts'
import { labelOf, type Bar, type Outcome } from '../../src-renderer/timeline/bars.ts'
import { canTellApart, densityOf, failureMarks } from '../../src-renderer/timeline/density.ts'
import { actionOf, timelineActions, timelineKeys } from '../../src-renderer/timeline/keys.ts'
import { chainOf, sumsOf } from '../../src-renderer/timeline/path.ts'
import { barIn, hostRows, nodeRows } from '../../src-renderer/timeline/rows.ts'
import { totalsOf, totalsText } from '../../src-renderer/timeline/totals.ts'

const bar = (task: number, start: number, end: number, more: Partial<Bar> = {}): Bar => ({
  ...{ task, start, end, name: `R-${task}`, label: `${task} R`, number: 1, outcome: 'succeeded' as const, host: null },
  ...more
})
const view = { from: 0, per: 1 }
const all = (bars: readonly Bar[]) => bars.map((_, i) => i)

describe('shading', () => {
  test('says for each pixel how many run there', () => {
    const bars = [bar(1, 0, 4), bar(2, 2, 6), bar(3, 3, 3.2), bar(4, 9, Infinity), bar(5, -5, 1), bar(6, 50, 60)]
    expect([...densityOf(bars, all(bars), { ...view, now: 11 }, 12)]).toEqual([2, 1, 2, 3, 1, 1, 0, 0, 0, 1, 1, 0])
  })

  test('what takes no time is seen too', () => {
    expect([...densityOf([bar(1, 5, 5)], [0], { ...view, now: 9 }, 8)]).toEqual([0, 0, 0, 0, 0, 1, 0, 0])
  })

  test('is for bars under 4 px', () => {
    const bars = Array.from({ length: 10 }, (_, i) => bar(i, i * 10, i * 10 + 8))
    expect(canTellApart(bars, all(bars), { from: 0, per: 2, now: 0 })).toBe(true)
    expect(canTellApart(bars, all(bars), { from: 0, per: 2.1, now: 0 })).toBe(false)
  })

  test('failures nearer than 26 px are one mark with their number, the others stand alone', () => {
    const failed = { outcome: 'failed' as const }
    const bars = [10, 30, 100, 500].map((end, i) => bar(i, end - 5, end, failed))
    const marks = failureMarks([...bars, bar(9, 200, 210)], all(bars), view, 400)
    expect(marks.map(({ x, count }) => [x, count])).toEqual([
      [20, 2],
      [100, 1]
    ])
    // 26 px apart they are told apart
    expect(failureMarks([bar(1, 0, 10, failed), bar(2, 0, 36, failed)], [0, 1], view, 400)).toHaveLength(2)
    expect(failureMarks([bar(1, 0, 10, failed), bar(2, 0, 35, failed)], [0, 1], view, 400)).toHaveLength(1)
  })
})

describe('rows', () => {
  const task = (id: number, node: string): TaskView =>
    ({ id, node, identifier: `${node}-id`, name: `${node}-${id}` }) as TaskView
  const tasks = new Map([task(1, 'A'), task(2, 'A'), task(3, 'B')].map((one) => [one.id, one]))

  test('a row a node in the order of their starts, with what failed', () => {
    const bars = [
      bar(1, 0, 5),
      bar(2, 1, 4, { outcome: 'failed' }),
      bar(3, 5, 9),
      bar(2, 6, 8, { number: 2, outcome: 'failed' })
    ]
    const rows = nodeRows(bars, (id) => tasks.get(id))
    expect(rows.map(({ label, aside, state, indexes, failed }) => [label, aside, state, indexes, failed])).toEqual([
      ['A', '1 of 2', 'failed', [0, 1, 3], 1],
      ['B', '1', 'succeeded', [2], 0]
    ])
    expect(rows[0]?.sub?.count).toBe(2)
    expect(nodeRows(bars, (id) => tasks.get(id), new Set([3])).map(({ label }) => label)).toEqual(['B'])
  })

  test('a row a machine of the farm, by their names, and one for what ran here', () => {
    const on = (host: string | null, outcome: Outcome = 'succeeded') => ({ host, outcome })
    const bars = [
      bar(1, 0, 5, on('b10', 'failed')),
      bar(2, 1, 4, on('b9')),
      bar(3, 2, 9, on('b9')),
      bar(1, 6, 8, { ...on('b9'), number: 2 }),
      bar(4, 10, 12, on(null))
    ]
    const rows = hostRows(bars)
    expect(rows.map(({ label, aside, state, indexes }) => [label, aside, state, indexes])).toEqual([
      ['b9', '3', 'succeeded', [1, 2, 3]],
      ['b10', '1 of 1', 'failed', [0]],
      ['here', '1', 'succeeded', [4]]
    ])
    expect(rows[0]?.sub?.count).toBe(2)
  })

  test('of bars over each other the one in the lane under the pointer is hit', () => {
    const bars = [bar(1, 0, 10), bar(2, 2, 8)]
    const [row] = nodeRows(bars, (id) => tasks.get(id))
    if (!row) throw new Error('there is no row')
    const hit = (time: number, lane: number) => barIn(bars, row, time, { slack: 1, lane })
    expect([hit(5, 0), hit(5, 1), hit(9.5, 1), hit(10.5, 0), hit(20, 0)]).toEqual([0, 1, 0, 0, null])
  })

  test('the number comes first in a label', () => {
    expect([labelOf('Render_beauty-4', 'Render_beauty'), labelOf('Comp', 'Comp'), labelOf('a-b', 'a')]).toEqual([
      ...['4 Render_beauty', 'Comp', 'a-b']
    ])
  })
})

describe('the critical path', () => {
  const step = (id: number, start: number, end: number, waited: number) => ({
    ...{ id, node: 'N', start, end, waited, first: start }
  })

  test('is of the last attempts of its tasks', () => {
    const bars = [bar(1, 0, 5), bar(2, 1, 2), bar(1, 6, 9, { number: 2 })]
    expect(chainOf(bars, { steps: [step(1, 6, 9, 0), step(7, 9, 10, 0)], shortenings: [] })).toEqual([2])
    expect(chainOf(bars, null)).toEqual([])
  })

  test('sums what its tasks took and waited', () => {
    const sums = sumsOf({ steps: [step(1, 0, 5, 1), step(2, 8, 10, 3)], shortenings: [] })
    expect(sums).toEqual({ tasks: 2, busy: 7, waited: 4, whole: 11 })
  })
})

describe('a marked stretch of time', () => {
  test('sums what of each node lies in it', () => {
    const bars = [bar(1, 0, 10), bar(2, 5, 25, { outcome: 'failed' }), bar(3, 20, Infinity), bar(4, 90, 95)]
    const totals = totalsOf(bars, { start: 5, end: 30 }, 40, ({ task }) => (task === 3 ? 'B' : 'A'))
    expect(totals).toEqual([
      { node: 'A', tasks: 2, sum: 25, mean: 15, longest: 20, failed: 1, share: 25 / 35 },
      { node: 'B', tasks: 1, sum: 10, mean: 20, longest: 20, failed: 0, share: 10 / 35 }
    ])
    expect(totalsText(totals).split('\n')[1]?.split('\t').slice(0, 2)).toEqual(['A', '2'])
    expect(totalsOf(bars, { start: 50, end: 60 }, 40, () => 'A')).toEqual([])
  })
})

describe('keys', () => {
  test('no two do different things, and each action has one', () => {
    const seen = new Map<string, string>()
    for (const { key, shift, action } of timelineKeys) {
      expect(seen.get(`${key} ${shift}`) ?? action, key).toBe(action)
      seen.set(`${key} ${shift}`, action)
    }
    expect(new Set(timelineKeys.map(({ action }) => action))).toEqual(new Set(timelineActions))
  })

  test('Perfetto’s zoom and move, also with caps lock', () => {
    expect(['w', 'S', 'a', 'D', 'f', 'm'].map((key) => actionOf(key, false))).toEqual([
      ...['zoom-in', 'zoom-out', 'pan-left', 'pan-right', 'fit-selection', 'mark']
    ])
    expect([
      actionOf('ArrowLeft', true),
      actionOf('ArrowLeft', false),
      actionOf('+', true),
      actionOf('x', false)
    ]).toEqual([...['pan-left', 'previous', 'zoom-in', null]])
  })
})

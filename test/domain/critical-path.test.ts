import { describe, expect, test } from 'vitest'
import { criticalPath, shortenings, type PathTask } from '../../src-main/domain/critical-path.ts'

const task = (id: number, node: string, start: number, end: number, first = start) =>
  [id, { id, node, start, end, first }] as const
const path = (tasks: (readonly [number, PathTask])[], needs: Record<number, number[]>) =>
  criticalPath(new Map(tasks), (id) => needs[id] ?? [])

describe('the chain that decides how long a job takes', () => {
  test('goes by what waited for what, not by what happened to end just before', () => {
    // 3 started right when 2 ended, but it waited for 1
    const tasks = [task(1, 'Sim', 0, 900), task(2, 'Other', 0, 1000), task(3, 'Render', 1000, 3000)]
    const steps = path(tasks, { 3: [1] })
    expect(steps.map(({ id, waited }) => [id, waited])).toEqual([
      [1, 0],
      [3, 100]
    ])
  })

  test('of several that it waited for the one that ended last', () => {
    const tasks = [task(1, 'R', 0, 10), task(2, 'R', 0, 30), task(3, 'R', 0, 20), task(4, 'C', 30, 40)]
    expect(path(tasks, { 4: [1, 2, 3] }).map(({ id }) => id)).toEqual([2, 4])
  })

  test('a root that started late waited for a slot', () => {
    const tasks = [task(1, 'R', 0, 50), task(2, 'R', 50, 120)]
    expect(path(tasks, {})).toMatchObject([{ id: 2, waited: 50 }])
  })

  test('what lies between two attempts of a task was no wait for a slot', () => {
    expect(path([task(1, 'A', 0, 10), task(2, 'B', 500, 520, 12)], { 2: [1] })).toMatchObject([
      { waited: 0 },
      { waited: 2 }
    ])
  })

  test('of what has no times nothing is said; a circle ends', () => {
    expect(path([], {})).toEqual([])
    expect(path([task(1, 'A', 0, 10)], { 1: [99] })).toHaveLength(1)
    expect(path([task(1, 'A', 0, 10), task(2, 'B', 10, 20)], { 1: [2], 2: [1] })).toHaveLength(2)
  })

  test('what would shorten it, the most first', () => {
    const took = { Render: [10_000, 10_000, 10_000, 50_000], Comp: [10_000] } as Record<string, number[]>
    const steps = path([task(1, 'Render', 0, 50_000), task(2, 'Comp', 70_000, 80_000)], { 2: [1] })
    const found = shortenings(steps, (node) => took[node] ?? [])
    expect(found.map(({ kind, saves, node }) => [kind, saves, node])).toEqual([
      ['node', 50_000, 'Render'],
      ['batches', 30_000, 'Render'],
      ['slots', 20_000, null]
    ])
    expect(found[0]?.text).toContain('63 %')
    expect(found[1]?.text).toContain('2.5 times its mean')
    expect(shortenings([], () => [])).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import {
  lineThrough,
  secondTicks,
  sizeSteps,
  stepOf,
  workerSteps,
  workerTicks,
  xOf,
  yOf,
  type Frame
} from '../../src-renderer/forecast/curve.ts'

describe('the curve of a forecast', () => {
  test('looks at every number of workers while they are few, then in larger steps up to the last', () => {
    expect(workerSteps(1)).toEqual([1])
    expect(workerSteps(7)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(workerSteps(23)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 23])
    expect(workerSteps(100_000).length).toBeLessThanOrEqual(200)
    expect(workerSteps(100_000).at(-1)).toBe(100_000)
  })

  test('batch sizes have the one that is set among them', () => {
    expect(sizeSteps(40, 17)).toContain(17)
    expect(sizeSteps(3, 8)).toEqual([1, 2, 3])
  })

  test('finds the step that is nearest, as ratios go', () => {
    expect([1, 4, 11, 500].map((n) => stepOf([1, 2, 5, 10, 20], n))).toEqual([0, 2, 3, 4])
  })

  test('stands between its corners, workers by ratio and seconds from 0', () => {
    const frame: Frame = { left: 10, top: 5, width: 100, height: 50, mostWorkers: 100, mostSeconds: 20 }
    expect([1, 10, 100].map((n) => xOf(frame, n))).toEqual([10, 60, 110])
    expect([0, 10, 20].map((s) => yOf(frame, s))).toEqual([55, 30, 5])
    const points = [{ workers: 1, wall: 20 }, { workers: 10, wall: 10 }] // prettier-ignore
    expect(lineThrough(frame, points)).toBe('M10.0 5.0L60.0 30.0')
    expect(xOf({ ...frame, mostWorkers: 1 }, 1)).toBe(60)
  })

  test('has labels at numbers that people count in', () => {
    expect(workerTicks(60)).toEqual([1, 2, 5, 10, 20, 50])
    expect(secondTicks(21)).toEqual([0, 5, 10, 15, 20])
    expect(secondTicks(4000)).toEqual([0, 900, 1800, 2700, 3600])
    expect(secondTicks(0)).toEqual([0])
  })
})

import { describe, expect, test } from 'vitest'
import { differenceOf, type Side } from '../../../src-main/domain/picture/difference.ts'
import type { Plane } from '../../../src-main/domain/picture/opened.ts'

describe('two pictures', () => {
  const plane = (name: string, samples: Float32Array | Uint8Array, width: number): Plane => ({
    ...{ name, type: 'float', width, height: samples.length / width, xStep: 1, yStep: 1, samples }
  })
  const side = (planes: Plane[], white = 1): Side => {
    const [{ width = 0, height = 0 } = {}] = planes
    const area = { left: 0, top: 0, width, height }
    const pixels = { data: area, display: area, planes, white, isEncoded: white > 1, fault: null }
    return { pixels, shown: planes.length, area }
  }
  const bytes = (...values: number[]) => side([plane('R', Uint8Array.from(values), 2)], 255)
  const floats = (...values: number[]) => side([plane('R', Float32Array.from(values), 2)])

  test('of eight bits differ in so many pixels, most of all at one', () => {
    const found = differenceOf(bytes(0, 10, 20, 30), bytes(0, 10, 25, 230), true)
    expect(found).toMatchObject({ changed: 0.5, at: { x: 1, y: 1 }, unit: 'stored', gain: 8 })
    expect(found.largest).toBeCloseTo(200 / 255)
    expect(found.mean).toBeCloseTo(205 / 4 / 255)
    expect([...found.rgba.slice(8, 12)]).toEqual([40, 40, 40, 255])
  })

  test('of floats differ where a screen shows white twice, and by less than it shows', () => {
    const found = differenceOf(floats(1.5, 4, 0.2, 0), floats(1.5, 64, 0.2001, 0), true)
    expect(found).toMatchObject({ changed: 0.5, largest: 60, at: { x: 1, y: 0 }, unit: 'linear' })
    expect(differenceOf(floats(0.2, 0), floats(0.2001, 0), true).largest).toBeCloseTo(0.0001, 5)
  })

  test('what is no number is the same as itself alone', () => {
    expect(differenceOf(floats(NaN, Infinity), floats(NaN, Infinity), true).changed).toBe(0)
    expect(differenceOf(floats(NaN, 1), floats(1, 1), true)).toMatchObject({ changed: 0.5, largest: Infinity })
  })

  test('of other numbers are shown up to the largest difference', () => {
    const found = differenceOf(floats(1000, 20), floats(1500, 20), false)
    expect(found.gain).toBeCloseTo(1 / 500)
    expect(found.rgba[0]).toBe(255)
  })

  test('a part of one lies elsewhere in its file', () => {
    const one = floats(1, 2, 3, 4)
    const area = { left: 10, top: 5, width: 2, height: 2 }
    const moved = { ...one, area, pixels: { ...one.pixels, data: area, display: area } }
    expect(differenceOf(one, moved, true).changed).toBe(0)
    expect(differenceOf(one, { ...moved, area: { ...area, left: 11 } }, true).changed).toBe(1)
  })

  test('of two sizes, or of other channels, are not compared', () => {
    expect(() => differenceOf(bytes(1, 2), bytes(1, 2, 3, 4), true)).toThrow('two sizes: 2 × 1 and 2 × 2')
    const colour = side(['R', 'G', 'B'].map((name) => plane(name, Float32Array.from([1, 2]), 2)))
    expect(() => differenceOf(colour, floats(1, 2), true)).toThrow('other channels: R G B and R')
  })
})

import { expect, test } from 'vitest'
import { bytesText, durationText, spanOf } from '../../src-main/domain/durations.ts'

test.each<[number | null, string]>([
  [null, ''],
  [0, '0.0 s'],
  [49, '0.0 s'],
  [50, '0.1 s'],
  [3_400, '3.4 s'],
  [59_940, '59.9 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 00 s'],
  [59_960, '1 min 00 s'],
  [60_000, '1 min 00 s'],
  [119_499, '1 min 59 s'],
  [119_600, '2 min 00 s'],
  [605_000, '10 min 05 s'],
  [3_599_499, '59 min 59 s'],
  [3_599_500, '1 h 00 min'],
  [3_600_000, '1 h 00 min'],
  [3_629_999, '1 h 00 min'],
  [3_900_000, '1 h 05 min'],
  [7_199_999, '2 h 00 min'],
  [360_000_000, '100 h 00 min']
])('%s ms is "%s"', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

test('a span goes on until it ends, and is never negative', () => {
  expect(spanOf({ startedAt: null, endedAt: null }, 9)).toBe(null)
  expect(spanOf({ startedAt: null, endedAt: 5 }, 9)).toBe(null)
  expect(spanOf({ startedAt: 0, endedAt: null }, 9)).toBe(9)
  expect(spanOf({ startedAt: 2, endedAt: 5 }, 9)).toBe(3)
  expect(spanOf({ startedAt: 7, endedAt: 5 }, 9)).toBe(0)
  expect(spanOf({ startedAt: 10, endedAt: null }, 9)).toBe(0)
})

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [999, '999 B'],
  [1_000, '1 KB'],
  [12_345, '12 KB'],
  [999_499, '999 KB'],
  [999_500, '1.0 MB'],
  [3_440_000, '3.4 MB'],
  [999_949_999, '999.9 MB'],
  [999_950_000, '1.00 GB'],
  [1_250_000_000, '1.25 GB'],
  [2_500_000_000_000, '2.50 TB'],
  [4_000_000_000_000_000, '4000.00 TB']
])('%s bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

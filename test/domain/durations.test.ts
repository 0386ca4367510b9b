import { afterEach, expect, test } from 'vitest'
import { bytesOf, bytesText, durationText, momentText, spanOf, tookOf } from '../../src-main/domain/durations.ts'

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

test('what has ended took what a steady clock says, whatever its dates are; what runs goes on', () => {
  expect(tookOf({ startedAt: 10, endedAt: 4, took: 3000 }, 99)).toBe(3000)
  expect(tookOf({ startedAt: 2, endedAt: 5, took: null }, 99)).toBe(3)
  expect(tookOf({ startedAt: 2, endedAt: null, took: 7 }, 99)).toBe(97)
  expect(tookOf({ startedAt: null, endedAt: null, took: null }, 99)).toBe(null)
})

test('sizes are read as people write them', () => {
  const texts = ['512MB', '1.5 GB', '12', ' 2 gb ', '1 GiB', '512kib', 'x', '1 PB', '-1', '1 G', '']
  const bytes = [512e6, 1.5e9, 12, 2e9, 2 ** 30, 512 * 1024, null, null, null, null, null]
  expect(texts.map(bytesOf)).toEqual(bytes)
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

const zone = process.env.TZ
afterEach(() => {
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

test.each([
  ['UTC', '2026-11-27 12:03:11'],
  ['Europe/Berlin', '2026-11-27 13:03:11'],
  ['America/St_Johns', '2026-11-27 08:33:11'],
  ['Asia/Kolkata', '2026-11-27 17:33:11'],
  ['Pacific/Kiritimati', '2026-11-28 02:03:11']
])('a moment in %s is %s', (name, text) => {
  process.env.TZ = name
  expect(momentText(Date.UTC(2026, 10, 27, 12, 3, 11, 999))).toBe(text)
})

test('summer time has its own offset, and a number that is no time says so', () => {
  process.env.TZ = 'Europe/Berlin'
  expect(momentText(Date.UTC(2026, 6, 1, 12))).toBe('2026-07-01 14:00:00')
  expect(momentText(Number.NaN)).toBe('an unknown time')
  expect(momentText(9e15)).toBe('an unknown time')
})

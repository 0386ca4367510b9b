import { expect, test } from 'vitest'
import { countText, counted } from '../../src-main/domain/counts.ts'

test.each([0, 7, 999, 1000, 12_345, 999_999, 1_000_000, 9_007_199_254_740_991, -1000, -999])(
  '%s has its thousands set apart as English has them',
  (n) => {
    expect(countText(n)).toBe(n.toLocaleString('en'))
  }
)

test('one is one, none and several are more', () => {
  expect([0, 1, 2, 1200].map((n) => counted(n, 'task'))).toEqual(['0 tasks', '1 task', '2 tasks', '1,200 tasks'])
  expect(counted(2, 'process', 'processes')).toBe('2 processes')
})

import { expect, test } from 'vitest'
import { table } from '../../src-main/cli/print.ts'
import { closureOf } from '../../src-main/core/graph/order.ts'

test('a table of more rows than a call takes arguments', () => {
  const rows = Array.from({ length: 300_000 }, (_, i) => [String(i), 'x'])
  expect(table(['#', 'TASK'], rows).split('\n')[1]).toBe('0       x')
})

test('a node of more children than a call takes arguments', () => {
  const children = Array.from({ length: 300_000 }, (_, i) => i + 1)
  expect(closureOf(0, [[300_001], ...children.map(() => []), children])).toHaveLength(300_001)
})

import { describe, expect, test } from 'vitest'
import { memoryKill, missedBetween, tickMs } from '../../src-main/core/run/limits.ts'
import { SteadyClock } from '../../src-main/core/run/steady-clock.ts'
import { memoryLimitOf, wantedMemory } from '../../src-main/domain/memory.ts'

describe('the clock of what goes on', () => {
  test('is the wall clock where nothing was written down later', () => {
    const before = Date.now()
    const clock = new SteadyClock()
    expect(clock.now()).toBeGreaterThanOrEqual(before - 1)
    clock.notBefore(before - 1_000_000)
    expect(clock.now()).toBeLessThan(before + 1_000_000)
  })

  test('goes on after what was written down, and is the wall clock again once nothing goes on', () => {
    const clock = new SteadyClock()
    const later = Date.now() + 3_600_000
    clock.notBefore(later)
    expect(clock.now()).toBeGreaterThanOrEqual(later)
    clock.wake()
    expect(clock.now()).toBeLessThan(later + 1_000_000)
    clock.set()
    expect(clock.now()).toBeLessThan(later)
  })
})

test('a tick that comes late by work alone misses nothing; one that was held up misses all but a tick', () => {
  expect([100, tickMs, 5 * tickMs].map((ms) => missedBetween(1000, 1000 + ms))).toEqual([0, 0, 0])
  expect(missedBetween(1000, 1000 + 60_000)).toBe(60_000 - tickMs)
})

describe('a limit of memory', () => {
  test('is the node’s, else the run’s, else the interpreter’s', () => {
    const interpreter = { name: 'maya', memory: 3 }
    const limit = (node: number | null, run: number | null, own: typeof interpreter | undefined = interpreter) =>
      memoryLimitOf({ node, run, interpreter: own })
    expect(limit(1, 2)).toEqual({ bytes: 1, from: 'metadata.memory' })
    expect(limit(null, 2)).toEqual({ bytes: 2, from: '--memory' })
    expect(limit(null, null)).toEqual({ bytes: 3, from: 'interpreter maya' })
    expect(memoryLimitOf({ node: null, run: null, interpreter: { name: 'maya', memory: null } })).toBe(null)
    expect(memoryLimitOf({ node: null, run: null, interpreter: undefined })).toBe(null)
  })

  test('is bytes or a size in words, and nothing below a megabyte', () => {
    const read = (raw: string | undefined) => {
      const wanted = wantedMemory(raw)
      return wanted.ok ? wanted.value : wanted.error.message
    }
    expect([undefined, 'null', '4000000000', '"4 GB"', '"2GiB"', '1e9', '4000000000.0'].map(read)).toEqual([
      ...[null, null, 4e9, 4e9, 2 * 2 ** 30, 1e9, 4e9]
    ])
    for (const raw of ['"lots"', '16', '-1', 'true', '[]', '"1 KB"', '""', '1e300']) expect(read(raw)).toMatch(/4 GB/)
  })

  test('that is broken is told with both figures', () => {
    expect(memoryKill(5e9, { bytes: 4e9, from: 'metadata.memory' })).toEqual({
      ...{ cause: 'memory', then: 'failed' },
      reason: 'it had 5.00 GB in memory, more than its limit of 4.00 GB (metadata.memory)'
    })
  })
})

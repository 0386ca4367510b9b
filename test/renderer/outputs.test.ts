import { describe, expect, test } from 'vitest'
import type { TaskView } from '../../src-main/api.ts'
import {
  frameStateOf,
  gapsOf,
  rangeOf,
  tasksByFrame,
  type FrameState
} from '../../src-renderer/outputs/frame-states.ts'
import { framesOf } from '../../src-renderer/outputs/paths.ts'

const file = (frame: string | null, state: FrameState) => ({
  file: { path: `/s/a.${frame}.exr`, frame, kind: 'decoded' as const, mayBe: null },
  state
})

describe('what became of frames', () => {
  test('failed differs from not started, and both from missing', () => {
    const of = (state: TaskView['state'] | null, size: number | null) =>
      frameStateOf(size === null ? null : { size }, state === null ? undefined : { state })
    expect(of('succeeded', 5)).toBe('there')
    expect(of('succeeded', null)).toBe('missing')
    expect(of('succeeded', 0)).toBe('empty')
    expect(of('failed', null)).toBe('failed')
    expect(of('failed', 0)).toBe('failed')
    expect(of('failed', 5)).toBe('there')
    for (const state of ['waiting', 'ready', 'blocked', 'running', 'canceled'] as const)
      expect(of(state, null)).toBe('not-started')
    expect(of(null, null)).toBe('missing')
  })

  test('told kind by kind as ranges, whatever the padding', () => {
    const gaps = gapsOf([
      ...[file('0013', 'missing'), file('0027', 'missing'), file('0033', 'empty'), file('0034', 'there')],
      ...[
        file('1037', 'failed'),
        file('1038', 'not-started'),
        file('1039', 'not-started'),
        file('1040', 'not-started')
      ],
      file(null, 'missing')
    ])
    expect(gaps.map(({ state, text }) => `${state} ${text}`)).toEqual([
      'missing 13, 27',
      'empty 33',
      'failed 1037',
      'not-started 1038-1040'
    ])
    expect(rangeOf(gaps)).toBe('13,27,33,1037-1040')
  })

  test('the task of each frame', () => {
    const task = (id: number, frames: string | null) => ({ id, frames }) as TaskView
    const found = tasksByFrame([task(1, '1-3'), task(2, '5x2,9'), task(3, null)], framesOf)
    expect([found.get('2')?.id, found.get('9')?.id, found.get('4')]).toEqual([1, 2, undefined])
  })
})

import { describe, expect, test } from 'vitest'
import { isFailure, judge as judgeAll, type Attempted, type Kill } from '../../src-main/core/attempt/end.ts'
import type { TaskResult } from '../../src-main/core/attempt/result.ts'
import { fail, ok, type Result } from '../../src-main/domain/result.ts'

/** The verdict, with what the attempt wrote back. */
function judge(end: Attempted['end'], kill: Kill | null, result: Attempted['result'], said: Attempted['said']) {
  const judged = judgeAll({ end, kill, result, said })
  return { ...judged.verdict, result: judged.result }
}

const result: TaskResult = { outputs: [], seconds: 2 }
const written = (): Result<TaskResult> => ok(result)
const missing = (): Result<TaskResult> => fail('run', 'the command wrote no result')
const never = (): Result<TaskResult> => {
  throw new Error('its result does not matter')
}
const exit = (code: number) => ({ kind: 'exit' as const, code, peakMemory: 5 })
const nothing = { cause: null, exitCode: null, signal: null, peakMemory: null, result: null }

describe('an attempt', () => {
  test('succeeds with exit 0 and a result', () => {
    expect(judge(exit(0), null, written, null)).toEqual({
      ...{ status: 'succeeded', end: 'exit', cause: null, exitCode: 0, signal: null, peakMemory: 5, reason: null },
      result
    })
  })

  test('fails with exit 0 and no result, and with any other code', () => {
    expect(judge({ kind: 'exit', code: 0 }, null, missing, null)).toEqual({
      ...{ ...nothing, status: 'failed', end: 'exit', exitCode: 0 },
      reason: 'the command wrote no result'
    })
    expect(judge(exit(3), null, missing, null)).toMatchObject({
      ...{ status: 'failed', end: 'exit', exitCode: 3, peakMemory: 5, result: null },
      reason: 'exit code 3: the command wrote no result'
    })
    expect(judge(exit(3221225477), null, missing, null).reason).toMatch(/^exit code 0xC0000005 \(access violation\): /)
    const { reason, result } = judge(exit(3), null, written, null)
    expect(reason).toMatch(/^exit code 3: .*result.*not count/)
    expect(result).toBe(null)
  })

  test('fails by a signal, whatever it wrote', () => {
    const end = { kind: 'signal', signal: 'SIGSEGV', peakMemory: 7 } as const
    expect(judge(end, null, never, null)).toEqual({
      ...{ ...nothing, status: 'failed', end: 'signal', signal: 'SIGSEGV', peakMemory: 7 },
      reason: 'the process was killed by SIGSEGV'
    })
    expect(judge({ kind: 'signal', signal: 'SIGKILL' }, null, never, null).peakMemory).toBe(null)
  })

  test('fails where it cannot be started', () => {
    expect(judge({ kind: 'spawn-error', message: 'x is not on the PATH' }, null, never, null)).toEqual({
      ...{ ...nothing, status: 'failed', end: 'spawn-error' },
      reason: 'the command cannot be started: x is not on the PATH'
    })
  })

  test('that Backlot ended is judged by why, whatever its process did then', () => {
    const kill: Kill = { cause: 'timeout', then: 'failed', reason: 'it ran too long' }
    expect(judge(exit(0), kill, never, null)).toEqual({
      ...{ ...nothing, status: 'failed', end: 'killed', cause: 'timeout', exitCode: 0, peakMemory: 5 },
      reason: 'it ran too long'
    })
    const stop: Kill = { cause: 'user', then: 'canceled', reason: 'stopped' }
    expect(judge({ kind: 'spawn-error', message: '' }, stop, never, null)).toMatchObject({
      ...{ status: 'canceled', end: 'killed', cause: 'user' }
    })
  })

  test('whose end nobody saw counts with its result; without, it runs again if it is lost, and fails if it is gone', () => {
    expect(judge({ kind: 'gone' }, null, written, null)).toEqual({
      ...{ ...nothing, status: 'succeeded', end: 'lost', reason: null, result }
    })
    expect(judge({ kind: 'lost' }, null, written, null)).toMatchObject({ status: 'succeeded', end: 'lost' })
    expect(judge({ kind: 'lost' }, null, missing, null)).toMatchObject({
      ...{ status: 'queued', end: 'lost', reason: expect.stringContaining('again') }
    })
    expect(judge({ kind: 'gone' }, null, missing, null)).toMatchObject({
      ...{ status: 'failed', end: 'lost', reason: 'the command wrote no result' }
    })
  })

  test('that says it failed has failed, though it exits 0 with a result', () => {
    const by = (said: Parameters<typeof judge>[3]) => judge(exit(0), null, written, said)
    expect(by({ kind: 'fail', message: 'no license' })).toMatchObject({
      ...{ status: 'failed', end: 'exit', result: null, reason: 'the log says it failed: no license' }
    })
    expect(by({ kind: 'exit', code: 3 })).toMatchObject({
      ...{ status: 'failed', reason: 'the log says exit status 3' }
    })
  })
})

test('which directives make a task fail', () => {
  expect(isFailure({ kind: 'fail', message: '' })).toBe(true)
  expect(isFailure({ kind: 'exit', code: 1 })).toBe(true)
  expect(isFailure({ kind: 'exit', code: -1 })).toBe(true)
  expect(isFailure({ kind: 'exit', code: 0 })).toBe(false)
  expect(isFailure({ kind: 'progress', percent: 5 })).toBe(false)
})

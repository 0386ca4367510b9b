import { expect, test } from 'vitest'
import { chosenSettings, pathText, settingsOf, settingsShape } from '../../src-main/domain/settings.ts'

const rest = { cwd: '/work', slots: 2, options: { only: [] } }

test('what is not chosen has its default', () => {
  const limits = { retries: 0, timeout: null, silence: null, memory: null, startTimeout: 300 }
  const defaults = { ...limits, failFast: false, changed: false, cold: false, strict: false, choice: null }
  expect(settingsOf({}, rest)).toEqual({ ...defaults, ...rest })
  expect(settingsOf({ retries: 3, failFast: true, cwd: '/b' }, rest)).toEqual({
    ...defaults,
    ...rest,
    retries: 3,
    failFast: true,
    cwd: '/b'
  })
})

test('a setting that is there but undefined leaves the default', () => {
  expect(settingsOf({ retries: undefined, cwd: undefined, timeout: null }, rest)).toMatchObject({
    retries: 0,
    cwd: '/work',
    timeout: null
  })
})

test.each([
  [{ retries: -1 }],
  [{ retries: 101 }],
  [{ retries: 1.5 }],
  [{ timeout: 0 }],
  [{ silence: -1 }],
  [{ timeout: '5' }],
  [{ failFast: 1 }],
  [{ changed: null }],
  [{ cwd: 'a\0b' }],
  [{ memory: 999_999 }],
  [{ memory: '4 GB' }],
  [{ nonsense: 1 }]
])('%j is refused', (chosen) => {
  expect(chosenSettings().safeParse(chosen).success).toBe(false)
})

test.each([[{}], [{ retries: 0 }], [{ retries: 100 }], [{ timeout: 0.5, silence: null, cwd: '/it is/ü' }]])(
  '%j is taken',
  (chosen) => {
    expect(chosenSettings().parse(chosen)).toEqual(chosen)
  }
)

test('all are wanted where all have to be given', () => {
  expect(settingsShape().safeParse({ retries: 0 }).success).toBe(false)
})

test('why a path with a NUL is refused', () => {
  expect(pathText.safeParse('a\0').error?.issues[0]?.message).toContain('NUL')
  expect(pathText.parse('')).toBe('')
})

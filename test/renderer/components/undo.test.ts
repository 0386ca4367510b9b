// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { fakeCore } from './window.ts'

const core = fakeCore()
const { queueAgain } = await import('../../../src-renderer/tasks/undo.ts')
const { toasts } = await import('../../../src-renderer/state/toasts.svelte.ts')

test.each([
  [[7], '1 task is queued again.'],
  [[7, 8, 9], '3 tasks are queued again.']
])('of tasks that are queued again the toast says how many, in a sentence', async (ids, text) => {
  core.answers['task.retry'] = () => ids
  expect(await queueAgain(1)).toBe(true)
  expect(toasts.list.at(-1)?.text).toBe(text)
})

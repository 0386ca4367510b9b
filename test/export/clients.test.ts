/** What farms that steer whole jobs alone are asked: never more than what was meant. */
import { describe, expect, test } from 'vitest'
import { deadlineClient, tractorClient } from '../../src-main/core/export/clients/others.ts'
import type { Submission } from '../../src-main/core/export/pulled/submission.ts'

const submission: Submission = {
  ...{ run: 'r1', root: '/farm/runs/r1', format: 'deadline', at: 1, user: null, logs: null, name: null },
  ...{ ids: ['j1', 'j2'], arrays: [], layers: new Map(), jobs: new Map() }
}

describe.each([
  ['Deadline', deadlineClient],
  ['Tractor', tractorClient]
])('%s', (_, client) => {
  test('ends the whole of it, or nothing: one task is no reason to end the others', () => {
    expect(client.kill(submission, null)?.argv).toContain(client === deadlineClient ? 'FailJob' : 'interrupt')
    expect(client.kill(submission, ['0/1'])).toBeNull()
    expect(client.kill({ ...submission, ids: [] }, null)).toBeNull()
  })

  test('tries again all that stopped, or nothing', () => {
    expect(client.retry(submission, ['0/1'], true)?.argv).toContain(
      client === deadlineClient ? 'RequeueJob' : 'retryerrors'
    )
    expect(client.retry(submission, ['0/1'], false)).toBeNull()
  })
})

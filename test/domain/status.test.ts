import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  attemptEnds,
  byRank,
  isDone,
  isQueued,
  isRetryable,
  isStopped,
  isResumable,
  isUnfinished,
  jobStatus,
  jobStatusOrder,
  killCauses,
  looks,
  mayFollow,
  mayStart,
  pastOf,
  queuedStates,
  rankOf,
  statusOf,
  taskStates,
  taskStatuses,
  type JobFacts,
  type JobStatus
} from '../../src-main/domain/status.ts'

describe('tasks', () => {
  test('what may follow what', () => {
    const pairs = taskStatuses.map((from) => [from, taskStatuses.filter((to) => mayFollow(from, to))])
    expect(Object.fromEntries(pairs)).toEqual({
      queued: ['running', 'failed', 'canceled', 'omitted'],
      running: ['queued', 'succeeded', 'failed', 'canceled'],
      succeeded: ['queued', 'omitted'],
      failed: ['queued', 'omitted'],
      canceled: ['queued', 'omitted'],
      omitted: ['queued']
    })
  })

  test('each status is open, done or stopped; all but the open ones can be retried', () => {
    expect(taskStatuses.filter(isDone)).toEqual(['succeeded', 'omitted'])
    expect(taskStatuses.filter(isStopped)).toEqual(['failed', 'canceled'])
    expect(taskStatuses.filter(isRetryable)).toEqual(['succeeded', 'failed', 'canceled', 'omitted'])
  })

  test('the end of a sentence', () => {
    expect(taskStatuses.map(pastOf)).toEqual([
      'did not run',
      'did not finish',
      'succeeded',
      'failed',
      'was canceled',
      'was omitted'
    ])
  })

  test('waiting, blocked and ready are queued in the store; all but blocked start by themselves', () => {
    expect(queuedStates.map(statusOf)).toEqual(['queued', 'queued', 'queued'])
    expect(statusOf('running')).toBe('running')
    expect(taskStates.filter(isQueued)).toEqual(['ready', 'waiting', 'blocked'])
    expect(taskStates.filter(mayStart)).toEqual(['ready', 'waiting'])
  })
})

describe('jobs', () => {
  const status = (facts: Partial<JobFacts>) =>
    jobStatus({ counts: {}, held: false, failFast: false, open: 0, watched: true, remote: false, ...facts })

  test.each<[Partial<JobFacts>, JobStatus]>([
    [{}, 'succeeded'],
    [{ counts: { succeeded: 3, omitted: 1 } }, 'succeeded'],
    [{ counts: { running: 1, failed: 1 }, open: 2, held: true, failFast: true }, 'running'],
    [{ counts: { running: 1, failed: 1 }, open: 2, held: true, watched: false }, 'interrupted'],
    [{ counts: { running: 1 }, open: 2, remote: true, watched: false }, 'remote'],
    [{ counts: { queued: 2 }, open: 2, watched: false }, 'queued'],
    [{ counts: { queued: 2 }, open: 2 }, 'queued'],
    [{ counts: { queued: 2 }, open: 2, held: true }, 'paused'],
    [{ counts: { queued: 2, failed: 1 }, open: 2 }, 'queued'],
    [{ counts: { queued: 2, failed: 1 }, open: 2, failFast: true }, 'failed'],
    [{ counts: { queued: 2, failed: 1 }, open: 2, failFast: true, held: true }, 'failed'],
    [{ counts: { queued: 2, failed: 0 }, open: 2, failFast: true }, 'queued'],
    [{ counts: { queued: 2 }, open: 2, failFast: true }, 'queued'],
    [{ counts: { queued: 2, failed: 1 }, open: 0 }, 'failed'],
    [{ counts: { failed: 1, canceled: 1 } }, 'failed'],
    [{ counts: { canceled: 1, succeeded: 5 } }, 'canceled'],
    [{ counts: { queued: 1, canceled: 1 }, open: 0, held: true }, 'canceled']
  ])('%j is %s', (facts, expected) => {
    expect(status(facts)).toBe(expected)
  })

  test('one is unfinished as long as something of it may still run', () => {
    expect(jobStatusOrder.filter(isUnfinished)).toEqual(['interrupted', 'remote', 'running', 'paused', 'queued'])
    // on a farm it is the farm's to run
    expect(jobStatusOrder.filter(isResumable)).toEqual(['interrupted', 'running', 'paused', 'queued'])
  })
})

describe('looks', () => {
  test('states are ordered by who needs a person first', () => {
    const expected = [
      'failed',
      'canceled',
      'interrupted',
      'running',
      'ready',
      'waiting',
      'blocked',
      'omitted',
      'succeeded'
    ]
    expect(taskStates).toEqual(expected)
    expect(jobStatusOrder).toEqual([
      ...['failed', 'canceled', 'interrupted', 'remote', 'running', 'paused', 'queued', 'succeeded']
    ])
    fc.assert(
      fc.property(fc.shuffledSubarray(expected as (typeof taskStates)[number][]), (some) => {
        expect(some.toSorted(byRank)).toEqual(expected.filter((one) => some.some((state) => state === one)))
      })
    )
    expect([rankOf('failed'), rankOf('succeeded')]).toEqual([0, 11])
  })

  test('every state has a sign, a label, a color and a sentence of its own', () => {
    expect(looks).toMatchInlineSnapshot(`
      {
        "blocked": {
          "ansi": "magenta",
          "label": "blocked",
          "now": "is blocked",
          "sign": "■",
        },
        "canceled": {
          "ansi": "yellow",
          "label": "canceled",
          "now": "was canceled",
          "sign": "⊘",
        },
        "failed": {
          "ansi": "red",
          "label": "failed",
          "now": "failed",
          "sign": "✗",
        },
        "interrupted": {
          "ansi": "yellow",
          "label": "interrupted",
          "now": "was interrupted",
          "sign": "!",
        },
        "omitted": {
          "ansi": "gray",
          "label": "omitted",
          "now": "is omitted",
          "sign": "−",
        },
        "paused": {
          "ansi": "yellow",
          "label": "paused",
          "now": "is paused",
          "sign": "‖",
        },
        "queued": {
          "ansi": "cyan",
          "label": "queued",
          "now": "is queued",
          "sign": "○",
        },
        "ready": {
          "ansi": "cyan",
          "label": "ready",
          "now": "is ready to start",
          "sign": "○",
        },
        "remote": {
          "ansi": "blue",
          "label": "on a farm",
          "now": "is on a farm",
          "sign": "⇢",
        },
        "running": {
          "ansi": "blue",
          "label": "running",
          "now": "is running",
          "sign": "▶",
        },
        "succeeded": {
          "ansi": "green",
          "label": "succeeded",
          "now": "succeeded",
          "sign": "✓",
        },
        "waiting": {
          "ansi": "gray",
          "label": "waiting",
          "now": "is waiting",
          "sign": "·",
        },
      }
    `)
  })

  test('how an attempt ends, and why Backlot ends one: words of the store, never renamed', () => {
    expect(attemptEnds).toEqual(['exit', 'signal', 'spawn-error', 'killed', 'lost', 'unchanged'])
    expect(killCauses).toEqual(['user', 'timeout', 'silence', 'memory', 'shutdown'])
  })
})

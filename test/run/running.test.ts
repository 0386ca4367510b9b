import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { attemptPaths } from '../../src-main/core/attempt/paths.ts'
import type { StoredTask } from '../../src-main/core/job/stored-job.ts'
import type { ProcessEnd, Process } from '../../src-main/core/process/process.ts'
import { brokenLimit } from '../../src-main/core/run/limits.ts'
import { RunningAttempt } from '../../src-main/core/run/running.ts'
import { settingsOf, type ChosenSettings } from '../../src-main/domain/settings.ts'
import { scratch } from '../helpers/app.ts'

/** An attempt that was begun `ago` ms ago; its log is there. */
function attempt(ago: number, chosen: ChosenSettings = {}) {
  const folder = scratch()
  const paths = { ...attemptPaths(folder, 1, 1, 1), log: join(folder, 'log') }
  writeFileSync(paths.log, '')
  const settings = settingsOf(chosen, { cwd: folder, slots: 1, options: {} })
  const since = performance.now() - ago
  const [task, number] = [{ id: 1 } as StoredTask, { id: 1, number: 1 }]
  const running = new RunningAttempt({
    ...{ job: 1, task, interpreter: undefined, attempt: number, paths, since, graceMs: 1 },
    ...{ pool: '', prefetched: false, adopted: false, mark: 'x.1', limit: null, oomKills: null, clock: Date }
  })
  const broken = (now: number) => brokenLimit(running.clock, settings, now)
  return { running, broken, since, log: paths.log }
}

/** A process that waits for another one to end, until `begin` is called. */
function waiting() {
  let ready: () => void = () => undefined
  const state = { prefetched: true }
  const process: Process = {
    ...{ pid: 0, startedAt: null, shared: true, session: null, waits: null, nth: null, revoke: () => undefined },
    taken: Promise.resolve(),
    get prefetched() {
      return state.prefetched
    },
    ready: new Promise<void>((resolve) => (ready = resolve)),
    ended: new Promise<ProcessEnd>(() => undefined)
  }
  const begin = async () => {
    state.prefetched = false
    ready()
    await process.ready
  }
  return { process, begin }
}

describe('limits', () => {
  test('the time of a task that waited for its start counts from there', async () => {
    const { running, broken, since } = attempt(1_000_000, { timeout: 100 })
    const { process, begin } = waiting()
    running.follow(process)
    expect(broken(since + 1_000_000)).toBe(null)
    await begin()
    const began = performance.now()
    expect(broken(began)).toBe(null)
    expect(broken(began + 99_000)).toBe(null)
    expect(broken(began + 100_001)).toMatchObject({ cause: 'timeout', then: 'failed' })
  })

  test('the silence of a task that waited for its start counts from there', async () => {
    const { running, broken } = attempt(1_000_000, { silence: 100 })
    const { process, begin } = waiting()
    running.follow(process)
    await begin()
    const began = performance.now()
    expect(broken(began)).toBe(null)
    expect(broken(began + 100_001)).toMatchObject({ cause: 'silence', then: 'failed' })
  })

  test('the time of one that did not wait counts from when it was begun', async () => {
    const { running, broken, since } = attempt(0, { timeout: 100 })
    const { process, begin } = waiting()
    await begin()
    running.follow(process)
    await process.ready
    expect(broken(since + 100_000)).toBe(null)
    expect(broken(since + 100_001)).toMatchObject({ cause: 'timeout' })
  })
})

describe('directives', () => {
  test('of several failures the first is told, whatever is said after it', () => {
    const { running, log } = attempt(0)
    appendFileSync(log, 'openjd_fail: license lost\nopenjd_fail: cannot write\nTR_EXIT_STATUS 3\n')
    running.readLog(performance.now())
    appendFileSync(log, 'openjd_fail: at the very end')
    running.readRest()
    expect(running.said).toEqual({ kind: 'fail', message: 'license lost' })
  })

  test('an exit status of 0 is no failure', () => {
    const { running, log } = attempt(0)
    appendFileSync(log, 'TR_EXIT_STATUS 0\nTR_EXIT_STATUS 7\n')
    running.readRest()
    expect(running.said).toEqual({ kind: 'exit', code: 7 })
  })

  test('of progress and status the last is shown', () => {
    const { running, log } = attempt(0)
    appendFileSync(log, 'openjd_progress: 25\nopenjd_status: one\nopenjd_progress: 50\nopenjd_status: two\n')
    expect(running.readLog(performance.now())).toEqual({ changed: true, more: false })
    expect([running.progress, running.message]).toEqual([50, 'two'])
    expect(running.readLog(performance.now()).changed).toBe(false)
  })
})

import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { endFamily, leftOf, markName, membersOf } from '../../src-main/core/process/family.ts'
import { ageOf, isAlive, startOf } from '../../src-main/core/process/identity.ts'
import {
  isBetween,
  lastPid,
  lookAt,
  memoryOf,
  withDescendants,
  type SeenProcess
} from '../../src-main/core/process/tree.ts'
import { scratch } from '../helpers/app.ts'
import { until } from '../helpers/cli.ts'

const seen = (pid: number, parent: number, more: Partial<SeenProcess> = {}): SeenProcess => ({
  ...{ pid, parent, group: 1, session: 1, startedAt: '5', resident: 1000 },
  ...more
})
const processes = (...list: SeenProcess[]) => new Map(list.map((one) => [one.pid, one]))
const pidsOf = (list: readonly SeenProcess[]) => list.map(({ pid }) => pid).sort((a, b) => a - b)

describe('who belongs to a family', () => {
  const noMark = () => null
  const of = (leader: number | null, ...list: SeenProcess[]) =>
    pidsOf(membersOf({ leader, mark: 'm' }, processes(...list), noMark))

  test('its process, its group, its session, and what stands below them', () => {
    const all = [seen(10, 1), seen(11, 10), seen(12, 11, { group: 12 }), seen(13, 1, { group: 10 }), seen(20, 1)]
    expect(of(10, ...all)).toEqual([10, 11, 12, 13])
    expect(of(10, seen(30, 1, { session: 10, group: 30 }), seen(31, 30))).toEqual([30, 31])
  })

  test('what has its mark, with all below', () => {
    const all = processes(seen(10, 1), seen(40, 1), seen(41, 40))
    expect(pidsOf(membersOf({ leader: 10, mark: 'm' }, all, ({ pid }) => (pid === 40 ? 'm' : null)))).toEqual([
      10, 40, 41
    ])
    expect(pidsOf(membersOf({ leader: null, mark: 'm' }, all, ({ pid }) => (pid === 40 ? 'n' : null)))).toEqual([])
  })

  test('what is in a group or session that a member began, though that one is gone', () => {
    const all = processes(seen(50, 1, { group: 49, session: 48 }), seen(51, 1, { session: 47 }), seen(60, 1))
    expect(pidsOf(membersOf({ leader: null, mark: 'm', others: [49, 47] }, all, noMark))).toEqual([50, 51])
  })

  test('nobody who has the pid of one that is gone', () => {
    const all = processes(seen(50, 1, { startedAt: '9', group: 50 }), seen(51, 50, { group: 50 }), seen(60, 1))
    const gone = {
      leader: 50,
      mark: 'm',
      others: [60],
      starts: new Map([
        [50, '5'],
        [60, '4']
      ])
    }
    expect(pidsOf(membersOf(gone, all, noMark))).toEqual([])
    const there = {
      ...gone,
      starts: new Map([
        [50, '9'],
        [60, '5']
      ])
    }
    expect(pidsOf(membersOf(there, all, noMark))).toEqual([50, 51, 60])
  })

  test('never ourselves, and nobody for the sake of a circle of parents', () => {
    expect(of(10, seen(10, 11), seen(11, 10), seen(process.pid, 10))).toEqual([10, 11])
    expect([...withDescendants(processes(seen(1, 0), seen(2, 1)), [7])]).toEqual([])
  })
})

test('pids between two others, round their end, too', () => {
  expect([5, 6, 9, 10].map((pid) => isBetween(pid, 5, 9))).toEqual([false, true, true, false])
  expect([5, 6, 9, 10].map((pid) => isBetween(pid, 9, 5))).toEqual([true, false, false, true])
  expect(isBetween(5, 5, 5)).toBe(false)
})

describe.skipIf(process.platform !== 'linux')('real processes', () => {
  /** A marked shell that leaves its group; its child leaves that as well, without a mark or a parent. */
  function runaway() {
    const folder = scratch()
    const hidden = `echo $$ > ${folder}/hidden.part; mv ${folder}/hidden.part ${folder}/hidden; while :; do sleep 0.05; done`
    writeFileSync(join(folder, 'hidden.sh'), hidden)
    const text = `(env -i PATH="$PATH" /bin/sh ${folder}/hidden.sh &); while :; do sleep 0.05; done`
    const env = { ...process.env, [markName]: 'family-test.1' }
    const child = spawn('/bin/sh', ['-c', text], { detached: true, env, stdio: 'ignore' })
    const pid = child.pid ?? 0
    onTestFinished(() => {
      if (isAlive(pid, null)) process.kill(-pid, 'SIGKILL')
    })
    return { pid, isReady: () => existsSync(join(folder, 'hidden')) }
  }

  test('of a family are found and ended, whichever way', async () => {
    const { pid, isReady } = runaway()
    await until(isReady)
    const family = { leader: null, mark: 'family-test.1' }
    const found = membersOf(family, lookAt())
    expect(found.length).toBeGreaterThanOrEqual(2)
    expect(memoryOf(found)).toBeGreaterThan(0)
    expect(leftOf(family, { pid: pid - 1, ago: 10 })?.map((one) => one.pid)).toContain(pid)
    expect(leftOf(family, { pid: null, ago: 10_000 })?.map((one) => one.pid)).toContain(pid)
    await endFamily(family, 500)
    expect(found.filter((one) => isAlive(one.pid, one.startedAt))).toEqual([])
    expect(leftOf(family, { pid: null, ago: 0 })).toEqual([])
  })

  test('say how old they are by no clock that anybody sets', async () => {
    const { pid, isReady } = runaway()
    await until(isReady)
    const age = ageOf({ pid, startedAt: startOf(pid) })
    expect(age).toBeGreaterThanOrEqual(0)
    expect(age).toBeLessThan(process.uptime() * 1000)
    expect(ageOf({ pid, startedAt: '1' })).toBe(null)
    expect(lastPid()).toBeGreaterThan(0)
  })
})

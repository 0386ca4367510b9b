import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isAlive, isPidTaken } from '../../src-main/core/process/identity.ts'
import { isBetween, membersOf, withDescendants } from '../../src-main/core/process/posix/family.ts'
import { posixOver } from '../../src-main/core/process/posix/posix.ts'
import { proc } from '../../src-main/core/process/posix/proc.ts'
import { byPs, readRow } from '../../src-main/core/process/posix/ps.ts'
import { markName, type SeenProcess } from '../../src-main/core/process/system.ts'
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
  /** as `seen` has them */
  const starts = new Map([10, 47, 49].map((pid) => [pid, '5']))
  const of = (leader: number | null, ...list: SeenProcess[]) =>
    pidsOf(membersOf({ leader, mark: 'm', starts }, processes(...list), noMark))

  test('its process, its group, its session, and what stands below them', () => {
    const all = [seen(10, 1), seen(11, 10), seen(12, 11, { group: 12 }), seen(13, 1, { group: 10 }), seen(20, 1)]
    expect(of(10, ...all)).toEqual([10, 11, 12, 13])
    expect(of(10, seen(30, 1, { session: 10, group: 30 }), seen(31, 30))).toEqual([30, 31])
  })

  test('what has its mark, with all below', () => {
    const all = processes(seen(10, 1), seen(40, 1), seen(41, 40))
    expect(pidsOf(membersOf({ leader: 10, mark: 'm', starts }, all, ({ pid }) => (pid === 40 ? 'm' : null)))).toEqual([
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

  test('nobody for a pid whose start is not known', () => {
    const all = processes(seen(50, 1, { group: 50 }), seen(51, 50, { group: 50 }))
    expect(pidsOf(membersOf({ leader: 50, mark: 'm', others: [51] }, all, noMark))).toEqual([])
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

/** Both ways to look, on one system: what macOS has is on Linux as well. */
const ways = { '/proc': proc, ps: byPs }

describe.skipIf(process.platform !== 'linux').each(Object.entries(ways))('real processes, by %s', (name, table) => {
  const system = posixOver(table)

  /** A marked shell that leaves its group; its child leaves that as well, without a mark or a parent. */
  function runaway() {
    const folder = scratch()
    const hidden = `echo $$ > ${folder}/hidden.part; mv ${folder}/hidden.part ${folder}/hidden; while :; do sleep 0.05; done`
    writeFileSync(join(folder, 'hidden.sh'), hidden)
    const text = `(env -i PATH="$PATH" /bin/sh ${folder}/hidden.sh &); while :; do sleep 0.05; done`
    const mark = `family-test.${name}`
    const child = spawn('/bin/sh', ['-c', text], {
      ...{ detached: true, stdio: 'ignore' },
      env: { ...process.env, [markName]: mark }
    })
    const pid = child.pid ?? 0
    onTestFinished(() => {
      if (isPidTaken(pid)) process.kill(-pid, 'SIGKILL')
    })
    return { pid, mark, isReady: () => existsSync(join(folder, 'hidden')) }
  }

  test('of a family are found and ended, whichever way', async () => {
    const { pid, mark, isReady } = runaway()
    await until(isReady)
    const starts = new Map([[pid, system.startOf(pid) ?? '']])
    const family = name === 'ps' ? { leader: pid, mark, starts } : { leader: null, mark }
    const found = system.membersOf(family, system.lookAt())
    expect(found.length).toBeGreaterThanOrEqual(2)
    expect(system.memoryOf(found)).toBeGreaterThan(0)
    expect(system.leftOf(family, { pid: pid - 1, ago: 10 }).map((one) => one.pid)).toContain(pid)
    expect(system.leftOf(family, { pid: null, ago: 10_000 }).map((one) => one.pid)).toContain(pid)
    expect(system.nameOf(pid)).toContain('/bin/sh')
    await system.endFamily(family, 500)
    expect(found.filter((one) => system.startOf(one.pid) === one.startedAt)).toEqual([])
    expect(system.leftOf(family, { pid: null, ago: 0 })).toEqual([])
  })

  test('that have a pid of ours by now are left alone: a start that does not match is none of ours', async () => {
    const { pid, isReady } = runaway()
    await until(isReady)
    for (const startedAt of ['1', null]) {
      const taken = { pid, startedAt }
      system.signalGroup(taken, 'hard')
      system.kill(taken)
      await system.endGroup(taken, 0)
      await system.endFamily({ leader: pid, mark: 'other', starts: new Map(startedAt ? [[pid, startedAt]] : []) }, 0)
      await expect(system.adopt(taken, join(scratch(), 'none')).ended).resolves.toEqual({ kind: 'gone' })
      expect(system.isGroupThere(taken)).toBe(false)
    }
    expect(system.isGroupThere({ pid, startedAt: system.startOf(pid) })).toBe(true)
    await system.endGroup({ pid, startedAt: system.startOf(pid) }, 500)
    expect(system.startOf(pid)).toBe(null)
  })
})

describe.skipIf(process.platform !== 'linux')('what only /proc tells', () => {
  test('is how old a process is by no clock that anybody sets', () => {
    const system = posixOver(proc)
    const own = { pid: process.pid, startedAt: system.startOf(process.pid) }
    expect(isAlive(own.pid, own.startedAt)).toBe(true)
    expect(system.ageOf(own)).toBeCloseTo(process.uptime() * 1000, -3)
    expect(system.ageOf({ ...own, startedAt: '1' })).toBe(null)
    expect(system.lastPid()).toBeGreaterThan(0)
  })
})

test.each([
  ['  501   1   501 Ss     1234 Fri Nov 27 22:43:26 2026    ', { pid: 501, group: 501, startedAt: '1795819406' }],
  ['    7 501   501 Z         0 Tue Dec  1 00:00:00 2026', { pid: 7, parent: 501, isZombie: true }],
  ['  501   1   501 S+   1234 ven 27 nov 22:43:26 2026', null],
  ['', null]
])('a line of ps: %j', (line, expected) => {
  if (expected === null) expect(readRow(line)).toBe(null)
  else expect(readRow(line)).toMatchObject(expected)
})

/** Every job of the corpus: what breaks on a farm is found here, by kind, task, path; clean jobs are silent. */
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src-main/domain/rehearsal.ts'
import { caseNames, expectedOf, rehearsed, removeAuthor, type Expected } from '../helpers/corpus.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { blender, rooms } from '../helpers/rooms.ts'

const can = rooms() && flowpipe()
const isBlender = (name: string) => name.includes('blender')
const broken = caseNames.filter((name) => expectedOf(name).kind !== 'clean')
const clean = caseNames.filter((name) => expectedOf(name).kind === 'clean' && (!isBlender(name) || blender()))

const short = ({ kind, severity, tasks, needs, paths, evidence }: Finding) => ({
  ...{ kind, severity, tasks, needs, paths, evidence }
})

function expectFound(found: Finding[], expected: Expected): void {
  const one = found.find(({ kind }) => kind === expected.kind)
  expect(one, JSON.stringify(found.map(short), null, 1)).toBeDefined()
  expect(one?.tasks).toEqual(expected.tasks)
  expect(one?.needs).toBe(expected.needs ?? one?.needs)
  for (const file of expected.files ?? [])
    expect(
      one?.paths.some((path) => path.endsWith(file)),
      file
    ).toBe(true)
  expect(one?.variables).toEqual(expect.arrayContaining(expected.variables ?? []))
  if (expected.address) expect(one?.addresses.join()).toContain(expected.address)
  expect(one?.message).not.toBe('')
  expect(one?.remedy).not.toBe('')
  expect(one?.evidence.length).toBeGreaterThan(0)
  // the causes are told apart: nothing but them
  expect(found.map(({ kind }) => kind).sort()).toEqual([expected.kind, ...(expected.also ?? [])].sort())
}

describe.skipIf(!can)('a job that breaks on a farm', () => {
  test.concurrent.each(broken)('%s', { timeout: 120_000 }, async (name) => {
    const expected = expectedOf(name)
    const { code, report, show } = await rehearsed(name)
    expectFound(report.findings, expected)
    const isWarning = report.findings.every(({ severity }) => severity === 'warning')
    expect(code).toBe(isWarning ? 0 : 1)
    removeAuthor(show)
  })
})

describe.skipIf(!can)('a job that only looks suspicious', () => {
  test.concurrent.each(clean)('%s', { timeout: 180_000 }, async (name) => {
    const { code, report, show } = await rehearsed(name)
    expect(report.findings.filter(({ severity }) => severity !== 'info').map(short)).toEqual([])
    expect(code).toBe(0)
    removeAuthor(show)
  })
})

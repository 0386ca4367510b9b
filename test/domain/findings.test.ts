import { describe, expect, test } from 'vitest'
import {
  byKind,
  findingTitles,
  foundSentence,
  notLookedAt,
  passNotes,
  sawAll,
  severityCounts,
  someOf
} from '../../src-main/domain/findings.ts'
import { findingKinds, passNames, type PassReport } from '../../src-main/domain/rehearsal.ts'
import { finding, findings, passes } from '../helpers/rehearsal.ts'

const looked: PassReport[] = passNames.map((name) => ({ name, looked: true, why: '' }))

describe('what a rehearsal found is said in a sentence', () => {
  test('with how many of each severity, the worst first', () => {
    expect(foundSentence(findings, looked)).toBe('4 errors, 2 warnings')
    expect(foundSentence([finding({ severity: 'info' }), finding({ severity: 'warning' })], looked)).toBe(
      '1 warning, 1 note'
    )
    expect(severityCounts(findings)).toEqual([
      { severity: 'error', n: 4 },
      { severity: 'warning', n: 2 }
    ])
  })

  test('silence is a proof only where all was looked at', () => {
    expect(foundSentence([], looked)).toBe('Nothing found')
    expect(foundSentence([], passes)).toBe('Nothing found in what was looked at')
    expect(sawAll(looked)).toBe(true)
  })

  test('a pass that the report leaves out was not looked at', () => {
    expect(foundSentence([], looked.slice(0, 4))).toBe('Nothing found in what was looked at')
    expect(notLookedAt(looked.slice(0, 4))).toEqual(['in one session'])
    expect(notLookedAt([])).toHaveLength(passNames.length)
  })

  test('passes with something to say, those that did not look first', () => {
    expect(passNotes(passes)).toEqual([
      { title: 'Not looked at: after a kill', looked: false, why: expect.stringContaining('cannot be killed') },
      { title: 'In one session', looked: true, why: expect.stringContaining('nothing to compare') }
    ])
    expect(passNotes(looked)).toEqual([])
  })
})

test('findings stand by kind, the kind with the worst finding first', () => {
  const list = [
    finding({ kind: 'missing-file', severity: 'warning' }),
    finding({ kind: 'environment', severity: 'warning', message: 'a' }),
    finding({ kind: 'network' }),
    finding({ kind: 'environment', message: 'b' })
  ]
  const groups = byKind(list)
  expect(groups.map(({ kind }) => kind)).toEqual(['environment', 'network', 'missing-file'])
  expect(groups[0]?.findings.map(({ message }) => message)).toEqual(['b', 'a'])
})

test('every kind has a title of its own', () => {
  expect(new Set(findingKinds.map((kind) => findingTitles[kind])).size).toBe(findingKinds.length)
})

test('some of many names, never "and 1 more"', () => {
  expect(someOf([])).toBe('')
  expect(someOf(['a'])).toBe('a')
  expect(someOf(['a', 'b'])).toBe('a and b')
  expect(someOf(['a', 'b', 'c'])).toBe('a, b and c')
  expect(someOf(['a', 'b', 'c', 'd'])).toBe('a, b and 2 more')
  expect(someOf(['a', 'b'], 1)).toBe('a and b')
  expect(
    someOf(
      Array.from({ length: 1500 }, (_, i) => `t${i}`),
      1
    )
  ).toBe('t0 and 1,499 more')
})

import { describe, expect, test } from 'vitest'
import { actionNames, actionOf, bindings, capsOf, chordOf, clashes, keysOf } from '../../src-renderer/keys/bindings.ts'
import { timelineKeys } from '../../src-renderer/timeline/keys.ts'
import { paneAfter } from '../../src-renderer/panes/round.ts'

const press = (key: string, more: Partial<Parameters<typeof chordOf>[0]> = {}) =>
  chordOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...more })

describe('the list of keys', () => {
  test('gives no key two meanings at one place', () => {
    expect(clashes(bindings)).toEqual([])
  })

  test('has every key of the timeline', () => {
    const listed = bindings.filter(({ pane }) => pane === 'timeline' || pane === 'job').flatMap(({ keys }) => keys)
    const taken = timelineKeys.filter(({ key }) => key !== '=').map(({ key, shift }) => press(key, { shiftKey: shift }))
    expect(taken.filter((chord) => !listed.includes(chord))).toEqual([])
  })

  test('finds a clash in a pane, and between a pane and everywhere', () => {
    const one = { keys: ['N'], pane: 'log', label: 'next error', action: null } as const
    const two = { keys: ['N', 'F3'], pane: 'log', label: 'next hit', action: null } as const
    const wide = { keys: ['N'], pane: 'job', label: 'next failure', action: null } as const
    const other = { keys: ['N'], pane: 'graph', label: 'names', action: null } as const
    expect(clashes([one, two])).toEqual(['N: next error · next hit'])
    expect(clashes([one, wide])).toHaveLength(1)
    expect(clashes([one, other])).toEqual([])
  })

  test('has one line for each action, and a key for it', () => {
    const named = bindings.flatMap(({ action }) => action ?? [])
    expect(named.toSorted()).toEqual([...actionNames].sort())
    for (const action of actionNames) expect(keysOf(action)[0]).toBeTruthy()
  })
})

describe('a press', () => {
  test('is written as the list writes it', () => {
    expect([press('k', { ctrlKey: true }), press('k', { metaKey: true })]).toEqual(['Ctrl+K', 'Ctrl+K'])
    expect([press('n'), press('N', { shiftKey: true })]).toEqual(['N', 'Shift+N'])
    // a sign that needs Shift on this keyboard and none on another
    expect([press('?', { shiftKey: true }), press('?'), press('+', { shiftKey: true })]).toEqual(['?', '?', '+'])
    expect([press('F6', { shiftKey: true }), press(' ')]).toEqual(['Shift+F6', 'Space'])
  })

  const where = { inJob: true, inField: false }

  test('starts what the list says where it holds', () => {
    expect([actionOf('N', where), actionOf('2', where), actionOf('?', where)]).toEqual([
      'next-failure',
      'tab-2',
      'sheet'
    ])
    expect([actionOf('N', { ...where, inJob: false }), actionOf('?', { ...where, inJob: false })]).toEqual([
      null,
      'sheet'
    ])
    expect(actionOf('ArrowDown', where)).toBeNull()
  })

  test('of a letter is text in a field; commands and panes hold there as well', () => {
    const inField = { ...where, inField: true }
    expect(['N', '1', '/', '?', 'Ctrl+Z'].map((chord) => actionOf(chord, inField))).toEqual([
      null,
      null,
      null,
      null,
      null
    ])
    expect([actionOf('Ctrl+K', inField), actionOf('F6', inField)]).toEqual(['palette', 'next-pane'])
  })

  test('is shown as its caps', () => {
    expect([capsOf('Ctrl+K'), capsOf('+'), capsOf('Shift+ArrowUp')]).toEqual([['Ctrl', 'K'], ['+'], ['Shift', '↑']])
  })
})

test('F6 goes round the panes, either way', () => {
  expect([
    paneAfter(-1, 1, 3),
    paneAfter(2, 1, 3),
    paneAfter(0, -1, 3),
    paneAfter(-1, -1, 3),
    paneAfter(0, 1, 0)
  ]).toEqual([0, 0, 2, 2, -1])
})

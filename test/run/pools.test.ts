/** Which warm interpreters stand for each other: the same start, wherever its entry was read from. */
import { expect, test } from 'vitest'
import { interpreterShape } from '../../src-main/domain/interpreter.ts'
import { poolOf, type Scripts } from '../../src-main/core/run/pools.ts'

const scripts: Scripts = {
  evaluators: { python: 'evaluate.py', node: 'evaluate.js' },
  servers: { python: 'serve.py', node: 'serve.js' },
  launcher: 'launch.py'
}
const place = { cwd: '/show', folder: '/show/nodes', startTimeout: 300 }
const entry = interpreterShape().parse({
  ...{ name: 'python', argv: ['python3', '{evaluator}', '{task}'], evaluator: 'python', start: 'fork' },
  ...{ env: { A: '1', B: '2' }, wrapper: ['rez-env', 'show', '--'], setup: '', limit: null }
})
const keyOf = (one: typeof entry, where = place) => poolOf(one, where, scripts)?.key

test('an entry that a job stored is the one that was looked at before, whatever the order of its members', () => {
  const stored = Object.fromEntries(Object.entries(entry).reverse()) as typeof entry
  expect(keyOf({ ...stored, env: { B: '2', A: '1' } })).toBe(keyOf(entry))
  // what limits its tasks is no part of how it starts
  expect(keyOf({ ...entry, limit: 2, memory: 1 << 30 })).toBe(keyOf(entry))
})

test('what starts otherwise is another pool', () => {
  const others = [
    { ...entry, argv: [...entry.argv, '-v'] },
    { ...entry, env: { A: '1' } },
    { ...entry, env: { A: '2', B: '1' } },
    { ...entry, wrapper: [] },
    { ...entry, setup: 'import x' },
    { ...entry, reset: 'reset()' },
    { ...entry, start: 'session' as const },
    { ...entry, name: 'other' }
  ]
  const keys = [...others.map((one) => keyOf(one)), keyOf(entry), keyOf(entry, { ...place, cwd: '/other' })]
  keys.push(keyOf(entry, { ...place, folder: '/other' }))
  expect(new Set(keys).size).toBe(keys.length)
})

test('a session serves nodes of any folder', () => {
  const session = { ...entry, start: 'session' as const }
  expect(keyOf(session, { ...place, folder: '/other' })).toBe(keyOf(session))
})

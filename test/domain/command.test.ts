import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callOf, commandOf, evaluatorOf, fill, pasteable, quoted, readsTask } from '../../src-main/domain/command.ts'
import { plainDetails, type Interpreter } from '../../src-main/domain/interpreter.ts'

const paths = { evaluator: '/e.py', task: '/t.json', node: '/bin/node' }
const interpreter = (more: Partial<Interpreter> = {}): Interpreter => ({
  ...{ name: 'x', argv: ['prog', '{evaluator}', '{task}'], ...plainDetails, wrapper: [] },
  ...more
})

test('placeholders are exchanged everywhere, unknown ones stay, and what is put in is not looked at again', () => {
  expect(fill('{node} {evaluator} -x={task}{task}', paths)).toBe('/bin/node /e.py -x=/t.json/t.json')
  expect(fill('{other} {} {Task}', paths)).toBe('{other} {} {Task}')
  expect(fill('{task}', { ...paths, task: '{node}$&' })).toBe('{node}$&')
})

test('the evaluator’s file; none for plain commands', () => {
  const files = { python: '/e.py', node: '/e.js' }
  const kinds = ['python', 'node', 'none'] as const
  expect(kinds.map((evaluator) => evaluatorOf({ evaluator }, files))).toEqual(['/e.py', '/e.js', ''])
})

test('a plain command reads its task where something names it', () => {
  const plain = { evaluator: 'none', argv: ['sleep', '1'] } as const
  const argv = [...plain.argv]
  expect(readsTask(interpreter({ argv }))).toBe(true)
  expect(readsTask(interpreter({ ...plain, argv }))).toBe(false)
  expect(readsTask(interpreter({ ...plain, argv: ['x', '--task={task}'] }))).toBe(true)
  expect(readsTask(interpreter({ ...plain, argv, wrapper: ['in', '{task}'] }))).toBe(true)
  expect(readsTask(interpreter({ ...plain, argv, env: { A: '1', T: '{task}' } }))).toBe(true)
})

test('the wrapper stands first', () => {
  expect(commandOf(interpreter({ wrapper: ['rez', '{node}', '--'] }), paths)).toEqual([
    ...['rez', '/bin/node', '--'],
    ...['prog', '/e.py', '/t.json']
  ])
})

test('other arguments stand where the task does, and in the environment', () => {
  const one = interpreter({ wrapper: ['w'], argv: ['p', '{evaluator}', '{task}', '-t={task}'], env: { T: '{task}' } })
  const { evaluator, node } = paths
  expect(callOf(one, { evaluator, node }, ['a b', 'c'])).toEqual({
    argv: ['w', 'p', '/e.py', 'a b', 'c', '-t=a b'],
    env: { BACKLOT_ARGS: '["a b","c"]', T: 'a b' }
  })
  expect(callOf(one, { evaluator, node }, [])).toEqual({
    argv: ['w', 'p', '/e.py', '-t='],
    env: { BACKLOT_ARGS: '[]', T: '' }
  })
  expect(callOf(interpreter({ env: { BACKLOT_ARGS: 'own' } }), { evaluator, node }, []).env.BACKLOT_ARGS).toBe('own')
})

test('words that bash takes as they are stand bare, all others in quotes', () => {
  expect(['a-b_c.d/e,f:g=h+i%j@k9', '', 'a b', "it's", '$x', 'a\nb', '~', 'ü', 'a;'].map(quoted)).toEqual([
    'a-b_c.d/e,f:g=h+i%j@k9',
    "''",
    "'a b'",
    "'it'\\''s'",
    "'$x'",
    "'a\nb'",
    "'~'",
    "'ü'",
    "'a;'"
  ])
})

test('a command line goes to its folder first and sets its environment', () => {
  expect(pasteable(['p', 'a b'])).toBe("p 'a b'")
  expect(pasteable(['p'], { A: '1', B: 'x y' })).toBe("env A=1 'B=x y' p")
  expect(pasteable(['p'], {}, '/my work')).toBe("cd '/my work' && p")
  expect(pasteable(['p'], {}, '')).toBe("cd '' && p")
})

test('bash reads back what was quoted', () => {
  const words = fc.sample(
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    200
  )
  const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${words.map(quoted).join(' ')}`], { encoding: 'utf8' })
  expect(stdout.split('\0').slice(0, -1)).toEqual(words)
})

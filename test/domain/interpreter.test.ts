import { expect, test } from 'vitest'
import { batchSizeOf, wantedInterpreter } from '../../src-main/domain/metadata.ts'
import { interpreterShape, shippedInterpreters } from '../../src-main/domain/interpreter.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

test.each([
  ['{}', 'python'],
  ['{"interpreter": null}', 'python'],
  ['{"interpreter": "maya"}', 'maya'],
  ['{"interpreter": "a", "interpreter": "b\\u0041"}', 'bA']
])('metadata %s asks for %s', (metadata, name) => {
  expect(unwrap(wantedInterpreter(metadata))).toBe(name)
})

test.each(['{"interpreter": ""}', '{"interpreter": 5}', '{"interpreter": ["maya"]}'])(
  'metadata %s names none',
  (metadata) => {
    expect(messageOf(wantedInterpreter(metadata))).toContain('metadata.interpreter is ')
    expect(wantedInterpreter(metadata)).toMatchObject({ error: { kind: 'input' } })
  }
)

test('a long wrong value is cut', () => {
  expect(messageOf(wantedInterpreter(`{"interpreter": [${'1, '.repeat(99)}1]}`)).length).toBeLessThan(150)
  expect(messageOf(batchSizeOf(`[${'1, '.repeat(99)}1]`)).length).toBeLessThan(150)
})

test.each([
  [undefined, null],
  ['null', null],
  ['1', 1],
  ['10', 10],
  ['999999999', 999999999]
])('a batch size of %s', (raw, size) => {
  expect(unwrap(batchSizeOf(raw))).toBe(size)
})

test.each(['0', '-1', '1.0', '1e3', '"5"', '1000000000', 'true', '05', '[]'])(
  'a batch size of %s is refused',
  (raw) => {
    expect(messageOf(batchSizeOf(raw))).toContain(`batch_size is ${raw}`)
    expect(batchSizeOf(raw)).toMatchObject({ error: { kind: 'input' } })
  }
)

test('the shipped ones have the shape, a name each, and how each is started', () => {
  expect(shippedInterpreters.map((one) => interpreterShape().parse(one))).toEqual(shippedInterpreters)
  expect(
    shippedInterpreters.map(({ name, argv, evaluator, start, env, setup }) =>
      [name, evaluator, start, ...argv, ...Object.entries(env).flat(), setup].join(' ').trim()
    )
  ).toMatchInlineSnapshot(`
    [
      "python python fork python3 {evaluator} {task}",
      "maya python session mayapy {evaluator} {task} import maya.standalone
    maya.standalone.initialize(name='python')",
      "houdini python session hython {evaluator} {task}",
      "nuke python session nuke -t {evaluator} {task}",
      "blender python session blender --background --python-exit-code 1 --python {evaluator} -- {task}",
      "3dequalizer python cold 3DE4 -no_gui -run_script {evaluator} BACKLOT_TASK {task}",
      "node node session {node} {evaluator} {task}",
    ]
  `)
  expect(shippedInterpreters.every(({ wrapper, limit }) => wrapper.length === 0 && limit === null)).toBe(true)
})

test.each([
  [{ name: '' }],
  [{ name: 'a b' }],
  [{ name: 'a/b' }],
  [{ name: '{x}' }],
  [{ name: 'x'.repeat(65) }],
  [{ argv: [] }],
  [{ env: { A: 1 } }],
  [{ limit: 0 }],
  [{ limit: 1.5 }],
  [{ evaluator: 'ruby' }],
  [{ start: 'warm' }],
  [{ extra: 1 }]
])('an interpreter with %j is refused', (part) => {
  expect(interpreterShape().safeParse({ ...shippedInterpreters[0], ...part }).success).toBe(false)
})

test('a name of 64 characters is taken; one of an earlier Backlot starts cold; why a name is refused', () => {
  expect(interpreterShape().safeParse({ ...shippedInterpreters[0], name: 'x'.repeat(64), limit: 1 }).success).toBe(true)
  expect(interpreterShape().parse({ ...shippedInterpreters[0], start: undefined }).start).toBe('cold')
  const { error } = interpreterShape().safeParse({ ...shippedInterpreters[0], name: 'a b' })
  expect(error?.issues[0]?.message).toContain('64 characters')
})

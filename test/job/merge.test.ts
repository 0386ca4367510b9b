import { describe, expect, test } from 'vitest'
import { mergeValues } from '../../src-main/core/job/merge.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

describe('without a rule', () => {
  test.each<[string, string[], string, string]>([
    ['equal values stay', ['2', '2'], '2', 'same'],
    ['white space aside', ['[1,2]', '[1, 2]'], '[1,2]', 'same'],
    ['numbers are equal as they are spelled', ['2', '2.0'], '[2, 2.0]', 'mixed'],
    ['lists are joined', ['[1]', '[]', '[2, 3]'], '[1, 2, 3]', 'concat'],
    ['objects are merged', ['{"a": 1}', '{"b": 2}'], '{"a": 1, "b": 2}', 'object'],
    [
      'a key that several have is there once, with the last value',
      ['{"a": 1, "b": 2}', '{"a": 3}'],
      '{"a": 3, "b": 2}',
      'object'
    ],
    ['a list and an object are listed', ['[1]', '{}'], '[[1], {}]', 'mixed'],
    ['one value is that value', ['{"a": 1, "a": 2}'], '{"a": 1, "a": 2}', 'same'],
    ['none is null', [], 'null', 'same']
  ])('%s', (_, values, value, how) => {
    expect(unwrap(mergeValues(values, null, 'x'))).toEqual({ value, how })
  })
})

describe('by rule', () => {
  test.each([
    ['object', ['{"a": 1, "b": 2}', '{"a": 3}'], '{"a": 3, "b": 2}'],
    ['list', ['1', '1'], '[1, 1]'],
    ['last', ['1', '[2]'], '[2]'],
    ['concat', ['[1]', '[1]'], '[1, 1]'],
    ['same', ['1', '1'], '1']
  ] as const)('%s', (rule, values, value) => {
    expect(unwrap(mergeValues(values, rule, 'x'))).toEqual({ value, how: rule })
  })

  test('one value is not asked whether it fits', () => {
    expect(unwrap(mergeValues(['5'], 'concat', 'x'))).toEqual({ value: '5', how: 'concat' })
  })

  test('a rule that does not fit is refused by the batch that it does not fit', () => {
    expect(messageOf(mergeValues(['1', '1', '2'], 'same', 'A.b'))).toMatch(/^A\.b .*same: batch 3 .*2.*1/)
    expect(messageOf(mergeValues(['[1]', '{}'], 'concat', 'A.b'))).toMatch(/^A\.b .*concat: batch 2 .*\{\}.*list/)
    expect(messageOf(mergeValues(['5', '{}'], 'object', 'A.b'))).toMatch(/^A\.b .*object: batch 1 .*5.*object/)
  })
})

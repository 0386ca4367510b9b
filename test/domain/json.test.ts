import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkJson } from '../../src-main/domain/json-check.ts'
import { fromJs, toJs } from '../../src-main/domain/json-js.ts'
import {
  byCodePoint,
  formatJson,
  isSpace,
  itemsOf,
  kindOf,
  maxDepth,
  memberOf,
  membersOf,
  rawArray,
  rawObject,
  rawText,
  skipSpace,
  textOf,
  textsIn
} from '../../src-main/domain/json.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

describe('a value as text', () => {
  test.each([
    ['{}', 'object'],
    ['[]', 'array'],
    ['""', 'string'],
    ['true', 'boolean'],
    ['false', 'boolean'],
    ['null', 'null'],
    ['-1', 'number'],
    ['NaN', 'number'],
    ['-Infinity', 'number']
  ])('%s is of kind %s', (raw, kind) => {
    expect(kindOf(raw)).toBe(kind)
  })

  test('members and items in order and as they are spelled; brackets and quotes inside texts are text', () => {
    const raw = '{ "b" : [1, "]}"] ,\n\t"a\\"\\\\": {"x": "{\\""},\r"2": 1.50, "b": null }'
    expect(membersOf(raw)).toEqual([
      { key: 'b', rawKey: '"b"', value: '[1, "]}"]' },
      { key: 'a"\\', rawKey: '"a\\"\\\\"', value: '{"x": "{\\""}' },
      { key: '2', rawKey: '"2"', value: '1.50' },
      { key: 'b', rawKey: '"b"', value: 'null' }
    ])
    expect(itemsOf('[ 1 , [2, [3]] ,"a\\\\", {"b": [4]},true]')).toEqual([
      '1',
      '[2, [3]]',
      '"a\\\\"',
      '{"b": [4]}',
      'true'
    ])
    expect([itemsOf('[ ]'), membersOf('{ }'), itemsOf('[0]'), itemsOf('[1,2]')]).toEqual([[], [], ['0'], ['1', '2']])
    expect(itemsOf('[1\t,2\n,3\r]')).toEqual(['1', '2', '3'])
    expect(membersOf('{"a":1,"b":{}}').map(({ value }) => value)).toEqual(['1', '{}'])
  })

  test('of a key that is there twice the last counts, as in Python', () => {
    expect([memberOf('{"a": 1, "a": 2}', 'a'), memberOf('{"a": 1}', 'b')]).toEqual(['2', undefined])
  })

  test('texts at any depth, in order, without keys', () => {
    expect(textsIn('{"k": ["a", {"l" : "b\\n\\""}], "m": 5, "n": "k"}')).toEqual(['a', 'b\n"', 'k'])
    expect([textsIn('"x"'), textsIn('5'), textsIn('["\\\\", "y"]')]).toEqual([['x'], [], ['\\', 'y']])
  })

  test('texts are written as Python writes them, and read back', () => {
    expect(rawText('é\n"\u007f🎬~')).toBe('"\\u00e9\\n\\"\\u007f\\ud83c\\udfac~"')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(textOf(rawText(text))).toBe(text)
      })
    )
    expect(
      rawObject([
        ['a', '1'],
        ['b"', '[]']
      ])
    ).toBe('{"a": 1, "b\\"": []}')
    expect([rawObject([]), rawArray([]), rawArray(['1', '"x"'])]).toEqual(['{}', '[]', '[1, "x"]'])
  })

  test('white space is that of JSON alone', () => {
    expect([...' \n\r\t\v\u00a0a'].map((c) => isSpace(c.charCodeAt(0)))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false
    ])
    expect([skipSpace('a  b', 1), skipSpace('ab', 1), skipSpace('  ', 0)]).toEqual([3, 1, 2])
  })
})

describe('white space', () => {
  const loose = '{ "a" : [ 1 ,2 ], "b":{},"c" : [ ], "d":{"e":"x , : y", "f":-1e5} }'
  test('on one line', () => {
    expect(formatJson(loose)).toBe('{"a": [1, 2], "b": {}, "c": [], "d": {"e": "x , : y", "f": -1e5}}')
    expect(['5', '[]', 'NaN', '-Infinity', '[true,false,null]'].map((raw) => formatJson(raw))).toEqual([
      ...['5', '[]', 'NaN', '-Infinity', '[true, false, null]']
    ])
  })

  test('indented it is what JSON.stringify writes', () => {
    for (const indent of [1, 2, 4])
      expect(formatJson(loose, indent)).toBe(
        JSON.stringify({ a: [1, 2], b: {}, c: [], d: { e: 'x , : y', f: 0 } }, null, indent).replace(
          '"f": 0',
          '"f": -1e5'
        )
      )
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.integer({ min: 1, max: 4 }), (value, indent) => {
        expect(formatJson(JSON.stringify(value), indent)).toBe(JSON.stringify(value, null, indent))
        expect(formatJson(JSON.stringify(value, null, indent)).replace(/\s/g, '')).toBe(
          JSON.stringify(value).replace(/\s/g, '')
        )
      })
    )
  })
})

test('texts are ordered by code point', () => {
  const sorted = ['', 'a', 'aa', 'ab', 'b', '\ud7ff', '\ue000', '\uffff', '𐀀', '🎬', '🎬a']
  fc.assert(
    fc.property(fc.shuffledSubarray(sorted), (some) => {
      expect(some.toSorted(byCodePoint)).toEqual(sorted.filter((one) => some.includes(one)))
    })
  )
  expect([byCodePoint('a', 'a'), Math.sign(byCodePoint('\ud83c', '\ud83d'))]).toEqual([0, -1])
})

describe('the check', () => {
  test.each([
    '{}',
    ' [1, 2.50, -0, 1e5, 1E+5, 0.1e-7] ',
    '"\\u00e9\\n\\/"',
    'NaN',
    '[Infinity, -Infinity]',
    '{"a": {"a": []}}',
    '\n\tnull\r',
    '{"a":1,"a":2}',
    '[[],{}]'
  ])('%j is a value', (text) => {
    expect(unwrap(checkJson(text))).toBe(text.trim())
  })

  test.each([
    ['', 'line 1, column 1'],
    ['[1,]', 'line 1, column 4'],
    ['[1 2]', 'line 1, column 4'],
    ['[1', 'line 1, column 3'],
    ['{"a" 1}', 'line 1, column 6'],
    ['{"a":}', 'line 1, column 6'],
    ['{a: 1}', 'line 1, column 2'],
    ['{"a": 1,}', 'line 1, column 9'],
    ['{"a": 1]', 'line 1, column 8'],
    ['[1}', 'line 1, column 3'],
    ['1 2', 'line 1, column 3'],
    ['\n\n  x', 'line 3, column 3'],
    ['01', 'line 1, column 2'],
    ['1.', 'line 1, column 2'],
    ['.5', 'line 1, column 1'],
    ['+1', 'line 1, column 1'],
    ['"a', 'line 1, column'],
    ['"\\x"', 'line 1, column'],
    ['"\\u12g4"', 'line 1, column'],
    ['"a\nb"', 'line 1, column'],
    ['"a\tb"', 'line 1, column'],
    ['nul', 'line 1, column 1'],
    ['truex', 'line 1, column 5'],
    ['[', 'line 1, column 2'],
    ['{', 'line 1, column 2'],
    [']', 'line 1, column 1']
  ])('%j is refused where it is wrong', (text, place) => {
    expect(messageOf(checkJson(text))).toContain(place)
    expect(checkJson(text)).toMatchObject({ error: { kind: 'input' } })
  })

  test('takes what JSON.parse takes, and refuses what it refuses', () => {
    const piece = fc.constantFrom(...'[]{}:, "1a-.eE', '\\', '\\n', '\n', '"a"', 'true', 'null', '12', '{"b":', '[1,')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        let parses = true
        try {
          JSON.parse(text)
        } catch {
          parses = false
        }
        expect(checkJson(text).ok).toBe(parses)
      }),
      { numRuns: 500 }
    )
  })

  test('goes as deep as Python does', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(checkJson(nested(maxDepth)).ok).toBe(true)
    expect(messageOf(checkJson(nested(maxDepth + 1)))).toContain(String(maxDepth))
  })
})

describe('JavaScript values', () => {
  test('there and back a value is the same', () => {
    // whole numbers beyond 2^53 come back as BigInt, which JSON.stringify takes no part in
    const text = (value: unknown) =>
      JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? Number(one) : one))
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(text(toJs(unwrap(fromJs(value))))).toBe(JSON.stringify(value))
        expect(text(toJs(JSON.stringify(value)))).toBe(JSON.stringify(value))
      })
    )
  })

  test('large integers, NaN and keys that look like numbers get through', () => {
    expect(toJs('9007199254740993')).toBe(9007199254740993n)
    expect(toJs('-9007199254740991')).toBe(-9007199254740991)
    expect([toJs('1e400'), toJs('-Infinity'), toJs('NaN'), toJs('2.50')]).toEqual([Infinity, -Infinity, NaN, 2.5])
    expect([toJs('true'), toJs('false'), toJs('null'), toJs('"a\\n"')]).toEqual([true, false, null, 'a\n'])
    expect(Object.keys(toJs('{"b": 1, "10": 2, "2": 3, "b": 4}') as object)).toEqual(['b', '10', '2'])
    expect(toJs('{"b": 1, "b": 4}')).toEqual({ b: 4 })
    const odd = toJs('{"__proto__": 1, "a": 2}') as object
    expect([Object.keys(odd), Object.getPrototypeOf(odd)]).toEqual([['__proto__', 'a'], Object.prototype])
    const mixed = toJs('{"z": 1, "1": 2}') as Record<string, unknown>
    mixed.added = 3
    delete mixed.z
    expect(Object.keys(mixed)).toEqual(['1', 'added'])
  })

  test('what is written', () => {
    const value = { a: undefined, b: [1n, -0, NaN, -Infinity, true, null], ü: 'é', c: Object.create(null) as object }
    expect(unwrap(fromJs(value))).toBe('{"b": [1, -0.0, NaN, -Infinity, true, null], "\\u00fc": "\\u00e9", "c": {}}')
    const shared = { x: 1 }
    expect(unwrap(fromJs([shared, shared]))).toBe('[{"x": 1}, {"x": 1}]')
    expect(unwrap(fromJs(Object.fromEntries([['__proto__', 1]])))).toBe('{"__proto__": 1}')
  })

  const circle: unknown[] = []
  circle.push({ again: circle })
  test.each<[unknown, string]>([
    [undefined, 'undefined cannot be written'],
    [[1, undefined], '[1]: undefined'],
    [{ a: { b: [Symbol('x')] } }, 'a.b[0]: a symbol'],
    [{ a: function named() {} }, 'a: a function (named)'],
    [[() => 1], '[0]: a function (anonymous)'],
    [new Date(0), 'a Date'],
    [{ a: new Map() }, 'a: a Map'],
    [circle, '[0].again: a value that contains itself']
  ])('what JSON cannot hold is refused by its place: %#', (value, part) => {
    expect(messageOf(fromJs(value))).toContain(part)
    expect(fromJs(value)).toMatchObject({ error: { kind: 'input' } })
  })

  test('the place is told behind the name of the value', () => {
    expect(messageOf(fromJs([undefined], 'output x'))).toMatch(/^output x\[0\]: undefined/)
  })
})

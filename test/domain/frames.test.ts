import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  batchesOf,
  maxFrames,
  parseFrameRange,
  plainText,
  rangeText,
  readFrames
} from '../../src-main/domain/frames.ts'
import { messageOf, unwrap } from '../helpers/goldens.ts'

describe('a range as people write it', () => {
  test.each<[string, number[]]>([
    ['7', [7]],
    ['1-3', [1, 2, 3]],
    ['1-9x4', [1, 5, 9]],
    ['1-8x4', [1, 5]],
    ['3-1', [3, 2, 1]],
    ['9-1x4', [9, 5, 1]],
    ['-5--3', [-5, -4, -3]],
    ['-1-1', [-1, 0, 1]],
    ['1,3,2', [1, 3, 2]],
    ['2,2', [2, 2]],
    [' 1 - 5 x 2 , 9 ', [1, 3, 5, 9]],
    ['4-4', [4]]
  ])('%s', (text, frames) => {
    expect(unwrap(parseFrameRange(text))).toEqual(frames.map(String))
  })

  test.each([
    ['', 'is no frame range: ""'],
    ['1-3,a', '"a"'],
    ['1-3;7', '"1-3;7"'],
    ['x1-3', 'no frame range'],
    ['1-3 7', 'no frame range'],
    ['1.5', 'no frame range'],
    ['1-5x0', 'steps by 0'],
    ['9007199254740992', 'above 2^53'],
    ['1-9007199254740992', 'above 2^53'],
    ['1-1000001', String(maxFrames)],
    ['1-1000000,5', String(maxFrames)]
  ])('%j is refused and says why', (text, part) => {
    expect(messageOf(parseFrameRange(text))).toContain(part)
    expect(parseFrameRange(text)).toMatchObject({ error: { kind: 'input' } })
  })

  test('as many frames as are allowed', () => {
    expect(unwrap(parseFrameRange(`1-${maxFrames}`))).toHaveLength(maxFrames)
  })
})

describe('the frames of a node', () => {
  test('a list keeps spelling, order and repeats; a text is a range', () => {
    expect(unwrap(readFrames('[3, 2.0, "a", 3]'))).toEqual(['3', '2.0', '"a"', '3'])
    expect(unwrap(readFrames('"1-3"'))).toEqual(['1', '2', '3'])
    expect(unwrap(readFrames('[]'))).toEqual([])
  })

  test.each([
    ['5', 'frames is 5'],
    ['null', 'frames is null'],
    [`{"a": "${'x'.repeat(60)}"}`, 'frames is object'],
    ['[1, null]', 'frames holds null'],
    ['[1, [2]]', 'frames holds [2]'],
    ['[true]', 'frames holds true'],
    [`[${'1,'.repeat(maxFrames)}1]`, 'frames lists 1000001']
  ])('what is no list of frames is refused: %#', (raw, part) => {
    expect(messageOf(readFrames(raw))).toContain(part)
    expect(readFrames(raw)).toMatchObject({ error: { kind: 'input' } })
  })

  test('what does not fit into a sentence is cut', () => {
    expect(messageOf(readFrames(`[{"a": "${'x'.repeat(99)}"}]`))).not.toContain('x'.repeat(50))
    expect(messageOf(readFrames('1234567890123456789012345678901234567890'))).toContain('01234567890;')
  })
})

test('batches hold every frame once, in order, and all but the last are full', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9).map(String)), fc.integer({ min: 1, max: 12 }), (frames, size) => {
      const batches = batchesOf(frames, size)
      expect(batches.flat()).toEqual(frames)
      expect(batches.length).toBe(Math.ceil(frames.length / size))
      for (const batch of batches.slice(0, -1)) expect(batch).toHaveLength(size)
    })
  )
})

describe('the printed form', () => {
  test.each<[string[], string]>([
    [[], ''],
    [['7'], '7'],
    [['1', '2'], '1-2'],
    [['1', '3'], '1,3'],
    [['1', '3', '5'], '1-5x2'],
    [['1', '2', '3', '7', '9', '20'], '1-3,7,9,20'],
    [['1', '11', '21', '22', '23'], '1-21x10,22-23'],
    [['3', '2', '1'], '3,2,1'],
    [['1', '1'], '1,1'],
    [['-2', '-1', '0'], '-2-0'],
    [['1.0', '2.0'], '1.0,2.0'],
    [['"a"', '1', '2', '"b c"'], 'a,1-2,b c'],
    [['1', '"2"', '3'], '1,2,3']
  ])('%j is %s', (frames, text) => {
    expect(rangeText(frames)).toBe(text)
  })

  test('read again it gives the same whole frames', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1 }), (frames) => {
        expect(unwrap(parseFrameRange(rangeText(frames.map(String))))).toEqual(frames.map(String))
      })
    )
  })

  test('a text stands without its quotes', () => {
    expect([plainText('"a\\nb"'), plainText('1.5')]).toEqual(['a\nb', '1.5'])
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Marks } from '../../src-main/domain/marks.ts'

/** Every place of every text, looked for one by one. */
function placesOf(texts: readonly string[], bytes: Buffer): string[] {
  const places: string[] = []
  texts.forEach((text, index) => {
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(`${at} ${index}`)
  })
  return places.sort()
}

function foundIn(texts: readonly string[], bytes: Buffer): string[] {
  const places: string[] = []
  new Marks(texts).find(bytes, (at, index) => places.push(`${at} ${index}`))
  return places.sort()
}

// few letters, so that texts overlap, repeat and lie across the quarters that are looked through by turns
const letters = fc.constantFrom('a', 'b', '\n', 'ä')
const text = fc.string({ unit: letters, minLength: 4, maxLength: 14 })

test('each text is found wherever it lies, once', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(text, { minLength: 1, maxLength: 8 }),
      fc.string({ unit: letters, maxLength: 300 }),
      fc.integer({ min: 0, max: 9 }),
      (texts, log, shift) => {
        // a part of a longer buffer, as logs are read
        const bytes = Buffer.concat([Buffer.alloc(shift, 'b'), Buffer.from(log)]).subarray(shift)
        expect(foundIn(texts, bytes)).toEqual(placesOf(texts, bytes))
      }
    ),
    { numRuns: 2000 }
  )
})

test('texts at the joints of the quarters, at both ends and in bytes that are shorter than any of them', () => {
  const texts = ['Error: ', 'it/s', 'Out of memory', 'x'.repeat(300)]
  for (let length = 0; length < 80; length++)
    for (let at = 0; at < length; at++) {
      const bytes = Buffer.alloc(length, '.')
      bytes.write('Error: Out of memory it/s', at)
      expect(foundIn(texts, bytes)).toEqual(placesOf(texts, bytes))
    }
  expect(foundIn(texts, Buffer.from('-' + 'x'.repeat(302)))).toEqual(['1 3', '2 3', '3 3'])
})

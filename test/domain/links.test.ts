import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frameLinks, linkSize } from '../../src-main/domain/links.ts'
import { linkedPlaces } from '../helpers/oracle.ts'

const batch = (...frames: string[]) => ({ frames })
const whole = { frames: null }

test('a batch waits for the batches that share a frame with it, or for all', () => {
  const parent = [batch('3'), batch('1', '2'), batch('2', '3')]
  expect(frameLinks(parent, [batch('3', '2'), batch('1'), batch('9'), batch()], 'frame')).toEqual([
    [0, 1, 2],
    [1],
    'all',
    'all'
  ])
})

test('frames are equal as they are spelled', () => {
  expect(frameLinks([batch('2.0')], [batch('2')], 'frame')).toEqual(['all'])
})

test('whole nodes, empty parents and node dependencies are joined as wholes', () => {
  expect(frameLinks([batch('1')], [batch('1')], 'node')).toBe(null)
  expect(frameLinks([whole], [batch('1')], 'frame')).toBe(null)
  expect(frameLinks([batch('1')], [whole], 'frame')).toBe(null)
  expect(frameLinks([batch('1'), whole], [batch('1'), batch('2')], 'frame')).toBe(null)
  expect(frameLinks([batch('1')], [batch('1'), whole], 'frame')).toBe(null)
  expect(frameLinks([], [batch('1')], 'frame')).toBe(null)
})

test('a link counts what it names', () => {
  expect([linkSize('all', 7), linkSize([1, 4], 7)]).toEqual([7, 2])
})

test('equals every batch against every batch', () => {
  const batches = fc.array(
    fc.record({ frames: fc.option(fc.array(fc.nat(6).map(String), { maxLength: 4 }), { freq: 20 }) }),
    { minLength: 1, maxLength: 6 }
  )
  fc.assert(
    fc.property(batches, batches, fc.constantFrom('node' as const, 'frame' as const), (parent, child, dependency) => {
      const all = parent.map((_, place) => place)
      const links = frameLinks(parent, child, dependency)
      expect(links?.map((link) => (link === 'all' ? all : link)) ?? null).toEqual(
        linkedPlaces(parent, child, dependency)
      )
    })
  )
})

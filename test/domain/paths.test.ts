import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mapTexts } from '../../src-main/domain/json.ts'
import { backwards, folderOf, isAbsolute, isOfWindows, mapped, nameOf, topOf } from '../../src-main/domain/paths.ts'

test('paths of every system are taken apart on every system', () => {
  const paths = ['/a/b.exr', 'C:\\a\\b.exr', 'c:/a/b.exr', '\\\\server\\share\\b.exr']
  expect(paths.map(nameOf)).toEqual(Array(4).fill('b.exr'))
  expect(paths.map(folderOf)).toEqual(['/a/', 'C:\\a\\', 'c:/a/', '\\\\server\\share\\'])
  expect(paths.filter(isAbsolute)).toEqual(paths)
  expect(paths.map(isOfWindows)).toEqual([false, true, true, true])
  expect(topOf('/mnt/show/a')).toBe('/mnt')
})

describe('rules between systems', () => {
  const rules = [
    { from: '/mnt/show', to: 'P:\\show' },
    { from: '/mnt/show/cache', to: '\\\\fast\\cache' },
    { from: '/Volumes/x', to: '/mnt/x' }
  ]

  test.each([
    ['/mnt/show/a/b.%04d.exr', 'P:\\show\\a\\b.%04d.exr'],
    ['/mnt/show', 'P:\\show'],
    ['/mnt/show/cache/c.vdb', '\\\\fast\\cache\\c.vdb'],
    ['/Volumes/x/a.$F4.exr', '/mnt/x/a.$F4.exr'],
    ['/mnt/shows/a', '/mnt/shows/a'],
    ['mnt/show/a', 'mnt/show/a'],
    ['', '']
  ])('%j is %j there, and comes back', (here, there) => {
    expect(mapped(here, rules)).toBe(there)
    expect(mapped(there, backwards(rules))).toBe(here)
  })

  test('Windows takes either slash and any case', () => {
    const back = backwards(rules)
    expect(mapped('p:/SHOW/a/B.exr', back)).toBe('/mnt/show/a/B.exr')
    expect(mapped('//not/windows/to/us', back)).toBe('//not/windows/to/us')
    expect(mapped('C:\\show\\a.exr', [{ from: 'C:\\', to: '/mnt/c/' }])).toBe(
      '/mnt/c/show\\a.exr'.replaceAll('\\', '/')
    )
  })

  test('the texts of a value, not the names of its members', () => {
    const raw = '{"/mnt/show": ["/mnt/show/a", {"b" : "x\\"/mnt/show"}], "n": 1.50}'
    expect(mapTexts(raw, (text) => mapped(text, rules))).toBe(
      '{"/mnt/show": ["P:\\\\show\\\\a", {"b" : "x\\"/mnt/show"}], "n": 1.50}'
    )
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(mapTexts(text, (one) => one)).toBe(text)
      })
    )
  })
})

import { describe, expect, test } from 'vitest'
import {
  atFrame,
  filesOfPattern,
  frameIn,
  hasFramePattern,
  hasTiles,
  isAbsolute,
  isAmbiguous,
  nameOf,
  pathsIn
} from '../../src-main/domain/frame-pattern.ts'

describe('the file of a frame', () => {
  test.each([
    ['a.%04d.exr', '5', 'a.0005.exr'],
    ['a.%04d.exr', '-5', 'a.-005.exr'],
    ['a.%04d.exr', '12345', 'a.12345.exr'],
    ['a.%4d.exr', '5', 'a.   5.exr'],
    ['a.%4d.exr', '-5', 'a.  -5.exr'],
    ['a.%d.exr', '5', 'a.5.exr'],
    ['a.%010d.exr', '5', 'a.0000000005.exr'],
    ['a.####.exr', '12', 'a.0012.exr'],
    ['a.####.exr', '-12', 'a.-012.exr'],
    ['a.#.exr', '12', 'a.12.exr'],
    ['a.$F4.exr', '7', 'a.0007.exr'],
    ['a.$F.exr', '7', 'a.7.exr'],
    ['a.${F4}.exr', '7', 'a.0007.exr'],
    ['a.${F}.exr', '-7', 'a.-7.exr'],
    ['a.$F10.exr', '7', 'a.0000000007.exr'],
    ['a.%04d.exr', '1.5', 'a.1.5.exr'],
    ['a.####.exr', 'left', 'a.left.exr'],
    ['%04d/a.%04d.exr', '3', '0003/a.0003.exr'],
    ['/$F4/a_##_##.exr', '3', '/0003/a_03_03.exr'],
    ['/shot#3/a.####.exr', '3', '/shot#3/a.0003.exr'],
    ['C:\\shot##\\a.##.exr', '3', 'C:\\shot##\\a.03.exr'],
    ['/<UDIM>/a.%02d.exr', '3', '/<UDIM>/a.03.exr'],
    ['/plain/a.exr', '3', '/plain/a.exr'],
    ['/100%/a.exr', '3', '/100%/a.exr']
  ])('%s at %s is %s', (path, frame, file) => {
    expect(atFrame(path, frame)).toBe(file)
  })
})

describe('what a path stands for', () => {
  test.each([
    ['a.%04d.exr', true],
    ['/%04d/a.exr', true],
    ['/$F/a.exr', true],
    ['/${F2}/a.exr', true],
    ['a.#.exr', true],
    ['a.<UDIM>.exr', true],
    ['/shot#3/a.exr', false],
    ['C:\\shot#3\\a.exr', false],
    ['/<UDIM>/a.exr', false],
    ['/a.exr', false]
  ])('%s stands for a file per frame: %s', (path, stands) => {
    expect(hasFramePattern(path)).toBe(stands)
  })

  test('files in the order of the frames; the path itself where it has no pattern', () => {
    expect(filesOfPattern('/a.%02d.exr', ['3', '-1'])).toEqual(['/a.03.exr', '/a.-1.exr'])
    expect(filesOfPattern('/shot#3/tex.txt', ['1', '2'])).toEqual(['/shot#3/tex.txt'])
    expect(filesOfPattern('/a.##.exr', [])).toEqual([])
  })

  test('tiles are ten rows of ten from 1001, at the first frame', () => {
    const files = filesOfPattern('/a.<UDIM>.%02d.exr', ['5', '6'])
    expect(files).toHaveLength(100)
    expect([files[0], files[10], files[99]]).toEqual(['/a.1001.05.exr', '/a.1011.05.exr', '/a.1100.05.exr'])
    expect(filesOfPattern('/a.<UDIM>.exr', [])[1]).toBe('/a.1002.exr')
    expect([hasTiles('/a.<UDIM>.exr'), hasTiles('/<UDIM>/a.exr')]).toEqual([true, false])
  })

  test('a lone # may be a frame or a plain character', () => {
    const paths = ['take#2.txt', 'a.##.exr', '/shot#3/a.exr', 'a.##.#.exr', 'a.exr']
    expect(paths.map(isAmbiguous)).toEqual([true, false, false, true, false])
  })

  test('the name stands behind the last slash of either kind', () => {
    expect(['/a/b.c', 'a\\b.c', 'b.c', '/a/'].map(nameOf)).toEqual(['b.c', 'b.c', 'b.c', ''])
  })

  test.each([
    ['beauty.0012.png', '0012'],
    ['beauty_12.png', '12'],
    ['beauty-12.tar.gz', '12'],
    ['12.exr', '12'],
    ['beauty.-3.exr', '-3'],
    ['/1001/beauty.exr', null],
    ['beauty12.exr', null],
    ['beauty.12', null],
    ['a.1.12.exr', '12']
  ])('the frame in %s is %s', (path, frame) => {
    expect(frameIn(path)).toBe(frame)
  })

  test('absolute on Linux, macOS, Windows and as a UNC path', () => {
    const all = ['/a', 'C:\\a', 'c:/a', '\\\\server\\a', 'a', 'a/b', 'C:', '\\a', '\\\\\\a', '1:/a', ' /a', 'xC:/a']
    expect(all.filter(isAbsolute)).toEqual(['/a', 'C:\\a', 'c:/a', '\\\\server\\a'])
  })

  test('paths among the texts of a value, once each, in order; keys are no values', () => {
    expect(pathsIn('{"/key": ["/b", "a", {"x": "/a"}], "y": "/b"}')).toEqual(['/b', '/a'])
  })
})

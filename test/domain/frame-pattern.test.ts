import { describe, expect, test } from 'vitest'
import {
  atFrame,
  filesOfPattern,
  frameReader,
  frameIn,
  hasFramePattern,
  hasVariants,
  isAmbiguous,
  pathsIn
} from '../../src-main/domain/frame-pattern.ts'
import { isAbsolute, nameOf, fileFrom, pathFrom } from '../../src-main/domain/paths.ts'

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
    ['a.<frame>.exr', '7', 'a.7.exr'],
    ['a.<f4>.exr', '7', 'a.0007.exr'],
    ['a.<Frame04>.exr', '-7', 'a.-007.exr'],
    ['a_%V.%04d.exr', '7', 'a_%V.0007.exr'],
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
    ['a.<UVTILE>.exr', true],
    ['a.%(UDIM)d.exr', true],
    ['/%V/a.exr', true],
    ['a_%v.exr', true],
    ['a.<frame>.exr', true],
    ['/100%Volume/a.exr', false],
    ['a%value.exr', false],
    ['a<b>.exr', false],
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
    expect([hasVariants('/a.<UDIM>.exr'), hasVariants('/<UDIM>/a.exr')]).toEqual([true, false])
  })

  test('each kind of tile has its own spelling', () => {
    expect(filesOfPattern('/a.<UVTILE>.exr', []).filter((_, i) => [0, 11, 99].includes(i))).toEqual([
      ...['/a.u1_v1.exr', '/a.u2_v2.exr', '/a.u10_v10.exr']
    ])
    expect(filesOfPattern('/a.%(UDIM)d.exr', [])[11]).toBe('/a.1012.exr')
    expect(filesOfPattern('/a_<udim>_<uvtile>.exr', [])[1]).toBe('/a_1002_u2_v1.exr')
  })

  test("a view is Nuke's main, left or right, or its first letter, for every frame", () => {
    expect(filesOfPattern('/%V/a_%v.%02d.exr', ['3', '4'])).toEqual([
      ...['/main/a_m.03.exr', '/left/a_l.03.exr', '/right/a_r.03.exr'],
      ...['/main/a_m.04.exr', '/left/a_l.04.exr', '/right/a_r.04.exr']
    ])
    expect(filesOfPattern('/a_%V.exr', [])).toEqual(['/a_main.exr', '/a_left.exr', '/a_right.exr'])
  })

  test.each([
    ['/x/a.%04d.exr', ['a.0007.exr', 'a.7.exr', 'a.12345.exr', 'b.0007.exr', 'a.-007.exr'], ['7', '12345', '-7']],
    ['/x/a.####.exr', ['a.0007.exr', 'a.0010.exr.tmp'], ['7']],
    ['/x/a.$F.exr', ['a.7.exr', 'a.07.exr'], ['7']],
    ['/x/a+b.%d.exr', ['a+b.7.exr', 'aab.7.exr'], ['7']],
    ['/x/%02d.%02d.exr', ['03.03.exr', '03.04.exr'], ['3']],
    ['/x/a.exr', ['a.exr'], []]
  ])('frames of %s are read from names', (pattern, names, frames) => {
    expect(names.map(frameReader(pattern)).filter((frame) => frame !== null)).toEqual(frames)
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

  test('what begins with a dot and a slash is a path from the folder of the task; other relative texts may be any name', () => {
    const from = (texts: readonly string[], base: string | null) => texts.map((text) => pathFrom(text, base))
    expect(from(['./a.png', '../a/b.png', './x/../../y', '../../../z', './a\\b'], '/show/shot')).toEqual([
      ...['/show/shot/a.png', '/show/a/b.png', '/show/y', '/z', '/show/shot/a\\b']
    ])
    expect(from(['.\\a.png', '../b.png', '.\\..\\..\\..\\c'], 'D:\\show')).toEqual([
      'D:\\show\\a.png',
      'D:\\b.png',
      'D:\\c'
    ])
    expect(
      from(['a/b.png', '.hidden', '.', '..', '.../a', '', '~/a.png'], '/show').every((path) => path === null)
    ).toBe(true)
    expect(from(['./a.png', '/b'], null)).toEqual([null, '/b'])
    expect([fileFrom('out/f.png', '/show'), fileFrom('f.png', '/show'), fileFrom('/f.png', '/show')]).toEqual([
      ...['/show/out/f.png', '/show/f.png', '/f.png']
    ])
  })
})

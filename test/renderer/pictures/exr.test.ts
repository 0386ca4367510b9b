import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { areaOf, type Pixels, type Plane } from '../../../src-main/domain/picture/opened.ts'
import { shrink } from '../../../src-main/domain/picture/small.ts'
import { toneOf } from '../../../src-main/domain/picture/tone.ts'
import { decodeExr, openExr, type FloatPicture } from '../../../src-main/domain/picture/exr/decode.ts'

const folder = join(import.meta.dirname, '../../fixtures/images')
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, `${name}.exr`)))
const decode = (bytes: Uint8Array<ArrayBuffer>) => decodeExr(bytes)

function picture(name: string): FloatPicture {
  const decoded = decode(bytesOf(name))
  if ('error' in decoded) throw new Error(decoded.error)
  return decoded
}
const at = ({ width, pixels }: FloatPicture, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)
]
const errorOf = (bytes: Uint8Array<ArrayBuffer>) => {
  const decoded = decode(bytes)
  return 'error' in decoded ? decoded.error : null
}
const near = (values: number[], digits = 2) => values.map((value) => expect.closeTo(value, digits))

describe('EXR pictures that OpenEXR wrote', () => {
  test.each([
    ...['half-no', 'half-rle', 'half-zips', 'half-zip', 'half-piz', 'half-pxr24', 'half-b44', 'half-dwaa'],
    ...['float-no', 'float-zip', 'float-piz', 'rgba', 'layers', 'tiled', 'multipart']
  ])('%s: floats in their places, from the top', (name) => {
    const one = picture(name)
    expect([one.width, one.height]).toEqual([48, 27])
    expect(at(one, 0, 0)).toEqual(near([0, 0, 0.18]))
    expect(at(one, 47, 0)).toEqual(near([4, 0, 0.18]))
    expect(at(one, 0, 26)).toEqual(near([0, 1, 0.18]))
  })

  test('one luminance channel is a grey', () => {
    expect(at(picture('luminance'), 20, 26)).toEqual(near([1, 1, 1]))
  })

  test('the header says pixel type, compression and channels', () => {
    expect(picture('half-piz').info).toBe('half, PIZ, R G B')
    expect(picture('float-no').info).toBe('float, uncompressed, R G B')
    expect(picture('layers').info).toBe('half and float, ZIP, R G B Z')
  })
})

describe('what cannot be shown is said in one sentence', () => {
  test('a compression that the library does not have, by name', () => {
    expect(errorOf(bytesOf('half-htj2k256'))).toBe(
      'This EXR is compressed with HTJ2K256, which cannot be decoded here.'
    )
  })

  test('another file by that name, and an empty one', () => {
    const text = 'This file is not an EXR: its first bytes are not those of one.'
    expect(errorOf(new TextEncoder().encode('<html>404 not found</html>'))).toBe(text)
    expect(errorOf(new Uint8Array(0))).toBe(text)
  })

  test('cut short at any place, or with any byte of its first lines changed, it is refused or shown, never thrown', () => {
    for (const name of ['half-piz', 'float-zip', 'half-no']) {
      const whole = bytesOf(name)
      for (let end = 8; end < whole.length; end += 97) {
        const outcome = decode(whole.slice(0, end))
        if ('error' in outcome) expect(outcome.error).toMatch(/^This EXR .*\.$/)
      }
      for (let i = 8; i < 380; i += 7) {
        const changed = whole.slice()
        changed[i] = 255 - (changed[i] as number)
        const outcome = decode(changed)
        if ('error' in outcome) expect(outcome.error).toMatch(/^This EXR .*\.$/)
      }
    }
  })

  test('cut in its header it is damaged, in the words of OpenEXR', () => {
    expect(errorOf(bytesOf('half-zip').slice(0, 60))).toMatch(/^This EXR is damaged or cut short: OpenEXR says ".+"\.$/)
  })

  test('a block of ZIP whose check sum is another is damaged, and stays black', () => {
    const bytes = bytesOf('half-zip')
    // the last four bytes of a zlib stream are the sum of what it holds
    const last = bytes.length - 1
    bytes[last] = 255 - (bytes[last] ?? 0)
    expect(openExr(bytes).read(0, 0).fault).toMatch(/^1 of 2 blocks are missing or damaged and stay black/)
  })

  test('cut in its pixels it shows what is there, and says how much that is', () => {
    const whole = bytesOf('half-zips')
    const { fault, planes } = openExr(whole.slice(0, whole.length / 2)).read(0, 0)
    expect(fault).toMatch(/^\d+ of 27 blocks are missing or damaged and stay black/)
    expect(planes[2]?.samples[0]).toBeCloseTo(0.18, 2)
    expect(planes[2]?.samples[26 * 48]).toBe(0)
    expect(errorOf(whole.slice(0, whole.length / 2))).toMatch(/^This EXR is damaged or cut short: \d+ of 27 blocks/)
  })
})

describe('what there is to look at in a file', () => {
  const names = (name: string) => openExr(bytesOf(name)).choices.map(({ group, name }) => [group, name])

  test('layers by the names of their channels, the main colour first', () => {
    expect(names('layers')).toEqual([
      [null, 'RGB'],
      [null, 'Z'],
      [null, 'diffuse']
    ])
    expect(names('multipart')).toEqual([
      ['rgb', 'RGB'],
      ['depth', 'Z']
    ])
    expect(names('luminance')).toEqual([[null, 'Y']])
  })

  test('depth alone is shown from its least to its greatest', () => {
    const file = openExr(bytesOf('depth'))
    expect(file.choices).toMatchObject([{ name: 'Z', isColour: false, shown: ['Z'] }])
    const pixels = file.read(0, 0)
    const shown = toneOf(pixels, 1, areaOf(pixels, false), { stops: 0, isFitted: true })
    expect([...shown.subarray(0, 4), ...shown.subarray(-4)]).toEqual([0, 0, 0, 255, 255, 255, 255, 255])
  })

  test('all channels of a layer are read with it, so that their values can be told', () => {
    const { planes } = openExr(bytesOf('layers')).read(0, 0)
    expect(planes.map(({ name, type }) => [name, type])).toEqual([
      ...[
        ['R', 'half'],
        ['G', 'half'],
        ['B', 'half'],
        ['Z', 'float']
      ]
    ])
  })
})

const plane = (name: string, samples: Plane['samples'], width: number): Plane => ({
  ...{ name, type: 'float', xStep: 1, yStep: 1 },
  ...{ width, height: samples.length / width, samples }
})

function pixelsOf(planes: readonly Plane[], more: Partial<Pixels> = {}): Pixels {
  const area = { left: 0, top: 0, width: planes[0]?.width ?? 0, height: planes[0]?.height ?? 0 }
  return { data: area, display: area, planes, white: 1, isEncoded: false, fault: null, ...more }
}

const shownBy = (pixels: Pixels, stops: number, isFitted = false) =>
  toneOf(pixels, Math.min(3, pixels.planes.length), areaOf(pixels, false), { stops, isFitted })

describe('exposure', () => {
  const levels = (name: string, x: number, stops: number) => [
    ...shownBy(openExr(bytesOf(name)).read(0, 0), stops).subarray(x * 4, x * 4 + 4)
  ]

  test('linear light gets the sRGB curve: 0.18 is 118 of 255', () => {
    expect(levels('half-zip', 0, 0)).toEqual([0, 0, 118, 255])
  })

  test('stops act on the floats: light that was white shows again, dark that was black shows', () => {
    // 1000, -1, NaN and infinity, then 0.001
    expect(levels('extreme', 0, 0)[0]).toBe(255)
    expect(levels('extreme', 0, -10)[0]).toBe(252) // 1000 / 1024 of full light
    expect(levels('extreme', 0, -12)[0]).toBe(135)
    expect(levels('extreme', 4, 0)[0]).toBe(3)
    expect(levels('extreme', 4, 8)[0]).toBe(138) // 0.256
    expect([1, 2, 3].map((x) => levels('extreme', x, 4)[0])).toEqual([0, 0, 255])
  })

  test('a stop doubles: +1 on 0.18 is what 0.36 shows', () => {
    const one = pixelsOf([plane('R', Float32Array.of(0.36, 0.18, 0.09), 3)])
    const [dark, bright] = [shownBy(one, 0), shownBy(one, 1)]
    expect(bright[4]).toBe(dark[0])
    expect(bright[8]).toBe(dark[4])
    expect(bright[3]).toBe(255)
  })

  test('integers are shown as they are, and a stop acts on their light', () => {
    const one = pixelsOf([plane('Y', Uint16Array.of(0, 30000, 65535), 3)], { white: 65535, isEncoded: true })
    expect([0, 4, 8].map((i) => shownBy(one, 0)[i])).toEqual([0, 117, 255])
    // 30000 is 0.177 of full light: twice that is 161
    expect([0, 4, 8].map((i) => shownBy(one, 1)[i])).toEqual([0, 161, 255])
  })

  test('outside of the data window it is black, and what is outside of the display window is cut off', () => {
    const data = { left: -1, top: 0, width: 3, height: 1 }
    const one = pixelsOf([plane('Y', Float32Array.of(1, 1, 1), 3)], { data, display: { ...data, left: 0 } })
    expect([0, 4, 8].map((i) => shownBy(one, 0)[i])).toEqual([255, 255, 0])
  })

  test('a tile is the mean of its blocks in linear light', () => {
    const pixels = Float32Array.from({ length: 10 }, (_, i) => i)
    const small = shrink(pixelsOf([plane('Y', pixels, 5)]), 1, 3)
    expect([small.data.width, small.data.height]).toEqual([3, 1])
    expect(Array.from(small.planes[0]?.samples ?? [])).toEqual([3, 5, 6.5])
    const grey = shrink(pixelsOf([plane('Y', Uint8Array.of(0, 255), 2)], { white: 255, isEncoded: true }), 1, 1)
    expect(grey.planes[0]?.samples[0]).toBe(0.5)
  })
})

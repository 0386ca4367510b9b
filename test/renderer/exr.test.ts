import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { decodeExr, type FloatPicture } from '../../src-renderer/outputs/exr/decode.ts'
import { readHeader } from '../../src-renderer/outputs/exr/header.ts'
import { shrink, toneOf } from '../../src-renderer/outputs/exr/tone.ts'

// the loader says what it skips; that is nothing for a test's output
vi.spyOn(console, 'warn').mockImplementation(() => undefined)
vi.spyOn(console, 'log').mockImplementation(() => undefined)

const folder = join(import.meta.dirname, '../fixtures/images')
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
    expect(picture('layers').info).toBe('half and float, ZIP, R G B Z diffuse.B diffuse.G diffuse.R')
  })
})

describe('what cannot be shown is said in one sentence', () => {
  test('a compression that the library does not have, by name', () => {
    expect(errorOf(bytesOf('half-htj2k256'))).toBe(
      'This EXR is compressed with HTJ2K256, which cannot be decoded here.'
    )
  })

  test('channels that are no colours', () => {
    expect(errorOf(bytesOf('depth'))).toBe('This EXR has no colors to show: its channels are Z.')
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

  test('cut in its header it is damaged', () => {
    expect(errorOf(bytesOf('half-zip').slice(0, 60))).toBe('This EXR is damaged or cut short.')
    expect(() => readHeader(bytesOf('half-zip').slice(0, 60))).toThrow(RangeError)
  })
})

describe('exposure', () => {
  const levels = (name: string, x: number, stops: number) => {
    const one = picture(name)
    return [...toneOf(one, stops).subarray(x * 4, x * 4 + 4)]
  }

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
    const one = { width: 1, height: 1, pixels: Float32Array.of(0.36, 0.18, 0.09, 0) }
    const [dark, bright] = [toneOf(one, 0), toneOf(one, 1)]
    expect(bright[1]).toBe(dark[0])
    expect(bright[2]).toBe(dark[1])
    expect(bright[3]).toBe(255)
  })

  test('a thumbnail is the mean of its blocks in linear light', () => {
    const pixels = new Float32Array(5 * 2 * 4).map((_, i) => Math.floor(i / 4))
    const small = shrink({ width: 5, height: 2, pixels }, 3)
    expect([small.width, small.height]).toEqual([3, 1])
    expect([0, 4, 8].map((i) => small.pixels[i])).toEqual([3, 5, 6.5])
    const same = { width: 5, height: 2, pixels }
    expect(shrink(same, 5)).toBe(same)
  })
})

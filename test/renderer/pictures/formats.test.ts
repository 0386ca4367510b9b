/** TIFF, Radiance and Targa against the numbers that fixtures/images/make_others.py put into them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { open } from '../../../src-main/domain/picture/open.ts'
import { Refusal, type Pixels } from '../../../src-main/domain/picture/opened.ts'
import { openPng } from '../../../src-main/domain/picture/png.ts'
import { pixelIn } from '../../../src-renderer/outputs/pointer.ts'
import { valueText } from '../../../src-renderer/outputs/value-text.ts'

const folder = join(import.meta.dirname, '../../fixtures/images')
const [width, height] = [20, 12]
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name)))
const opened = (name: string) => open(bytesOf(name), join(folder, name), openPng)
const samplesOf = ({ planes }: Pixels) => planes.map(({ samples }) => Array.from(samples))

/** Red, green and blue of every pixel: floats to 4, integers to all that they hold. */
function wanted(most: number, isFloat: boolean): number[][] {
  const pixels = Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)] as const)
  const put = (value: number) => (isFloat ? value : Math.round(value))
  return [
    pixels.map(([x]) => put((x / (width - 1)) * (isFloat ? 4 : most))),
    pixels.map(([, y]) => put((y / (height - 1)) * most)),
    pixels.map(() => (isFloat ? 0.18 : Math.floor(most / 4)))
  ]
}
const close = (lists: readonly number[][], digits: number) =>
  lists.map((list) => list.map((value) => expect.closeTo(value, digits)))

const tiffs = readdirSync(folder).filter((name) => /^(?:uint|float)\d+-.*\.tif$/.test(name))

describe('TIFF', () => {
  test.each(tiffs)('%s', async (name) => {
    const [kind = ''] = name.split('-')
    const bits = Number(kind.replace(/\D/g, ''))
    const isFloat = kind.startsWith('float')
    const file = await opened(name)
    const pixels = await file.read(0, 0)
    const white = isFloat ? 1 : 2 ** bits - 1
    expect(file.info(0)).toContain(`${isFloat ? 'float' : 'uint'} ${bits}`)
    expect([pixels.white, pixels.isEncoded]).toEqual([white, !isFloat])
    expect(samplesOf(pixels)).toEqual(close(wanted(white, isFloat), bits === 16 && isFloat ? 2 : 5))
  })

  test('every one of the 36 that were made is there', () => expect(tiffs).toHaveLength(36))

  test.each([
    ['big-endian.tif', 65535],
    ['bigtiff.tif', 255],
    ['packbits.tif', 255]
  ])('%s', async (name, white) => {
    expect(samplesOf(await (await opened(name)).read(0, 0))).toEqual(wanted(white, false))
  })

  test('one channel is a grey, also where white is 0; a palette is the colours that it stands for', async () => {
    expect(samplesOf(await (await opened('grey16.tif')).read(0, 0))).toEqual(wanted(65535, false).slice(0, 1))
    expect(samplesOf(await (await opened('white-is-zero.tif')).read(0, 0))).toEqual(wanted(255, false).slice(0, 1))
    const [red = [], green = [], blue = []] = samplesOf(await (await opened('palette.tif')).read(0, 0))
    expect([red[7], green[7], blue[7]]).toEqual([7, 0, 255])
  })

  test('alpha is told beside the colours that are shown', async () => {
    const file = await opened('rgba16.tif')
    expect(file.choices[0]?.shown).toEqual(['R', 'G', 'B'])
    const { planes } = await file.read(0, 0)
    expect(planes.map(({ name, type }) => `${name} ${type}`)).toEqual([
      ...['R uint 16', 'G uint 16', 'B uint 16', 'A uint 16']
    ])
  })

  test('each page can be chosen', async () => {
    const file = await opened('pages.tif')
    expect(file.choices.map(({ group, name }) => `${group ?? ''} ${name}`)).toEqual(['page 1 RGB', 'page 2 Y'])
    const second = await file.read(1, 0)
    expect(samplesOf(second)).toEqual(close(wanted(1, true).slice(1, 2), 5))
    expect(second.isEncoded).toBe(false)
  })

  test('a tile is made of it', async () => {
    const small = await (await opened('float32-no-strips.tif')).small(0, 5)
    expect([small.data.width, small.data.height, small.planes.length]).toEqual([5, 3, 3])
    expect(small.planes[0]?.samples[0]).toBeCloseTo(((0 + 1 + 2 + 3) / 4 / 19) * 4, 5)
  })
})

describe('Radiance and Targa', () => {
  test('Radiance: the mantissa is of 256, not of 255', async () => {
    const { planes, isEncoded } = await (await opened('radiance.hdr')).read(0, 0)
    expect(planes.map(({ samples }) => [samples[0], samples[19], samples[239]])).toEqual([
      ...[
        [0, 4, 4],
        [0, 0, 1],
        [0.1796875, 0.15625, 0.15625]
      ]
    ])
    expect(isEncoded).toBe(false)
  })

  const radiance = (size: string, ...lines: readonly number[][]) =>
    Buffer.from([...Buffer.from(`#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n${size}\n`), ...lines.flat()])
  const read = async (bytes: Uint8Array, name = '/x/a.hdr') => (await open(bytes, name, openPng)).read(0, 0)
  const [one, two] = [
    [128, 64, 0, 129],
    [64, 128, 255, 129]
  ]

  test('Radiance: pixels that repeat, as its first programs packed them; lines from the bottom and from the right', async () => {
    const repeats = [...one, 1, 1, 1, 2, ...two]
    expect(samplesOf(await read(radiance('-Y 1 +X 4', repeats)))[0]).toEqual([1, 1, 1, 0.5])
    expect(samplesOf(await read(radiance('+Y 2 -X 4', repeats, [...two, ...one, 1, 1, 1, 2])))[0]).toEqual([
      ...[1, 1, 1, 0.5],
      ...[0.5, 1, 1, 1]
    ])
    const long = radiance('-Y 1 +X 300', [...one, 1, 1, 1, 43, 1, 1, 1, 1])
    expect(samplesOf(await read(long))[1]).toEqual(Array.from({ length: 300 }, () => 0.5))
  })

  test('what is cut off is told, and what is no red, green and blue is refused by its name', async () => {
    expect((await read(radiance('-Y 3 +X 1', one, two))).fault).toBe('1 of 3 lines are missing and stay black')
    const [hdr, plain, packed] = [bytesOf('radiance.hdr'), bytesOf('plain.tga'), bytesOf('rle.tga')]
    expect((await read(hdr)).fault).toBeNull()
    expect((await read(hdr.subarray(0, hdr.length / 2))).fault).toMatch(/of 12 lines are missing/)
    expect((await read(plain, '/x/a.tga')).fault).toBeNull()
    expect((await read(packed, '/x/a.tga')).fault).toBeNull()
    expect((await read(plain.subarray(0, plain.length / 2), '/x/a.tga')).fault).toMatch(/of 12 lines are missing/)
    expect((await read(packed.subarray(0, packed.length / 2), '/x/a.tga')).fault).toMatch(/of 12 lines are missing/)
    const xyz = Buffer.from(String(radiance('-Y 1 +X 1', one)).replace('rgbe\n', 'xyze\n'), 'latin1')
    await expect(read(xyz)).rejects.toThrow('holds colours as 32-bit_rle_xyze')
    await expect(read(radiance('+X 1 -Y 1', one))).rejects.toThrow('stored by columns')
  })

  test('Targa of 5 bits a colour: the most is white', async () => {
    const header = [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 16, 0x20]
    expect(samplesOf(await read(Uint8Array.from([...header, 0xff, 0x7f, 0, 0x40]), '/x/a.tga'))).toEqual([
      ...[[255, 132]],
      ...[[255, 0]],
      ...[[255, 0]]
    ])
  })

  test('Targa, plain and run-length encoded, from the top', async () => {
    expect(samplesOf(await (await opened('plain.tga')).read(0, 0))).toEqual(wanted(255, false))
    const [red = [], green = [], , alpha = []] = samplesOf(await (await opened('rle.tga')).read(0, 0))
    expect([red[0], red[19], green[0], green[239], alpha[5]]).toEqual([0, 255, 0, 255, 200])
  })
})

describe('what is not shown is refused by its name', () => {
  const cineon = Uint8Array.of(0x80, 0x2a, 0x5f, 0xd7)
  const refusal = async (bytes: Uint8Array, name: string) =>
    open(bytes, name, openPng).then(
      () => null,
      (error: unknown) => (error instanceof Refusal ? error.message : `not refused: ${String(error)}`)
    )

  test.each([
    ['film.cin', cineon, 'This is a Cineon, which is not shown here: open it in your own viewer.'],
    ['lzma.tif', bytesOf('lzma.tif'), 'This TIFF is compressed with LZMA, which cannot be decoded here.']
  ])('%s', async (name, bytes, text) => {
    expect(await refusal(bytes, name)).toBe(text)
  })

  test('the first bytes decide, whatever the name says', async () => {
    const { choices } = await open(bytesOf('grey16.tif'), '/x/grey.exr', openPng)
    expect(choices).toHaveLength(1)
    expect(await refusal(cineon, '/x/a.exr')).toMatch(/^This is a Cineon/)
    expect(await refusal(new TextEncoder().encode('<html>'), '/x/a.tif')).toBe(
      'This file is not a TIFF: its first bytes are not those of one.'
    )
    expect(await refusal(new Uint8Array(0), '/x/a.tga')).toMatch(/^This Targa picture is damaged/)
  })

  test.each(['uint8-lzw-strips.tif', 'float32-zlib-tiles.tif', 'radiance.hdr', 'rle.tga'])(
    '%s cut short anywhere is refused or shown, never anything else',
    async (name) => {
      const whole = bytesOf(name)
      for (let end = 0; end < whole.length; end += 41) {
        const outcome = await open(whole.slice(0, end), name, openPng)
          .then((file) => file.read(0, 0))
          .then(
            () => 'shown',
            (error: unknown) => (error instanceof Refusal ? 'refused' : String(error))
          )
        expect(['shown', 'refused']).toContain(outcome)
      }
    }
  )
})

describe('under the pointer', () => {
  test('a picture that is drawn as large as fits has its pixels in the middle of the box', () => {
    const box = { left: 10, top: 0, width: 400, height: 400 }
    const picture = { width: 40, height: 20 }
    expect(pixelIn(box, picture, { x: 10, y: 100 })).toEqual({ x: 0, y: 0 })
    expect(pixelIn(box, picture, { x: 409.9, y: 299.9 })).toEqual({ x: 39, y: 19 })
    expect(pixelIn(box, picture, { x: 10, y: 99 })).toBeNull()
    expect(pixelIn(box, picture, { x: 410, y: 200 })).toBeNull()
  })

  test('values have the digits that tell them apart', () => {
    expect(valueText(0.0999755859375, 'half')).toBe('0.099976')
    expect(valueText(Math.fround(0.1), 'float')).toBe('0.100000001')
    expect(valueText(4294967291, 'uint')).toBe('4294967291')
    expect([NaN, Infinity, -0, 65504].map((value) => valueText(value, 'half'))).toEqual([
      'NaN',
      'Infinity',
      '-0',
      '65504'
    ])
  })
})

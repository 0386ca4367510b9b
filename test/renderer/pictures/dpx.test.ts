/** DPX against the numbers that fixtures/images/make_dpx.py put into them, and what headers can say. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { open } from '../../../src-main/domain/picture/open.ts'
import { areaOf, Refusal, type Opened, type Pixels } from '../../../src-main/domain/picture/opened.ts'
import { openPng } from '../../../src-main/domain/picture/png.ts'

const folder = join(import.meta.dirname, '../../fixtures/images/dpx')
const height = 12
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, `${name}.dpx`)))
const openBytes = (bytes: Uint8Array): Promise<Opened> => open(bytes, 'a.dpx', openPng)
const opened = (name: string) => openBytes(bytesOf(name))
const samplesOf = ({ planes }: Pixels) => planes.map(({ samples }) => Array.from(samples))
const namesOf = ({ planes }: Pixels) => planes.map(({ name }) => name).join(' ')

/** Red, green, blue and alpha as make_dpx.py has them. */
function wanted(bits: number, width = 20, channels = 3): number[][] {
  const [most, isFloat] = [bits === 32 ? 1 : 2 ** bits - 1, bits === 32]
  const pixels = Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)] as const)
  const put = (value: number) => (isFloat ? Math.fround(value) : Math.floor(value + 0.5))
  const all = [
    pixels.map(([x]) => put((x / (width - 1)) * (isFloat ? 4 : most))),
    pixels.map(([, y]) => put((y / (height - 1)) * most)),
    pixels.map(() => (isFloat ? Math.fround(0.18) : Math.floor(most / 4))),
    pixels.map(() => (isFloat ? 0.5 : Math.floor(most / 2)))
  ]
  return all.slice(0, channels)
}

/** A file whose header says something else; numbers are big-endian, as the file is. */
function changed(name: string, changes: readonly (readonly [place: number, bytes: 1 | 2 | 4, value: number])[]) {
  const bytes = bytesOf(name)
  const view = new DataView(bytes.buffer)
  for (const [place, size, value] of changes) {
    if (size === 1) view.setUint8(place, value)
    else if (size === 2) view.setUint16(place, value)
    else view.setUint32(place, value)
  }
  return bytes
}

const places = {
  ...{ imageOffset: 4, fileSize: 16, orientation: 768, elements: 770, width: 772, height: 776, sign: 780 },
  ...{ descriptor: 800, transfer: 801, bits: 803, packing: 804, encoding: 806, dataOffset: 808, padding: 812 },
  ...{ left: 1408, top: 1412, originalWidth: 1424, originalHeight: 1428 }
}

const refusal = (bytes: Uint8Array) =>
  openBytes(bytes)
    .then((file) => file.read(0, 0))
    .then(
      () => null,
      (error: unknown) => (error instanceof Refusal ? error.message : `not refused: ${String(error)}`)
    )

const plain = readdirSync(folder).filter((name) => /^rgb-\d+-.*\.dpx$/.test(name))

describe('DPX', () => {
  test.each(plain.map((name) => name.replace('.dpx', '')))('%s', async (name) => {
    const bits = Number(name.split('-')[1])
    const file = await opened(name)
    const pixels = file.read(0, 0) as Pixels
    expect(file.choices.map((one) => one.name)).toEqual(['RGB'])
    expect(samplesOf(pixels)).toEqual(wanted(bits))
    expect([pixels.white, pixels.isEncoded, pixels.fault]).toEqual([
      ...[bits === 32 ? 1 : 2 ** bits - 1, bits !== 32, null]
    ])
    expect(new Set(pixels.planes.map(({ type }) => type))).toEqual(new Set([bits === 32 ? 'float' : `uint ${bits}`]))
  })

  test('every one of the 15 that were made is there', () => expect(plain).toHaveLength(15))

  test.each([
    ...[['rgba-10-a-big', 10, 19] as const, ['rgba-10-a-little', 10, 19] as const, ['ffmpeg-abgr', 8, 19] as const]
  ])('%s: alpha is told beside the colours that are shown', async (name, bits, width) => {
    const file = await opened(name)
    const pixels = file.read(0, 0) as Pixels
    expect([file.choices[0]?.shown, namesOf(pixels)]).toEqual([['R', 'G', 'B'], 'R G B A'])
    expect(samplesOf(pixels)).toEqual(wanted(bits, width, 4))
  })

  test.each([
    ['ffmpeg-rgb24', 8],
    ['ffmpeg-rgb48le', 16],
    ['ffmpeg-gbrp10', 10],
    ['ffmpeg-gbrp12', 12]
  ])('%s: lines of FFmpeg end at a word, which no header says', async (name, bits) => {
    expect(samplesOf(await (await opened(name)).read(0, 0))).toEqual(wanted(bits, 19))
  })

  test.each([
    ...[['ffmpeg-gray16', 16, 19] as const, ['luma-10-packed-big', 10, 20] as const],
    ...[['luma-10-packed-little', 10, 20] as const, ['luma-10-a-19', 10, 19] as const],
    ...[['luma-10-a-20', 10, 20] as const, ['luma-10-a-21', 10, 21] as const]
  ])('%s: one channel is a grey', async (name, bits, width) => {
    const file = await opened(name)
    expect(file.choices.map(({ shown }) => shown)).toEqual([['Y']])
    expect(samplesOf(await file.read(0, 0))).toEqual(wanted(bits, width, 1))
  })

  test.each([
    ['padded-10', 10],
    ['padded-8', 8]
  ])('%s: bytes behind each line are left out', async (name, bits) => {
    expect(samplesOf(await (await opened(name)).read(0, 0))).toEqual(wanted(bits))
  })

  test('a tile is made of it', async () => {
    const small = await (await opened('rgb-32-a-big')).small(0, 5)
    expect([small.data.width, small.data.height, small.planes.length]).toEqual([5, 3, 3])
    expect(small.planes[0]?.samples[0]).toBeCloseTo(((0 + 1 + 2 + 3) / 4 / 19) * 4, 5)
  })
})

describe('how a DPX is shown', () => {
  test('integers as they are, whatever their header says of their curve; floats as linear light', async () => {
    const said = async (transfer: number) => {
      const file = await openBytes(changed('rgb-10-a-big', [[places.transfer, 1, transfer]]))
      return [(await file.read(0, 0)).isEncoded, file.info(0)]
    }
    const line = '10 bit, filled method A, R G B'
    expect(await said(1)).toEqual([true, `${line}, printing density (log), shown as it is`])
    expect(await said(2)).toEqual([true, `${line}, linear by its header, shown as it is`])
    expect(await said(6)).toEqual([true, `${line}, Rec. 709, shown as it is`])
    expect(await said(255)).toEqual([true, `${line}, no transfer characteristic, shown as it is`])
    expect((await opened('rgb-32-a-little')).info(0)).toMatch(/^float 32, R G B, .*, shown as linear light$/)
  })

  test('depth is no light', async () => {
    for (const bytes of [bytesOf('depth-float'), changed('luma-10-a-20', [[places.descriptor, 1, 8]])]) {
      const { choices, ...file } = await openBytes(bytes)
      expect(choices.map(({ isColour }) => isColour)).toEqual([false])
      expect((await file.read(0, 0)).isEncoded).toBe(false)
    }
  })

  test('Y Cb Cr is made into colour, and told as it is stored', async () => {
    const [luma = [], blue = [], red = []] = wanted(8)
    const clamped = (value: number) => Math.min(255, Math.max(0, value))
    const near = (value: number) => expect.closeTo(Math.floor(clamped(value)), -0.1)
    // Rec. 709 over the full range
    const colours = [
      luma.map((y, i) => near(y + 1.5748 * ((red[i] ?? 0) - 127.5))),
      luma.map((y, i) => near(y - 0.187324 * ((blue[i] ?? 0) - 127.5) - 0.468124 * ((red[i] ?? 0) - 127.5))),
      luma.map((y, i) => near(y + 1.8556 * ((blue[i] ?? 0) - 127.5)))
    ]
    for (const name of ['ycbcr-444', 'ycbcr-422']) {
      const file = await opened(name)
      const pixels = await file.read(0, 0)
      expect(file.choices.map((one) => one.shown)).toEqual([['R', 'G', 'B']])
      const told = new Map(pixels.planes.map((plane) => [plane.name, Array.from(plane.samples)]))
      expect([told.get('Y'), told.get('Cb'), told.get('Cr')]).toEqual([luma, blue, red])
      expect([told.get('R'), told.get('G'), told.get('B')]).toEqual(colours)
      expect(file.info(0)).toContain('made into colour by Rec. 709, full range')
    }
  })

  test('Y Cb Cr with alpha, and channels without a name', async () => {
    // the same bytes, laid otherwise: 60 a line
    const bytes = Array.from(bytesOf('ycbcr-444').subarray(2048))
    const every = (of: number, at: number) => bytes.filter((_, i) => i % of === at)
    const read = async (descriptor: number, width: number) => {
      const changes = [[places.descriptor, 1, descriptor] as const, [places.width, 4, width] as const]
      const file = await openBytes(changed('ycbcr-444', changes))
      const pixels = await file.read(0, 0)
      const told = new Map(pixels.planes.map((plane) => [plane.name, Array.from(plane.samples)]))
      return { names: file.choices.map(({ name }) => name), told }
    }
    const full = await read(103, 15)
    expect([full.names, [...full.told.keys()].join(' ')]).toEqual([['RGB'], 'R G B Cb Y Cr A'])
    expect([full.told.get('Y'), full.told.get('A')]).toEqual([every(4, 1), every(4, 3)])
    const halved = await read(101, 20)
    expect([halved.names, [...halved.told.keys()].join(' ')]).toEqual([['RGB'], 'R G B Cb Cr Y A'])
    const first = every(3, 0)
    expect([halved.told.get('A'), halved.told.get('Cb'), halved.told.get('Cr')]).toEqual([
      ...[every(3, 2), first.map((_, i) => first[i & ~1]), first.map((_, i) => first[i | 1])]
    ])
    const unnamed = await read(151, 20)
    expect(unnamed.names).toEqual(['channel0', 'channel1', 'channel2'])
    expect(unnamed.told.get('channel1')).toEqual(every(3, 1))
  })

  test('chroma of an odd width is not made into colour, and its last pixel has that of the pair before', async () => {
    const file = await openBytes(changed('ycbcr-422', [[places.width, 4, 5]]))
    expect(file.choices.map(({ name }) => name)).toEqual(['Y', 'Cb', 'Cr'])
    const pixels = await file.read(2, 0)
    const bytes = bytesOf('ycbcr-422').subarray(2048)
    expect([pixels.planes[0]?.name, ...Array.from(pixels.planes[0]?.samples ?? []).slice(0, 5)]).toEqual([
      ...['Cr', bytes[2], bytes[2], bytes[6], bytes[6], bytes[6]]
    ])
  })

  test('Rec. 601 has a matrix of its own', async () => {
    const file = await openBytes(changed('ycbcr-444', [[802, 1, 7]]))
    const [red, , blue] = samplesOf(await file.read(0, 0))
    // the last pixel: Y 255, Cb 255, Cr 63
    expect([red?.at(-1), blue?.at(-1)]).toEqual([Math.floor(255 + 1.402 * (63 - 127.5)), 255])
    // the last of the first line: Y 255, Cb 0
    expect(blue?.[19]).toBe(Math.floor(255 + 1.772 * -127.5))
  })

  test('without a matrix that is known luma is shown, and chroma by itself', async () => {
    const file = await opened('ycbcr-unknown')
    expect(file.choices.map((one) => one.shown)).toEqual([['Y'], ['Cb'], ['Cr']])
    expect(file.info(0)).toContain('luma only: its chroma is not made into colour')
    expect(samplesOf(await file.read(0, 0))).toEqual(wanted(8))
    expect(samplesOf(await file.read(2, 0))[0]).toEqual(wanted(8)[2])
  })

  test('it is shown upright', async () => {
    const [red = [], green = []] = wanted(8)
    const rows = (list: number[]) => Array.from({ length: height }, (_, y) => list.slice(y * 20, y * 20 + 20))
    const across = (list: number[]) => rows(list).flatMap((row) => row.toReversed())
    const down = (list: number[]) => rows(list).toReversed().flat()
    const read = async (orientation: number) => {
      const file = await openBytes(changed('rgb-8-a-big', [[places.orientation, 2, orientation]]))
      return [...samplesOf(await file.read(0, 0)).slice(0, 2), /stored .*|$/.exec(file.info(0))?.[0]]
    }
    expect(await read(1)).toEqual([across(red), green, 'stored right to left'])
    expect(await read(2)).toEqual([red, down(green), 'stored bottom to top'])
    expect(await read(3)).toEqual([across(red), down(green), 'stored right to left, bottom to top'])
    expect(await read(0xffff)).toEqual([red, green, ''])
    expect(await refusal(changed('rgb-8-a-big', [[places.orientation, 2, 4]]))).toBe(
      'This DPX is stored column by column, which is not read here.'
    )
  })

  test('a crop stands in the picture that it was cut from; an original that it is not in is none', async () => {
    const pixels = await (await opened('crop')).read(0, 0)
    expect(pixels.data).toEqual({ left: 7, top: 5, width: 20, height: 12 })
    expect(areaOf(pixels, false)).toEqual({ left: 0, top: 0, width: 40, height: 30 })
    for (const [place, value] of [
      ...[[places.originalWidth, 26] as const, [places.originalHeight, 0] as const],
      ...[[places.left, 0xffffffff] as const, [places.originalWidth, 0xffffffff] as const]
    ]) {
      const other = await (await openBytes(changed('crop', [[place, 4, value]]))).read(0, 0)
      expect([other.data, other.display]).toEqual(Array(2).fill({ left: 0, top: 0, width: 20, height: 12 }))
    }
  })

  test('so does its tile', async () => {
    const { data, planes } = await (await opened('crop')).small(0, 20)
    // blocks of two by two: of those at the crop's corner a quarter is in it, and its green is 0
    expect([data.width, data.height]).toEqual([20, 15])
    const blue = (x: number, y: number) => planes[2]?.samples[y * 20 + x]
    const light = ((63 / 255 + 0.055) / 1.055) ** 2.4
    expect([blue(2, 2), blue(3, 2), blue(4, 3)]).toEqual([0, expect.closeTo(light / 4, 6), expect.closeTo(light, 6)])
  })

  test('each element can be chosen; one that is not read here is left out', async () => {
    const element = (index: number, descriptor: number, offset: number) =>
      [
        [places.descriptor + 72 * index, 1, descriptor],
        [places.bits + 72 * index, 1, 8],
        [places.encoding + 72 * index, 2, 0],
        [places.dataOffset + 72 * index, 4, offset]
      ] as const
    const two = [[places.elements, 2, 2] as const, ...element(0, 6, 2048), ...element(1, 4, 2048 + 240)]
    const file = await openBytes(changed('ycbcr-444', two))
    expect(file.choices.map(({ group, name }) => [group, name])).toEqual([
      ['element 1', 'Y'],
      ['element 2', 'A']
    ])
    const bytes = bytesOf('ycbcr-444')
    expect(samplesOf(await file.read(1, 0))[0]).toEqual(Array.from(bytes.subarray(2288, 2528)))
    const one = await openBytes(changed('ycbcr-444', [...two, [places.encoding, 2, 1]]))
    expect(one.choices.map(({ group, name }) => [group, name])).toEqual([['element 2', 'A']])
  })

  test('where its element does not say where it begins, the file does', async () => {
    for (const offset of [0, 0xffffffff]) {
      const file = await openBytes(changed('rgb-12-b', [[places.dataOffset, 4, offset]]))
      expect(samplesOf(await file.read(0, 0))).toEqual(wanted(12))
    }
  })
})

describe('what of DPX is not shown says why', () => {
  test.each([
    [[[places.encoding, 2, 1]], 'This DPX is run-length encoded, which cannot be decoded here.'],
    [[[places.bits, 1, 1]], 'This DPX has samples of 1 bit, which are not shown here.'],
    [[[places.bits, 1, 64]], 'This DPX has samples of 64 bits, which are not shown here.'],
    [[[places.descriptor, 1, 53]], 'This DPX has channels of kind 53, which cannot be decoded here.'],
    [[[places.sign, 4, 1]], 'This DPX has signed samples, which are not shown here.'],
    [[[places.packing, 2, 5]], 'This DPX is packed by method 5, which cannot be decoded here.'],
    [[[places.width, 4, 0]], 'This DPX is damaged or cut short: it has no pixels.'],
    [[[places.padding, 4, 0x80000000]], 'This DPX is damaged or cut short: its header says what cannot be.'],
    [[[places.dataOffset, 4, 100]], 'This DPX is damaged or cut short: its header says what cannot be.'],
    [
      [
        [places.width, 4, 31623],
        [places.height, 4, 31623]
      ],
      'This DPX has 31623 × 31623 pixels, more than are shown here.'
    ],
    [
      [
        [places.width, 4, 1 << 26],
        [places.height, 4, 1]
      ],
      'This DPX is damaged or cut short: its pixels have no room in so small a file.'
    ],
    [[[places.dataOffset, 4, 0x7fffffff]], /^This DPX is damaged or cut short: its pixels have no room/],
    [[[places.dataOffset, 4, 9140]], /^This DPX is damaged or cut short: its pixels have no room/]
  ] as const)('%j', async (changes, text) => {
    expect(await refusal(changed('rgb-10-a-big', changes))).toEqual(
      typeof text === 'string' ? text : expect.stringMatching(text)
    )
  })

  test('lines that are not there stay black, and are counted', async () => {
    // a line has 80 bytes, and lines begin behind 8192
    const file = await openBytes(bytesOf('rgb-10-a-big').slice(0, 8192 + 80 * 7 + 79))
    const { fault, planes } = await file.read(0, 0)
    expect(fault).toBe('5 of 12 lines are missing and stay black')
    expect(Array.from(planes[0]?.samples ?? [])).toEqual([
      ...(wanted(10)[0] ?? []).slice(0, 140),
      ...Array<number>(100).fill(0)
    ])
  })

  test('of a file that is cut, its header still says how lines end', async () => {
    const whole = bytesOf('ffmpeg-rgb24')
    const { planes } = await (await openBytes(whole.slice(0, -120))).read(0, 0)
    expect(Array.from(planes[1]?.samples ?? []).slice(0, 190)).toEqual(wanted(8, 19)[1]?.slice(0, 190))
  })

  test('padding that leads out of the file is no place in its header', async () => {
    const file = await openBytes(changed('padded-8', [[places.padding, 4, 0x7fffffff]]))
    expect((await file.read(0, 0)).fault).toBe('11 of 12 lines are missing and stay black')
  })

  test.each(['rgb-10-a-big', 'rgb-12-packed-little', 'ffmpeg-abgr', 'ycbcr-422'])(
    '%s cut short anywhere is refused or shown with its fault',
    async (name) => {
      const whole = bytesOf(name)
      for (let end = 0; end < whole.length; end += 41) {
        const outcome = await openBytes(whole.slice(0, end))
          .then((file) => file.read(0, 0))
          .then(
            ({ fault }) => (fault === null ? 'shown' : 'shown with its fault'),
            (error: unknown) => (error instanceof Refusal ? 'refused' : String(error))
          )
        expect(['shown with its fault', 'refused']).toContain(outcome)
      }
    }
  )

  test('a header of noise is refused or shown, never anything else', async () => {
    const bytes = bytesOf('rgb-10-a-big')
    let noise = 1
    for (let round = 0; round < 400; round++) {
      const other = bytes.slice()
      for (let i = 0; i < 6; i++) {
        noise = (noise * 48271) % 2147483647
        other[768 + (noise % 900)] = noise >> 8
      }
      expect(await refusal(other)).toEqual(expect.toSatisfy((said) => said === null || /^This DPX /.test(String(said))))
    }
  })
})

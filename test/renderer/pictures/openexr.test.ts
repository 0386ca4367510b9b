/** Every compression × mix of types × layout that OpenEXR writes, against what OpenEXR itself reads from it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openExr } from '../../../src-main/domain/picture/exr/decode.ts'
import { OpenExr, type Samples } from '../../../src-main/domain/picture/exr/openexr.ts'
import { openexr } from '../../helpers/openexr.ts'

interface Listed {
  name: string
  parts: { left: number; top: number; channels: { name: string; type: string; width: number; height: number }[] }[]
}

const compressions = ['no', 'rle', 'zips', 'zip', 'piz', 'pxr24', 'b44', 'b44a', 'dwaa', 'dwab']
const script = join(import.meta.dirname, '../../helpers/exr_files.py')
const images = join(import.meta.dirname, '../../fixtures/images')

/** types as NumPy calls them */
const kinds = { half: 'float16', float: 'float32', uint: 'uint32' } as const
/** integers stay integers: no float holds an object's number */
const isWhole = ({ samples }: Samples): boolean => samples instanceof Uint32Array

/** Steps between halves near a value: DWA's cosine transform is rounded otherwise by SSE than by plain code. */
const stepOf = (value: number): number => 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(value)))) - 10)
const mostSteps = 5

function differences(plane: Samples, wanted: Uint8Array<ArrayBuffer>, isRounded: boolean): number {
  const bytes = new Uint8Array(plane.samples.buffer)
  if (!isRounded || plane.type === 'uint') return Buffer.from(bytes).equals(wanted) ? 0 : bytes.length
  const floats = new Float32Array(wanted.buffer)
  return floats.filter((value, i) => Math.abs(value - (plane.samples[i] ?? NaN)) > mostSteps * stepOf(value)).length
}

describe.skipIf(!openexr())('every kind of EXR', () => {
  let folder = ''
  let listed: Listed[] = []
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'backlot-exr-'))
    const made = spawnSync('python3', [script, folder], { encoding: 'utf8' })
    if (made.status !== 0) throw new Error(made.stderr)
    listed = JSON.parse(readFileSync(join(folder, 'list.json'), 'utf8')) as Listed[]
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(compressions)('%s: the same samples as OpenEXR reads, in every mix of types and layout', (compression) => {
    const its = listed.filter(({ name }) => name.startsWith(`${compression}-`))
    expect(its.length).toBeGreaterThan(55)
    const reader = new OpenExr()
    const wrong = its.flatMap(({ name, parts }) => {
      const reference = readFileSync(join(folder, `${name}.bin`))
      let at = 0
      const found = reader.open(readFileSync(join(folder, `${name}.exr`)))
      expect(found.map(({ data }) => [data.left, data.top])).toEqual(parts.map(({ left, top }) => [left, top]))
      return found.flatMap((part, index) => {
        const { planes, blocks } = reader.read(part, index, part.channels)
        expect([name, blocks.bad]).toEqual([name, 0])
        const { channels = [] } = parts[index] ?? {}
        expect(planes.map((one) => [one.name, kinds[one.type], one.width, one.height, isWhole(one)])).toEqual(
          channels.map((one) => [one.name, one.type, one.width, one.height, one.type === 'uint32'])
        )
        return planes.flatMap((plane) => {
          const wanted = new Uint8Array(reference.subarray(at, (at += plane.samples.byteLength)))
          const count = differences(plane, wanted, compression.startsWith('dwa'))
          return count === 0 ? [] : [`${name} ${plane.name}: ${count}`]
        })
      })
    })
    expect(wrong).toEqual([])
  })

  test('a tile is the mean of the pixels that it stands for, also of a crop and of overscan', () => {
    for (const name of ['zip-crop-lines', 'piz-overscan-tiles', 'piz-negative-lines', 'pxr24-half-and-depth-tiles']) {
      const file = openExr(readFileSync(join(folder, `${name}.exr`)))
      const { data, display, planes } = file.read(0, 0)
      const small = file.small(0, 10)
      const block = Math.ceil(display.width / 10)
      expect([small.data.width, small.data.height]).toEqual([
        Math.ceil(display.width / block),
        Math.ceil(display.height / block)
      ])
      for (const c of [0, 1, 2]) {
        const wanted = Array.from({ length: small.data.width * small.data.height }, (_, i) => {
          const [x0, y0] = [(i % small.data.width) * block, Math.floor(i / small.data.width) * block]
          let [sum, count] = [0, 0]
          for (let y = y0; y < Math.min(y0 + block, display.height); y++)
            for (let x = x0; x < Math.min(x0 + block, display.width); x++) {
              const [column, row] = [x + display.left - data.left, y + display.top - data.top]
              const isIn = column >= 0 && row >= 0 && column < data.width && row < data.height
              sum += isIn ? (planes[c]?.samples[row * data.width + column] ?? NaN) : 0
              count++
            }
          return sum / count
        })
        const means = [...Array(wanted.length).keys()].map((i) => small.planes[c]?.samples[i] ?? NaN)
        expect([name, Math.max(...wanted.map((value, i) => Math.abs(value - (means[i] ?? NaN))))]).toEqual([
          name,
          expect.closeTo(0, 4)
        ])
      }
    }
  })
})

describe('levels of tiled files, made by exrmaketiled', () => {
  // what OpenImageIO reads of mip.exr, level by level
  const mips = JSON.parse(readFileSync(join(images, 'mip-levels.json'), 'utf8')) as {
    width: number
    height: number
    channels: Record<string, number[]>
  }[]
  const level = (name: string, at: number) => {
    const file = openExr(readFileSync(join(images, `${name}.exr`)))
    const { data, planes } = file.read(0, at)
    const channels = planes.map((plane) => [plane.name, Array.from(plane.samples)] as const)
    return { width: data.width, height: data.height, channels: Object.fromEntries(channels) }
  }

  test.each([0, 1, 2, 3, 4])('mip level %i', (at) => {
    expect(level('mip', at)).toEqual(mips[at])
  })

  test('rip levels: those that shrink both ways are the mip levels, others shrink one way', () => {
    const { choices } = openExr(readFileSync(join(images, 'rip.exr')))
    expect(choices[0]?.levels.slice(0, 6)).toEqual(['19 × 11', '9 × 11', '4 × 11', '2 × 11', '1 × 11', '19 × 5'])
    expect(level('rip', 0)).toEqual(mips[0])
    expect(level('rip', 6)).toEqual(mips[1])
    // the same filter in another order: rounded otherwise in its last bit
    const [rip, mip] = [level('rip', 12), mips[2]]
    for (const [name, values] of Object.entries(mip?.channels ?? {}))
      expect(rip.channels[name]).toEqual(values.map((value) => expect.closeTo(value, 3)))
    // green only changes from top to bottom, so a level that is narrower only has the same
    const green = level('rip', 1).channels.G ?? []
    expect(green.filter((_, i) => i % 9 === 0)).toEqual((mips[0]?.channels.G ?? []).filter((_, i) => i % 19 === 0))
  })
})

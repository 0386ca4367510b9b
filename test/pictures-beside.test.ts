/** The pictures of two runs, held beside each other by their pixels. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import { Graph } from '../src-main/core/graph/author.ts'
import { picturesSentences, pictureText } from '../src-main/domain/pictures-beside.ts'
import { Step } from './fixtures/nodes/steps.ts'
import { scratch, testApp, type TestApp } from './helpers/app.ts'
import { backlot } from './helpers/cli.ts'
import { runOn } from './helpers/farm-host.ts'
import { jobOf } from './helpers/farms.ts'
import { messageOf } from './helpers/goldens.ts'

const fixture = (name: string) => join(import.meta.dirname, 'fixtures/images', name)

/** Eight by four, red but for some greens at the end of the first row. */
function png(path: string, greens: readonly number[] = [], width = 8): string {
  const data = new Uint8Array(width * 4 * 3).map((_, i) => (i % 3 === 0 ? 200 : 0))
  greens.forEach((green, i) => (data[(width - 1 - i) * 3 + 1] = green))
  writeFileSync(path, encode({ width, height: 4, data, channels: 3 }))
  return path
}

/** A run that names these files. */
async function ran(t: TestApp, files: readonly string[]): Promise<number> {
  const graph = new Graph('shot')
  Step(graph, { value: [...files] }, { name: 'Render' })
  const job = await jobOf(t, graph)
  await t.ask('job.run', { job })
  return job
}

async function beside(left: readonly string[], right: readonly string[], most?: number) {
  const t = testApp()
  const jobs = { left: await ran(t, left), right: await ran(t, right) }
  return t.ask('job.pictures', { ...jobs, ...(most === undefined ? {} : { most }) })
}

/** One picture beside another, as it is told. */
async function told(left: string, right: string): Promise<[state: string, text: string]> {
  const { pictures, same, shared } = await beside([left], [right])
  const [one] = pictures
  return one ? [one.state, pictureText(one)] : [same ? 'same' : shared ? 'shared' : 'none', '']
}

describe('pictures of two runs', () => {
  test('that differ are told by task: how many pixels, how much at most, and where', async () => {
    const folder = scratch()
    const left = [png(join(folder, 'a.1.png')), png(join(folder, 'a.2.png'))]
    const right = [png(join(folder, 'b.1.png')), png(join(folder, 'b.2.png'), [51, 102])]
    const { pictures, same, shared, rest } = await beside(left, right)
    expect({ same, shared, rest }).toEqual({ same: 1, shared: 0, rest: 0 })
    const difference = { layer: null, largest: 0.4, at: { x: 6, y: 0 }, pixels: 2, of: 32 }
    expect(pictures).toMatchObject([
      { node: 'Render', batch: null, output: 'value', left: left[1], right: right[1], state: 'differs', difference }
    ])
    expect(pictures.map(pictureText)).toEqual(['2 of 32 pixels differ, largest difference 0.4000 at 6, 0'])
  })

  test('that a task hands on are told once, of the task that gave them first', async () => {
    const t = testApp()
    const folder = scratch()
    const passed = async (file: string): Promise<number> => {
      const graph = new Graph('shot')
      const render = Step(graph, { value: [file] }, { name: 'Render' })
      render.output('value').connect(Step(graph, {}, { name: 'Publish' }).input('value'))
      const job = await jobOf(t, graph)
      await t.ask('job.run', { job })
      return job
    }
    const left = await passed(png(join(folder, 'a.png')))
    const right = await passed(png(join(folder, 'b.png'), [51]))
    const { pictures } = await t.ask('job.pictures', { left, right })
    expect(pictures.map(({ node }) => node)).toEqual(['Render'])
  })

  test('in all of their bits', async () => {
    const folder = scratch()
    const deep = (name: string, last: number) => {
      const data = new Uint16Array(32).fill(40_000)
      data[31] = last
      writeFileSync(join(folder, name), encode({ width: 8, height: 4, data, channels: 1, depth: 16 }))
      return join(folder, name)
    }
    expect(await told(deep('a.png', 40_000), deep('b.png', 40_001))).toEqual([
      'differs',
      '1 of 32 pixels differ, largest difference 1.53e-5 at 7, 3'
    ])
  })

  test('that were compressed otherwise are the same; another type of number is not', async () => {
    expect(await told(fixture('half-zip.exr'), fixture('half-piz.exr'))).toEqual(['same', ''])
    expect(await told(fixture('half-zip.exr'), fixture('float-zip.exr'))).toEqual(['differs', expect.any(String)])
  })

  test('of DPX: packed otherwise and in the other order of bytes the same; a step of ten bits is a difference', async () => {
    const [big, little] = [fixture('dpx/rgb-10-a-big.dpx'), fixture('dpx/rgb-10-packed-little.dpx')]
    expect(await told(big, little)).toEqual(['same', ''])
    const bytes = readFileSync(big)
    bytes.writeUInt32BE(bytes.readUInt32BE(8192 + 80) + 4, 8192 + 80) // blue at 0, 1
    const other = join(scratch(), 'other.dpx')
    writeFileSync(other, bytes)
    expect(await told(big, other)).toEqual(['differs', '1 of 240 pixels differ, largest difference 0.0010 at 0, 1'])
  })

  test('of several layers: the one that differs most is named, one that is not in both is said', async () => {
    expect(await told(fixture('layers.exr'), fixture('layers-other.exr'))).toEqual([
      'differs',
      '2 of 1,296 pixels differ, largest difference 1.9999 at 5, 3 in diffuse'
    ])
    const [state, text] = await told(fixture('layers.exr'), fixture('rgba.exr'))
    expect([state, text]).toEqual(['other', expect.stringContaining('only one of them has')])
    expect((await told(fixture('multipart.exr'), fixture('multipart.exr')))[0]).toBe('shared')
  })

  test('of another size, missing, damaged or of a kind that is not decoded are told as such', async () => {
    const folder = scratch()
    const [good, wide] = [png(join(folder, 'a.png')), png(join(folder, 'b.png'), [], 16)]
    expect(await told(good, wide)).toEqual(['other', 'the sizes are 8 × 4 and 16 × 4'])
    const gone = join(folder, 'gone.png')
    expect(await told(good, gone)).toEqual(['missing', `${gone} is not there`])
    const cut = join(folder, 'cut.exr')
    writeFileSync(cut, readFileSync(fixture('half-zip.exr')).subarray(0, 200))
    expect(await told(fixture('half-zip.exr'), cut)).toEqual([
      'unmeasured',
      expect.stringMatching(/^not measured: the files differ; .*cut\.exr: This EXR is damaged or cut short/)
    ])
    const jpeg = join(folder, 'a.jpg')
    writeFileSync(jpeg, Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 2, 3]))
    expect(await told(good, jpeg)).toEqual(['unmeasured', expect.stringContaining('only PNG is measured')])
  })

  test('that are one file are not the same: it is said who wrote over it', async () => {
    const folder = scratch()
    const path = png(join(folder, 'a.png'))
    const found = await beside([path], [path])
    expect(found).toMatchObject({ pictures: [], same: 0, shared: 1, firstShared: path })
    expect(picturesSentences(found, true)).toEqual([
      `1 picture not compared, since both runs name the same file: the farm’s run wrote over it (${path}).`
    ])
  })

  test('are bounded: what was not looked at is counted', async () => {
    const folder = scratch()
    const names = (letter: string) => [1, 2, 3].map((i) => png(join(folder, `${letter}.${i}.png`), [51]))
    const found = await beside(names('a'), names('b'), 2)
    expect(found).toMatchObject({ same: 2, rest: 1 })
    expect(picturesSentences(found, false)).toEqual([
      '2 pictures compared: 2 the same, 0 differ.',
      '1 picture more not looked at.'
    ])
  })

  test('of a pattern are those of which one run has a file', async () => {
    const folder = scratch()
    for (const name of ['a.0001.png', 'a.0002.png', 'b.0001.png']) png(join(folder, name))
    const { pictures, same } = await beside([join(folder, 'a.%04d.png')], [join(folder, 'b.%04d.png')])
    expect(same).toBe(1)
    expect(pictures.map(({ state, right }) => [state, right])).toEqual([['missing', join(folder, 'b.0002.png')]])
  })

  test('need both runs', async () => {
    const t = testApp()
    expect(messageOf(await t.app.call('job.pictures', { right: 7 }))).toContain('there is no job 7')
  })
})

/** Exported, run on a host, and brought back; the picture that it names is there once. */
test('compare --pictures tells a farm’s run as such, and exits 5 where a picture differs', async () => {
  const [folder, dataDir] = [scratch(), scratch()]
  const t = testApp({ dataDir })
  const [a, b] = [png(join(folder, 'a.png')), png(join(folder, 'b.png'), [255])]
  const job = await ran(t, [a])
  const out = join(folder, 'out')
  await t.ask('job.export', { job, format: 'bundle', out })
  expect(runOn('b01', out, '0/0')).toBe(0)
  const { job: farm } = await t.ask('job.pull', { path: out })
  const other = await ran(t, [b])
  const shared = backlot(dataDir, 'compare', String(farm), '--pictures')
  expect([shared.code, shared.out]).toEqual([0, expect.stringContaining('the farm’s run wrote over it')])
  const differs = backlot(dataDir, 'compare', String(job), String(other), '--pictures')
  expect([differs.code, differs.out]).toEqual([
    5,
    expect.stringMatching(/1 of 32 pixels differ, largest difference 1\.0000 at 7, 0/)
  ])
  const document: unknown = JSON.parse(
    backlot(dataDir, 'compare', String(job), String(other), '--pictures', '--json').out
  )
  expect(document).toMatchObject({ pictures: { same: 0, shared: 0, rest: 0, pictures: [{ state: 'differs' }] } })
})

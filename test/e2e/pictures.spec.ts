/** What the Outputs view shows of pictures: every format, layers, values, sequences with gaps, tiles, views and movies. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { axe, dir, faultsThatStay, graphFile, launch, openFile, page, root, status, together } from './backlot.ts'

together(launch)

const images = join(root, 'test/fixtures/images')
let graphs = 0

/** Runs one node that hands on `value`, and goes to its outputs. */
async function outputs(value: unknown): Promise<void> {
  const graph = new Graph(`pictures${++graphs}`)
  Step(graph, { value }, { name: 'Beauty' })
  await page.setViewportSize({ width: 1440, height: 900 })
  await openFile(graphFile(graph))
  await expect(page.getByRole('heading', { name: graph.name })).toBeVisible()
  await page.getByRole('button', { name: 'Run 1 task' }).click()
  await expect(status()).toContainText('succeeded')
  await page.getByRole('tab', { name: 'Outputs' }).click()
}

const picture = (name: string) => join(images, name)
const tile = (name: string) => page.getByRole('button', { name })
const about = () => page.getByRole('complementary', { name: 'About this picture' })
/** red, green and blue of a pixel of the canvas */
const shownAt = (name: string, x: number, y: number) =>
  page.getByRole('img', { name: `Frame ${name}` }).evaluate(
    (canvas, at) => {
      const context = (canvas as HTMLCanvasElement).getContext('2d')
      return [...(context?.getImageData(at.x, at.y, 1, 1).data ?? [])].slice(0, 3)
    },
    { x, y }
  )
test('EXR pictures are shown, exposure acts on their floats, and what cannot be shown says why', async () => {
  writeFileSync(join(dir, 'empty.exr'), '')
  const names = ['half-piz', 'float-zip', 'half-htj2k256', 'nowhere']
  await outputs([...names.map((name) => picture(`${name}.exr`)), join(dir, 'empty.exr')])
  await expect(page.getByText('1 missing')).toBeVisible()
  await expect(page.getByText('1 with 0 bytes')).toBeVisible()
  await expect(page.getByText('compressed with HTJ2K256')).toBeVisible()
  await tile('half-piz.exr').click()
  await expect(about()).toContainText('48 × 27')
  await expect(about()).toContainText('half, PIZ, R G B')
  // blue is 0.18 everywhere
  const blue = async () => (await shownAt('half-piz.exr', 10, 10))[2]
  expect(await blue()).toBe(118)
  await page.getByLabel('Exposure in stops').fill('-1')
  await expect.poll(blue).toBe(85)
  await page.getByLabel('Exposure in stops').fill('3')
  await expect.poll(blue).toBe(255)
  expect(await axe()).toEqual([])
  await page.setViewportSize({ width: 900, height: 600 })
  expect(await faultsThatStay()).toEqual([])
})

test('layers and parts are chosen; depth is shown from its least to its greatest', async () => {
  await outputs([picture('layers.exr'), picture('multipart.exr'), picture('mip.exr')])
  await tile('layers.exr').click()
  const layer = page.getByLabel('Layer', { exact: true })
  await expect(layer.locator('option')).toHaveText(['RGB', 'Z', 'diffuse'])
  await layer.selectOption('Z')
  await expect(about()).toContainText('float')
  // a grey that rises to 1 from top to bottom
  await expect.poll(() => shownAt('layers.exr', 5, 26)).toEqual([255, 255, 255])
  expect(await shownAt('layers.exr', 5, 0)).toEqual([0, 0, 0])
  await expect(page.getByLabel('Range', { exact: true })).toHaveValue('fit')
  await page.getByRole('button', { name: 'Next frame' }).click()
  await expect(layer.locator('optgroup')).toHaveCount(2)
  await page.getByRole('button', { name: 'Next frame' }).click()
  await page.getByLabel('Level', { exact: true }).selectOption('9 × 5')
  await expect(about()).toContainText('9 × 5')
  expect(await axe()).toEqual([])
})

test('what is stored under the pointer is told: every channel of the layer, and of a browser’s picture', async () => {
  await outputs([
    picture('layers.exr'),
    picture('uint16-no-strips.tif'),
    join(root, 'docs/screenshots/outputs-light.png')
  ])
  await tile('layers.exr').click()
  await expect(page.getByRole('img', { name: 'Frame layers.exr' })).toHaveAttribute('data-painted', /layers\.exr$/)
  const point = async (name: string, x: number, y: number) => {
    const canvas = page.getByRole('img', { name: `Frame ${name}` })
    const box = await canvas.boundingBox()
    const size = await canvas.evaluate((one) => [(one as HTMLCanvasElement).width, (one as HTMLCanvasElement).height])
    const [width = 1, height = 1] = size
    if (!box) throw new Error('the picture has no box')
    const scale = Math.min(box.width / width, box.height / height)
    const [left, top] = [box.x + (box.width - width * scale) / 2, box.y + (box.height - height * scale) / 2]
    await page.mouse.move(left + (x + 0.5) * scale, top + (y + 0.5) * scale)
  }
  const under = page.getByRole('region', { name: 'Under the pointer' })
  await point('layers.exr', 47, 26)
  await expect(under).toContainText('x 47, y 26')
  await expect(under.locator('dt')).toHaveText(['R', 'G', 'B', 'Z'])
  await expect(under.locator('dd')).toHaveText(['4', '1', '0.18005', '1'])
  await page.getByRole('button', { name: 'Next frame' }).click()
  await expect(page.getByRole('img', { name: 'Frame uint16-no-strips.tif' })).toHaveAttribute('data-painted', /tif$/)
  await point('uint16-no-strips.tif', 19, 11)
  await expect(under.locator('dd')).toHaveText(['65535', '65535', '16383'])
  await page.getByRole('button', { name: 'Next frame' }).click()
  const image = page.getByRole('img', { name: 'Frame outputs-light.png' })
  await expect.poll(() => image.evaluate((one) => (one as HTMLImageElement).complete)).toBe(true)
  await image.hover()
  await expect(under.locator('dt')).toHaveText(['R', 'G', 'B', 'A'])
  await expect(under.locator('dd').last()).toHaveText('255')
})

test('TIFF, Radiance, Targa and DPX are shown; a Cineon and a cut file say what they are', async () => {
  const whole = readFileSync(picture('half-zips.exr'))
  writeFileSync(join(dir, 'cut.exr'), whole.subarray(0, whole.length / 2))
  writeFileSync(join(dir, 'film.cin'), Uint8Array.of(0x80, 0x2a, 0x5f, 0xd7))
  const names = ['float32-zlib-tiles.tif', 'pages.tif', 'radiance.hdr', 'rle.tga', 'dpx/rgb-10-a-big.dpx']
  await outputs([...names.map(picture), join(dir, 'cut.exr'), join(dir, 'film.cin')])
  await expect(page.getByText('This is a Cineon, which is not shown here')).toBeVisible()
  await expect(page.locator('canvas[data-painted]')).toHaveCount(6)
  await tile('pages.tif').click()
  await expect(page.getByLabel('Layer', { exact: true }).locator('optgroup')).toHaveCount(2)
  await page.keyboard.press('Escape')
  await tile('radiance.hdr').click()
  await expect(about()).toContainText('Radiance RGBE')
  await expect.poll(() => shownAt('radiance.hdr', 0, 0)).toEqual([0, 0, 118])
  await page.keyboard.press('Escape')
  await tile('rgb-10-a-big.dpx').click()
  await expect(about()).toContainText('10 bit, filled method A, R G B, printing density (log), shown as it is')
  // 1023, 1023 and 255 of 1023
  await expect.poll(() => shownAt('rgb-10-a-big.dpx', 19, 11)).toEqual([255, 255, 64])
  await page.keyboard.press('Escape')
  await tile('cut.exr').click()
  await expect(about()).toContainText(/\d+ of 27 blocks are missing or damaged and stay black/)
})

test('a sequence without frames shows what the disk has and which are missing; tiles and views that there are', async () => {
  const folder = join(dir, 'seq')
  mkdirSync(folder)
  const put = (name: string) => copyFileSync(picture('rgba.exr'), join(folder, name))
  for (const name of ['a.0001.exr', 'a.0002.exr', 'a.0005.exr', 'w.1001.exr', 'w.1012.exr', 'c_left.exr']) put(name)
  await outputs({
    sequence: join(folder, 'a.####.exr'),
    tiles: join(folder, 'w.<UDIM>.exr'),
    view: join(folder, 'c_%V.exr')
  })
  await expect(page.getByText('missing 3-4')).toBeVisible()
  for (const name of ['a.0005.exr', 'w.1012.exr', 'c_left.exr']) await expect(tile(name)).toBeVisible()
  await expect(tile('a.0003.exr missing')).toBeVisible()
  await expect(tile('c_right.exr')).toHaveCount(0)
})

test('a movie plays with its controls; one that the window does not play says how it is coded', async () => {
  await outputs([picture('clip.webm'), picture('prores.mov')])
  await tile('clip.webm').click()
  const video = page.locator('dialog video')
  await expect(about()).toContainText('64 × 36')
  await video.evaluate((one) => (one as HTMLVideoElement).play())
  await expect.poll(() => video.evaluate((one) => (one as HTMLVideoElement).currentTime)).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Next frame' }).click()
  await expect(page.getByText('This movie is coded as ProRes 422 HQ, which the window does not play')).toBeVisible()
})

test('every picture of a job of 48 gets its tile, also when the view is left in the middle', async () => {
  const folder = join(dir, 'many')
  mkdirSync(folder)
  const paths = Array.from({ length: 48 }, (_, i) => join(folder, `m.${String(i).padStart(4, '0')}.exr`))
  for (const path of paths) copyFileSync(picture('half-piz.exr'), path)
  await outputs(paths)
  await page.setViewportSize({ width: 1600, height: 1400 })
  await page.getByRole('tab', { name: 'Tasks' }).click()
  await page.getByRole('tab', { name: 'Outputs' }).click()
  await expect(page.locator('canvas[data-painted]')).toHaveCount(48)
})

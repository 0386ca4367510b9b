/**
 * How long the window takes to show tiles of 48 EXR pictures (1920 × 1080, half RGBA, ZIP and PIZ in turn), from the press on
 * Outputs to the last tile; and what decoding one of them costs by itself. Writes bench/results/pictures.json.
 *
 *     node bench/pictures.ts
 *
 * Needs a `python3` with OpenEXR and numpy, which makes the files, and Chromium (or Electron with BACKLOT_ELECTRON=1).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, type Page } from '@playwright/test'
import type { Output } from '../src-main/api.ts'
import type { CallName, Input } from '../src-main/contract.ts'
import { Graph } from 'backlot'
import { openExr } from '../src-main/domain/picture/exr/decode.ts'
import { build, root } from '../scripts/build.mjs'
import { Step } from '../test/fixtures/nodes/steps.ts'

const count = 48
const tileWidth = 320
const folder = mkdtempSync(join(tmpdir(), 'backlot-bench-pictures-'))
const made = spawnSync('python3', [join(import.meta.dirname, 'pictures_files.py'), folder], { encoding: 'utf8' })
if (made.status !== 0) {
  console.error(
    `the pictures cannot be made (pip install OpenEXR==3.5.3 numpy): ${made.stderr.trim().split('\n').at(-1)}`
  )
  process.exit(1)
}
build()
if (process.env.BACKLOT_ELECTRON !== '1') process.env.ELECTRON_OVERRIDE_DIST_PATH ??= join(root, 'tools/electron/dist')

/** ms of a processor to make one tile, the median of every file, on a warm decoder. */
function alone(parity: number): number {
  const times = Array.from({ length: count }, (_, i) => i + 1)
    .filter((number) => number % 2 === parity)
    .map((number) => {
      const bytes = readFileSync(join(folder, `shot.${String(number).padStart(4, '0')}.exr`))
      const before = process.cpuUsage()
      openExr(bytes).small(0, tileWidth)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    })
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN
}

/** One node whose output names the frames. */
function graphFile(): string {
  const value = Array.from({ length: count }, (_, i) => join(folder, `shot.${String(i + 1).padStart(4, '0')}.exr`))
  const graph = new Graph('pictures')
  Step(graph, { value }, { name: 'Beauty' })
  const path = join(folder, 'pictures.json')
  writeFileSync(path, graph.toText())
  return path
}

async function call<N extends CallName>(page: Page, name: N, input: Input<N>): Promise<Output<N>> {
  const text = JSON.stringify([name, input])
  const answer = await page.evaluate((given) => {
    const [asked, of] = JSON.parse(given) as [N, Input<N>]
    return window.backlot.call(asked, of)
  }, text)
  if (typeof answer === 'string') throw new Error(`${name}: its answer is text`)
  if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`)
  return answer.value
}

/** ms from the press to the last tile. */
async function shown(page: Page): Promise<number> {
  await page.getByRole('tab', { name: 'Tasks', exact: true }).click()
  const begin = performance.now()
  await page.getByRole('tab', { name: 'Outputs', exact: true }).click()
  await page.waitForFunction((all) => document.querySelectorAll('canvas[data-painted]').length === all, count, {
    timeout: 120_000,
    polling: 'raf'
  })
  return performance.now() - begin
}

const app = await _electron.launch({
  ...{ args: [root], cwd: root },
  env: { ...process.env, BACKLOT_DATA_DIR: join(folder, 'data') }
})
const page = await app.firstWindow()
await page.waitForURL(/index\.html/)
// as many tiles as there are fit into it: a tile is decoded when it is scrolled to
await page.setViewportSize({ width: 2560, height: 1440 })
const source = { path: graphFile() }
await call(page, 'graph.trust', { source })
const { job } = await call(page, 'job.create', { source, force: true })
await call(page, 'job.run', { job })
await page.reload()
const load = loadavg()
const first = await shown(page)
const again = await shown(page)
await app.close()
alone(1) // warms the decoder
const figures = { count, first, again, zip: alone(1), piz: alone(0) }
rmSync(folder, { recursive: true, force: true })

const machine = { cpus: cpus().length, model: cpus()[0]?.model, load, loadAfter: loadavg(), node: process.version }
const results = join(import.meta.dirname, 'results')
mkdirSync(results, { recursive: true })
const round = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value)
writeFileSync(join(results, 'pictures.json'), `${JSON.stringify({ machine, ...figures }, round, 2)}\n`)
console.log(
  `${count} tiles: ${Math.round(first)} ms, again ${Math.round(again)} ms; one tile of a processor's time: ` +
    `ZIP ${Math.round(figures.zip)} ms, PIZ ${Math.round(figures.piz)} ms; ` +
    `load ${load.map((n) => n.toFixed(1)).join(' ')}, ${machine.cpus} cores`
)

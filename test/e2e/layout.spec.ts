/** Each page holds together, whatever its size, its theme and its names are. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render, Step } from '../fixtures/nodes/steps.ts'
import {
  backlot,
  dir,
  faultsThatStay,
  graphFile,
  inSidebar,
  launch,
  openFile,
  page,
  setTheme,
  status,
  tab,
  together
} from './backlot.ts'
import { layoutFaults } from './layout.ts'
import { shot } from './shot.ts'

together(async () => {
  backlot('run', graphFile(shot()), '--trust')
  backlot('run', graphFile(shot('short')), '--trust')
  await launch()
})

const least = { width: 900, height: 600 }
const sizes = [
  least,
  { width: 720, height: 450 }, // 1440×900 at 200 %
  { width: 1100, height: 700 },
  { width: 1440, height: 900 },
  { width: 2560, height: 1440 }
]

test('nothing is off the page, cut without a tooltip or on one another, in any view, theme and size', async () => {
  test.setTimeout(300_000)
  await expect(status()).toContainText('failed')
  const found: string[] = []
  const views: Record<string, () => Promise<unknown>> = {
    ...Object.fromEntries(
      ['Tasks', 'Graph', 'Timeline', 'Outputs', 'Rehearsal', 'Forecast'].map((name) => [name, () => tab(name).click()])
    ),
    inspector: async () => {
      await tab('Graph').click()
      await page.locator('.svelte-flow__node').first().click()
      await expect(page.getByRole('complementary', { name: /^Node / })).toBeVisible()
    },
    keys: () => page.keyboard.press('?'),
    commands: () => page.keyboard.press('Control+k'),
    export: async () => {
      await page.keyboard.press('e')
      await expect(page.getByRole('heading', { name: /^Export/ })).toBeVisible()
    },
    interpreters: () => page.getByRole('button', { name: 'Interpreters', exact: true }).click(),
    settings: () => page.getByRole('button', { name: 'Settings', exact: true }).click(),
    jobs: async () => {
      await page.getByRole('button', { name: 'All jobs', exact: true }).click()
      await page.getByRole('button', { name: 'Clean up…' }).click()
    },
    start: () => page.getByRole('button', { name: 'Backlot', exact: true }).click()
  }
  // colors do not move anything: the dark theme is looked at where there is least room
  const looks = [...sizes.map((size) => ['light', size] as const), ['dark', least] as const]
  let shown: 'light' | 'dark' | null = null
  for (const [theme, size] of looks) {
    if (theme !== shown) await setTheme((shown = theme))
    await page.setViewportSize(size)
    await inSidebar('#1').click()
    await expect(page.getByRole('heading', { name: /^hyd_0420/ })).toBeVisible()
    for (const [name, go] of Object.entries(views)) {
      await go()
      // what is asked of the core, and the layout of a graph, come a moment later
      const place = `${name}, ${theme}, ${size.width}×${size.height}`
      found.push(...(await faultsThatStay()).map((fault) => `${place}: ${fault}`))
      await page.keyboard.press('Escape')
    }
  }
  expect(found).toEqual([])
})

test('a job of many batches, a wide layer and a name without a break holds together at every size', async () => {
  const graph = new Graph('wide')
  const frames = Array.from({ length: 40 }, (_, i) => 1001 + i)
  const render = Render(graph, { frames }, { name: 'Beauty', metadata: { batch_size: 1 } })
  const names = [...Array.from({ length: 12 }, (_, i) => `Check${i}`), 'L'.repeat(200)]
  for (const name of names) render.output('format').connect(Step(graph, {}, { name }).input('value'))
  backlot('run', graphFile(graph), '--trust')
  await inSidebar('wide').first().click()
  await expect(page.getByRole('heading', { name: 'wide' })).toBeVisible()
  const found: string[] = []
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const name of ['Graph', 'Outputs', 'Forecast']) {
      await tab(name).click()
      found.push(...(await faultsThatStay()).map((fault) => `${name} ${size.width}: ${fault}`))
    }
  }
  expect(found).toEqual([])
})

test('in the largest type the list of jobs and its places are still all there', async () => {
  await page.setViewportSize(least)
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('radio', { name: '125 %' }).check()
  const found: string[] = []
  for (const name of ['All jobs', 'Interpreters', 'Settings']) {
    await page.getByRole('button', { name, exact: true }).click()
    found.push(...(await faultsThatStay()).map((fault) => `${name}: ${fault}`))
  }
  await page.getByRole('radio', { name: '100 %' }).check()
  expect(found).toEqual([])
})

test('the check of a layout notices what is off the page, cut, covered or on something else', async () => {
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'Backlot', exact: true }).click()
  await expect.poll(() => layoutFaults(page)).toEqual([])
  await page.evaluate(() => {
    const add = (html: string) => document.body.insertAdjacentHTML('beforeend', html)
    const at = (x: number, y: number) => `position:fixed;left:${x}px;top:${y}px;z-index:50`
    add(`<button style="${at(innerWidth - 20, 300)};width:90px">Outside</button>`)
    add(`<div style="${at(300, 340)};width:40px;overflow:hidden;white-space:nowrap">Without a tooltip</div>`)
    add(`<div style="${at(300, 400)};pointer-events:none">Through it</div><div style="${at(304, 402)}">Behind</div>`)
    add(`<div class="svelte-flow__node" style="${at(800, 560)};width:30px;height:20px">Wider than its card</div>`)
    add(`<div style="${at(300, 440)}">One text</div><div style="${at(304, 442)}">Another</div>`)
    add(
      `<button style="${at(300, 500)}">Covered</button><div style="${at(290, 490)};width:200px;height:60px;background:red">Above</div>`
    )
    add(
      `<div title="all of it" style="${at(300, 620)};width:40px;overflow:hidden;white-space:nowrap">With a tooltip</div>`
    )
  })
  const found = (await layoutFaults(page)).join('\n')
  for (const fault of [
    'off the page: BUTTON "Outside"',
    '"Without a tooltip"',
    '"One text" and "Another"',
    '"Through it" and "Behind"',
    'out of its card: "Wider than its card"',
    'under "Above": BUTTON "Covered"'
  ])
    expect(found).toContain(fault)
  expect(found).not.toContain('With a tooltip')
  await page.reload()
})

test('a graph with long names, one that is missing programs, one that is broken: each page holds together', async () => {
  const missing = new Graph('missing')
  Step(missing, { value: 1 }, { name: 'Comp', metadata: { interpreter: 'nuke' } })
  writeFileSync(join(dir, 'broken.json'), '{"module": "flowpipe.graph", "cls": "Graph", "name": "broken", "nodes": ')
  const files = [graphFile(shot()), graphFile(missing), join(dir, 'broken.json'), graphFile(new Graph('empty'))]
  for (const file of files) {
    await openFile(file)
    const run = page.getByRole('button', { name: /^Run(?: \d+ tasks?)?$/ })
    await expect(run).toBeVisible()
    await expect(run).not.toHaveAttribute('title', /still|Still/)
    for (const size of sizes) {
      await page.setViewportSize(size)
      await expect.poll(() => layoutFaults(page), `${file} ${size.width}`).toEqual([])
    }
  }
})

test('a graph that cannot be opened says so alone, and cannot be run', async () => {
  const path = join(dir, 'half.json')
  writeFileSync(path, '{"module": "flowpipe.graph", "nodes": ')
  await openFile(path)
  await expect(page.getByText('This graph cannot be opened.')).toBeVisible()
  await expect(page.getByText(/No problems found|Nothing is wrong/)).toBeHidden()
  const run = page.getByRole('button', { name: 'Run', exact: true })
  await expect(run).toBeDisabled()
  await expect(run).toHaveAttribute('title', 'The graph cannot be opened')
})

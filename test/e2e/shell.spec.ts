import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import { layoutFaults } from './layout.ts'

const root = join(import.meta.dirname, '../..')
const node = process.execPath
let app: ElectronApplication
let page: Page
let dir: string

async function launch(...args: string[]): Promise<void> {
  const env = { ...process.env, BACKLOT_DATA_DIR: dir, BACKLOT_OUTPUT_DIR: join(dir, 'images') }
  app = await _electron.launch({ args: [root, ...args], cwd: root, env })
  page = await app.firstWindow()
  await page.waitForURL(/index\.html/)
}

test.beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'backlot-e2e-'))
})
test.afterEach(async () => {
  await app.close()
  rmSync(dir, { recursive: true, force: true })
})

function graphFile(graph: Graph): string {
  const path = join(dir, `${graph.name}.json`)
  writeFileSync(path, graph.toText())
  return path
}

/** Exit 1 is a job that failed. */
function backlot(...args: string[]): void {
  const done = spawnSync(node, [join(root, 'out/main/cli.js'), '--data-dir', dir, ...args], { encoding: 'utf8' })
  expect([0, 1], done.stderr).toContain(done.status)
}

/** A job with several frames, a failure that holds others up, and names that are as long as those of shots are. */
function shot(name = 'hyd_0420_lighting_lookdev_with_a_name_of_many_words_v031'): Graph {
  const graph = new Graph(name)
  const render = Render(
    graph,
    { frames: [1, 2, 3, 4, 5, 6] },
    { name: 'Render_beauty_of_the_hero_character_close_up', metadata: { batch_size: 2 } }
  )
  const flaky = Flaky(graph, { ok: join(dir, 'ok'), value: 7 }, { name: 'CheckTextures' })
  flaky.output('value').connect(Step(graph, {}, { name: 'Publish' }).input('value'))
  render.output('files').connect(Step(graph, {}, { name: 'ContactSheet_of_everything_in_the_sequence' }).input('value'))
  return graph
}

const tab = (name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) })
const status = () => page.getByTestId('job-status')

/** Those that are still there when the page has come to rest. */
async function faultsThatStay(): Promise<string[]> {
  let last: string[] = []
  const look = async () => (last = await layoutFaults(page)).length
  await expect
    .poll(look, { timeout: 3000, intervals: [100, 200, 400] })
    .toBe(0)
    .catch(() => undefined)
  return last
}

const sizes = [
  { width: 900, height: 600 },
  { width: 720, height: 450 }, // 1440×900 at 200 %
  { width: 1100, height: 700 },
  { width: 1440, height: 900 },
  { width: 2560, height: 1440 }
]

test('nothing is off the page, cut without a tooltip or on one another, in any view, theme and size', async () => {
  test.setTimeout(300_000)
  backlot('run', graphFile(shot()), '--trust')
  backlot('run', graphFile(shot('short')), '--trust')
  await launch()
  await expect(status()).toContainText('failed')
  const found: string[] = []
  const views: Record<string, () => Promise<unknown>> = {
    ...Object.fromEntries(
      ['Tasks', 'Graph', 'Timeline', 'Outputs', 'Rehearsal', 'Forecast'].map((name) => [name, () => tab(name).click()])
    ),
    keys: () => page.keyboard.press('?'),
    commands: () => page.keyboard.press('Control+k'),
    export: async () => {
      await page.keyboard.press('e')
      await expect(page.getByRole('heading', { name: /^Export/ })).toBeVisible()
    },
    interpreters: () => page.getByRole('button', { name: 'Interpreters', exact: true }).click(),
    settings: () => page.getByRole('button', { name: 'Settings', exact: true }).click(),
    start: () => page.getByRole('button', { name: 'Start', exact: true }).click()
  }
  for (const theme of ['light', 'dark']) {
    await page.evaluate((choice) => localStorage.setItem('backlot.theme', choice), theme)
    await page.reload()
    for (const size of sizes) {
      await page.setViewportSize(size)
      await page.getByRole('navigation', { name: 'Jobs' }).getByText('#1', { exact: true }).click()
      await expect(page.getByRole('heading', { name: /^hyd_0420/ })).toBeVisible()
      for (const [name, go] of Object.entries(views)) {
        await go()
        // what is asked of the core, and the layout of a graph, come a moment later
        const place = `${name}, ${theme}, ${size.width}×${size.height}`
        found.push(...(await faultsThatStay()).map((fault) => `${place}: ${fault}`))
        await page.keyboard.press('Escape')
      }
    }
  }
  expect(found).toEqual([])
})

test('the check of a layout notices what is off the page, cut, covered or on something else', async () => {
  await launch()
  await expect(page.getByText('No jobs yet.')).toBeVisible()
  await expect.poll(() => layoutFaults(page)).toEqual([])
  await page.evaluate(() => {
    const add = (html: string) => document.body.insertAdjacentHTML('beforeend', html)
    const at = (x: number, y: number) => `position:fixed;left:${x}px;top:${y}px;z-index:50`
    add(`<button style="${at(innerWidth - 20, 300)};width:90px">Outside</button>`)
    add(`<div style="${at(300, 340)};width:40px;overflow:hidden;white-space:nowrap">Without a tooltip</div>`)
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
    'under "Above": BUTTON "Covered"'
  ])
    expect(found).toContain(fault)
  expect(found).not.toContain('With a tooltip')
})

test('a graph with long names, one that is missing programs, one that is broken: each page holds together', async () => {
  const missing = new Graph('missing')
  Step(missing, { value: 1 }, { name: 'Comp', metadata: { interpreter: 'nuke' } })
  writeFileSync(join(dir, 'broken.json'), '{"module": "flowpipe.graph", "cls": "Graph", "name": "broken", "nodes": ')
  const files = [graphFile(shot()), graphFile(missing), join(dir, 'broken.json'), graphFile(new Graph('empty'))]
  await launch()
  for (const file of files) {
    await app.evaluate(
      ({ BrowserWindow }, path) => BrowserWindow.getAllWindows()[0]?.webContents.send('open', path),
      file
    )
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
  const path = join(dir, 'broken.json')
  writeFileSync(path, '{"module": "flowpipe.graph", "nodes": ')
  await launch(path)
  await expect(page.getByText('This graph cannot be opened.')).toBeVisible()
  await expect(page.getByText(/No problems found|Nothing is wrong/)).toBeHidden()
  const run = page.getByRole('button', { name: 'Run', exact: true })
  await expect(run).toBeDisabled()
  await expect(run).toHaveAttribute('title', 'The graph cannot be opened')
})

test('a program that is missing is mended by a button', async () => {
  const graph = new Graph('mapped')
  Step(graph, { value: 1 }, { name: 'a', metadata: { interpreter: 'houdini' } })
  await launch(graphFile(graph))
  await expect(page.getByText('hython is not on the PATH')).toBeVisible()
  await expect(page.getByText(/backlot interpreter|--map/)).toBeHidden()
  await page.getByRole('button', { name: 'Set the program of houdini…' }).click()
  await expect(page.getByRole('heading', { name: 'Edit houdini' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Run houdini with (python|node)$/ }).click()
  await expect(page.getByText('hython is not on the PATH')).toBeHidden()
})

test('who watches a run is brought its failure, and told how far it is', async () => {
  const graph = new Graph('watched')
  const gate = join(dir, 'gate')
  const held = Step(graph, { until: gate, value: 1 }, { name: 'Layout' })
  const check = Flaky(graph, { ok: join(dir, 'ok') }, { name: 'Check' })
  held.output('value').connect(check.input('value'))
  Step(graph, { value: 2 }, { name: 'Other' })
  check.output('value').connect(Step(graph, {}, { name: 'After' }).input('value'))
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 4 tasks' }).click()
  await expect(status()).toContainText('running')
  await expect(page.getByText('1 of 4 done')).toBeVisible()
  writeFileSync(gate, '')
  await expect(status()).toContainText('failed')
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('Check')
  await expect(page.getByText('2 of 4 done')).toBeVisible()
  await expect(page.getByText('50 %', { exact: true })).toBeVisible()
  await page.getByRole('row').filter({ hasText: 'Other' }).click()
  await page.getByTitle('Go to the next failure (N)').click()
  await expect(page.getByRole('row', { selected: true })).toContainText('Check')
  await page.getByRole('button', { name: 'Show the 1 blocked' }).click()
  await expect(page.getByRole('grid', { name: 'Tasks' })).toHaveAttribute('aria-rowcount', '2')
})

test('from a start to a failure’s log and its retry it takes at most 8 presses', async () => {
  backlot('run', graphFile(shot()), '--trust')
  writeFileSync(join(dir, 'ok'), '')
  // the failure is the first's; the newest job, which a start opens, is another one
  const other = new Graph('other')
  Step(other, { value: 1 }, { name: 'a' })
  backlot('run', graphFile(other), '--trust')
  await launch()
  await expect(page.getByRole('heading', { name: 'other' })).toBeVisible()
  let presses = 0
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      presses++
      await page.keyboard.press(key)
    }
  }
  await press('Control+k', '1', 'Enter')
  await expect(page.getByRole('heading', { name: /^hyd_0420/ })).toBeVisible()
  await press('n')
  await expect(page.getByRole('row', { selected: true })).toContainText('CheckTextures')
  await press('Shift+L')
  await expect(page.getByRole('log')).toContainText('Error: no ')
  await press('r')
  await expect(status()).toContainText('succeeded')
  expect(presses).toBeLessThanOrEqual(8)
})

test('panes move by the keyboard and stay as they are; F6 goes round them, and the focus comes back', async () => {
  backlot('run', graphFile(shot()), '--trust')
  await launch()
  await page.setViewportSize({ width: 1440, height: 900 })
  const handle = page.getByRole('separator', { name: 'Width of the sidebar' })
  const sidebar = page.getByRole('complementary').first()
  const width = async () => Math.round((await sidebar.boundingBox())?.width ?? 0)
  // the panes' library rounds its percents
  const toBeWide = (px: number) => expect.poll(async () => Math.abs((await width()) - px)).toBeLessThanOrEqual(1)
  await toBeWide(248)
  await handle.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await toBeWide(264)
  await page.reload()
  await toBeWide(264)
  await page.setViewportSize({ width: 1200, height: 800 })
  await toBeWide(264)
  await handle.dblclick()
  await toBeWide(216)
  await page.keyboard.press('Control+b')
  await expect(page.getByLabel('Find jobs')).toBeHidden()
  await page.keyboard.press('Control+b')
  await expect(page.getByLabel('Find jobs')).toBeVisible()

  const table = page.getByRole('treegrid', { name: 'Tasks' })
  await table.focus()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Command' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(table).toBeFocused()
  await page.keyboard.press('?')
  await page.keyboard.press('Escape')
  await expect(table).toBeFocused()
  const zones: (string | undefined)[] = []
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('F6')
    zones.push(await page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-zone]')?.dataset.zone))
  }
  expect(new Set(zones)).toEqual(new Set(['jobs', 'header', 'view', 'log']))
})

test('a reload keeps job, tab and filter; columns are hidden, moved and kept; the table is a tree', async () => {
  backlot('run', graphFile(shot()), '--trust')
  backlot('run', graphFile(shot('short')), '--trust')
  await launch()
  await page.setViewportSize({ width: 1600, height: 900 })
  await page.getByRole('navigation', { name: 'Jobs' }).getByText('#1', { exact: true }).click()
  const tree = page.getByRole('treegrid', { name: 'Tasks' })
  await expect(tree.getByRole('row', { name: /^Render_beauty.*3 of 3 done/ })).toHaveAttribute('aria-expanded', 'true')
  await tree.getByRole('row', { name: /^Render_beauty.*3 of 3 done/ }).click()
  await expect(tree.getByRole('row', { name: /^Render_beauty.*3 of 3 done/ })).toHaveAttribute('aria-expanded', 'false')
  await expect(tree).toHaveAttribute('aria-rowcount', '5')
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Interpreter' }).click()
  await expect(page.getByRole('columnheader', { name: 'Interpreter' })).toBeHidden()
  await expect(
    tree
      .getByRole('gridcell')
      .filter({ hasText: /^\d+ B$|KB$/ })
      .first()
  ).toBeVisible()
  await page.getByLabel('Filter tasks by').fill('3-4')
  await expect(page.getByText('1 of 6 tasks shown')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: /^hyd_0420/ })).toBeVisible()
  await expect(page.getByLabel('Filter tasks by')).toHaveValue('3-4')
  await expect(page.getByText('1 of 6 tasks shown')).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Interpreter' })).toBeHidden()
  await tab('Timeline').click()
  await page.reload()
  await expect(tab('Timeline')).toHaveAttribute('aria-selected', 'true')
})

test('jobs are one stop of Tab with arrows; several are deleted at once, and brought back with a key', async () => {
  for (const name of ['a', 'b', 'c']) {
    const graph = new Graph(name)
    Step(graph, { value: 1 }, { name: 'n' })
    backlot('run', graphFile(graph), '--trust')
  }
  await launch()
  const list = page.getByRole('grid', { name: 'Jobs by day' })
  await expect(list.getByRole('row').first()).toContainText('Today')
  await list.focus()
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.getByRole('toolbar', { name: 'Selected jobs' })).toContainText('2 jobs')
  await page.keyboard.press('Delete')
  await expect(list.getByText('#3', { exact: true })).toBeHidden()
  await expect(page.getByRole('heading', { name: 'a' })).toBeVisible()
  await expect(page.getByText('2 jobs were deleted.')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(list.getByText('#3', { exact: true })).toBeVisible()
  await expect(list.getByText('#2', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Clean up…' }).click()
  await expect(page.getByText(/^3 jobs take \d/)).toBeVisible()
  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  expect(found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([])
})

test('a task that had not run is omitted and that is undone; settings and programs start nothing to look', async () => {
  const graph = new Graph('undo')
  const gate = join(dir, 'gate')
  Step(graph, { until: gate, value: 1 }, { name: 'Held' })
    .output('value')
    .connect(Step(graph, {}, { name: 'Later' }).input('value'))
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 2 tasks' }).click()
  await expect(status()).toContainText('running')
  const later = page.getByRole('row').filter({ hasText: 'Later' })
  await later.click()
  await page.keyboard.press('o')
  await expect(later).toContainText('omitted')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(later).toContainText('waiting')
  writeFileSync(gate, '')
  await expect(status()).toContainText('succeeded')
  await page.getByRole('button', { name: 'Interpreters', exact: true }).click()
  await expect(page.getByRole('row').filter({ hasText: 'houdini' })).toContainText('not on the PATH')
  await expect(page.getByRole('button', { name: 'Check node' })).toBeVisible()
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await expect(page.getByText(dir)).toBeVisible()
})

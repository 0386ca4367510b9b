/** What the graph, the timeline and the outputs of a job show: each test is a case that was wrong once. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import { app, axe, backlot, dir, eachAlone, fixture, graphFile, launch, page } from './backlot.ts'

eachAlone()

test('a graph of 300 nodes opens readable: layers are a number that opens, Fit shows all of it, a long task is none', async () => {
  await launch(fixture('window/g300.json'))
  const canvas = page.getByRole('group', { name: /^Graph g300: 300 nodes/ })
  await expect(canvas).toBeVisible()
  const group = canvas.getByText(/… \d+ like it/).first()
  await expect(group).toBeVisible()
  await page.getByRole('button', { name: 'Fit the whole graph' }).click()
  const inside = async () => {
    const frame = await canvas.boundingBox()
    const boxes = await canvas
      .locator('.svelte-flow__node')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect))
    return boxes.every(
      (box) =>
        frame &&
        box.x >= frame.x &&
        box.y >= frame.y &&
        box.x + box.width <= frame.x + frame.width &&
        box.y + box.height <= frame.y + frame.height
    )
  }
  await expect.poll(inside).toBe(true)
  await page.getByRole('button', { name: 'Collapse layers' }).click()
  await expect(canvas).toHaveAttribute('data-cards', '300')
  await page.getByRole('button', { name: 'Fit the whole graph' }).click()
  // from so far away it is a drawing: all of it, with room around, and one element for the keyboard
  const sheet = canvas.locator('canvas.sheet')
  const edges = () =>
    sheet.evaluate((one: HTMLCanvasElement) => {
      const { width, height } = one
      const data = one.getContext('2d')?.getImageData(0, 0, width, height).data ?? []
      const drawn = Array.from({ length: width * height }, (_, i) => i).filter((i) => (data[i * 4 + 3] ?? 0) > 0)
      const [rows, columns] = [drawn.map((i) => Math.floor(i / width)), drawn.map((i) => i % width)]
      const least = (list: number[]) => list.reduce((a, b) => Math.min(a, b), Infinity)
      const most = (list: number[]) => list.reduce((a, b) => Math.max(a, b), -Infinity)
      return [least(columns), least(rows), width - most(columns), height - most(rows)].every((n) => n > 8)
    })
  await expect.poll(edges).toBe(true)
  await expect(canvas.locator('.svelte-flow__node')).toHaveCount(1)
  const node = canvas.locator('.svelte-flow__node').first()
  await node.focus()
  await node.press('ArrowRight')
  const second = canvas.locator('.svelte-flow__node:focus')
  await expect(second).toHaveAttribute('aria-label', /^node /)
  await second.press('Enter')
  await expect(page.getByRole('complementary', { name: /^Node / })).toBeVisible()
})

test('the edge that closes a circle swings round the cards and is red', async () => {
  await launch(fixture('window/cycle.json'))
  const back = page.locator('.graph-canvas path.back')
  await expect(back).toHaveCount(1)
  const [edge, card] = await Promise.all([
    back.evaluate((one) => one.getBoundingClientRect().top),
    page
      .locator('.graph-canvas .svelte-flow__node')
      .first()
      .evaluate((one) => one.getBoundingClientRect().top)
  ])
  expect(edge).toBeLessThan(card - 5)
})

test('a job’s graph: a dot a task leads to it, the node’s menu retries and shows, colors tell time', async () => {
  const graph = new Graph('shots')
  const files = Render(graph, { frames: [1, 2, 3, 4, 5, 6, 7] }, { metadata: { batch_size: 2 } }).output('files')
  files.connect(Step(graph, {}, { name: 'publish' }).input('value'))
  Flaky(graph, { ok: join(dir, 'nowhere'), value: 1 })
  expect(backlot('run', graphFile(graph), '--trust')).toBe(1)
  await launch()
  await page.getByRole('tab', { name: /^Graph/ }).click()
  const card = page.locator('.svelte-flow__node', { hasText: 'Render' })
  await expect(card.locator('g[data-task]')).toHaveCount(4)
  await expect(card).toContainText('4/4')
  await expect(card).toContainText('⌀')
  await page.getByRole('button', { name: 'Time', exact: true }).click()
  await expect(card.locator('.timed')).toHaveCount(1)
  expect(await axe()).toEqual([])
  await page.locator('.svelte-flow__node', { hasText: 'Flaky' }).click({ button: 'right' })
  const menu = page.getByRole('menu', { name: 'Node Flaky' })
  await expect(menu.getByRole('menuitem')).toHaveText([
    ...['Retry', 'Retry with downstream', 'Omit', 'Run only this', 'Show tasks', 'Show outputs', 'About this node']
  ])
  await menu.getByRole('menuitem', { name: 'Show tasks' }).click()
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('Flaky')
  await page.getByRole('tab', { name: /^Graph/ }).click()
  await card.locator('g[data-task]').nth(2).click()
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('Render-2')
})

test('the timeline by node and by critical path; a marked time is summed; Perfetto’s keys', async () => {
  const graph = new Graph('shots')
  const files = Render(graph, { frames: [1, 2, 3, 4, 5, 6, 7] }, { metadata: { batch_size: 2 } }).output('files')
  files.connect(Step(graph, {}, { name: 'publish' }).input('value'))
  expect(backlot('run', graphFile(graph), '--trust')).toBe(0)
  await launch()
  await page.getByRole('tab', { name: 'Timeline' }).click()
  const chart = page.getByRole('application', { name: 'Timeline' })
  await expect(chart).toContainText('5 attempts in')
  await expect(chart).toContainText('The critical path has 2 tasks')
  await page.getByRole('button', { name: 'By node' }).click()
  await expect(chart.getByText('publish')).toBeVisible()
  await chart.focus()
  await chart.press('Home')
  await chart.press('m')
  const totals = page.getByRole('region', { name: 'Totals of the marked time' })
  await expect(totals).toContainText('Render')
  const table = totals.getByRole('grid', { name: 'Totals by node' })
  await table.focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(table.getByRole('columnheader', { name: 'Node' })).toHaveAttribute('aria-sort', 'ascending')
  await expect(table.getByRole('row').nth(1)).toContainText('Render')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Hide' }).press('Enter')
  await expect(table.getByRole('columnheader', { name: 'Tasks' })).toBeHidden()
  expect(await axe()).toEqual([])
  await chart.press('w')
  await chart.press('f')
  await chart.press('Escape')
  await expect(totals).toHaveCount(0)
  await page.getByRole('button', { name: 'Critical path' }).click()
  await expect(page.getByText(/2 tasks, /)).toBeVisible()
  expect(await axe()).toEqual([])
})

test('frames that are not there are told by kind, on the scrubber too, copied as a range and run again', async () => {
  const folder = join(dir, 'seq')
  mkdirSync(folder)
  const put = (frame: number) =>
    copyFileSync(fixture('images/rgba.exr'), join(folder, `a.${String(frame).padStart(4, '0')}.exr`))
  const graph = join(dir, 'seq.ts')
  writeFileSync(
    graph,
    `import { defineNode, Graph } from 'backlot'
     const Beauty = defineNode({ outputs: ['files'] }, function Beauty({ frames }) {
       return frames.length ? { files: ${JSON.stringify(join(folder, 'a.####.exr'))} } : {}
     })
     export const graph = new Graph('seq')
     Beauty(graph, { frames: [1, 2, 3, 4, 5, 6] }, { metadata: { batch_size: 2 } })`
  )
  for (const frame of [1, 2, 4, 6]) put(frame)
  writeFileSync(join(folder, 'a.0005.exr'), '')
  expect(backlot('run', graph, '--trust')).toBe(0)
  await launch()
  await page.getByRole('tab', { name: /^Outputs/ }).click()
  const gaps = page.getByRole('status').filter({ hasText: 'missing' })
  await expect(gaps).toContainText('missing 3 · empty 5')
  await gaps.getByRole('button', { name: 'Copy range' }).click()
  await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toBe('3,5')
  await page.locator('button.tile').nth(1).click()
  const about = page.getByRole('complementary', { name: 'About this picture' })
  await expect(about).toContainText('×')
  await expect(page.locator('dialog .marks i')).toHaveCount(2)
  // the case: a missing frame does not show the size of the picture before it
  await page.keyboard.press('ArrowRight')
  await expect(page.getByText('This file is missing.')).toBeVisible()
  await expect(about).not.toContainText('×')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(page.getByText('This file has 0 bytes.')).toBeVisible()
  await page.keyboard.press('Escape')
  await gaps.getByRole('button', { name: 'Rerun these 2 frames' }).click()
  await page.getByRole('tab', { name: /^Tasks/ }).click()
  await expect(page.getByRole('treegrid', { name: 'Tasks' })).toContainText('Beauty-1')
})

test('pictures of two runs: side by side, wiped, and what differs with the largest error', async () => {
  const picture = (name: string, at: number | null) => {
    const data = new Uint8Array(4 * 4 * 4).fill(255)
    if (at !== null) data[4 * at] = 55
    writeFileSync(join(dir, name), encode({ width: 4, height: 4, data, channels: 4 }))
  }
  picture('one.png', null)
  picture('two.png', 6)
  const graph = join(dir, 'beauty.ts')
  writeFileSync(
    graph,
    `import { readFileSync } from 'node:fs'
     import { defineNode, Graph } from 'backlot'
     const Beauty = defineNode({ outputs: ['file'] }, function Beauty() {
       return { file: readFileSync(${JSON.stringify(join(dir, 'which'))}, 'utf8') }
     })
     export const graph = new Graph('beauty')
     Beauty(graph)`
  )
  for (const name of ['one.png', 'two.png']) {
    writeFileSync(join(dir, 'which'), join(dir, name))
    expect(backlot('run', graph, '--trust')).toBe(0)
  }
  await launch()
  await page.getByText('#2', { exact: true }).first().click()
  await page.getByRole('tab', { name: /^Outputs/ }).click()
  await page.getByRole('button', { name: 'two.png' }).click()
  await page.getByRole('button', { name: 'Side by side' }).click()
  await expect(page.locator('dialog canvas[data-painted]')).toHaveCount(2)
  await page.getByRole('button', { name: 'Wipe' }).click()
  const edge = page.getByRole('slider', { name: 'Where the pictures meet' })
  await edge.press('ArrowLeft')
  await expect(edge).toHaveAttribute('aria-valuenow', '48')
  await page.getByRole('button', { name: 'Difference' }).click()
  await expect(page.locator('dialog [role=status]')).toContainText(
    '6.3 % of the pixels differ; largest error 0.7843 at 2, 1'
  )
  expect(await axe()).toEqual([])
})

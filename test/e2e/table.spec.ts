/** The table of tasks: its tree, its columns, its filter, and what a reload keeps of them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render } from '../fixtures/nodes/steps.ts'
import { backlot, commandLine, dir, eachAlone, graphFile, inSidebar, launch, node, page, run, tab } from './backlot.ts'
import { shot } from './shot.ts'

eachAlone()

test('a reload keeps job, tab and filter; columns are hidden, moved and kept; the table is a tree', async () => {
  backlot('run', graphFile(shot()), '--trust')
  backlot('run', graphFile(shot('short')), '--trust')
  await launch()
  await page.setViewportSize({ width: 1600, height: 900 })
  await inSidebar('#1').click()
  const tree = page.getByRole('treegrid', { name: 'Tasks' })
  await expect(tree.getByRole('row', { name: /^Render_beauty.*3 of 3 done/ })).toHaveAttribute('aria-expanded', 'true')
  await tree.getByRole('row', { name: /^Render_beauty.*3 of 3 done/ }).click()
  await expect(tree.getByRole('row', { name: /^Render_beauty.*3 of 3 done/ })).toHaveAttribute('aria-expanded', 'false')
  await expect(tree).toHaveAttribute('aria-rowcount', '5')
  await page.getByRole('button', { name: 'Columns', exact: true }).click()
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

test('columns are dragged and made wider with the mouse, and stay so; so does the place in the table', async () => {
  const graph = new Graph('long')
  Render(
    graph,
    { frames: Array.from({ length: 120 }, (_, i) => i) },
    { name: 'Quick', metadata: { batch_size: 1, interpreter: 'command' } }
  )
  run(
    node,
    ...commandLine('interpreter', 'set', 'command', '--evaluator', 'none', '--start', 'cold', '--', '/bin/true')
  )
  backlot('run', graphFile(graph), '--trust')
  await launch()
  await page.setViewportSize({ width: 1600, height: 900 })
  const grid = page.getByRole('treegrid', { name: 'Tasks' })
  const head = (name: string) => grid.getByRole('columnheader', { name, exact: true })
  const names = () => grid.getByRole('columnheader').allTextContents()
  const widthOf = async (name: string) => Math.round((await head(name).boundingBox())?.width ?? 0)
  await expect(head('State')).toBeVisible()
  const before = (await names()).map((name) => name.trim())
  const last = before.at(-1) ?? ''
  await head(last).dragTo(head('State'))
  await expect.poll(async () => (await names()).map((name) => name.trim()).indexOf(last)).toBe(before.indexOf('State'))

  const width = await widthOf('State')
  const box = await head('State').boundingBox()
  if (!box) throw new Error('the column has no box')
  // the handle lies between two columns
  await page.mouse.move(box.x + box.width + 6, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width + 66, box.y + box.height / 2, { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => widthOf('State')).toBeGreaterThan(width + 50)
  const wide = await widthOf('State')

  await grid.evaluate((element) => (element.scrollTop = 1200))
  await expect(grid.locator('[data-row="60"]')).toBeInViewport()
  const order = await names()
  await page.reload()
  await expect(head('State')).toBeVisible()
  expect(await names()).toEqual(order)
  expect(await widthOf('State')).toBe(wide)
  await expect.poll(() => grid.evaluate((element) => element.scrollTop)).toBe(1200)
})

test('words are looked for in the last lines of logs, also of tasks that have ended', async () => {
  const path = join(dir, 'talk.ts')
  writeFileSync(
    path,
    `import { defineNode, Graph } from 'backlot'
     const Talk = defineNode({ outputs: ['v'] }, function Talk({ frames }) {
       console.log('hardly a word')
       if (frames[0] === 2) console.log('used the spare licence')
       return { v: frames }
     })
     export const graph = new Graph('talk')
     Talk(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 1 } })`
  )
  backlot('run', path, '--trust')
  await launch()
  await page.getByLabel('Filter tasks by').fill('spare licence')
  await expect(page.getByText('1 of 3 tasks shown')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'Talk-1' })).toBeVisible()
})

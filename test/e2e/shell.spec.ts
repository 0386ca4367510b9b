/** Around the views: failures that are brought, keys, panes, remedies. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Step } from '../fixtures/nodes/steps.ts'
import { backlot, data, dir, eachAlone, graphFile, launch, page, status } from './backlot.ts'
import { shot } from './shot.ts'

eachAlone()

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
  // what is left with Escape gives the focus to the lines, not to nothing
  const lines = page.locator('.log-lines')
  for (const key of ['Control+f', 'Control+g']) {
    await page.keyboard.press(key)
    await expect(lines).not.toBeFocused()
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('[data-zone="log"]') !== null))
      .toBe(true)
    await page.keyboard.press('Escape')
    await expect(lines).toBeFocused()
  }
  await table.focus()
  const zones: (string | undefined)[] = []
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('F6')
    zones.push(await page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-zone]')?.dataset.zone))
  }
  expect(new Set(zones)).toEqual(new Set(['jobs', 'header', 'view', 'log']))
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
  await expect(page.getByText(data)).toBeVisible()
})

import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Render, Step } from '../fixtures/nodes/steps.ts'
import {
  app,
  backlot,
  data,
  dir,
  eachAlone,
  environment,
  graphFile,
  launch,
  node,
  openWindow,
  page,
  root,
  run,
  type Shown
} from './backlot.ts'

eachAlone()

/** As large-job.ts has it: how long Render's frame took, ms. */
const took = (frame: number) => ((7919 * frame) % 12_000) + 1
const frames = Array.from({ length: 12_000 }, (_, frame) => frame)

test('20,000 tasks: list, scrolling, sorting, filters and the timeline show the right rows', async () => {
  run(node, join(root, 'test/e2e/large-job.ts'), data)
  await launch()
  const tree = page.getByRole('treegrid', { name: 'Tasks' })
  const grid = page.getByRole('grid', { name: 'Tasks' })
  const row = (index: number) => grid.locator(`[data-row="${index}"]`)
  await expect(page.getByRole('status').filter({ hasText: '20,000 tasks' })).toBeVisible()
  // its nodes are closed, but that of the first failure, at which it opens
  await expect(tree).toHaveAttribute('aria-rowcount', '12003')
  await expect(tree.locator('[data-row="1000"]')).toContainText('Render-999')
  await tree.press('End')
  await expect(tree.getByRole('row', { name: 'Comp: 0 of 8,000 done' })).toHaveAttribute('aria-expanded', 'false')
  await page.getByRole('button', { name: 'Group by node' }).click()
  await expect(grid).toHaveAttribute('aria-rowcount', '20001')
  // it opens at the first failure
  await expect(row(999)).toContainText('Render-999')

  await grid.press('End')
  await expect(row(19_999)).toContainText('Comp-7999')
  await expect(row(19_999)).toBeInViewport()
  await grid.evaluate((element) => (element.scrollTop = 11_990 * 24))
  await expect(row(11_999)).toContainText('Render-11999')
  await expect(row(12_000)).toContainText('Comp-0')
  await expect(row(12_000)).toContainText('blocked')

  const longest = frames.toSorted((a, b) => took(b) - took(a)).slice(0, 3)
  const byTime = page.getByRole('columnheader', { name: 'Time', exact: true }).getByRole('button')
  await byTime.click()
  await byTime.click()
  for (const [index, frame] of longest.entries()) await expect(row(index)).toContainText(`Render-${frame}`)
  await grid.press('End')
  await expect(row(19_999)).toContainText('blocked')
  await byTime.click()

  const chips = page.getByRole('group', { name: 'Show only tasks in these states' })
  const failed = chips.getByRole('button', { name: '12 failed', exact: true })
  await failed.click()
  await expect(grid).toHaveAttribute('aria-rowcount', '13')
  for (const index of [0, 11]) await expect(row(index)).toContainText(`Render-${index * 1000 + 999}`)
  await failed.click()
  await page.getByLabel('Filter tasks by').fill('comp-4242')
  await expect(page.getByText('1 of 20,000 tasks shown')).toBeVisible()
  await expect(row(0)).toContainText('Comp-4242')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()

  await page.getByRole('tab', { name: 'Timeline' }).click()
  const chart = page.getByRole('application', { name: 'Timeline' })
  await expect(chart).toContainText('12,000 attempts in 8 slots')
  await expect(chart).toContainText('12 failed, 11,988 succeeded')
  await chart.focus()
  // the one that began last; its log is asked for
  await chart.press('End')
  await expect(chart).toContainText(/Render-1199\d, frames 1199\d, attempt 1/)
  await chart.press('0')
  await chart.press('Home')
  await expect(chart).toContainText('Render-0, frames 0, attempt 1: succeeded')
  for (let i = 0; i < 12; i++) await chart.press('+')
  await chart.press('ArrowRight')
  await expect(chart).toContainText('Render-8, frames 8, attempt 1: succeeded')
  await chart.press('Enter')
  await expect(page.getByRole('region', { name: 'Log' })).toContainText('Render-8')
})

test('a log of 1 GB opens at its end, and a line in its middle is found', async () => {
  // half of it is read before the find; that takes as long as the machine is slow
  test.setTimeout(240_000)
  const graph = new Graph('long')
  Step(graph, { value: 1 }, { name: 'talks' })
  backlot('run', graphFile(graph), '--trust')
  const log = join(data, 'jobs/1/tasks/0/1-1.log')
  run(node, join(root, 'test/e2e/long-log.ts'), log)
  expect(statSync(log).size).toBeGreaterThan(1e9)

  await launch()
  const lines = page.getByRole('log')
  await expect(lines).toContainText('this is the last line')
  const field = page.getByLabel('Find in the log')
  const found = page.getByRole('search').locator('[aria-live]')
  await field.fill('the needle')
  await expect(found).toHaveText('1', { timeout: 180_000 })
  await field.press('Enter')
  await expect(found).toHaveText('1 of 1')
  await expect(lines).toContainText('here the needle lies')
  await expect(lines.getByText('here the needle lies')).toBeInViewport()
  await expect(lines).not.toContainText('this is the last line')
  // 4,000 and some lines a block, 501 blocks, and Backlot's own head before them
  const number = Number(
    await lines.locator('.line', { hasText: 'here the needle lies' }).locator('.number').textContent()
  )
  expect(number).toBe(lineOf(log, 'here the needle lies'))
  await field.press('Escape')
  await lines.locator('.log-lines').press('End')
  await expect(lines).toContainText('this is the last line')

  // an expression that backtracks for ever is given up, and the page answers meanwhile
  await page.getByRole('button', { name: 'Regular expression' }).click()
  await field.fill('^([a-z ]+)+$')
  await expect(page.getByRole('search')).toContainText('takes for ever on this log')
  await field.fill('the last|needle')
  await expect(found).toHaveText('2', { timeout: 180_000 })
  // one that is everywhere is stopped half way; what was found stays
  await field.fill('little')
  await expect(found).toContainText(/[1-9][\d,]*\+, \d+%/)
  await field.press('Escape')
  await expect(found).toHaveText(/^[1-9][\d,]*\+, stopped at \d+%$/)
  await expect(field).toHaveValue('little')
  await field.press('Escape')
  await expect(field).toHaveValue('')
})

/** The number of the line with a text, by another way than ours. */
function lineOf(log: string, text: string): number {
  const done = spawnSync('grep', ['-n', '-m1', '-F', text, log], { encoding: 'utf8' })
  return Number(done.stdout.split(':')[0])
}

test('two windows on two data folders run at once; a second start on the same folder brings the first to the front', async () => {
  const gates = ['gate0', 'gate1'].map((name) => join(dir, name)) as [string, string]
  const held = (i: 0 | 1) => {
    const graph = new Graph(`film${i}`)
    Step(graph, { until: gates[i], value: i }, { name: 'held' })
    return graphFile(graph)
  }
  const apart = join(dir, 'apart')
  mkdirSync(apart)
  await launch(held(0))
  const second = await openWindow(apart, [held(1)])
  const first: Shown = { app, page }
  const windows = [first, second]
  for (const one of windows) {
    await one.page.getByRole('button', { name: 'Run 1 task' }).click()
    await expect(one.page.getByTestId('job-status')).toContainText('running')
  }
  await expect(first.page.getByRole('heading', { name: 'film0' })).toBeVisible()
  await expect(second.page.getByRole('heading', { name: 'film1' })).toBeVisible()
  for (const [i, one] of windows.entries()) {
    writeFileSync(gates[i] ?? '', '')
    await expect(one.page.getByTestId('job-status')).toContainText('succeeded')
    await expect(one.page.getByRole('navigation', { name: 'Jobs' }).getByText('#2')).toBeHidden()
  }

  await first.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    if (window) window.focus = () => window.setTitle('in front')
  })
  const other = new Graph('other')
  Step(other, { value: 1 }, { name: 'a' })
  graphFile(other)
  // named from where the second start stands
  const again = spawn(first.app.process().spawnfile, [root, 'other.json'], {
    cwd: dir,
    env: environment(data),
    stdio: 'ignore'
  })
  expect(await new Promise((done) => again.once('exit', done))).toBe(0)
  await expect(first.page.getByRole('button', { name: 'Run 1 task' })).toBeEnabled()
  await expect(first.page.getByRole('main')).toContainText('other')
  expect(await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle())).toBe('in front')
  await expect(second.page.getByRole('button', { name: 'Run 1 task' })).toBeHidden()
  await second.app.close()
})

test('reloaded while tasks end by the hundred, the window misses none of them', async () => {
  backlot('interpreter', 'set', 'command', '--evaluator', 'none', '--start', 'cold', '--', '/bin/true')
  const graph = new Graph('hundreds')
  const many = Array.from({ length: 800 }, (_, frame) => frame)
  Render(graph, { frames: many }, { name: 'Quick', metadata: { interpreter: 'command', batch_size: 1 } })
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 800 tasks' }).click()
  await expect(page.getByRole('button', { name: /^\d+ succeeded$/ })).toBeVisible()
  await page.reload()
  await expect(page.getByTestId('job-status')).toContainText('succeeded', { timeout: 60_000 })
  await expect(page.getByRole('button', { name: '800 succeeded', exact: true })).toBeVisible()
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await expect(page.getByRole('application', { name: 'Timeline' })).toContainText('800 attempts')
  await expect(page.getByRole('application', { name: 'Timeline' })).toContainText(': 800 succeeded')
})

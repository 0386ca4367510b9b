/** The list of jobs, the page of all of them, and jobs that run elsewhere or unseen. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Step } from '../fixtures/nodes/steps.ts'
import {
  app,
  axe,
  backlot,
  commandLine,
  data,
  dir,
  eachAlone,
  graphFile,
  inSidebar,
  launch,
  node,
  page,
  run,
  root,
  status
} from './backlot.ts'

eachAlone()

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
  await page.getByRole('button', { name: 'All jobs', exact: true }).click()
  await page.getByRole('button', { name: 'Clean up…' }).click()
  await expect(page.getByRole('status').filter({ hasText: /^3 jobs, \d/ })).toBeVisible()
  expect(await axe()).toEqual([])
})

test('of 500 jobs #50 is a few presses away, in the list and in the palette', async () => {
  run(node, join(root, 'test/e2e/many-jobs.ts'), data)
  await launch()
  await expect(page.getByRole('heading', { name: 'many' })).toBeVisible()
  await page.getByLabel('Find jobs').fill('#50')
  await expect(inSidebar('#50')).toBeVisible()
  await page.getByLabel('Find jobs').fill('')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('#50')
  await expect(page.getByRole('option').first()).toContainText('#50 many')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toContainText('#50')
  await expect(inSidebar('#50')).toBeInViewport()

  await page.getByRole('button', { name: 'All jobs', exact: true }).click()
  const list = page.getByRole('grid', { name: 'All jobs' })
  await page.getByLabel('Find among all jobs').fill('#50')
  await list.getByText('#50', { exact: true }).dblclick()
  await expect(page.getByRole('tab', { name: /^Tasks/ })).toBeVisible()
})

test('the bar of a job of which nothing has run is empty, that of one that is done is full', async () => {
  const graph = new Graph('shot')
  Step(graph, { value: 1 }, { name: 'n' })
  const path = graphFile(graph)
  backlot('run', path, '--trust')
  await launch()
  const made = await page.evaluate(
    (file) => window.backlot.call('job.create', { source: { path: file }, force: true }),
    path
  )
  expect(made).toMatchObject({ ok: true })
  await page.reload()
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByRole('button', { name: 'All jobs', exact: true }).click()
  const bars = page.getByRole('grid', { name: 'All jobs' }).getByRole('img')
  const colors = async (label: string) => {
    const bar = bars.and(page.getByLabel(label, { exact: true }))
    const parts = await bar
      .locator('span')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor))
    return { parts, track: await bar.evaluate((one) => getComputedStyle(one).backgroundColor) }
  }
  await expect(bars).toHaveCount(2)
  const empty = await colors('1 waiting')
  expect(empty.parts).toEqual([empty.track])
  const full = await colors('1 succeeded')
  expect(full.parts).not.toContain(full.track)
})

test('jobs are sorted by what they take, selected, shown by a rule of the clean-up, and deleted', async () => {
  for (const name of ['comp_v001', 'comp_v002', 'comp_v003', 'comp_v004']) {
    const graph = new Graph(name)
    Step(graph, { value: name === 'comp_v002' ? 'x'.repeat(400_000) : 1 }, { name: 'n' })
    backlot('run', graphFile(graph), '--trust')
  }
  await launch()
  await page.getByRole('button', { name: 'All jobs', exact: true }).click()
  const list = page.getByRole('grid', { name: 'All jobs' })
  await expect(list.getByRole('row').nth(1)).toContainText('Today')
  await list.getByRole('columnheader', { name: 'Size' }).getByRole('button').click()
  await expect(list.locator('[data-job]').first()).toContainText('comp_v002')
  await list.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(page.getByRole('toolbar', { name: 'Selected jobs' })).toContainText('1 job')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Clean up…' }).click()
  const cleanUp = page.getByRole('complementary', { name: 'Clean up' })
  await cleanUp.getByRole('checkbox', { name: /^Older versions/ }).check()
  await cleanUp.getByRole('button', { name: 'Show them' }).click()
  await expect(list.getByRole('row', { selected: true })).toContainText(['comp_v001'])
  await cleanUp.getByRole('button', { name: 'Delete 1 job' }).click()
  await expect(list.getByText('comp_v001', { exact: true })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(list.getByRole('row').filter({ hasText: 'comp_v001' })).toBeVisible()
})

test('beside a run in a terminal the window follows it, and says who runs', async () => {
  const graph = new Graph('beside')
  const gates = ['one', 'two'].map((name) => join(dir, name)) as [string, string]
  const first = Step(graph, { until: gates[0], value: 1 }, { name: 'First' })
  first.output('value').connect(Step(graph, { until: gates[1] }, { name: 'Second' }).input('value'))
  await launch()
  const other = spawn(node, commandLine('run', graphFile(graph), '--trust'), { stdio: 'ignore' })
  const done = new Promise((resolve) => other.once('exit', resolve))
  await inSidebar('#1').click()
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await expect(row('First')).toContainText('running')
  await expect(page.getByText('runs in a terminal')).toBeVisible()
  writeFileSync(gates[0], '')
  await expect(row('Second')).toContainText('running')
  await expect(page.getByText('1 of 2 done')).toBeVisible()
  writeFileSync(gates[1], '')
  expect(await done).toBe(0)
  await expect(status()).toContainText('succeeded')
  await expect(page.getByText('runs in a terminal')).toBeHidden()
  // and it is the window's turn again
  await page.getByRole('button', { name: 'Rerun', exact: true }).click()
  await expect(inSidebar('#2')).toBeVisible()
  await expect(status()).toContainText('succeeded')
})

test('the notification of a job that failed unseen leads to its failure', async () => {
  const graph = new Graph('unseen')
  const gate = join(dir, 'gate')
  Step(graph, { value: 1 }, { name: 'Fine' })
  Step(graph, { until: gate, value: 2 }, { name: 'Held' })
    .output('value')
    .connect(Flaky(graph, { ok: join(dir, 'never') }, { name: 'Check' }).input('value'))
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 3 tasks' }).click()
  await expect(status()).toContainText('running')
  // the user looks at another task, and then at another program
  await page.getByRole('row').filter({ hasText: 'Fine' }).click()
  await app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.isFocused = () => false
  })
  writeFileSync(gate, '')
  const shown = () =>
    app.evaluate(({ Notification }) =>
      (Notification as unknown as { shown: { options: { title: string } }[] }).shown.map(({ options }) => options.title)
    )
  await expect.poll(shown).toEqual(['unseen failed'])
  await app.evaluate(({ Notification }) => {
    const [first] = (Notification as unknown as { shown: { emit: (event: string) => void }[] }).shown
    first?.emit('click')
  })
  await expect(page.getByRole('row', { selected: true })).toContainText('Check')
  await expect(page.getByRole('log')).toContainText('Error: no ')
})

test('a retry of what has succeeded is taken back with a key before it begins', async () => {
  const graph = new Graph('undo')
  Step(graph, { value: 1 }, { name: 'Made' })
    .output('value')
    .connect(Step(graph, {}, { name: 'Used' }).input('value'))
  backlot('run', graphFile(graph), '--trust')
  await launch()
  await expect(status()).toContainText('succeeded')
  await page.getByRole('row').filter({ hasText: 'Used' }).click()
  await page.keyboard.press('o')
  await expect(page.getByRole('row').filter({ hasText: 'Used' })).toContainText('omitted')
  await page.keyboard.press('Control+z')
  await expect(page.getByRole('row').filter({ hasText: 'Used' })).toContainText('succeeded')
  await page.getByRole('tab', { name: 'Outputs' }).click()
  await page.getByRole('option', { name: 'Used' }).click()
  await expect(page.getByRole('article')).toContainText('1')
})

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Flaky, Render, Step } from '../fixtures/nodes/steps.ts'
import {
  app,
  axe,
  close,
  contrast,
  data,
  dir,
  eachAlone,
  graphFile,
  inSidebar,
  kill,
  launch,
  page,
  setTheme,
  status,
  tab
} from './backlot.ts'

eachAlone()

test('first start: the example runs in two clicks, live, to pictures; after a restart all of it is there', async () => {
  await launch()
  await page.getByRole('button', { name: 'Try the example film' }).click()
  const run = page.getByRole('button', { name: 'Run 6 tasks' })
  await expect(run).toBeEnabled()
  await run.click()
  await expect(page.getByRole('heading', { name: 'Rendering' })).toBeVisible()
  await expect(page.getByTestId('job-status')).toContainText('running')
  await expect(page.getByTestId('job-status')).toContainText('succeeded', { timeout: 60_000 })
  expect(readdirSync(join(dir, 'images')).filter((f) => f.endsWith('.png'))).toHaveLength(31)
  await page.getByRole('tab', { name: 'Outputs' }).click()
  await expect(page.getByText('ContactSheet').first()).toBeVisible()
  await close()
  await launch()
  await expect(page.getByRole('heading', { name: 'Rendering' })).toBeVisible()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  await page.getByRole('button', { name: 'Rerun changed' }).click()
  await expect(page.getByText('#2', { exact: true }).first()).toBeVisible()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  await page.getByRole('tab', { name: 'Tasks' }).focus()
  await page.keyboard.press('Home')
  await page.getByText('ContactSheet', { exact: true }).first().click()
  await expect(page.getByRole('log')).toContainText('unchanged since job 1')
})

test('a graph file that is code runs only after a yes: nothing of it before, and once after', async () => {
  const path = join(dir, 'film.ts')
  const runs = join(dir, 'runs.txt')
  writeFileSync(
    path,
    `import { appendFileSync } from 'node:fs'
     import { defineNode, Graph } from 'backlot'
     appendFileSync(${JSON.stringify(runs)}, 'run\\n')
     const One = defineNode({ outputs: ['v'] }, function One({ a }: { a: number }) { return { v: a } })
     export const graph = new Graph('film')
     One(graph, { a: 1 })`
  )
  await launch(path)
  await expect(page.getByRole('heading', { name: 'Run this file?' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Rehearse a farm job')).toBeVisible()
  expect(existsSync(runs)).toBe(false)
  await page.getByRole('button', { name: path }).click()
  await page.getByRole('button', { name: 'Run it' }).click()
  await expect(page.getByRole('button', { name: 'Run 1 task' })).toBeEnabled()
  expect(readFileSync(runs, 'utf8')).toBe('run\n')
})

test('a file with several graphs: which one is meant is a button, and the job is of that one', async () => {
  const path = join(dir, 'two.ts')
  const one = (name: string) => `export const ${name} = new Graph('${name} of two'); One(${name}, { a: 1 })`
  writeFileSync(
    path,
    `import { defineNode, Graph } from 'backlot'
     const One = defineNode({ outputs: ['v'] }, function One({ a }: { a: number }) { return { v: a } })
     ${one('beauty')}\n${one('shadow')}`
  )
  await launch(path)
  await page.getByRole('button', { name: 'Run it' }).click()
  await expect(page.getByText('Which graph of this file?')).toBeVisible()
  await page.getByRole('button', { name: 'shadow' }).click()
  await page.getByRole('button', { name: 'Run 1 task' }).click()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  await expect(page.getByRole('heading', { name: 'shadow of two' })).toBeVisible()
})

test('a failing task opens at its error; mended and retried, the job succeeds', async () => {
  const graph = new Graph('shots')
  const ok = join(dir, 'ok')
  Flaky(graph, { ok, value: 7 })
    .output('value')
    .connect(Step(graph, {}, { name: 'after' }).input('value'))
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 2 tasks' }).click()
  await expect(page.getByTestId('job-status')).toContainText('failed')
  await expect(page.getByRole('log')).toContainText(`Error: no ${ok}`)
  writeFileSync(ok, '')
  await page.getByRole('button', { name: 'Retry 1 failed' }).click()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
})

test('an interpreter that is missing is refused by name, and mapped to another it runs', async () => {
  const graph = new Graph('mapped')
  Step(graph, { value: 1 }, { name: 'a', metadata: { interpreter: 'houdini' } })
  await launch(graphFile(graph))
  await expect(page.getByText('hython is not on the PATH')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Run 1 task' })).toBeDisabled()
  await page.getByLabel('houdini').selectOption('node')
  await page.getByRole('button', { name: 'Run 1 task' }).click()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
})

test('a job exports; reloading in the middle loses nothing; deleting can be undone; the page is sealed off', async () => {
  const graph = new Graph('reload')
  const until = join(dir, 'gate')
  Step(graph, { until, value: 3 }, { name: 'held' })
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 1 task' }).click()
  await expect(page.getByTestId('job-status')).toContainText('running')
  await page.reload()
  await expect(page.getByTestId('job-status')).toContainText('running')
  writeFileSync(until, '')
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  await page.getByRole('button', { name: 'Export…' }).click()
  await expect(page.getByLabel('Preview of')).toContainText('"dependencies": []')
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined')
  await page.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('No jobs yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  const refused = await page.evaluate(() => window.backlot.call('job.nothing' as 'doctor', {}))
  expect(refused).toMatchObject({ ok: false, error: { kind: 'usage' } })
})

test('quitting while a job runs ends its processes and keeps the job; it can be resumed', async () => {
  const graph = new Graph('quit')
  const until = join(dir, 'gate')
  Step(graph, { until, value: 3 }, { name: 'held' })
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 1 task' }).click()
  await expect(page.getByTestId('job-status')).toContainText('running')
  await close()
  writeFileSync(until, '')
  await launch()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  expect(existsSync(join(data, 'jobs/1/tasks/0/1-2.log'))).toBe(true)
})

test('asked what becomes of running tasks, they may be left running: the next start takes them up', async () => {
  const graph = new Graph('leave')
  const [until, trace] = [join(dir, 'gate'), join(dir, 'begun')]
  Step(graph, { until, trace, value: 3 }, { name: 'held' })
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 1 task' }).click()
  await expect(page.getByTestId('job-status')).toContainText('running')
  // before that there is no process that could be taken up
  await expect.poll(() => existsSync(trace)).toBe(true)
  await app.evaluate(({ dialog }) => {
    dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false })
  })
  await close()
  await launch()
  await expect(page.getByTestId('job-status')).toContainText('running')
  writeFileSync(until, '')
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  expect(existsSync(join(data, 'jobs/1/tasks/0/1-2.log'))).toBe(false)
})

test('killed while a job runs, the window comes back with the job running and loses nothing', async () => {
  const graph = new Graph('killed')
  const [until, trace] = [join(dir, 'gate'), join(dir, 'begun')]
  Step(graph, { until, trace, value: 3 }, { name: 'held' })
  await launch(graphFile(graph))
  await page.getByRole('button', { name: 'Run 1 task' }).click()
  await expect(page.getByTestId('job-status')).toContainText('running')
  // before that there is no process that could be taken up
  await expect.poll(() => existsSync(trace)).toBe(true)
  await kill()
  await launch()
  await expect(page.getByTestId('job-status')).toContainText('running')
  writeFileSync(until, '')
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  expect(existsSync(join(data, 'jobs/1/tasks/0/1-2.log'))).toBe(false)
})

test('axe finds no violation in any view, light or dark', async () => {
  test.slow()
  const graph = new Graph('axe')
  Step(graph, { value: 1 }, { name: 'a' })
    .output('value')
    .connect(Flaky(graph, { ok: '/nowhere' }).input('value'))
  await launch(graphFile(graph))
  await expect(page.getByRole('button', { name: 'Run 2 tasks' })).toBeEnabled()
  const found: string[] = (await axe()).map((v) => `convert: ${v}`)
  await page.getByRole('button', { name: 'Run 2 tasks' }).click()
  await expect(status()).toContainText('failed')
  for (const [theme, look] of [
    ['light', axe],
    ['dark', contrast]
  ] as const) {
    await setTheme(theme)
    // a reload stays where one was
    await inSidebar('#1').click()
    for (const name of ['Tasks', 'Graph', 'Timeline', 'Forecast', 'Outputs', 'Rehearsal']) {
      await tab(name).click()
      await expect(tab(name)).toHaveAttribute('aria-selected', 'true')
      await expect(page.locator('main .empty', { hasText: /…$/ })).toHaveCount(0)
      found.push(...(await look()).map((v) => `${theme} ${name}: ${v}`))
    }
    for (const name of ['All jobs', 'Interpreters', 'Settings', 'Backlot']) {
      await page.getByRole('button', { name, exact: true }).click()
      found.push(...(await look()).map((v) => `${theme} ${name}: ${v}`))
    }
  }
  expect(found).toEqual([])
})

test('a job is found, run once more from the list, and compared with what the guide would make of it', async () => {
  const graph = new Graph('batched')
  Render(graph, { frames: [1, 2, 3] }, { metadata: { batch_size: 2 } })
  const path = graphFile(graph)
  await launch(path)
  await page.getByRole('tab', { name: 'The guide' }).click()
  await expect(page.getByText("The guide's converter makes no job of this graph")).toBeVisible()
  expect(await axe()).toEqual([])
  await page.getByRole('button', { name: 'Run 2 tasks' }).click()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  await page.getByRole('button', { name: 'Actions on job 1' }).click()
  expect(await axe()).toEqual([])
  await page.getByRole('menuitem', { name: 'Rerun', exact: true }).click()
  await expect(page.getByText('#2', { exact: true }).first()).toBeVisible()
  await expect(page.getByTestId('job-status')).toContainText('succeeded')
  await page.getByLabel('Find jobs').fill('#1')
  await expect(page.getByRole('navigation', { name: 'Jobs' }).getByText('#2')).toBeHidden()
  await page.getByLabel('Jump to a time').click()
  await expect(page.getByText('No line of this log begins with a time')).toBeVisible()
  expect(await axe()).toEqual([])
  await page.getByRole('button', { name: 'Export…' }).click()
  await page.getByRole('tab', { name: 'OpenCue' }).click()
  await expect(page.getByLabel('Preview of job.xml')).toBeVisible()
  expect(await axe()).toEqual([])
})

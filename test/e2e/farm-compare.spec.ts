/** A farm's run beside its rehearsal, in the window. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { encode } from 'fast-png'
import { Graph } from '../../src-main/core/graph/author.ts'
import { FromVariable, Step } from '../fixtures/nodes/steps.ts'
import { runOn } from '../helpers/farm-host.ts'
import { finding, passes, putRehearsal } from '../helpers/rehearsal.ts'
import {
  axe,
  backlot,
  contrast,
  data,
  dir,
  faultsThatStay,
  graphFile,
  inSidebar,
  launch,
  page,
  setTheme,
  tab,
  together
} from './backlot.ts'

const OCIO = '/mnt/show/hyd/config/aces_1.3/hyd_0420_lighting_show_config_with_a_long_name.ocio'

/** Job 1 ran here and was rehearsed; job 2 is its run on two machines, one of which lacks a variable. */
function ranOnFarm(): void {
  process.env.OCIO = OCIO
  const graph = new Graph('hyd_0420_comp')
  FromVariable(graph, { variable: 'OCIO', frames: [1, 2, 3, 4, 5, 6] }, { name: 'Comp', metadata: { batch_size: 1 } })
  backlot('run', graphFile(graph), '--trust')
  const named = {
    kind: 'environment' as const,
    message: 'Comp gives something else without OCIO, which is set in your shell'
  }
  const remedy = 'give it to the interpreter: backlot interpreter set node --env OCIO=…'
  putRehearsal(data, 1, { findings: [finding({ ...named, remedy, variables: ['OCIO'], tasks: ['Comp-4'] })], passes })
  const folder = join(dir, 'film')
  backlot('export', '1', '--format', 'bundle', '--out', folder)
  for (const place of [0, 1, 2, 3]) expect(runOn('b01', folder, `0/${place}`, { OCIO })).toBe(0)
  for (const place of [4, 5]) expect(runOn('b07', folder, `0/${place}`)).toBe(0)
  backlot('pull', folder)
}

/** Jobs 3 and 4 of one graph each name a picture of their own; two pixels of it differ. */
function ranWithPictures(): void {
  for (const [name, green] of [
    ['before', 0],
    ['after', 102]
  ] as const) {
    const data = new Uint8Array(8 * 4 * 3)
    data.fill(green, 0, 6)
    const path = join(dir, `${name}.png`)
    writeFileSync(path, encode({ width: 8, height: 4, data, channels: 3 }))
    const graph = new Graph('slate')
    Step(graph, { value: [path] }, { name: 'Slate' })
    backlot('run', graphFile(graph), '--trust')
  }
}

together(async () => {
  ranOnFarm()
  ranWithPictures()
  await launch()
})

const dialog = () => page.getByRole('dialog', { name: 'Job 2 on its farm beside a run here' })

async function openCompare(job = '#2', opened = dialog()): Promise<void> {
  await inSidebar(job).click()
  const button = page.getByRole('button', { name: 'Compare…' })
  const more = page.getByRole('button', { name: 'More actions', exact: true })
  await expect(button.or(more).first()).toBeVisible()
  if (await button.isVisible()) await button.click()
  else {
    await more.click()
    await page.getByRole('menuitem', { name: 'Compare…' }).click()
  }
  await expect(opened.getByRole('status')).toBeVisible()
}

test('a farm’s run opens beside the job it came from: hosts, rehearsal, forecast', async () => {
  await openCompare()
  await expect(dialog().getByLabel('Compare with')).toHaveValue('1')
  await expect(dialog().getByRole('status')).toHaveText('2 of 6 tasks ended differently or have different outputs.')
  const hosts = dialog().getByRole('region', { name: 'Hosts' }).getByRole('listitem')
  await expect(hosts.filter({ hasText: 'on b07 (2 tasks)' })).toContainText(`OCIO was missing, here "${OCIO}"`)
  await expect(hosts.filter({ hasText: 'on b01 (4 tasks)' })).not.toContainText('OCIO')
  const rehearsal = dialog().getByRole('region', { name: 'The rehearsal' })
  await expect(rehearsal).toContainText('of the 2 tasks that ran there and differ it named 1.')
  await expect(rehearsal.getByRole('listitem')).toContainText('Comp gives something else without OCIO')
  const times = dialog().getByRole('region', { name: 'Forecast and what came' })
  await expect(times.getByRole('row')).toHaveText([
    /Wall time/,
    /^Forecast for 2 at once/,
    /^Forecast for 1 at once/,
    /^Came: 2 hosts, 1 at once/
  ])
  const rows = dialog().getByRole('grid', { name: 'Tasks of both runs' }).getByRole('row')
  await expect(rows).toHaveCount(3)
  await expect(rows.nth(1)).toContainText('b07')
  await expect(rows.nth(1)).toContainText('Variable of your shell')
  await dialog().getByLabel('show tasks that are the same').check()
  await expect(rows).toHaveCount(7)
  await page.keyboard.press('Escape')
})

test('the tasks of both runs are sorted, made wider and hidden, by keys too, and stay so', async () => {
  await openCompare()
  const table = dialog().getByRole('grid', { name: 'Tasks of both runs' })
  const head = (name: string) => table.getByRole('columnheader', { name, exact: true })
  const widthOf = async (name: string) => Math.round((await head(name).boundingBox())?.width ?? 0)
  await expect(table.getByRole('columnheader')).toHaveText([
    ...[
      'Task',
      '#1',
      '#1 time',
      '#1 exit',
      '#2',
      '#2 host',
      '#2 time',
      '#2 exit',
      'The rehearsal said',
      'Outputs that differ'
    ]
  ])
  await table.focus()
  await page.keyboard.press('ArrowUp')
  await expect(head('Task').getByRole('button')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(head('Task')).toHaveAttribute('aria-sort', 'descending')
  await expect(table.getByRole('row').nth(1)).toContainText('Comp-5')
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight')
  const before = await widthOf('#2 host')
  await page.keyboard.press('Shift+ArrowRight')
  await expect.poll(() => widthOf('#2 host')).toBe(before + 8)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Hide' }).press('Enter')
  await expect(head('#2')).toBeHidden()
  await page.keyboard.press('ArrowDown')
  await expect(table).toBeFocused()
  await page.keyboard.press('Escape')
  await page.reload()
  await openCompare()
  await expect(head('#2')).toBeHidden()
  await expect(head('Task')).toHaveAttribute('aria-sort', 'descending')
  expect(await widthOf('#2 host')).toBe(before + 8)
  await head('#2 host').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Usual columns' }).click()
  await expect(head('#2')).toBeVisible()
  await page.keyboard.press('Escape')
})

test('it holds together in both themes and at every size, and passes axe', async () => {
  test.setTimeout(120_000)
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(theme)
    for (const size of [
      { width: 900, height: 600 },
      { width: 720, height: 450 },
      { width: 1440, height: 900 }
    ]) {
      await page.setViewportSize(size)
      await openCompare()
      expect([theme, size, await faultsThatStay()]).toEqual([theme, size, []])
      expect(await contrast()).toEqual([])
      if (theme === 'light') expect(await axe()).toEqual([])
      await page.keyboard.press('Escape')
    }
  }
})

test('the timeline of a farm’s run is by host, that of a run here is not', async () => {
  await inSidebar('#2').click()
  await tab('Timeline').click()
  await expect(page.getByRole('button', { name: 'By host' })).toHaveAttribute('aria-pressed', 'true')
  const labels = page.locator('.labels .row')
  await expect(labels).toContainText(['b01', 'b07'])
  await inSidebar('#1').click()
  await tab('Timeline').click()
  await expect(page.getByRole('button', { name: 'By slot' })).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('button', { name: 'By host' })).toHaveCount(0)
})

test('the pictures of both runs are compared on request, and looked at side by side', async () => {
  const opened = page.getByRole('dialog', { name: 'Compare job 4 with another run' })
  await openCompare('#4', opened)
  const pictures = opened.getByRole('region', { name: 'Pictures' })
  await pictures.getByRole('button', { name: 'Compare the pictures' }).click()
  await expect(pictures).toContainText('1 picture compared: 0 the same, 1 differ.')
  const row = pictures.getByRole('listitem')
  await expect(row).toContainText('2 of 32 pixels differ, largest difference 0.4000 at 0, 0')
  expect(await axe(), 'the pictures of both runs').toEqual([])
  await row.getByRole('button', { name: 'Look at after.png of both runs' }).click()
  const viewer = page.getByRole('dialog', { name: 'Picture viewer' })
  await expect(viewer.locator('[data-way=side] canvas[data-painted]')).toHaveCount(2)
  await viewer.getByRole('button', { name: 'Difference', exact: true }).click()
  await expect(viewer).toContainText('6.3 % of the pixels differ; largest error 0.4000')
  await viewer.getByRole('button', { name: 'Close' }).click()
  await opened.getByRole('button', { name: 'Close' }).click()
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { fogFrame } from '../helpers/rehearsal.ts'
import {
  app,
  axe,
  contrast,
  data,
  dir,
  eachAlone,
  graphFile,
  launch,
  node,
  page,
  root,
  run,
  setTheme,
  tab,
  together
} from './backlot.ts'

/** A job that was rehearsed, with findings of several kinds, or none, or whose rehearsal saw little. */
async function launchRehearsed(how: 'full' | 'blind' | 'none'): Promise<void> {
  run(node, join(root, 'test/e2e/rehearsed-job.ts'), data, how)
  await launch()
  await page.getByRole('tab', { name: 'Rehearsal' }).click()
}

/** Light and wide, dark and narrow. */
async function axeOf(how: string): Promise<string[]> {
  const found: string[] = []
  for (const [theme, width, height, look] of [
    ['light', 1600, 1000, axe],
    ['dark', 900, 600, contrast]
  ] as const) {
    await page.setViewportSize({ width, height })
    await setTheme(theme)
    await page.getByRole('tab', { name: 'Rehearsal' }).click()
    await expect(page.getByRole('tabpanel').getByRole('heading').first()).toBeVisible()
    found.push(...(await look()).map((v) => `${theme} ${width}: ${v}`))
    if (how !== 'full') continue
    await page
      .getByRole('button', { name: fogFrame(1002) })
      .first()
      .click()
    await expect(page.getByRole('button', { name: 'All files' })).toBeVisible()
    found.push(...(await look()).map((v) => `${theme} ${width}, a file: ${v}`))
    await page.getByRole('tab', { name: 'Tasks' }).click()
    await page.getByRole('tab', { name: 'Files', exact: true }).click()
    await expect(page.getByRole('grid', { name: /read and wrote$/ })).toBeVisible()
    found.push(...(await look()).map((v) => `${theme} ${width}, a task: ${v}`))
  }
  return found
}

test.describe('of a job with findings', () => {
  together(() => launchRehearsed('full'))

  test('findings, the line that connects, who touched a file, and a task with its own files', async () => {
    await tab('Rehearsal').click()
    await expect(page.getByRole('tab', { name: 'Rehearsal 4' })).toBeVisible()
    await expect(page.getByRole('heading', { name: '4 errors, 2 warnings' })).toBeVisible()
    await expect(
      page.getByText('graph["Denoise_fog"].outputs["files"].connect(graph["Comp"].inputs["fog"])')
    ).toBeVisible()
    await expect(page.getByText('no edge', { exact: true })).toBeVisible()

    const opened = page.getByRole('button', { name: 'Files', exact: true })
    if ((await opened.getAttribute('aria-expanded')) === 'false') await opened.click()
    await page.getByLabel('Find in the ledger').fill('fog.1017')
    const files = page.getByRole('grid', { name: 'Files of the job' })
    await expect(files.getByRole('row')).toHaveCount(2)
    await expect(files).toContainText('Denoise_fog-2')
    await files.getByRole('button', { name: 'fog.1017.exr' }).click()
    const touched = page.getByRole('grid', { name: `All that touched ${fogFrame(1017)}` })
    await expect(touched.getByRole('row')).toContainText(['What it did', 'wrote', 'read'])

    await touched.getByRole('button', { name: 'Comp-2' }).click()
    await expect(page.getByRole('tab', { name: 'Tasks' })).toHaveAttribute('aria-selected', 'true')
    await page.getByRole('tab', { name: 'Files', exact: true }).click()
    const own = page.getByRole('grid', { name: 'What Comp-2 read and wrote' })
    await expect(own).toContainText('OCIO')
    await own.getByRole('button', { name: 'licence.studio:5053' }).click()
    await expect(page.getByRole('grid', { name: 'All that touched licence.studio:5053' }).getByRole('row')).toHaveCount(
      7
    )
  })

  test('columns of the ledger are made wider and hidden with the keyboard, sorted, and stay so', async () => {
    const files = page.getByRole('grid', { name: 'Files of the job' })
    const head = (name: string) => files.getByRole('columnheader', { name, exact: true })
    const widthOf = async (name: string) => Math.round((await head(name).boundingBox())?.width ?? 0)
    const look = async () => {
      await tab('Rehearsal').click()
      const opened = page.getByRole('button', { name: 'Files', exact: true })
      if ((await opened.getAttribute('aria-expanded')) === 'false') await opened.click()
      await expect(head('File')).toBeVisible()
    }
    await page.reload()
    await look()
    await files.focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowRight')
    await expect(head('Written by').getByRole('button')).toBeFocused()
    const before = await widthOf('Written by')
    await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(() => widthOf('Written by')).toBe(before + 8)
    await page.keyboard.press('Enter')
    await expect(head('Written by')).toHaveAttribute('aria-sort', 'ascending')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Shift+F10')
    await page.getByRole('menuitem', { name: 'Hide' }).press('Enter')
    await expect(head('Read by')).toBeHidden()
    await page.keyboard.press('ArrowDown')
    await expect(files).toBeFocused()
    await page.reload()
    await look()
    expect(await widthOf('Written by')).toBe(before + 8)
    await expect(head('Written by')).toHaveAttribute('aria-sort', 'ascending')
    await expect(head('Read by')).toBeHidden()
    await head('File').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Usual columns' }).click()
    await expect(head('Read by')).toBeVisible()
  })

  test('the ledger is one stop of Tab: arrows go through its rows, to what can be pressed in them, and back', async () => {
    await page.reload()
    await tab('Rehearsal').click()
    const opened = page.getByRole('button', { name: 'Files', exact: true })
    if ((await opened.getAttribute('aria-expanded')) === 'false') await opened.click()
    const files = page.getByRole('grid', { name: 'Files of the job' })
    const row = files.locator('.line.focused')
    await page.getByLabel('Find in the ledger').fill('fog.10')
    await expect(page.getByText(/^\d+ in the ledger$/)).toBeVisible()
    await expect(files.locator('.line[data-row]').filter({ hasNotText: 'fog.10' })).toHaveCount(0)
    await page.getByLabel('with program files').focus()
    await page.keyboard.press('Tab')
    await expect(files).toBeFocused()
    await expect(row).toHaveAttribute('aria-rowindex', '2')
    await page.keyboard.press('ArrowDown')
    await expect(row).toHaveAttribute('aria-rowindex', '3')
    await expect(files).toHaveAttribute('aria-activedescendant', (await row.getAttribute('id')) ?? '')
    // the row's own buttons: the file, and its finding
    await page.keyboard.press('ArrowRight')
    await expect(row.getByRole('button').first()).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await expect(row.getByRole('button').nth(1)).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(files).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(files.locator(':focus')).toHaveCount(0)
    await expect(files).not.toBeFocused()
    await page.keyboard.press('Shift+Tab')
    await expect(files).toBeFocused()
    await expect(row).toHaveAttribute('aria-rowindex', '4')
    const what = (await row.getByRole('gridcell').first().getAttribute('title')) ?? ''
    await page.keyboard.press('Enter')
    await expect(page.getByRole('grid', { name: `All that touched ${what}` })).toBeVisible()
    await page.getByRole('button', { name: 'All files' }).click()
  })

  test('the report is saved where the user says, and read back it is whole', async () => {
    await tab('Rehearsal').click()
    await app.evaluate(({ dialog }, folder) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] })
    }, dir)
    await page.getByRole('button', { name: 'Save report…' }).click()
    await expect(page.getByRole('button', { name: 'Reveal' })).toBeVisible()
    expect(readFileSync(join(dir, 'hyd_0420_lighting_v029-1-rehearsal.html'), 'utf8')).toContain('</html>')
  })

  test('axe finds nothing', async () => {
    expect(await axeOf('full')).toEqual([])
  })
})

test.describe('apart', () => {
  eachAlone()

  test('a job that is about to be run can be rehearsed instead: it is made, and its rehearsal is shown', async () => {
    const graph = new Graph('soon')
    Step(graph, { value: 1 }, { name: 'a' })
    await launch(graphFile(graph))
    await page.getByRole('button', { name: 'Rehearse', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'soon' })).toBeVisible()
    await expect(page.getByRole('tab', { name: 'Rehearsal' })).toHaveAttribute('aria-selected', 'true')
  })

  for (const how of ['blind', 'none'] as const)
    test(`axe finds nothing (${how})`, async () => {
      await launchRehearsed(how)
      expect(await axeOf(how)).toEqual([])
    })
})

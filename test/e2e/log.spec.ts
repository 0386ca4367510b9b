/** A log of 7 MB in one window: its last test makes a second attempt. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { app, axe, backlot, dir, launchWith, page, together } from './backlot.ts'

together(async () => {
  const path = join(dir, 'outs.ts')
  writeFileSync(
    path,
    `import { defineNode, Graph } from 'backlot'
     const Html = defineNode({ outputs: ['html'] }, function Html() {
       for (let i = 0; i < 100000; i++)
         console.log(\`line \${i} \${i % 1000 === 0 ? 'WARNING something odd' : 'all fine here'} \${'x'.repeat(i % 90)}\`)
       console.log('\\x1b[1;31msee ${path}:12\\x1b[0m')
       throw new Error('at the very end')
     })
     export const graph = new Graph('outs')
     Html(graph)`
  )
  expect(backlot('run', path, '--trust')).toBe(1)
  const editor = join(dir, 'code')
  writeFileSync(editor, `#!/bin/sh\nprintf '%s\\n' "$@" > ${dir}/opened\n`)
  chmodSync(editor, 0o755)
  await launchWith({ VISUAL: `"${editor}"` })
})

const lines = () => readFileSync(join(dir, 'data/jobs/1/tasks/0/1-1.log'), 'utf8').split('\n')
const numberOf = (text: string) => String(lines().findIndex((line) => line.includes(text)) + 1)
const row = (text: string) => page.getByRole('log').locator('.line', { hasText: text }).first()

test('opens at its error, counts all of it, and its numbers are those of the file', async () => {
  await expect(row('Error: at the very end')).toBeInViewport()
  await expect(row('Error: at the very end').locator('.number')).toHaveText(numberOf('Error: at the very end'))
  await expect(page.getByRole('button', { name: /^Error 1 of \d+$/ })).toBeVisible()
  await expect(page.getByRole('button', { name: '100 warnings' })).toBeVisible()
  await expect(page.getByText('No errors')).toHaveCount(0)
  await expect(page.getByText(/\d+ lines by Backlot/)).toBeVisible()
  // warnings lie along the whole bar, the error at its end
  const bar = page.getByRole('scrollbar', { name: 'Place in the log' })
  expect(await bar.locator('.warning').count()).toBeGreaterThan(50)
  await expect(bar.locator('.error')).not.toHaveCount(0)
  expect(await axe()).toEqual([])
})

test('is searched as a whole from where one looks, and scrolls from its first line to its last', async () => {
  await expect(row('Error: at the very end')).toBeInViewport()
  const field = page.getByLabel('Find in the log')
  await field.fill('line 5000 ')
  const found = page.getByRole('search').locator('[aria-live]')
  await expect(found).toHaveText('1')
  await field.press('Enter')
  await expect(row('line 5000 ')).toBeInViewport()
  await expect(row('line 5000 ').locator('.number')).toHaveText(numberOf('line 5000 '))
  await field.fill('WARNING')
  await expect(found).toHaveText('100')
  // line 5000 is the sixth of them, and it is the first from here on
  await field.press('Enter')
  await expect(found).toHaveText('6 of 100')
  await field.press('Shift+Enter')
  await expect(found).toHaveText('5 of 100')
  await field.press('Escape')
  const bar = await page.getByRole('scrollbar', { name: 'Place in the log' }).boundingBox()
  if (!bar) throw new Error('the log has no scroll bar')
  await page.mouse.click(bar.x + 7, bar.y + bar.height / 2)
  const middle = page.getByRole('log').locator('.line .number').first()
  await expect.poll(async () => Number(await middle.textContent())).toBeGreaterThan(30_000)
  expect(Number(await middle.textContent())).toBeLessThan(70_000)
  await page.getByRole('log').locator('.log-lines').press('Home')
  await expect(row('line 0 WARNING').locator('.number')).toHaveText(numberOf('line 0 WARNING'))
})

test('a place in a file opens the editor; lines are copied as they were printed; attempts stand side by side', async () => {
  expect(backlot('retry', '1')).toBe(1)
  await expect(row('Error: at the very end')).toBeInViewport()
  await page.getByRole('log').getByRole('link', { name: 'outs.ts:12' }).first().click()
  await expect
    .poll(() => {
      try {
        return readFileSync(join(dir, 'opened'), 'utf8')
      } catch {
        return ''
      }
    })
    .toBe(`--goto\n${join(dir, 'outs.ts')}:12\n`)
  await expect(row('see ').locator('.number')).toHaveText(/\d/)
  await row('see ').locator('.gutter').click()
  await row('Error: at the very end')
    .locator('.gutter')
    .click({ modifiers: ['Shift'] })
  await page.keyboard.press('ControlOrMeta+c')
  const copied = () => app.evaluate(({ clipboard }) => clipboard.readText())
  await expect.poll(copied).toContain(`see ${join(dir, 'outs.ts')}:12\n`)
  expect(await copied()).not.toContain('\u001b')
  expect(await copied()).toContain('Error: at the very end')

  await page.getByRole('button', { name: 'Side by side' }).click()
  await expect(page.getByRole('log')).toHaveCount(2)
  expect(await axe()).toEqual([])
})

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test'
import { Graph } from '../../src-main/core/graph/author.ts'
import { Step } from '../fixtures/nodes/steps.ts'
import { fogFrame } from '../helpers/rehearsal.ts'

const root = join(import.meta.dirname, '../..')
const node = process.execPath
let app: ElectronApplication
let page: Page
let dir: string

async function launch(...args: string[]): Promise<void> {
  app = await _electron.launch({ args: [root, ...args], cwd: root, env: { ...process.env, BACKLOT_DATA_DIR: dir } })
  page = await app.firstWindow()
  await page.waitForURL(/index\.html/)
}

/** A job that was rehearsed, with findings of several kinds, or none, or whose rehearsal saw little. */
async function launchRehearsed(how: 'full' | 'clean' | 'blind' | 'none'): Promise<void> {
  const made = spawnSync(node, [join(root, 'test/e2e/rehearsed-job.ts'), dir, how], { encoding: 'utf8' })
  expect(made.status, made.stderr).toBe(0)
  await launch()
  await page.getByRole('tab', { name: 'Rehearsal' }).click()
}

test.beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'backlot-e2e-'))
})
test.afterEach(async () => {
  await app.close()
  rmSync(dir, { recursive: true, force: true })
})

const axe = async () => {
  const found = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  expect(found.passes.length, 'it looked').toBeGreaterThan(10)
  return found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`)
}

test('findings, the line that connects, who touched a file, and a task with its own files', async () => {
  await launchRehearsed('full')
  await expect(page.getByRole('tab', { name: 'Rehearsal 4' })).toBeVisible()
  await expect(page.getByRole('heading', { name: '4 errors, 2 warnings' })).toBeVisible()
  await expect(
    page.getByText('graph["Denoise_fog"].outputs["files"].connect(graph["Comp"].inputs["fog"])')
  ).toBeVisible()
  await expect(page.getByText('no edge', { exact: true })).toBeVisible()

  const opened = page.getByRole('button', { name: 'Files', exact: true })
  if ((await opened.getAttribute('aria-expanded')) === 'false') await opened.click()
  await page.getByLabel('Find in the ledger').fill('fog.1017')
  const files = page.getByRole('table', { name: 'Files of the job' })
  await expect(files.getByRole('row')).toHaveCount(2)
  await expect(files).toContainText('Denoise_fog-2')
  await files.getByRole('button', { name: 'fog.1017.exr' }).click()
  const touched = page.getByRole('table', { name: `All that touched ${fogFrame(1017)}` })
  await expect(touched.getByRole('row')).toContainText(['What it did', 'wrote', 'read'])

  await touched.getByRole('button', { name: 'Comp-2' }).click()
  await expect(page.getByRole('tab', { name: 'Tasks' })).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('tab', { name: 'Files', exact: true }).click()
  const own = page.getByRole('table', { name: 'What Comp-2 read and wrote' })
  await expect(own).toContainText('OCIO')
  await own.getByRole('button', { name: 'licence.studio:5053' }).click()
  await expect(page.getByRole('table', { name: 'All that touched licence.studio:5053' }).getByRole('row')).toHaveCount(
    7
  )
})

test('the report is saved where the user says, and read back it is whole', async () => {
  await launchRehearsed('full')
  await app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] })
  }, dir)
  await page.getByRole('button', { name: 'Save report…' }).click()
  await expect(page.getByRole('button', { name: 'Reveal' })).toBeVisible()
  expect(readFileSync(join(dir, 'hyd_0420_lighting_v029-1-rehearsal.html'), 'utf8')).toContain('</html>')
})

test('a job that is about to be run can be rehearsed instead: it is made, and its rehearsal is shown', async () => {
  const graph = new Graph('soon')
  Step(graph, { value: 1 }, { name: 'a' })
  const path = join(dir, 'soon.json')
  writeFileSync(path, graph.toText())
  await launch(path)
  await page.getByRole('button', { name: 'Rehearse', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'soon' })).toBeVisible()
  await expect(page.getByRole('tab', { name: 'Rehearsal' })).toHaveAttribute('aria-selected', 'true')
})

for (const how of ['full', 'blind', 'none'] as const)
  test(`axe finds nothing in a rehearsal's view (${how}), light or dark, wide or narrow`, async () => {
    test.slow()
    await launchRehearsed(how)
    const found: string[] = []
    for (const theme of ['light', 'dark'])
      for (const [width, height] of [
        [1600, 1000],
        [900, 600]
      ] as const) {
        await page.setViewportSize({ width, height })
        await page.evaluate((choice) => localStorage.setItem('backlot.theme', choice), theme)
        await page.reload()
        await page.getByRole('tab', { name: 'Rehearsal' }).click()
        await page.waitForTimeout(500)
        found.push(...(await axe()).map((v) => `${theme} ${width}: ${v}`))
        if (how !== 'full') continue
        const file = page.getByRole('button', { name: fogFrame(1002) }).first()
        await file.click()
        await expect(page.getByRole('button', { name: 'All files' })).toBeVisible()
        found.push(...(await axe()).map((v) => `${theme} ${width}, a file: ${v}`))
        await page.getByRole('tab', { name: 'Tasks' }).click()
        await page.getByRole('tab', { name: 'Files', exact: true }).click()
        await page.waitForTimeout(300)
        found.push(...(await axe()).map((v) => `${theme} ${width}, a task: ${v}`))
      }
    expect(found).toEqual([])
  })

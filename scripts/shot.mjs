// A screenshot of the built window on the stand-in: node scripts/shot.mjs --data DIR --out x.png [--theme dark] [--size 1440x900]
// [--open GRAPH] [--wait MS] [NAME …]: buttons, tabs or texts to click, in order.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { _electron } from '@playwright/test'
import { build, root } from './build.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    theme: { type: 'string', default: 'light' },
    size: { type: 'string', default: '1440x900' },
    open: { type: 'string' },
    wait: { type: 'string', default: '700' }
  }
})
const { data, out, open } = values
if (data === undefined || out === undefined) {
  console.error('shot.mjs needs --data DIR and --out FILE.png')
  process.exit(2)
}
build()
process.env.ELECTRON_OVERRIDE_DIST_PATH ??= join(root, 'tools/electron/dist')
const args = [root, ...(open ? [open] : [])]
const app = await _electron.launch({ args, cwd: root, env: { ...process.env, BACKLOT_DATA_DIR: data } })
const page = await app.firstWindow()
page.on('console', (message) => message.type() === 'error' && console.error('page:', message.text()))
page.on('pageerror', (error) => console.error('page:', error.message))
await page.waitForURL(/index\.html/)
const [width = 1440, height = 900] = values.size.split('x').map(Number)
await page.setViewportSize({ width, height })
await page.evaluate((theme) => localStorage.setItem('backlot.theme', theme), values.theme)
await page.reload()
if (open) {
  // the reload for the theme lost what was opened at the start
  await page.waitForTimeout(500)
  await app.evaluate(
    ({ BrowserWindow }, path) => BrowserWindow.getAllWindows()[0]?.webContents.send('open', path),
    open
  )
  await page.waitForTimeout(800)
}
for (const name of positionals) {
  const choices = [
    page.getByRole('tab', { name, exact: true }),
    page.getByRole('button', { name, exact: true }),
    page.getByText(name, { exact: true })
  ]
  const counts = await Promise.all(choices.map((choice) => choice.count()))
  const target = choices[counts.findIndex((count) => count > 0)]
  if (!target) throw new Error(`nothing on the page is called ${name}`)
  await target.first().click()
  await page.waitForTimeout(400)
}
await page.waitForTimeout(Number(values.wait))
await page.screenshot({ path: out })
await app.close()

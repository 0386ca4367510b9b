// Screenshots of every view in both themes into docs/screenshots, from real runs: the guide's film, a film whose check
// fails, one that is fine, and a rehearsal that finds four causes.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from '@playwright/test'
import { build, root } from './build.mjs'

build()
const data = mkdtempSync(join(tmpdir(), 'backlot-shots-'))
const out = join(root, 'docs/screenshots')
const env = { ...process.env, BACKLOT_DATA_DIR: data, BACKLOT_OUTPUT_DIR: join(data, 'images') }
mkdirSync(out, { recursive: true })

/**
 * Starts the command line for an example. Two are meant to fail.
 * @param {string} command
 * @param {string[]} args
 */
function run(command, ...args) {
  spawnSync(process.execPath, [join(root, 'out/main/cli.js'), command, '--trust', ...args], {
    cwd: root,
    env,
    stdio: 'inherit'
  })
}

run('run', 'examples/vfx_rendering/graph.ts', '--map', 'maya=node,houdini=node,nuke=node,3dequalizer=node')
run('run', 'examples/rendering/graph.ts', '--set', 'CheckImages.count=31')
run('run', 'examples/rendering/graph.ts')
run('rehearse', 'examples/rehearsal/graph.py', '--share', 'examples/rehearsal')

process.env.ELECTRON_OVERRIDE_DIST_PATH ??= join(root, 'tools/electron/dist')
const app = await _electron.launch({ args: [root], cwd: root, env })
const page = await app.firstWindow()
await page.waitForURL(/index\.html/)
await page.setViewportSize({ width: 1440, height: 900 })

/** @param {string} name */
const tab = (name) => page.getByRole('tab', { name, exact: true }).click()
/** @param {string} name */
const button = (name) => page.getByRole('button', { name, exact: true }).click()
/** @param {number} number */
const job = (number) => page.getByText(`#${number}`, { exact: true }).first().click()
const views = {
  start: () => button('Start'),
  convert: async () => {
    await button('Start')
    await button('Try the example film')
  },
  tasks: async () => {
    await job(2)
    await tab('Tasks')
  },
  graph: async () => {
    await job(1)
    await tab('Graph')
  },
  timeline: async () => {
    await job(1)
    await tab('Timeline')
  },
  outputs: async () => {
    await job(3)
    await tab('Outputs')
  },
  rehearsal: async () => {
    await job(4)
    await page.getByRole('tab', { name: /^Rehearsal/ }).click()
  },
  export: async () => {
    await job(3)
    await button('Export…')
  },
  interpreters: async () => {
    await page.keyboard.press('Escape')
    await button('Interpreters')
  },
  settings: () => button('Settings'),
  commands: () => page.keyboard.press('Control+k')
}

for (const theme of ['light', 'dark']) {
  await page.evaluate((choice) => localStorage.setItem('backlot.theme', choice), theme)
  await page.reload()
  for (const [name, go] of Object.entries(views)) {
    await page.waitForTimeout(300)
    await go()
    // the graph's layout, the checks of the interpreters and the pictures arrive a moment later
    await page.waitForTimeout(2000)
    await page.screenshot({ path: join(out, `${name}-${theme}.png`) })
  }
}
await app.close()
rmSync(data, { recursive: true, force: true })

// Screenshots of every view in both themes, from real runs: the guide's film, a film whose check fails, one that is fine twice,
// a rehearsal that finds four causes, its run on three machines of a farm, and a job of 20,000 tasks. Everything lies in one neutral folder, so that no path of a
// machine is in a picture: node scripts/screenshots.mjs [--out DIR] [--size 900x600]… [--view NAME]… [--theme dark]
// Without sizes at 1440x900 and, of what the README shows, into docs/screenshots. 720x450 is 1440x900 at 200 %.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { _electron } from '@playwright/test'
import { build, root } from './build.mjs'

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'docs/screenshots') },
    size: { type: 'string', multiple: true, default: ['1440x900'] },
    view: { type: 'string', multiple: true, default: [] },
    theme: { type: 'string', multiple: true, default: ['light', 'dark'] }
  }
})
const show = '/tmp/show'
if (existsSync(show)) {
  console.error(`${show} is there already: the pictures are made in it, and it is removed behind them`)
  process.exit(1)
}
build()
mkdirSync(join(show, 'bin'), { recursive: true })
mkdirSync(join(show, 'huge'))
cpSync(join(root, 'examples'), join(show, 'examples'), { recursive: true })
symlinkSync(join(root, 'node_modules'), join(show, 'node_modules'))
// programs whose own places are nobody's business
const found = (/** @type {string} */ name) =>
  spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim() || name
cpSync(process.execPath, join(show, 'bin/node'))
process.env.ELECTRON_DOUBLE_NODE = join(show, 'bin/node')
for (const [name, path] of [
  ['python3', found('python3')],
  ['python', found('python3')]
]) {
  writeFileSync(join(show, 'bin', name ?? ''), `#!/bin/sh\nexec "${path}" "$@"\n`)
  chmodSync(join(show, 'bin', name ?? ''), 0o755)
}
const env = {
  ...process.env,
  PATH: [join(show, 'bin'), '/usr/bin', '/bin'].join(delimiter),
  BACKLOT_DATA_DIR: join(show, 'data'),
  BACKLOT_OUTPUT_DIR: join(show, 'images'),
  OCIO: join(show, 'aces_1.3/config.ocio')
}

/**
 * Starts the command line for an example. Some are meant to fail.
 * @param {string} command
 * @param {string[]} args
 */
const run = (command, ...args) => backlot(command, '--trust', ...args)

/** @param {string[]} args */
function backlot(...args) {
  spawnSync(join(show, 'bin/node'), [join(root, 'out/main/cli.cjs'), ...args], {
    cwd: show,
    env,
    stdio: ['ignore', 'ignore', 'inherit']
  })
}

run('run', 'examples/vfx_rendering/graph.ts', '--map', 'maya=node,houdini=node,nuke=node,3dequalizer=node')
run('run', 'examples/rendering/graph.ts', '--set', 'CheckImages.count=31')
run('run', 'examples/rendering/graph.ts')
run('run', 'examples/rendering/graph.ts', '--set', 'Render.day=28', '--set', `Render.folder=${show}/images_v002`)
run('rehearse', 'examples/rehearsal/graph.py', '--share', 'examples/rehearsal')
runOnFarm()
spawnSync(process.execPath, [join(root, 'test/e2e/large-job.ts'), join(show, 'huge')], {
  cwd: root,
  env,
  stdio: 'inherit'
})
const missing = JSON.parse(readFileSync(join(show, 'huge/large.json'), 'utf8'))
missing.name = 'hyd_0420_comp_v012'
missing.nodes = missing.nodes.slice(0, 1)
missing.nodes[0].metadata = { interpreter: 'nuke', batch_size: 500 }
missing.nodes[0].outputs.done.connections = {}
writeFileSync(join(show, 'hyd_0420_comp_v012.json'), JSON.stringify(missing))

/** The rehearsed shot (job 5) on three machines, each with a temporary folder of its own and one without a variable; it is brought back as job 6. */
function runOnFarm() {
  const folder = join(show, 'farm')
  backlot('export', '5', '--format', 'bundle', '--out', folder)
  const { tasks } = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'))
  const hosts = ['b01', 'b03', 'b07']
  // a farm starts nothing behind a failure
  tasks.every((/** @type {{ folder: string }} */ task, /** @type {number} */ place) => {
    const host = hosts[place % hosts.length] ?? ''
    const bin = join(show, 'bin', host)
    const own = join(bin, 'tmp')
    mkdirSync(own, { recursive: true })
    writeFileSync(join(bin, 'uname'), `#!/bin/sh\necho ${host}\n`)
    chmodSync(join(bin, 'uname'), 0o755)
    const OCIO = host === 'b07' ? undefined : env.OCIO
    const there = { ...env, OCIO, PATH: `${bin}${delimiter}${env.PATH}`, TMPDIR: own }
    const done = spawnSync('sh', ['commands/0.sh', task.folder], { cwd: folder, env: there, stdio: 'ignore' })
    rmSync(own, { recursive: true })
    return done.status === 0
  })
  backlot('pull', folder)
}

process.env.ELECTRON_OVERRIDE_DIST_PATH ??= join(root, 'tools/electron/dist')

/** @typedef {import('@playwright/test').Page} Page */

/**
 * How to come to each view from any other.
 * @param {Page} page
 * @param {(path: string) => Promise<unknown>} open
 * @returns {Record<string, () => Promise<unknown>>}
 */
function viewsOf(page, open) {
  const tab = (/** @type {string} */ name) => page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
  const button = (/** @type {string} */ name) => page.getByRole('button', { name, exact: true }).first().click()
  const jobs = page.getByRole('navigation', { name: 'Jobs' })
  const job = (/** @type {number} */ number) => jobs.getByText(`#${number}`, { exact: true }).click()
  /** @param {number} number @param {string} name */
  const of = (number, name) => async () => {
    await job(number)
    await tab(name)
  }
  const tile = async () => {
    await of(4, 'Outputs')()
    await page.getByRole('option', { name: /^Render/ }).click()
    await page.locator('button.tile').first().click()
  }
  return {
    start: () => button('Backlot'),
    convert: async () => {
      await open(join(show, 'examples/rendering/graph.ts'))
      await page.getByRole('button', { name: /^Run \d/ }).waitFor({ timeout: 30_000 })
    },
    preflight: () => open(join(show, 'hyd_0420_comp_v012.json')),
    tasks: of(2, 'Tasks'),
    graph: of(1, 'Graph'),
    inspector: async () => {
      await of(2, 'Graph')()
      await page.locator('.svelte-flow__node', { hasText: 'CheckImages' }).click()
    },
    timeline: of(1, 'Timeline'),
    path: async () => {
      await of(1, 'Timeline')()
      await button('Critical path')
    },
    totals: async () => {
      await of(3, 'Timeline')()
      const chart = page.getByRole('application', { name: 'Timeline' })
      await chart.press('Home')
      await chart.press('m')
    },
    outputs: of(3, 'Outputs'),
    viewer: tile,
    compare: async () => {
      await tile()
      await button('Side by side')
    },
    rehearsal: of(5, 'Rehearsal'),
    ledger: async () => {
      await of(5, 'Rehearsal')()
      const files = page.getByRole('button', { name: 'Files', exact: true })
      if ((await files.getAttribute('aria-expanded')) === 'false') await files.click()
      await page.getByRole('grid', { name: 'Files of the job' }).focus()
    },
    farm: async () => {
      await of(6, 'Graph')()
      const compare = page.getByRole('button', { name: 'Compare…' })
      if (await compare.isVisible()) return compare.click()
      await button('More actions')
      await page.getByRole('menuitem', { name: 'Compare…' }).click()
    },
    hosts: of(6, 'Timeline'),
    forecast: of(3, 'Forecast'),
    log: async () => {
      await of(2, 'Tasks')()
      await page.keyboard.press('Shift+L')
    },
    export: async () => {
      await of(3, 'Tasks')()
      await page.keyboard.press('e')
    },
    jobs: async () => {
      await button('All jobs')
      await button('Clean up…')
    },
    interpreters: () => button('Interpreters'),
    settings: () => button('Settings'),
    commands: async () => {
      await of(2, 'Tasks')()
      await page.keyboard.press('Control+k')
    },
    keys: async () => {
      await of(2, 'Tasks')()
      await page.keyboard.press('?')
    }
  }
}

/** @param {Page} page @returns {Record<string, () => Promise<unknown>>} */
function hugeViews(page) {
  const loaded = () => page.getByRole('button', { name: '12 failed', exact: true }).waitFor({ timeout: 30_000 })
  const go = (/** @type {string} */ name) => async () => {
    await page.getByRole('tab', { name: /^Tasks/ }).click()
    await loaded()
    await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
  }
  return { huge: go('Tasks'), 'huge-timeline': go('Timeline'), 'huge-graph': go('Graph') }
}

/**
 * @param {string} data
 * @param {(page: Page, open: (path: string) => Promise<unknown>) => Record<string, () => Promise<unknown>>} viewsFor
 */
async function shoot(data, viewsFor) {
  const app = await _electron.launch({ args: [root], cwd: show, env: { ...env, BACKLOT_DATA_DIR: data } })
  const page = await app.firstWindow()
  await page.waitForURL(/index\.html/)
  page.setDefaultTimeout(8000)
  const views = viewsFor(page, (path) =>
    app.evaluate(({ BrowserWindow }, file) => BrowserWindow.getAllWindows()[0]?.webContents.send('open', file), path)
  )
  const wanted = Object.entries(views).filter(([name]) => values.view.length === 0 || values.view.includes(name))
  for (const theme of values.theme) {
    await page.evaluate((choice) => localStorage.setItem('backlot.theme', choice), theme)
    for (const size of values.size) {
      const [width = 1440, height = 900] = size.split('x').map(Number)
      await page.setViewportSize({ width, height })
      for (const [name, go] of wanted) {
        await page.reload()
        await page.waitForTimeout(300)
        const suffix = values.size.length > 1 ? `-${size}` : ''
        await go().catch((error) => console.error(`${name}, ${theme}, ${size}: ${error.message.split('\n')[0]}`))
        // the graph's layout, the checks of the interpreters and the pictures arrive a moment later
        await page.waitForTimeout(1200)
        await page.screenshot({ path: join(values.out, `${name}-${theme}${suffix}.png`) })
      }
    }
  }
  await app.close()
}

mkdirSync(values.out, { recursive: true })
try {
  await shoot(join(show, 'data'), viewsOf)
  await shoot(join(show, 'huge'), hugeViews)
} finally {
  rmSync(show, { recursive: true, force: true })
}

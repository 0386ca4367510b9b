/**
 * `npm run bench:window`: how responsive the window is while 20,000 commands run, when all are done, on a log of 1 GB, with
 * 2,000 nodes and at its start; on
 * the stand-in over Chromium, or on Electron with BACKLOT_ELECTRON=1. Writes bench/results/window.json.
 *
 *     npm run bench:window [-- --tasks 20000] [--only graph] [--profile]
 *
 * `--profile` writes V8 profiles beside it; build with `build.minify: false` to read names in them.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { _electron, type CDPSession } from '@playwright/test'
import type { Output } from '../src-main/api.ts'
import type { CallName, Input } from '../src-main/contract.ts'
import { at } from '../src-main/domain/at.ts'
import { build, root } from '../scripts/build.mjs'
import { delays, memory, profileOff, profileOn, watchDelay, type Delay } from './window/main-process.ts'
import { layeredGraph } from './window/graph.ts'
import { follow, observe, scroll, taken, unfollow } from './window/page.ts'
import { hottest, type Profile } from './window/profile.ts'
import { starts } from './window/start.ts'

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '20000' },
    /** `graph`: only the graph of 2,000 nodes */
    only: { type: 'string' },
    profile: { type: 'boolean', default: false }
  }
})
const many = Number(values.tasks)
build()
const results = join(import.meta.dirname, 'results')
mkdirSync(results, { recursive: true })
const dataDir = mkdtempSync(join(tmpdir(), 'backlot-bench-window-'))
const node = process.execPath
if (process.env.BACKLOT_ELECTRON !== '1') process.env.ELECTRON_OVERRIDE_DIST_PATH ??= join(root, 'tools/electron/dist')

/** A graph as flowpipe writes it: one plain command for every frame. */
function graphOf(name: string, frames: number): string {
  const plug = { name: 'frames', value: Array.from({ length: frames }, (_, i) => i), sub_plugs: {}, connections: {} }
  const command = {
    ...{ file_location: null, module: 'bench', cls: 'Run', name: 'Run', identifier: 'Run-1', outputs: {} },
    ...{ inputs: { frames: plug }, metadata: { interpreter: 'command', batch_size: 1 } }
  }
  const path = join(dataDir, `${name}.json`)
  writeFileSync(path, JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name, nodes: [command], subgraphs: [] }))
  return path
}

const app = await _electron.launch({ args: [root], cwd: root, env: { ...process.env, BACKLOT_DATA_DIR: dataDir } })
const page = await app.firstWindow()
await page.waitForURL(/index\.html/)
await page.setViewportSize({ width: 1440, height: 900 })
const pause = (ms: number) => page.waitForTimeout(ms)
const pid = await app.evaluate(() => process.pid)

async function call<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
  // as text: Playwright's types lose what N is
  const answer = await page.evaluate(
    (text) => {
      const [asked, of] = JSON.parse(text) as [N, Input<N>]
      return window.backlot.call(asked, of)
    },
    JSON.stringify([name, input])
  )
  if (typeof answer === 'string') throw new Error(`${name}: its answer is text`)
  if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`)
  return answer.value
}

async function job(name: string, frames: number): Promise<number> {
  const source = { path: graphOf(name, frames) }
  await call('graph.trust', { source })
  return (await call('job.create', { source, force: true })).job
}

type InPage = ReturnType<typeof taken> & { heap: number }

const phases: Phase[] = []
/** Does something, and notes what happened meanwhile in both processes. */
async function phase(name: string, work: () => Promise<Frames | null | undefined>): Promise<void> {
  console.error(`${name} …`)
  const session = await page.context().newCDPSession(page)
  const cdp = values.profile ? session : null
  if (cdp) await Promise.all([cdp.send('Profiler.enable'), app.evaluate(profileOn)])
  await cdp?.send('Profiler.start')
  await page.evaluate(taken)
  await app.evaluate(delays)
  const begin = performance.now()
  const frames = await work()
  const seconds = (performance.now() - begin) / 1000
  const inPage = { ...(await page.evaluate(taken)), heap: await heapOf(session) }
  const inMain = await app.evaluate(delays)
  const profiles = cdp && { page: (await cdp.send('Profiler.stop')).profile, main: await app.evaluate(profileOff) }
  await session.detach()
  phases.push({
    name,
    seconds,
    frames: frames ?? null,
    ...figures(inPage, inMain),
    hottest: profiles && hot(name, profiles)
  })
}

const heapOf = async (session: CDPSession): Promise<number> => (await session.send('Runtime.getHeapUsage')).usedSize

function hot(name: string, profiles: Record<'page' | 'main', Profile>) {
  const file = (process: string) => join(results, `window-${name.replaceAll(/\W+/g, '-')}-${process}.cpuprofile`)
  for (const [process, profile] of Object.entries(profiles)) writeFileSync(file(process), JSON.stringify(profile))
  return { page: hottest(profiles.page), main: hottest(profiles.main) }
}

const quantile = (list: readonly number[], part: number): number | null =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(part * list.length))] ?? null
const spread = (list: readonly number[]) => ({
  n: list.length,
  p50: quantile(list, 0.5),
  p95: quantile(list, 0.95),
  max: quantile(list, 1)
})
const framesOf = (list: readonly number[]) => ({
  perSecond: (1000 * list.length) / list.reduce((a, b) => a + b, 0),
  ...spread(list)
})
type Frames = ReturnType<typeof framesOf>
type Phase = ReturnType<typeof figures> & {
  name: string
  seconds: number
  frames: Frames | null
  hottest: object | null
}

function figures(inPage: InPage, { heap, ...delay }: Delay) {
  return {
    eventToPixel: { ...spread(inPage.toPixel), missed: inPage.missed },
    longTasks: { n: inPage.longTasks.length, longest: Math.max(0, ...inPage.longTasks) },
    mainDelay: delay,
    heapMegabytes: { main: heap / 1e6, page: inPage.heap / 1e6 },
    memory: memory(pid)
  }
}

/** Goes to a view; returns when what will be moved in it is there. */
async function tab(name: 'Tasks' | 'Timeline'): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click()
  await page
    .locator(name === 'Tasks' ? ':is([role=grid], [role=treegrid])[aria-label=Tasks]' : '[role=application] canvas')
    .waitFor()
}
const moving = (what: 'table' | 'timeline' | 'graph') => async () =>
  framesOf(await page.evaluate(scroll, { ms: 5000, what }))

await app.evaluate(watchDelay)
const plain = { env: {}, wrapper: [], limit: null, setup: '', evaluator: 'none', start: 'cold' } as const
await call('interpreter.set', { name: 'command', argv: ['/bin/true'], ...plain, wrapper: [] })
const load = loadavg()
let [seconds, searched] = [0, 0]

async function thousandsOfTasks(): Promise<void> {
  const large = await job('large', many)
  await page.reload()
  await page.getByRole('status').filter({ hasText: 'tasks' }).waitFor()
  // a task a row: what is measured is rows that change
  await page.getByRole('button', { name: 'Group by node' }).click()
  await page.locator('[role=grid][aria-label=Tasks]').waitFor()
  await page.evaluate(observe)
  const begin = performance.now()
  const ended = call('job.run', { job: large }) // it answers at the job's end
  await phase('running, its table in view', async () => {
    await page.evaluate(follow)
    await pause(15_000)
    await page.evaluate(unfollow)
  })
  await phase('running, scrolling the table', moving('table'))
  await tab('Timeline')
  await phase('running, moving the timeline', moving('timeline'))
  await tab('Tasks')
  await page.evaluate(follow)
  await phase('running, to the end', () =>
    page
      .getByTestId('job-status')
      .filter({ hasText: 'succeeded' })
      .waitFor({ timeout: 1_800_000 })
      .then(() => null)
  )
  await ended
  await page.evaluate(unfollow)
  seconds = (performance.now() - begin) / 1000
  await phase('done, scrolling the table', moving('table'))
  await tab('Timeline')
  await phase('done, moving the timeline', moving('timeline'))

  const long = await job('long', 1)
  await call('job.run', { job: long })
  await page.reload()
  await page.getByTestId('job-status').filter({ hasText: 'succeeded' }).waitFor()
  const { tasks } = await call('task.list', { job: long })
  const task = at(tasks, 0).id
  const { log } = at((await call('task.attempts', { task })).toReversed(), 0)
  spawnSync(node, [join(root, 'test/e2e/long-log.ts'), log], { stdio: 'inherit' })
  await page.evaluate(observe)
  await phase('a log of 1 GB, opened', async () => {
    await page.getByText('#1', { exact: true }).first().click()
    await page.getByText('#2', { exact: true }).first().click()
    await page.getByRole('log').getByText('this is the last line').waitFor()
  })
  await phase('a log of 1 GB, searched', async () => {
    await page.getByLabel('Find in the log').fill('the needle')
    await page.getByLabel('Regular expression').click()
    const begun = performance.now()
    await page.getByRole('search').locator('[aria-live]').getByText(/^1$/).waitFor({ timeout: 600_000 })
    searched = statSync(log).size / 1e3 / (performance.now() - begun)
  })
}

/** A graph of 2,000 nodes in ten layers: opened, all its cards shown, moved. */
async function thousandsOfNodes(): Promise<void> {
  const path = join(dataDir, 'g2000.json')
  writeFileSync(path, layeredGraph(2000, 10))
  await page.evaluate(observe)
  await app.evaluate(
    ({ BrowserWindow }, file) => BrowserWindow.getAllWindows()[0]?.webContents.send('open', file),
    path
  )
  await phase('2,000 nodes, first picture', async () => {
    await page.locator('.svelte-flow__node').first().waitFor()
    return null
  })
  await phase('2,000 nodes, moved', moving('graph'))
  await phase('2,000 nodes, every card', async () => {
    await page.getByRole('button', { name: 'Collapse layers' }).click()
    await page.locator('[data-cards="2000"]').waitFor({ timeout: 120_000 })
    return null
  })
  await phase('2,000 nodes, every card, moved', moving('graph'))
  await phase('2,000 nodes, every card, all in view', async () => {
    await page.getByRole('button', { name: 'Fit the whole graph' }).click()
    await pause(2000)
    return null
  })
  await phase('2,000 nodes, all in view, moved', moving('graph'))
}

if (values.only !== 'graph') await thousandsOfTasks()
await thousandsOfNodes()
await app.close()
const start = values.only === 'graph' ? null : await starts(root)
rmSync(dataDir, { recursive: true, force: true })

const machine = { cpus: cpus().length, model: cpus()[0]?.model, load, loadAfter: loadavg(), node: process.version }
const round = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value)
writeFileSync(
  join(results, 'window.json'),
  `${JSON.stringify({ machine, tasks: many, seconds, searched, start, phases }, round, 2)}\n`
)
const whole = (number: number | null) => (number === null ? '–' : Math.round(number))
console.log(
  `${many} tasks in ${whole(seconds)} s; load ${load.map((n) => n.toFixed(1)).join(' ')}, ${machine.cpus} cores`
)
console.table(
  Object.fromEntries(
    phases.map((row) => [
      row.name,
      {
        s: whole(row.seconds),
        'frames/s': row.frames ? whole(row.frames.perSecond) : '–',
        'frame p95 ms': row.frames ? whole(row.frames.p95) : '–',
        'event→pixel p50/p95 ms': `${whole(row.eventToPixel.p50)}/${whole(row.eventToPixel.p95)} (${row.eventToPixel.n})`,
        'longest task ms': whole(row.longTasks.longest),
        'main delay p50/p99/max ms': [row.mainDelay.p50, row.mainDelay.p99, row.mainDelay.max].map(whole).join('/'),
        'memory main/page MB': [row.memory.main.now, row.memory.page.now].map(whole).join('/'),
        'heap main/page MB': [row.heapMegabytes.main, row.heapMegabytes.page].map(whole).join('/')
      }
    ])
  )
)
if (start)
  console.log(
    `start to the first row with ${start.jobs} jobs and ${start.tasks} tasks: ${whole(start.toRow)} ms; to the first words of an empty folder: ${whole(start.empty)} ms`
  )
console.log(`search in a log of 1 GB: ${whole(searched)} MB/s`)
console.error(`written: ${join(results, 'window.json')}`)

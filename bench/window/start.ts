/** How long the window takes to show its first row with 500 jobs and 100,000 tasks in the data folder. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from '@playwright/test'
import { openApp } from '../../src-main/app.ts'

const jobs = 500
const tasksEach = 200

export interface Start {
  jobs: number
  tasks: number
  /** ms from the program's start to the first row of the task table */
  toRow: number
  /** the same of an empty data folder, to its first words: what Chromium and Node take by themselves */
  empty: number
}

function graphOf(folder: string, n: number): string {
  const frames = Array.from({ length: tasksEach }, (_, i) => i)
  const plug = { name: 'frames', value: frames, sub_plugs: {}, connections: {} }
  const node = {
    ...{ file_location: null, module: 'bench', cls: 'Run', name: 'Run', identifier: `Run-${n}`, outputs: {} },
    ...{ inputs: { frames: plug }, metadata: { interpreter: 'python', batch_size: 1 } }
  }
  const path = join(folder, `shot_${n}.json`)
  writeFileSync(
    path,
    JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: `shot_${n}`, nodes: [node], subgraphs: [] })
  )
  return path
}

async function fill(folder: string): Promise<void> {
  const opened = openApp({ dataDir: folder })
  if (!opened.ok) throw new Error(opened.error.message)
  for (let n = 0; n < jobs; n++) {
    const made = await opened.value.call('job.create', { source: { path: graphOf(folder, n) }, force: true })
    if (!made.ok) throw new Error(made.error.message)
  }
  await opened.value.close()
}

async function launched(root: string, folder: string, shown: string): Promise<number> {
  const begin = performance.now()
  const app = await _electron.launch({ args: [root], cwd: root, env: { ...process.env, BACKLOT_DATA_DIR: folder } })
  const page = await app.firstWindow()
  await page.locator(shown).first().waitFor()
  const took = performance.now() - begin
  await app.close()
  return took
}

/** The median of five starts each, in turn. */
export async function starts(root: string): Promise<Start> {
  const [full, none] = [mkdtempSync(join(tmpdir(), 'backlot-start-')), mkdtempSync(join(tmpdir(), 'backlot-start-'))]
  await fill(full)
  const times: { toRow: number; empty: number }[] = []
  for (let i = 0; i < 5; i++)
    times.push({
      toRow: await launched(root, full, '[aria-label=Tasks] [role=row][data-row]'),
      empty: await launched(root, none, 'text=No jobs yet')
    })
  for (const folder of [full, none]) rmSync(folder, { recursive: true, force: true })
  const median = (list: number[]) => list.toSorted((a, b) => a - b)[2] ?? 0
  const [toRow, empty] = [median(times.map((one) => one.toRow)), median(times.map((one) => one.empty))]
  return { jobs, tasks: jobs * tasksEach, toRow, empty }
}

/**
 * Forecasts of jobs that really cost start-up and so much per frame, each against its real run: a smoke run of a few frames
 * in two batch sizes is measured, then whole jobs with several batch sizes are forecast and run. `forecast.ts`, on the built
 * app; prints `ForecastFigures[]` as JSON.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Output } from '../src-main/api.ts'
import type { CallName, Input } from '../src-main/contract.ts'

/** Seconds. */
export interface ForecastFigures {
  batch: number
  workers: number
  forecast: number
  real: number
  machine: number
  realMachine: number
}

// not resolved when types are checked: a fresh clone has no build yet
const built = '../out/main/app.js'
const { openApp } = (await import(built)) as typeof import('../src-main/app.ts')

const workers = 6
const count = 120
const data = mkdtempSync(join(tmpdir(), 'backlot-forecast-'))
const frames = Array.from({ length: count }, (_, i) => i + 1)
const plug = (name: string, value: unknown, connections: object = {}) => ({ name, value, sub_plugs: {}, connections })

interface NodeShape {
  frames?: number[]
  from?: string
  to?: string
  metadata?: object
}

/** Runs with an interpreter of its own name. */
const node = (name: string, { frames: list, from, to, metadata }: NodeShape) => ({
  ...{ file_location: null, module: 'bench', cls: name, name, identifier: `${name}-1` },
  inputs: {
    ...(list && { frames: plug('frames', list) }),
    ...(from && { in: plug('in', null, { [`${from}-1`]: 'out' }) })
  },
  outputs: { out: plug('out', null, to ? { [`${to}-1`]: ['in'] } : {}) },
  metadata: { interpreter: name, ...metadata }
})
const nodes = [
  node('Load', { to: 'Render' }),
  node('Render', { frames, from: 'Load', to: 'Comp', metadata: { batch_size: 1 } }),
  node('Comp', { frames, from: 'Render', metadata: { batch_size: 4, dependency: 'frame' } })
]
const path = join(data, 'graph.json')
writeFileSync(path, JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'shot', nodes, subgraphs: [] }))

const opened = openApp({ dataDir: data, slots: workers })
if (!opened.ok) throw new Error(opened.error.message)
const app = opened.value
async function ask<N extends CallName>(name: N, input: Input<N>): Promise<Output<N>> {
  const result = await app.call(name, input)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Seconds to start, and seconds a frame. */
const costs = { Load: [0.3, 0], Render: [0.3, 0.05], Comp: [0.1, 0.02] }
for (const [name, [start = 0, each = 0]] of Object.entries(costs)) {
  const argv = [join(import.meta.dirname, 'slow_frames.sh'), String(start), String(each), '{task}']
  const rest = { env: {}, wrapper: [], limit: null, setup: '' }
  await ask('interpreter.set', { name, argv, ...rest, evaluator: 'none', start: 'cold' })
}

const made = async (options: Input<'job.create'>['options']) =>
  (await ask('job.create', { source: { path }, options, force: true })).job

for (const options of [
  { frames: '1,40,80,120', batch: { Render: 1, Comp: 1 } },
  { frames: '2-17', batch: { Render: 8, Comp: 8 } }
])
  await ask('job.run', { job: await made(options) })

const figures: ForecastFigures[] = []
for (const batch of [1, 3, 12]) {
  const job = await made({ batch: { Render: batch } })
  const { workers: on } = await ask('job.forecast', { job, workers: [workers], advise: false })
  const before = on[0] ?? { wall: NaN, machine: NaN }
  await ask('job.run', { job, slots: workers })
  const { startedAt, endedAt } = await ask('job.show', { job })
  const attempts = await ask('job.attempts', { job })
  const ms = attempts.reduce((sum, one) => sum + (one.endedAt ?? one.startedAt) - one.startedAt, 0)
  const real = ((endedAt ?? NaN) - (startedAt ?? NaN)) / 1000
  figures.push({ batch, workers, forecast: before.wall, real, machine: before.machine, realMachine: ms / 1000 })
}
console.log(JSON.stringify(figures))
await app.close()

/**
 * Exports, submitted to a real Slurm by their own submit.sh from folders that moved, run to the end, pulled, and compared
 * with our own run. Needs Debian's slurmctld, slurmd and slurm-client; leaves nothing behind.
 */
import { deepStrictEqual as same, ok } from 'node:assert'
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Graph } from '../../../src-main/core/graph/author.ts'
import { framePair, range } from '../../helpers/export-jobs.ts'
import { openApp } from '../../../src-main/app.ts'
import { unwrap } from '../../helpers/goldens.ts'
import { filmGraph } from '../../helpers/farms.ts'
import { followsLive, losesNode } from './live.ts'
import { missingPrograms, output, queued, startCluster, until, type Cluster } from './cluster.ts'

const cli = fileURLToPath(new URL('../../../bin/backlot.cjs', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'backlot-slurm-'))

function backlot(...args: string[]): string {
  const env = { ...process.env, BACKLOT_DATA_DIR: join(folder, 'data') }
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`backlot ${args.join(' ')}: ${stderr}${stdout}`)
  return stdout
}

/** Runs the graph here, writes it out, and moves it where no path of ours leads; its job's number. */
function exported(name: string, graph: Graph, moved: string, ...options: string[]): string {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, graph.toText())
  const events = backlot('run', file, '--trust', '--json', ...options)
    .trimEnd()
    .split('\n')
  const { job } = JSON.parse(events.at(-1) ?? '') as { job: number }
  const out = join(folder, name)
  backlot('export', String(job), '--format', 'slurm', '--verify', '--out', out)
  renameSync(out, moved)
  return String(job)
}

function submit({ env }: Cluster, export_: string, ...options: string[]): string[] {
  const argv = [join(export_, 'submit.sh'), ...options]
  const { status, stdout, stderr } = spawnSync('sh', argv, { env, cwd: '/', encoding: 'utf8' })
  if (status !== 0) throw new Error(`submit.sh: ${stderr}`)
  return stdout.trim().split(' ')
}

const allDone = ({ env }: Cluster) => until('the farm to be done', () => queued(env).length === 0, 180_000)

/** The number of the pulled job, and what pull says of its tasks. */
function pulled(export_: string): [string, string] {
  const [, job = '', counts = ''] = /^job (\d+): (.*)$/m.exec(backlot('pull', export_)) ?? []
  return [job, counts]
}

async function runsTheFilm(cluster: Cluster): Promise<void> {
  const moved = join(folder, 'it\'s $HOME "here"; & `there` %j ü')
  const own = exported('film', filmGraph(), moved)
  const ids = submit(cluster, moved, '--partition=all')
  same(ids.length, 5)
  await allDone(cluster)
  const [theirs, counts] = pulled(moved)
  same(counts, '12 succeeded, 0 failed, 0 without a result')
  same(backlot('outputs', theirs, '--json'), backlot('outputs', own, '--json'))
  same(backlot('compare', own, theirs).split('\n')[0], `job ${own} and job ${theirs} gave the same`)
  same(readdirSync(join(runIn(moved), 'slurm')).length, 12)
}

/**
 * A batch that fails takes with it the one that waits for it, and no other: aftercorr and --kill-on-invalid-dep. There is
 * one licence, so no two run at once; and a limit of time.
 */
async function keepsFrames(cluster: Cluster): Promise<void> {
  const moved = join(folder, 'frames')
  mkdirSync(join(folder, 'x'))
  backlot('interpreter', 'set', 'node', '--limit', '1')
  const graph = framePair({ frames: range(1, 4), size: 1 }, { frames: range(1, 4), size: 1 })
  exported('x/frames', graph, moved, '--timeout', '90')
  writeFileSync(join(moved, 'tasks/0/2/task.json'), 'no task')
  submit(cluster, moved)
  same(new Set(output(cluster.env, 'squeue', '-h', '-o', '%l').trim().split('\n')), new Set(['2:00']))
  await allDone(cluster)
  same(pulledDespiteFailures(moved), '6 succeeded, 1 failed, 1 without a result')
  const run = runIn(moved)
  same(existsSync(join(run, 'tasks/1/2')), false)
  const spans = ['0/0', '0/1', '0/2', '0/3', '1/0', '1/1', '1/3'].map((task) => spanOf(join(run, 'tasks', task)))
  spans.sort(([a], [b]) => a - b)
  for (const [i, [began]] of spans.entries()) ok(began >= (spans[i - 1]?.[1] ?? 0), 'two tasks had the one licence')
}

/** The folder of the newest submission. */
const runIn = (export_: string): string => join(export_, 'runs', readdirSync(join(export_, 'runs')).sort().at(-1) ?? '')

/** When its one attempt began and ended. */
function spanOf(task: string): [number, number] {
  const notes = readFileSync(join(task, 'attempts.txt'), 'utf8')
  const [, began] = /^1 began (\d+) /m.exec(notes) ?? []
  const [, ended] = /^1 ended (\d+) \d+$/m.exec(notes) ?? []
  if (began === undefined || ended === undefined || notes.includes('\n2 ')) throw new Error(`${task}: ${notes}`)
  return [Number(began), Number(ended)]
}

function pulledDespiteFailures(export_: string): string {
  const env = { ...process.env, BACKLOT_DATA_DIR: join(folder, 'data') }
  const { stdout } = spawnSync(process.execPath, [cli, 'pull', export_], { env, encoding: 'utf8' })
  return /^job \d+: (.*)$/m.exec(stdout)?.[1] ?? ''
}

/** Arrays that were cut: 1100 batches behind as many, each started after its own; the commands only say that they run. */
async function cutsArrays(cluster: Cluster): Promise<void> {
  const moved = join(folder, 'cut')
  await written(framePair({ frames: range(1, 1100), size: 1 }, { frames: range(1, 1100), size: 1 }), moved)
  writeFileSync(join(moved, 'commands/0.sh'), 'echo "$1" >> "$(dirname "$0")/../trace"\n')
  const ids = submit(cluster, moved)
  same(ids.length, 4)
  await allDone(cluster)
  const trace = readFileSync(join(moved, 'trace'), 'utf8').trimEnd().split('\n')
  const at = new Map(trace.map((task, i) => [task, i]))
  same([trace.length, at.size], [2200, 2200])
  for (const i of range(0, 1099)) ok((at.get(`0/${i}`) ?? Infinity) < (at.get(`1/${i}`) ?? -1), `1/${i} ran too early`)
  // the first of the second array does not wait for the last of the first
  ok((at.get('1/0') ?? 0) < (at.get('0/1099') ?? 0), 'it waited for all')
}

/** A job of the graph, written out and never run here. */
async function written(graph: Graph, out: string): Promise<void> {
  const path = join(folder, 'graph.json')
  writeFileSync(path, graph.toText())
  const app = unwrap(openApp({ dataDir: join(folder, 'unrun'), slots: 1 }))
  const { job } = unwrap(await app.call('job.create', { source: { path } }))
  unwrap(await app.call('job.export', { job, format: 'slurm', out, verify: true }))
  await app.close()
}

const farm = (cluster: Cluster) => ({ cluster, folder, cli })

async function main(): Promise<void> {
  const missing = missingPrograms()
  if (missing.length)
    throw new Error(`there is no ${missing.join(', ')}: apt-get install slurmctld slurmd slurm-client`)
  const state = join(folder, 'slurm')
  mkdirSync(state)
  const cluster = await step('a cluster starts', () => startCluster(state, 'node:1'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void cluster.stop().finally(() => process.exit(1)))
  try {
    await step('the film runs and gives what our own run gave', () => runsTheFilm(cluster))
    await step('a failed batch takes with it only the one that waits for it', () => keepsFrames(cluster))
    await step('a run is followed from submit to compare', () => followsLive(farm(cluster)))
    await step('arrays that were cut keep who waits for whom', () => cutsArrays(cluster))
    await step('a node that is gone is told as lost', () => losesNode(farm(cluster)))
  } finally {
    await step('everything ends', () => cluster.stop())
  }
}

async function step<T>(what: string, act: () => T | Promise<T>): Promise<T> {
  const start = performance.now()
  const made = await act()
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
  return made
}

try {
  await main()
  rmSync(folder, { recursive: true, force: true })
  console.log('ok')
} catch (error) {
  console.error(error)
  console.error(`kept to look at: ${folder}`)
  process.exitCode = 1
}

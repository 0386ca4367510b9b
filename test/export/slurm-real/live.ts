/**
 * A run on a real Slurm, followed while it goes on: one element is cancelled, one requeued, one runs into its limit of time, and
 * in the end the node is lost.
 */
import { deepStrictEqual as same, ok } from 'node:assert'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Graph } from '../../../src-main/core/graph/author.ts'
import { Comp, Hold } from '../../fixtures/nodes/steps.ts'
import { range } from '../../helpers/export-jobs.ts'
import { until, type Cluster } from './cluster.ts'

export interface RealFarm {
  cluster: Cluster
  folder: string
  cli: string
}

interface Event {
  type?: string
  name?: string
  status?: string
  percent?: number
  reason?: string | null
}

const envOf = ({ cluster, folder }: RealFarm) => ({ ...cluster.env, BACKLOT_DATA_DIR: join(folder, 'live') })

function backlot(farm: RealFarm, ...args: string[]) {
  const done = spawnSync(process.execPath, [farm.cli, ...args], {
    env: envOf(farm),
    encoding: 'utf8',
    cwd: farm.folder
  })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

/** `backlot follow --json` while it runs. */
function following(farm: RealFarm, export_: string) {
  const child = spawn(process.execPath, [farm.cli, 'follow', export_, '--json'], {
    env: envOf(farm),
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  const events = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Event)
  const saw = (name: string, status: string, words = '') =>
    events().some(
      (one) => one.type === 'task' && one.name === name && one.status === status && (one.reason ?? '').includes(words)
    )
  return { ended, events, saw }
}

/** A graph of elements that each wait for a file, and of one behind each. */
function heldGraph(name: string, dir: string, frames: readonly number[]): Graph {
  const graph = new Graph(name)
  const hold = Hold(graph, { frames: [...frames], dir }, { name: 'hold', metadata: { batch_size: 1 } })
  const after = Comp(
    graph,
    { frames: [...frames] },
    { name: 'after', metadata: { batch_size: 1, dependency: 'frame' } }
  )
  hold.output('value').connect(after.input('files'))
  return graph
}

/** Submitted by the command line; the export's folder, and the number of its first array. */
function submitted(farm: RealFarm, name: string, frames: readonly number[], ...options: string[]) {
  const dir = join(farm.folder, `${name}-go`)
  mkdirSync(dir)
  const file = join(farm.folder, `${name}.json`)
  writeFileSync(file, heldGraph(name, dir, frames).toText())
  const out = join(farm.folder, `${name}-slurm`)
  const { code, err } = backlot(farm, 'submit', file, '--to', 'slurm', '--out', out, '--no-follow', '--', ...options)
  ok(code === 0, err)
  const run = join(out, 'runs', readdirSync(join(out, 'runs'))[0] ?? '')
  const [, array = ''] = /^array 0 0 (\d+)$/m.exec(readFileSync(join(run, 'submission.txt'), 'utf8')) ?? []
  return { out, array, run, file, go: (frame: number) => writeFileSync(join(dir, String(frame)), '') }
}

export async function followsLive(farm: RealFarm): Promise<void> {
  const { out, array, file, go } = submitted(farm, 'lively', range(0, 3), '--time=1')
  const live = following(farm, out)
  await until(
    'all elements to run',
    () => range(0, 3).every((i) => live.saw(`hold-${i}`, 'running', 'on the farm')),
    60_000
  )
  await until(
    'their progress',
    () => live.events().some(({ type, percent }) => type === 'progress' && percent === 40),
    30_000
  )
  const [refused] = [backlot(farm, 'resume', '2')]
  ok(refused.code === 2 && refused.err.includes('is on its farm'), refused.err)
  go(0)
  const killed = backlot(farm, 'farm', 'kill', '--task', '2/hold-1')
  ok(killed.code === 0 && killed.err.includes(`scancel ${array}_1`), killed.err)
  const again = backlot(farm, 'farm', 'retry', '--task', '2/hold-2')
  ok(again.code === 0 && again.err.includes(`scontrol requeue ${array}_2`), again.err)
  await until('the cancelled one', () => live.saw('hold-1', 'canceled', 'cancelled'), 60_000)
  await until('the requeued one', () => live.saw('hold-2', 'queued', 'requeued'), 60_000)
  go(2)
  await until('the first one', () => live.saw('after-0', 'succeeded'), 60_000)
  await until('the limit of time', () => live.saw('hold-3', 'failed', 'timed out'), 180_000)
  same(await live.ended, 1)
  const pulled = backlot(farm, 'pull', out)
  same([pulled.code, pulled.out], [1, 'job 2: 4 succeeded, 1 failed, 1 canceled, 2 without a result\n'])
  const tries = JSON.parse(backlot(farm, 'attempts', '2/hold-2', '--json').out) as {
    reason: string | null
    host: string
  }[]
  ok(tries.length === 2 && tries[0]?.reason?.includes('requeued') && tries[1]?.reason === null, JSON.stringify(tries))
  for (const frame of [1, 3]) go(frame)
  same(backlot(farm, 'run', file, '--trust').code, 0)
  const compared = backlot(farm, 'compare', '2', '3')
  ok(compared.code === 5 && !compared.out.includes('after-0'), compared.out)
}

/** The processes above a program, up to the daemon's own helper. */
function ancestors(pid: number): number[] {
  const found: number[] = []
  for (let at = pid; at > 1;) {
    const stat = readFileSync(`/proc/${at}/stat`, 'utf8')
    const [, name = ''] = /\((.*)\)/.exec(stat) ?? []
    if (!/^(?:sh|dash|bash|node.*|MainThread|slurmstepd|slurm_script|env)$/.test(name)) break
    found.push(at)
    if (name === 'slurmstepd') break
    at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  }
  return found
}

export async function losesNode(farm: RealFarm): Promise<void> {
  const { out, run } = submitted(farm, 'lost', [0], '--no-requeue')
  const live = following(farm, out)
  const pidFile = join(run, 'tasks/0/0/pid.1')
  await until('it to run', () => live.saw('hold-0', 'running') && existsSync(pidFile), 60_000)
  const all = ancestors(Number(readFileSync(pidFile, 'utf8')))
  await farm.cluster.killNode()
  for (const pid of all.reverse()) process.kill(pid, 'SIGKILL')
  await until('it to be told', () => live.saw('hold-0', 'failed', 'lost'), 120_000)
  same(await live.ended, 1)
}

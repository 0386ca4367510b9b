/** The real OpenJD engine (openjd-cli) and Deadline Cloud's own reader of job bundles (deadline), as tests use them. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { placeOf, scriptOf, type FarmJob, type FarmNode, type FarmTask } from '../../src-main/core/export/farm.ts'
import { jobName, stepNames } from '../../src-main/core/export/openjd/names.ts'
import { spaceOf } from '../../src-main/core/export/openjd/space.ts'

let found: boolean | undefined

/** Whether `openjd` is on the PATH, and both libraries in its Python. */
export function openjd(): boolean {
  found ??=
    spawnSync('openjd', ['--version']).status === 0 &&
    spawnSync('python3', ['-c', 'import openjd.model, deadline.client']).status === 0
  return found
}

/** Whether the engine in Rust is on the PATH (cargo install openjd-cli --version 0.5.0 --ignore-rust-version; its binary linked as openjd-rs), a second reader of every template. */
export const openjdRust = (): boolean => spawnSync('openjd-rs', ['--help']).status === 0

/** A job as the engine would run it. */
export interface EngineJob {
  name: string
  /** per task, in the engine's order, the arguments of its command */
  steps: { name: string; dependsOn: string[]; timeout: number | null; memory: number | null; tasks: string[][] }[]
}

/** What the engine makes of templates that lie in `/bundle`: every task with its arguments, or why it refuses. */
export function engineJobs(templates: readonly string[]): (EngineJob | { error: string })[] {
  const input = JSON.stringify(templates.map((text) => ({ text, folder: '/bundle' })))
  const script = join(import.meta.dirname, 'openjd_tasks.py')
  const { stdout, stderr, status } = spawnSync('python3', [script], { input, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as (EngineJob | { error: string })[]
}

/** Whole seconds, and MB of 1,048,576 bytes. */
const limitsOf = (seconds: number | null, bytes: number | null) => ({
  timeout: seconds === null ? null : Math.ceil(seconds),
  memory: bytes === null ? null : Math.ceil(bytes / 2 ** 20)
})

/** What the engine has to make of a job of ours. */
export function tasksOf(job: FarmJob): EngineJob {
  const names = new Map(stepNames(job).map((name, i) => [job.nodes[i], name]))
  return {
    name: jobName(job),
    steps: job.nodes.map((node) => ({
      ...limitsOf(job.settings.timeout ?? node.measured.seconds, node.memory ?? node.measured.memory),
      name: names.get(node) as string,
      dependsOn: node.parents.map(({ parent }) => names.get(parent) as string),
      tasks: node.tasks.map((task) => argumentsOf(job, node, task))
    }))
  }
}

/** What the engine hands to a task's command: its place, or its frames as openjd-model words them. */
function argumentsOf(job: FarmJob, node: FarmNode, task: FarmTask): string[] {
  const space = spaceOf(node)
  const script = scriptOf(job, node)
  const place = placeOf(node, task)
  if (space.kind !== 'chunk' && space.kind !== 'frame') return [`/bundle/${script}`, `${node.position}/${place}`, '']
  const text = space.kind === 'chunk' ? space.texts[place] : String(space.frames[place])
  return ['/bundle/commands/frames.sh', script, String(node.position), text ?? '', '']
}

/** What Deadline Cloud would be asked for with this bundle. */
export function deadlineBundle(folder: string): unknown {
  const script = join(import.meta.dirname, 'openjd_bundle.py')
  const { stdout, stderr, status } = spawnSync('python3', [script, folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** `openjd ARGS`, in a folder that is none of the job's; what it printed on both, and its exit code. */
export async function openjdCommand(...args: string[]): Promise<{ code: number | null; printed: string }> {
  const child = spawn('openjd', args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, printed: out + err }
}

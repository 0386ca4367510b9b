/** Tasks of an export's folder, run by their scripts as a farm would, and ended as farms end them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { until } from './cli.ts'

/** The names of a folder's submissions, the first one first. */
export const runsOf = (folder: string): string[] =>
  existsSync(join(folder, 'runs')) ? readdirSync(join(folder, 'runs')).sort() : []

export interface RunningTask {
  child: ChildProcess
  /** what it ended with: an exit code, or the signal's name */
  ended: Promise<number | string | null>
}

/** Starts a task's script in a process group of its own, as farms do; resolves once its program runs. */
export async function startTask(folder: string, task: string, env: Record<string, string> = {}): Promise<RunningTask> {
  const child = spawn('sh', [join(folder, 'commands/0.sh'), task], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, ...env }
  })
  onTestFinished(() => endGroup(child))
  const ended = new Promise<number | string | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal))
  )
  const root = env.BACKLOT_RUN ? join(folder, 'runs', env.BACKLOT_RUN) : folder
  const own = join(root, 'tasks', task)
  const files = () => (existsSync(own) ? readdirSync(own) : [])
  const isBegun = (file: string) => file.startsWith('log.') && statSync(join(own, file)).size > 0
  await until(() => files().some((file) => file.startsWith('pid.')) && files().some(isBegun))
  return { child, ended }
}

/** All that a task started, as a farm that gives no time. */
export function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended
  }
}

/** As if the last sign of life were so long ago. */
export function silence(folder: string, task: string, seconds: number): void {
  const at = Date.now() / 1000 - seconds
  for (const file of readdirSync(join(folder, 'tasks', task)))
    if (file.startsWith('alive.')) utimesSync(join(folder, 'tasks', task, file), at, at)
}

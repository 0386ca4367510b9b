/** What a farm does with an export: submit.sh started as a user would, and commands run when they may. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { FarmJob, FarmNode, FarmTask, Replay } from '../../src-main/core/export/farm.ts'
import type { Done } from './field.ts'

let found: boolean | undefined

/** Whether there is a `python3` on the PATH, as submit scripts need it. */
export const python = (): boolean => (found ??= spawnSync('python3', ['-c', '']).status === 0)

/** `sh submit.sh ARGS` from another folder, with no more of an environment than it is given. */
export async function submit(
  folder: string,
  args: readonly string[] = [],
  env: Record<string, string> = {}
): Promise<Done> {
  const child = spawn('sh', [join(folder, 'submit.sh'), ...args], {
    cwd: '/',
    env: { PATH: process.env.PATH, USER: 'artist', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (data) => (said.out += String(data)))
  child.stderr.on('data', (data) => (said.err += String(data)))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, ...said }
}

/** A command of a farm's task, and the ids of those that have to be done before it. */
export interface FarmCommand {
  id: string
  argv: readonly string[]
  on: readonly string[]
  cwd?: string
}

/** Runs each as soon as it may, of several the last one; ids in the order they ran. An empty command does nothing. */
export function runInOrder(commands: readonly FarmCommand[]): string[] {
  const done = new Set<string>()
  const ready = () => commands.findLast(({ id, on }) => !done.has(id) && on.every((one) => done.has(one)))
  const order: string[] = []
  for (let next = ready(); next; next = ready()) {
    const [program = '', ...args] = next.argv
    const env = { PATH: process.env.PATH }
    if (program !== '') {
      const cwd = next.cwd ?? '/'
      // a bash whose input is a socket takes itself for a remote one
      const stdio = ['ignore', 'pipe', 'pipe'] as const
      const { status, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', stdio: [...stdio] })
      expect([next.id, status, stderr]).toEqual([next.id, 0, ''])
      order.push(next.id)
    }
    done.add(next.id)
  }
  return order
}

/** Every task of a job with its node. */
export const tasksOf = (job: FarmJob): { node: FarmNode; task: FarmTask }[] =>
  job.nodes.flatMap((node) => node.tasks.map((task) => ({ node, task })))

/** Waits as sets of pairs, so that two ways to say the same compare as one. */
export const pairsOf = ({ waits }: Replay): string[] =>
  [
    ...new Set(waits.flatMap(({ tasks, on }) => tasks.flatMap((task) => on.map((other) => `${task} after ${other}`))))
  ].sort()

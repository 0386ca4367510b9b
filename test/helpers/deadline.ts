/** A Deadline of files: what submit.sh submits to it, and a run of that by the rules of Deadline's manual. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { deadline } from '../../src-main/core/export/deadline.ts'
import type { FarmJob, Replay } from '../../src-main/core/export/farm.ts'
import { differences } from '../../src-main/core/export/replay.ts'
import { scratch } from './app.ts'
import { writtenFor } from './farms.ts'
import { unwrap } from './goldens.ts'

const bin = join(import.meta.dirname, '../fixtures/deadline')

export interface DeadlineJob {
  id: string
  info: Readonly<Record<string, string>>
  plugin: Readonly<Record<string, string>>
}

export interface DeadlineFarm {
  /** what a user has in the environment */
  env: Record<string, string | undefined>
  /** what was submitted, in that order */
  jobs(): DeadlineJob[]
}

/** A farm that takes so many jobs, and says their ids or not. */
export function deadlineFarm({ most = 1_000_000, silent = false } = {}): DeadlineFarm {
  const folder = scratch()
  const jobs = join(folder, 'jobs')
  mkdirSync(jobs)
  writeFileSync(join(folder, 'most'), String(most))
  if (silent) writeFileSync(join(folder, 'silent'), '')
  return {
    env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}`, FAKE_DEADLINE: folder },
    jobs: () =>
      readdirSync(jobs)
        .sort()
        .map((id) => ({
          id,
          info: keysIn(join(jobs, id, 'job_info.txt')),
          plugin: keysIn(join(jobs, id, 'plugin_info.txt'))
        }))
  }
}

const keysIn = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()])
  )

/** Runs submit.sh of an export from another folder. */
export function submitted(farm: Pick<DeadlineFarm, 'env'>, folder: string, ...options: string[]) {
  const { stdout, stderr, status } = spawnSync('sh', [join(folder, 'submit.sh'), ...options], {
    cwd: '/',
    env: farm.env,
    encoding: 'utf8'
  })
  return { stdout, stderr, status }
}

/** Frames in the order of the list, each once. */
function framesIn(list: string): number[] {
  const frames = new Set<number>()
  for (const part of list.split(',')) {
    const [, first, last = first, step = '1'] = /^(-?\d+)(?:-(-?\d+)(?:x(\d+))?)?$/.exec(part) ?? []
    if (first === undefined) throw new Error(`${part} are no frames`)
    for (let frame = Number(first); frame <= Number(last); frame += Number(step)) frames.add(frame)
  }
  return [...frames]
}

/** The frames of each task: as many as ChunkSize says, and never over a gap. */
export function tasksIn({ info }: DeadlineJob): number[][] {
  const tasks: number[][] = []
  for (const frame of framesIn(info.Frames ?? '0')) {
    const own = tasks.at(-1)
    if (own && own.length < Number(info.ChunkSize ?? 1) && own.at(-1) === frame - 1) own.push(frame)
    else tasks.push([frame])
  }
  return tasks
}

/** The command of a task, as the plugin starts it. */
function commandOf({ plugin }: DeadlineJob, frames: readonly number[]): { argv: string[]; cwd: string } {
  const tokens: Record<string, string> = { '<STARTFRAME>': `${frames[0]}`, '<ENDFRAME>': `${frames.at(-1)}` }
  const text = plugin.Arguments?.replace(/<\w+>/g, (token) => tokens[token] ?? token) ?? ''
  // .NET and Mono take quotes and backslashes apart in ways of their own
  if (/["'\\$`]/.test(text)) throw new Error(`it depends on the Worker what ${text} is`)
  return { argv: [plugin.Executable ?? '', ...text.split(' ')], cwd: plugin.StartupDirectory ?? '/' }
}

/** The last argument is what the script works on. */
const folderOf = (job: DeadlineJob, frames: readonly number[]): string => commandOf(job, frames).argv[2] ?? ''

interface Task {
  job: DeadlineJob
  frames: readonly number[]
  folder: string
  /** folders of what it waits for */
  on: readonly string[]
}

/** Every task with what it waits for: all of the jobs that its own depends on, or their tasks that have its frames. */
export function allTasks(jobs: readonly DeadlineJob[]): Task[] {
  const byId = new Map(jobs.map((job) => [job.id, job]))
  return jobs.flatMap((job) => {
    const parents = (job.info.JobDependencies?.split(',') ?? []).map((id) => byId.get(id) as DeadlineJob)
    const above = parents.map((parent) =>
      tasksIn(parent).map((frames) => ({ frames: new Set(frames), folder: folderOf(parent, frames) }))
    )
    const all = above.flat().map(({ folder }) => folder)
    return tasksIn(job).map((frames) => {
      const shared = () => above.flatMap((tasks) => sharing(tasks, frames)).map(({ folder }) => folder)
      return { job, frames, folder: folderOf(job, frames), on: job.info.IsFrameDependent ? shared() : all }
    })
  })
}

function sharing<T extends { frames: ReadonlySet<number> }>(tasks: readonly T[], frames: readonly number[]): T[] {
  const found = tasks.filter((task) => frames.some((frame) => task.frames.has(frame)))
  if (found.length === 0) throw new Error(`it is not documented what ${frames.join()} wait for`)
  return found
}

/** What the submitted jobs mean, without our own reader. */
export function replayOf(jobs: readonly DeadlineJob[]): Replay {
  const tasks = allTasks(jobs)
  return {
    tasks: new Map(tasks.map(({ job, frames, folder }) => [folder, job.info.Comment ? null : frames.map(String)])),
    // one list for all of a job, which may be long
    waits: jobs.flatMap((job) => {
      const own = tasks.filter((task) => task.job === job)
      return job.info.IsFrameDependent
        ? own.map(({ folder, on }) => ({ tasks: [folder], on }))
        : [{ tasks: own.map(({ folder }) => folder), on: own[0]?.on ?? [] }]
    })
  }
}

/**
 * Runs all jobs: always the task that was submitted last of those that may start, so that one that waits for too little
 * starts too early. Folder → how it ended; what waits for a failed task stays pending and is not there.
 */
export function runJobs(jobs: readonly DeadlineJob[], env: DeadlineFarm['env']): Map<string, 'done' | 'failed'> {
  const states = new Map<string, 'done' | 'failed'>()
  const tasks = allTasks(jobs)
  const next = () =>
    tasks.findLast(({ folder, on }) => !states.has(folder) && on.every((o) => states.get(o) === 'done'))
  for (let task = next(); task; task = next()) states.set(task.folder, runTask(task, env))
  return states
}

/** Tries until it has as many errors as the job may have of a task. */
function runTask({ job, frames }: Task, env: DeadlineFarm['env']): 'done' | 'failed' {
  const { argv, cwd } = commandOf(job, frames)
  const [program = '', ...args] = argv
  for (let errors = 0; errors < Number(job.info.FailureDetectionTaskErrors); errors++)
    if (spawnSync(program, args, { cwd, env, stdio: 'ignore' }).status === 0) return 'done'
  return 'failed'
}

/** A job's own files alone, in a new folder. */
export const filesOf = (job: FarmJob): string => writtenFor(deadline, job)

/** What deadlinecommand was given is the job, whichever way it is read. */
export function expectJob(job: FarmJob, jobs: readonly DeadlineJob[], folder: string): void {
  const taken = replayOf(jobs)
  expect(differences(job, deadline, taken)).toEqual([])
  const read = unwrap(deadline.read(folder))
  expect([...read.tasks]).toEqual([...taken.tasks])
  expect(differences(job, deadline, read)).toEqual([])
  expect(taken.tasks.size).toBe(job.tasks.length)
}

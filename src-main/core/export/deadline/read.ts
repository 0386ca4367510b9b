/** Reads the jobs back: their tasks, and which wait for which, in the order in which the script submits them. */
import { at } from '../../../domain/at.ts'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { caught, refuse, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { reading } from '../pulled/readable.ts'
import { chunksIn, sameChunks, type Space } from './frames.ts'
import { comments, folderPlace, jobInfoFile, maxPriority, pluginInfoFile } from './info.ts'
import { positionsIn, submitFile } from './submit.ts'

const name = z.string().regex(/^[^\p{Cc}]+$/u)
const count = z.string().regex(/^[1-9]\d{0,9}$/)

/** The keys that are written, as Deadline's manual spells them; any other is refused. */
const jobShape = z.strictObject({
  Plugin: z.literal('CommandLine'),
  BatchName: name,
  Name: name,
  Comment: z.enum([comments.batches, comments.whole]).optional(),
  Frames: z.string().regex(/^\d{1,10}(-\d{1,10})?$/),
  ChunkSize: count,
  Priority: z.string().refine((text) => /^\d{1,3}$/.test(text) && Number(text) <= maxPriority),
  OverrideTaskFailureDetection: z.literal('true'),
  FailureDetectionTaskErrors: count,
  TaskTimeoutSeconds: count.optional(),
  OnTaskTimeout: z.literal('Error').optional(),
  LimitGroups: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional(),
  JobDependencies: z
    .string()
    .regex(/^\{\d+\}(,\{\d+\})*$/)
    .optional(),
  IsFrameDependent: z.literal('true').optional()
})

const pluginShape = z.strictObject({
  Executable: z.enum(['/bin/sh', 'python']),
  Arguments: z.string().regex(/^commands\/\d+\.(?:sh|py) \d+\/<STARTFRAME>(?: [\w-]+)?$/),
  StartupDirectory: z.literal(folderPlace),
  ShellExecute: z.literal('False'),
  SingleFramesOnly: z.literal('False')
})

interface Job {
  space: Space
  /** in the order of its tasks */
  folders: string[]
}

const folderOf = (position: number, first: number): string => `${position}/${first}`

/** The folders of a job's tasks, in the order of Deadline's. Errors (`input`): its file is not as it was written, or lacks. */
export const foldersOfJob = (folder: string, position: number): Result<string[]> =>
  caught(() => {
    const info = reading(folder, () => parsed(jobShape, folder, jobInfoFile(position)))
    return chunksIn(spaceIn(info)).map(({ first }) => folderOf(position, first))
  })

/** Errors (`input`): a file is not as it was written, lacks, or names jobs that are not submitted before. */
export function readJobs(folder: string): Result<Replay> {
  return caught(() => {
    const positions =
      positionsIn(readFileSync(join(folder, submitFile), 'utf8')) ??
      refuse('input', `${submitFile} is not as it was written`)
    const there = readdirSync(join(folder, 'deadline'))
    if (new Set(positions).size < positions.length || there.length !== positions.length)
      refuse('input', `${submitFile} submits not each job in deadline/ once`)
    const reader = new Jobs(folder)
    for (const position of positions) reader.job(position)
    return { tasks: reader.tasks, waits: reader.waits }
  })
}

class Jobs {
  readonly tasks: Map<string, readonly string[] | null> = new Map()
  readonly waits: { tasks: readonly string[]; on: readonly string[] }[] = []
  private readonly folder: string
  private readonly before = new Map<number, Job>()

  constructor(folder: string) {
    this.folder = folder
  }

  job(position: number): void {
    const info = parsed(jobShape, this.folder, jobInfoFile(position))
    const plugin = parsed(pluginShape, this.folder, pluginInfoFile(position))
    const node = plugin.Arguments.replace(/^.* (\d+)\/.*$/, '$1')
    if (node !== String(position)) refuse('input', `${pluginInfoFile(position)} runs the tasks of ${node}`)
    const job = this.tasksOf(position, spaceIn(info))
    for (const [parent] of (info.JobDependencies ?? '').matchAll(/\d+/g))
      this.wait(job, this.parentOf(Number(parent), position), info.IsFrameDependent !== undefined)
    this.before.set(position, job)
  }

  private tasksOf(position: number, space: Space): Job {
    const folders = chunksIn(space).map(({ first, last }) => {
      const own = Array.from({ length: last - first + 1 }, (_, i) => String(first + i))
      const one = folderOf(position, first)
      this.tasks.set(one, space.numbers === 'frames' ? own : null)
      return one
    })
    return { space, folders }
  }

  private parentOf = (parent: number, position: number): Job =>
    this.before.get(parent) ??
    refuse('input', `${jobInfoFile(position)} depends on {${parent}}, which is not submitted before`)

  private wait(job: Job, parent: Job, byFrame: boolean): void {
    if (!byFrame) this.waits.push({ tasks: job.folders, on: parent.folders })
    else if (!sameChunks(job.space, parent.space))
      refuse('input', `${job.folders[0]} is frame dependent on ${parent.folders[0]}, which has other frames`)
    else job.folders.forEach((one, i) => this.waits.push({ tasks: [one], on: [at(parent.folders, i)] }))
  }
}

/** More tasks than any job of ours has: read back, they are a slip. */
const maxTasks = 10_000_000

function spaceIn(info: z.infer<typeof jobShape>): Space {
  const [first = 0, last = first] = info.Frames.split('-').map(Number)
  if (last < first || last - first > maxTasks) refuse('input', `${info.Frames} are no frames of ours`)
  return { numbers: info.Comment === undefined ? 'frames' : 'batches', first, last, size: Number(info.ChunkSize) }
}

function parsed<T>(shape: z.ZodType<T>, folder: string, path: string): T {
  const text = readFileSync(join(folder, path), 'utf8')
  const lines = text.split('\n')
  if (lines.pop() !== '') refuse('input', `${path} has no end of line`)
  const entries = lines.map((line): [string, string] => {
    const [, key, value] =
      /^(\w+)=(.*)$/s.exec(line) ?? refuse('input', `${path}: ${line.slice(0, 80)} is no Key=Value`)
    return [key as string, value as string]
  })
  if (new Map(entries).size < entries.length) refuse('input', `${path} says a key twice`)
  const read = shape.safeParse(Object.fromEntries(entries))
  if (read.success) return read.data
  const issue = read.error.issues[0]
  return refuse('input', `${path}, ${issue?.path.join('.') || 'its keys'}: ${issue?.message}`)
}

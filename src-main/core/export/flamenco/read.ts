/** Reads a job back as the job type makes its tasks: their folders, and what waits for what. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { caught, refuse, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { jobType, jobTypeFile, jobTypeText } from './job-type.ts'
import { jobFile, managersPlatform, platforms } from './job.ts'

const text = z.string().regex(/^[^\p{Cc}]+$/u)
const count = z.int().nonnegative()

const entryShape = z.strictObject({
  name: text,
  node: count,
  script: z.string().regex(/^commands\/\d+\.(?:sh|py)$/),
  priority: z.int(),
  labels: z.array(z.string().regex(/^\d+$/)).optional(),
  titles: z.array(text).optional(),
  ranges: z.array(z.string()).optional(),
  gate: z.literal(true).optional(),
  waits: z.array(
    z.strictObject({
      node: count,
      tasks: z.union([z.null(), z.literal('each'), z.array(z.union([z.null(), z.array(count)]))])
    })
  )
})
type Entry = z.infer<typeof entryShape>

/** What a Manager takes, by its own names; any other key is refused. */
const jobShape = z.strictObject({
  name: text,
  type: z.literal(jobType),
  priority: z.int(),
  submitter_platform: z.enum([managersPlatform, ...Object.values(platforms)]),
  settings: z.strictObject({
    folder: z.string().regex(/^[^\p{Cc}{}]+$/u),
    program: z.enum(['/bin/sh', 'python']),
    tasks: z.string()
  }),
  metadata: z.record(z.string(), z.string())
})

/** Errors (`input`): a file is not as it was written, or says of tasks what cannot be. */
export function readJob(folder: string): Result<Replay> {
  return caught(() => {
    if (readFileSync(join(folder, jobTypeFile), 'utf8') !== jobTypeText)
      refuse('input', `${jobTypeFile} is not as it was written`)
    const job = parsed(jobShape, readFileSync(join(folder, jobFile), 'utf8'), 'the job')
    const reader = new Nodes()
    for (const entry of parsed(z.array(entryShape), job.settings.tasks, 'settings.tasks')) reader.node(entry)
    return { tasks: reader.tasks, waits: reader.waits }
  })
}

class Nodes {
  readonly tasks: Map<string, null> = new Map()
  readonly waits: { tasks: readonly string[]; on: readonly string[] }[] = []
  private readonly before: (readonly string[])[] = []

  node(entry: Entry): void {
    const names = entry.titles ?? entry.ranges ?? refuse('input', `${jobFile}: ${entry.name} has no tasks`)
    const folders = names.map((_, i) => `${entry.node}/${entry.labels?.[i] ?? i}`)
    for (const folder of folders) {
      if (this.tasks.has(folder)) refuse('input', `${jobFile} has the task ${folder} twice`)
      this.tasks.set(folder, null)
    }
    for (const { node, tasks } of entry.waits)
      this.wait(
        folders,
        this.before[node] ?? refuse('input', `${jobFile}: ${entry.name} waits for a node after it`),
        tasks
      )
    this.before.push(folders)
  }

  private wait(own: readonly string[], on: readonly string[], tasks: Entry['waits'][number]['tasks']): void {
    if (tasks === null) this.waits.push({ tasks: own, on })
    else
      for (const [i, folder] of own.entries()) {
        const lacking = () => refuse('input', `${jobFile}: ${folder} waits for a task that its parent has not`)
        const places = tasks === 'each' ? [i] : tasks[i]
        if (places === undefined) lacking()
        else this.waits.push({ tasks: [folder], on: places?.map((place) => on[place] ?? lacking()) ?? on })
      }
  }
}

function parsed<T>(shape: z.ZodType<T>, json: string, what: string): T {
  const read = shape.safeParse(valueOf(json, what))
  if (read.success) return read.data
  const issue = read.error.issues[0]
  return refuse('input', `${jobFile}: ${what}, ${issue?.path.join('.') || 'its keys'}: ${issue?.message}`)
}

function valueOf(json: string, what: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    return refuse('input', `${jobFile}: ${what} is no JSON: ${String(error)}`)
  }
}

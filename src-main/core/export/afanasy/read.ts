/** Reads a job back as the server would make its tasks: blocks, their tasks, and which masks fit which blocks. */
import { at } from '../../../domain/at.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { caught, refuse, type Result } from '../../../domain/result.ts'
import type { Replay } from '../farm.ts'
import { waitsByTask } from './depends.ts'
import { jobFile, maxPriority, numericFlag } from './job.ts'
import { longestMask } from './names.ts'
import { framesOf, numeric, type Space } from './space.ts'

/** What the server writes into its own JSON as it is. */
const plain = z.string().regex(/^[^"\\\p{Cc}]+$/u)
const count = z.int().positive()
const mask = plain.max(longestMask)

const common = {
  name: plain,
  service: z.literal('generic'),
  parser: z.literal('generic'),
  working_directory: z.string().regex(/^[^\p{Cc}]+$/u),
  command: z.string().regex(/^(?:\/bin\/sh commands\/\d+\.sh|python commands\/\d+\.py) \d+\/@#@$/),
  depend_mask: mask.optional(),
  tasks_depend_mask: mask.optional(),
  errors_retries: z.int().min(0).max(127),
  task_max_run_time: count.optional(),
  need_memory: count.optional(),
  tickets: z.record(z.string().regex(/^[\w.-]+$/), z.literal(1)).optional()
}

/** The server's names of what a block may say, as far as ours do. */
const blockShape = z.union([
  z.strictObject({
    ...common,
    flags: z.literal(numericFlag),
    frame_first: z.int(),
    frame_last: z.int(),
    frames_per_task: count,
    frames_inc: count
  }),
  z.strictObject({
    ...common,
    flags: z.literal(0),
    frames_per_task: z.literal(1),
    tasks: z.array(z.strictObject({ name: plain, command: z.string().regex(/^\d+$/) })).min(1)
  })
])
type Block = z.infer<typeof blockShape>

const jobShape = z.strictObject({
  job: z.strictObject({
    name: plain,
    priority: z.int().min(0).max(maxPriority),
    blocks: z.array(blockShape).min(1)
  })
})

interface Made {
  block: Block
  space: Space
  folders: string[]
}

/** Errors (`input`): the file is no job of ours, two blocks have one name, or a task stands twice. */
export function readJob(folder: string): Result<Replay> {
  return caught(() => {
    const { blocks } = parsed(readFileSync(join(folder, jobFile), 'utf8')).job
    if (new Set(blocks.map(({ name }) => name)).size < blocks.length)
      refuse('input', `${jobFile}: two blocks have one name`)
    const made = blocks.map(madeOf)
    const tasks: Replay['tasks'] = new Map()
    for (const { space, folders } of made)
      for (const [i, own] of folders.entries()) {
        if (tasks.has(own)) refuse('input', `${jobFile} has the task ${own} twice`)
        tasks.set(own, framesOf(space, i))
      }
    return { tasks, waits: made.flatMap((own) => waitsOf(own, made)) }
  })
}

function madeOf(block: Block): Made {
  const position = /(\d+)\/@#@$/.exec(block.command)?.[1] ?? ''
  if (!('tasks' in block)) {
    const { frame_first: first, frame_last: last, frames_per_task: size, frames_inc: step } = block
    const space = numeric({ first, last, size, step })
    if (last < first || space.count > maxTasks)
      refuse('input', `${jobFile}: ${block.name} has frames ${first} to ${last}`)
    const folders = Array.from({ length: space.count }, (_, i) => `${position}/${first + i * size * step}`)
    return { block, space, folders }
  }
  const folders = block.tasks.map(({ command }) => `${position}/${command}`)
  return { block, space: { numeric: false, first: 0, last: 0, size: 1, step: 1, count: folders.length }, folders }
}

/** More tasks than any job of ours has: read back, they are a slip. */
const maxTasks = 10_000_000

/** The server looks through the names of all blocks but the block's own. */
function waitsOf(own: Made, all: readonly Made[]): Replay['waits'] {
  const fitting = (text: string | undefined) => {
    if (text === undefined) return []
    const pattern = new RegExp(`^(?:${text})$`)
    return all.filter((other) => other !== own && pattern.test(other.block.name))
  }
  const whole = fitting(own.block.depend_mask).map(({ folders }) => ({ tasks: own.folders, on: folders }))
  const byTask = fitting(own.block.tasks_depend_mask).flatMap((parent) =>
    waitsByTask(own.space, parent.space).map(({ first, last }, i) => ({
      tasks: [at(own.folders, i)],
      on: parent.folders.slice(first, last + 1)
    }))
  )
  return [...whole, ...byTask]
}

function parsed(text: string): z.infer<typeof jobShape> {
  const read = jobShape.safeParse(valueOf(text))
  if (read.success) return read.data
  const issue = read.error.issues[0]
  return refuse('input', `${jobFile}, ${issue?.path.join('.') || 'its keys'}: ${issue?.message}`)
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return refuse('input', `${jobFile} is no JSON: ${String(error)}`)
  }
}

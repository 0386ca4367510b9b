/**
 * An Afanasy server as its documents and its source have it: what tasks it makes of a job, what their commands are, and
 * what waits for what. Slow: frame by frame. Shares no code with the core.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Replay } from '../../src-main/core/export/farm.ts'
import type { FarmCommand } from './farm-run.ts'

/** A string that the server writes into its own JSON as it is. */
const unescaped = z
  .string()
  .refine((text) => JSON.stringify(text) === `"${text}"`, 'the server could not read it again')
const regex = unescaped.refine((text) => new RegExp(text).source.length < 20_000)

const block = z.strictObject({
  name: unescaped,
  service: unescaped,
  parser: unescaped,
  working_directory: z.string(),
  command: z.string(),
  flags: z.int(),
  frame_first: z.int().optional(),
  frame_last: z.int().optional(),
  frames_per_task: z.int().optional(),
  frames_inc: z.int().optional(),
  tasks: z.array(z.strictObject({ name: unescaped, command: z.string() })).optional(),
  depend_mask: regex.optional(),
  tasks_depend_mask: regex.optional(),
  errors_retries: z.int().min(-1).max(127),
  task_max_run_time: z.int().optional(),
  need_memory: z.int().optional(),
  tickets: z.record(unescaped, z.int()).optional()
})
export type Block = z.infer<typeof block>

const job = z.strictObject({
  name: unescaped,
  user_name: unescaped.min(1),
  host_name: unescaped,
  priority: z.int().min(0).max(255),
  offline: z.boolean().optional(),
  max_running_tasks: z.int().optional(),
  hosts_mask: regex.optional(),
  branch: unescaped.optional(),
  blocks: z.array(block).min(1)
})
export type AfJob = z.infer<typeof job>

/** Errors: what the server would not take. */
export const taken = (text: string): AfJob => z.strictObject({ job }).parse(JSON.parse(text)).job

/** An export's file with what submit.sh adds. */
export function takenFrom(folder: string): AfJob {
  const sent = JSON.parse(readFileSync(join(folder, 'afanasy/job.json'), 'utf8')) as { job: object }
  return taken(JSON.stringify({ job: { ...sent.job, user_name: 'artist', host_name: 'desk' } }))
}

interface Task {
  id: string
  name: string
  command: string
  /** frames of a numeric block; else the task's place */
  first: number
  last: number
}

function tasksOf(own: Block, number: number): Task[] {
  const id = (i: number) => `${number}.${i}`
  if ((own.flags & 1) === 0)
    return (own.tasks ?? []).map((task, i) => ({
      ...{ id: id(i), name: task.name, command: own.command.replaceAll('@#@', task.command) },
      ...{ first: i, last: i }
    }))
  const { frame_first = 0, frame_last = 0, frames_per_task = 1, frames_inc = 1 } = own
  const tasks: Task[] = []
  let frames: number[] = []
  const close = () => {
    const [first = 0, last = 0] = [frames[0], frames.at(-1)]
    if (frames.length > 0)
      tasks.push({
        ...{ id: id(tasks.length), name: `frame ${first}-${last}`, command: filled(own.command, first, last) },
        ...{ first, last }
      })
    frames = []
  }
  for (let frame = frame_first; frame <= frame_last; frame += frames_inc) {
    frames.push(frame)
    if (frames.length === frames_per_task) close()
  }
  close()
  return tasks
}

/** Patterns of @ and # are filled with the first frame, then with the last one. */
function filled(pattern: string, first: number, last: number): string {
  let next = first
  return pattern.replace(/@#+@/g, (mark) => {
    const number = String(next).padStart(mark.length - 2, '0')
    next = next === first ? last : first
    return number
  })
}

/** The last task that begins with the frame or before it; for a frame before all the first one. */
const holder = (tasks: readonly Task[], frame: number): number =>
  Math.max(
    0,
    tasks.findLastIndex(({ first }) => first <= frame)
  )

/** Ids of what each task waits for. */
function dependencies(all: readonly { own: Block; tasks: Task[] }[], b: number): string[][] {
  const { own, tasks } = all[b] as { own: Block; tasks: Task[] }
  const fits = (mask: string | undefined) =>
    all.filter((other, i) => i !== b && mask !== undefined && new RegExp(`^(?:${mask})$`).test(other.own.name))
  const whole = fits(own.depend_mask).flatMap((other) => other.tasks.map(({ id }) => id))
  const byTask = fits(own.tasks_depend_mask)
  return tasks.map(({ first, last }) => [
    ...whole,
    ...byTask.flatMap((other) => {
      const [mine, theirs] = [own, other.own].map(({ flags, frame_first = 0 }) => (flags & 1 ? frame_first : null))
      const shift = mine !== null && theirs === null ? -(mine ?? 0) : mine === null ? (theirs ?? 0) : 0
      return other.tasks
        .slice(holder(other.tasks, first + shift), holder(other.tasks, last + shift) + 1)
        .map(({ id }) => id)
    })
  ])
}

/** What a render would start, in a shell, and when. */
export function commandsOf({ blocks }: AfJob): (FarmCommand & { name: string })[] {
  const all = blocks.map((own, i) => ({ own, tasks: tasksOf(own, i) }))
  return all.flatMap(({ own, tasks }, b) => {
    const on = dependencies(all, b)
    return tasks.map(({ id, name, command }, i) => ({
      ...{ id, name, argv: ['/bin/bash', '-c', command], cwd: own.working_directory, on: on[i] ?? [] }
    }))
  })
}

export function replayOf(made: AfJob): Replay {
  const commands = commandsOf(made)
  const folders = new Map(commands.map(({ id, argv }) => [id, (argv[2] ?? '').split(' ').at(-1) ?? '']))
  const tasks = new Map([...folders.values()].map((folder) => [folder, null] as const))
  const waits = commands.map(({ id, on }) => ({
    tasks: [folders.get(id) ?? ''],
    on: on.map((one) => folders.get(one) ?? '')
  }))
  return { tasks, waits }
}

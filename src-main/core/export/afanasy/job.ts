/**
 * The job as its server takes it. Every command starts in the export's folder, `working_directory`, so no path is part of
 * one; submit.sh puts the folder and the user of the day there.
 * Source: CGRU's documents "API" (JSON Protocol), "Job", "Job Block" and "Job Task"; af.py's Job and Block.
 */
import { of } from '../../../domain/at.ts'
import { mapped } from '../../../domain/paths.ts'
import type { Interpreter } from '../../../domain/interpreter.ts'
import {
  batchLabel,
  memoryOf,
  scriptKind,
  scriptOf,
  timeLimitOf,
  wholeSeconds,
  type FarmJob,
  type FarmNode
} from '../farm.ts'
import { interpreterKeys } from '../losses.ts'
import { shortRange } from '../titles.ts'
import { keepsFrames } from './depends.ts'
import { blockNames, jobName, maskOf, taskName } from './names.ts'
import { spaceOf } from './space.ts'

export const jobFile = 'afanasy/job.json'

/** A job's where nobody says another, the highest first (afanasy.h, DEFAULT_PRIORITY); af.py cuts more to 250. */
export const usualPriority = 99
export const maxPriority = 250

export const priorityOf = (job: FarmJob): number => Math.min(maxPriority, Math.max(0, usualPriority + job.priority))

/** A block's flag: it has frames in place of tasks (BlockData::FNumeric). */
export const numericFlag = 1

/** Where the server puts what a task's command is told. */
export const place = '@#@'

/** The ticket of each interpreter that has a limit. */
export const ticketOf = (job: FarmJob, interpreter: Interpreter): string => of(interpreterKeys(job), interpreter)

export const jobText = (job: FarmJob, root: string): string => {
  const folder = mapped(root, job.workers.paths)
  const blocks = job.nodes.map((node) => blockOf(job, node, folder))
  return `${JSON.stringify({ job: { name: jobName(job), priority: priorityOf(job), blocks } }, null, 1)}\n`
}

function blockOf(job: FarmJob, node: FarmNode, folder: string): object {
  const { program, ending } = scriptKind(job)
  const [timeout, memory] = [timeLimitOf(job, node), memoryOf(node)]
  return {
    name: of(blockNames(job), node),
    // every farm has these two; they read PROGRESS: and the like
    ...{ service: 'generic', parser: 'generic' },
    working_directory: folder,
    command: `${program} ${scriptOf(job, node, ending)} ${node.position}/${place}`,
    ...tasksOf(node),
    ...masksOf(job, node),
    errors_retries: job.settings.retries,
    ...(timeout === null ? {} : { task_max_run_time: wholeSeconds(timeout) }),
    ...(memory === null ? {} : { need_memory: memory }),
    ...(node.interpreter.limit === null ? {} : { tickets: { [ticketOf(job, node.interpreter)]: 1 } })
  }
}

function tasksOf(node: FarmNode): object {
  const space = spaceOf(node)
  if (space.numeric)
    return {
      flags: numericFlag,
      ...{ frame_first: space.first, frame_last: space.last },
      ...{ frames_per_task: space.size, frames_inc: space.step }
    }
  const tasks = node.tasks.map((task) => ({
    name: taskName(`${task.name} ${shortRange(task)}`, `${node.position}/${batchLabel(task)}`),
    command: batchLabel(task)
  }))
  return { flags: 0, frames_per_task: 1, tasks }
}

/** The names that a node's block waits for as wholes, and those that its tasks wait for task by task. */
export function masksOf(job: FarmJob, node: FarmNode): { depend_mask?: string; tasks_depend_mask?: string } {
  const names = blockNames(job)
  const [whole, byTask] = [false, true].map((kept) =>
    node.parents.filter((link) => keepsFrames(node, link) === kept).map(({ parent }) => of(names, parent))
  )
  return {
    ...(whole?.length ? { depend_mask: maskOf(whole) } : {}),
    ...(byTask?.length ? { tasks_depend_mask: maskOf(byTask) } : {})
  }
}

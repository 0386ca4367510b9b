/** Writes what an attempt needs to start: its task file and the head of its log. */
import { readsTask } from '../../domain/command.ts'
import { rangeText } from '../../domain/frames.ts'
import { attemptCommand } from '../attempt/command.ts'
import { writeHead, writeTask, type LogHeader } from '../attempt/log.ts'
import type { AttemptPaths } from '../attempt/paths.ts'
import type { ReadyTask, StoredJob, StoredTask } from '../job/stored-job.ts'
import type { Command } from '../process/process.ts'
import type { Pool, WarmTask } from '../process/sessions.ts'
import type { Scripts } from './pools.ts'

export interface Launch {
  job: StoredJob
  task: StoredTask
  ready: ReadyTask
  /** the attempt's number */
  number: number
  paths: AttemptPaths
  pool: Pool | null
  /** why it runs where only what changed does */
  why: string | null
  /** ms since 1970 */
  at: number
  /** what the environment has below the interpreter's */
  base: Readonly<Record<string, string>>
}

export interface Prepared {
  cold: Command
  /** how to do without a start */
  warm: WarmTask | null
  /** bytes of the log's head */
  head: number
}

/** Writes the files, the task's only where something reads it, and returns how to start the attempt. */
export function prepare(launch: Launch, { evaluators }: Pick<Scripts, 'evaluators'>): Prepared {
  const { job, task, ready, number, paths, pool, why, at, base } = launch
  const { interpreter, file } = ready
  const isRead = readsTask(interpreter)
  if (isRead) writeTask(paths, file.text)
  const command = attemptCommand(interpreter, evaluators, { taskFile: paths.task, cwd: job.settings.cwd, base })
  const header: LogHeader = {
    ...{ job: job.id, task: task.id, name: task.name, attempt: number, interpreter: interpreter.name },
    ...{
      start: pool?.mode ?? 'cold',
      frames: task.frames && rangeText(task.frames),
      command,
      at,
      nulls: file.nulls,
      why
    }
  }
  const head = writeHead(paths, header, !isRead)
  const { log, pid } = paths
  const { argv, cwd, env } = command
  const cold = { argv, cwd, env, log, pid }
  return { cold, warm: pool && { ...pool, request: { task: paths.task, log, pid, cwd, env }, cold }, head }
}

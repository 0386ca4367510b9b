/** Writes what an attempt needs to start: its task file and the head of its log. */
import { readsTask } from '../../domain/command.ts'
import { rangeText } from '../../domain/frames.ts'
import { startOn } from '../../domain/interpreter.ts'
import { writeScript, type Around } from '../attempt/around.ts'
import { attemptCommand } from '../attempt/command.ts'
import { writeHead, writeTask, type LogHeader } from '../attempt/log.ts'
import { sessionsFolder, type AttemptPaths } from '../attempt/paths.ts'
import type { ReadyTask, StoredJob, StoredTask } from '../job/stored-job.ts'
import type { Command } from '../process/process.ts'
import type { Pool, WarmTask } from '../process/sessions.ts'
import { markName } from '../process/system.ts'
import type { Scripts } from './pools.ts'

export interface Launch {
  job: StoredJob
  task: StoredTask
  ready: ReadyTask
  /** the attempt's number */
  number: number
  paths: AttemptPaths
  pool: Pool | null
  /** in the environment of all that the attempt starts; people who run it by hand have no use for it */
  mark: string
  /** why it runs where only what changed does */
  why: string | null
  /** ms since 1970 */
  at: number
  /** what the environment has below the interpreter's */
  base: Readonly<Record<string, string>>
  /** what is kept of that, and of Backlot's own */
  around: Around
}

export interface Prepared {
  cold: Command
  /** how to do without a start */
  warm: WarmTask | null
  /** bytes of the log's head */
  head: number
}

/** Writes the files, the task's only where something reads it, and returns how to start the attempt. */
export function prepare(
  launch: Launch,
  { scripts: { evaluators }, dataDir }: { scripts: Pick<Scripts, 'evaluators'>; dataDir: string }
): Prepared {
  const { job, task, ready, number, paths, pool, mark, why, at, base, around } = launch
  const { interpreter, file } = ready
  const isRead = readsTask(interpreter)
  if (isRead) writeTask(paths, file.text)
  const command = attemptCommand(interpreter, evaluators, { taskFile: paths.task, cwd: job.settings.cwd, base })
  const header: LogHeader = {
    ...{ job: job.id, task: task.id, name: task.name, attempt: number, interpreter: interpreter.name },
    ...{
      start: pool?.mode ?? 'cold',
      whyCold: pool === null ? startOn(process.platform, interpreter).why : null,
      frames: task.frames && rangeText(task.frames),
      command: attemptCommand(interpreter, evaluators, { taskFile: paths.task, cwd: job.settings.cwd }),
      around,
      at,
      nulls: file.nulls,
      why
    }
  }
  writeScript(around)
  const head = writeHead(paths, header, !isRead)
  const { log, pid } = paths
  const { argv, cwd } = command
  const env = { ...command.env, [markName]: mark }
  const cold = { argv, cwd, env, log, pid }
  const logs = sessionsFolder(dataDir, job.id)
  return { cold, warm: pool && { ...pool, request: { task: paths.task, log, pid, cwd, env }, cold, logs }, head }
}

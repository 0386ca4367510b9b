/** Puts down what an attempt needs to start: its task file, the head of its log. */
import { rangeText } from '../../domain/frames.ts'
import { callOf, readsTask } from '../../domain/command.ts'
import type { EvaluatorKind, Interpreter, Start } from '../../domain/interpreter.ts'
import type { Raw } from '../../domain/json.ts'
import { attemptCommand } from '../attempt/command.ts'
import { environmentOf } from '../attempt/environment.ts'
import type { StoredJob, StoredTask } from '../job/stored-job.ts'
import { writeHead, writeTask, type AttemptPaths } from '../attempt/log.ts'
import type { Command } from '../process/runner.ts'
import type { Pool, WarmTask } from '../process/sessions.ts'

/** The files that interpreters run. */
export interface Scripts {
  /** one task, then gone */
  evaluators: Readonly<Record<EvaluatorKind, string>>
  /** task after task */
  servers: Readonly<Record<EvaluatorKind, string>>
  /** starts commands for the scheduler */
  launcher: string
}

export interface Launch {
  job: StoredJob
  task: StoredTask
  /** the attempt's number */
  number: number
  interpreter: Interpreter
  paths: AttemptPaths
  file: { text: Raw; nulls: string[] }
  /** why it runs where only what changed does */
  why: string | null
  scripts: Scripts
  at: number
}

/**
 * Writes the task's file, where somebody reads it, and the head of its log; returns the command to start, how to do
 * without a start, and the bytes of the head.
 */
export function prepare(launch: Launch): { cold: Command; warm: WarmTask | null; head: number } {
  const { job, task, number, interpreter, paths, file, scripts, at, why } = launch
  const isRead = readsTask(interpreter)
  if (isRead) writeTask(paths, file.text)
  const { cwd } = job.settings
  const command = attemptCommand(interpreter, scripts.evaluators, { taskFile: paths.task, cwd })
  const { argv, env } = command
  const pool = poolOf(interpreter, cwd, task.node.folder(), scripts)
  const start: Start = pool?.mode ?? 'cold'
  const header = {
    ...{ job: job.id, task: task.id, name: task.name, attempt: number, interpreter: interpreter.name, start },
    ...{ frames: task.frames && rangeText(task.frames), command, at, nulls: file.nulls, why }
  }
  const head = writeHead(paths, header, !isRead)
  const { log, pid } = paths
  const cold = { argv, cwd, env, log, pid }
  return { cold, warm: pool && { ...pool, request: { task: paths.task, log, pid, cwd, env }, cold }, head }
}

/** Which warm interpreters a node's tasks may go to; null: each has a process of its own. `folder`: of its code. */
export function poolOf(interpreter: Interpreter, cwd: string, folder: string | null, scripts: Scripts): Pool | null {
  const mode = startOf(interpreter)
  if (mode === 'cold') return null
  const evaluator = interpreter.evaluator as EvaluatorKind
  return {
    // a fork server keeps the folder of its nodes' code on its path
    key: JSON.stringify([interpreter, mode, cwd, mode === 'fork' ? folder : null]),
    mode,
    session: {
      cwd,
      command: (args) => {
        const called = callOf(interpreter, { evaluator: scripts.servers[evaluator], node: process.execPath }, args)
        return { argv: called.argv, env: environmentOf(evaluator, called.env) }
      }
    }
  }
}

/** Only Python forks, and a plain command is its own process. */
function startOf({ evaluator, start }: Interpreter): Start {
  if (evaluator === 'none' || process.platform === 'win32') return 'cold'
  return start === 'fork' && evaluator !== 'python' ? 'cold' : start
}

/** Puts down what an attempt needs to start: its task file, the head of its log. */
import { dirname } from 'node:path'
import { rangeText } from '../job/frames.ts'
import {
  callOf,
  commandOf,
  evaluatorOf,
  fill,
  type EvaluatorKind,
  type Interpreter,
  type Start
} from '../job/interpreters.ts'
import { memberOf, textOf, type Raw } from '../json.ts'
import type { ActiveJob, ActiveTask } from './active.ts'
import { writeHead, writeTask, type AttemptPaths } from './log.ts'
import type { Command } from './runner.ts'
import type { WarmTask } from './sessions.ts'

/** The files that interpreters run. */
export interface Scripts {
  /** one task, then gone */
  evaluators: Readonly<Record<EvaluatorKind, string>>
  /** task after task */
  servers: Readonly<Record<EvaluatorKind, string>>
  /** starts commands for the scheduler */
  launcher: string
}

/** What a task's environment has beyond Backlot's own. */
export function environmentOf(
  evaluator: Interpreter['evaluator'],
  own: Readonly<Record<string, string>>
): Record<string, string> {
  // unbuffered: the log shows a line when it is printed, not when a buffer is full
  if (evaluator === 'python') return { PYTHONUNBUFFERED: '1', ...own }
  return process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1', ...own } : { ...own }
}

export interface Launch {
  job: ActiveJob
  task: ActiveTask
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
 * Writes the task's file and the head of its log; returns the command to start, how to do without a start, and the
 * bytes of the head.
 */
export function prepare(launch: Launch): { cold: Command; warm: WarmTask | null; head: number } {
  const { job, task, number, interpreter, paths, file, scripts, at, why } = launch
  writeTask(paths, file.text)
  const places = { evaluator: evaluatorOf(interpreter, scripts.evaluators), task: paths.task, node: process.execPath }
  const argv = commandOf(interpreter, places)
  const own = Object.entries(interpreter.env).map(([name, value]) => [name, fill(value, places)] as const)
  const env = environmentOf(interpreter.evaluator, Object.fromEntries(own))
  const { cwd } = job.settings
  const start = startOfTask(interpreter)
  const head = writeHead(paths.log, {
    ...{ job: job.id, task: task.id, name: task.name, attempt: number, interpreter: interpreter.name, start },
    ...{ frames: task.frames && rangeText(task.frames), argv, cwd, env, at, nulls: file.nulls, why }
  })
  const cold = { argv, cwd, env, log: paths.log, pid: paths.pid }
  return { cold, warm: start === 'cold' ? null : warmTask(launch, cold, start), head }
}

/** Only Python forks, and a plain command is its own process. */
function startOfTask({ evaluator, start }: Interpreter): Start {
  if (evaluator === 'none' || process.platform === 'win32') return 'cold'
  return start === 'fork' && evaluator !== 'python' ? 'cold' : start
}

function warmTask({ interpreter, paths, file, scripts }: Launch, cold: Command, mode: 'fork' | 'session'): WarmTask {
  const evaluator = interpreter.evaluator as EvaluatorKind
  const { cwd, env, log } = cold
  return {
    interpreter,
    mode,
    place: mode === 'fork' ? placeOf(file.text) : null,
    session: {
      cwd,
      command: (args) => {
        const called = callOf(interpreter, { evaluator: scripts.servers[evaluator], node: process.execPath }, args)
        return { argv: called.argv, env: environmentOf(evaluator, called.env) }
      }
    },
    request: { task: paths.task, log, pid: paths.pid, cwd, env },
    cold
  }
}

/** The folder of the file that a task's node comes from. */
function placeOf(taskFile: Raw): string | null {
  const node = memberOf(taskFile, 'node')
  const file = node && memberOf(node, 'file_location')
  return file && file !== 'null' ? dirname(textOf(file)) : null
}

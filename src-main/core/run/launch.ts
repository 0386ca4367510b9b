/** Puts down what an attempt needs to start: its folder, its task file, the head of its log. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { rangeText } from '../job/frames.ts'
import { commandOf, fill, type EvaluatorKind, type Interpreter } from '../job/interpreters.ts'
import type { Raw } from '../json.ts'
import type { ActiveJob, ActiveTask } from './active.ts'
import { writeHead, type AttemptPaths } from './log.ts'
import type { Command } from './runner.ts'

/** What a task's environment has beyond Backlot's own. */
export function environmentOf(evaluator: EvaluatorKind, own: Readonly<Record<string, string>>): Record<string, string> {
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
  evaluators: Readonly<Record<EvaluatorKind, string>>
  at: number
}

/** Writes the attempt's folder and the head of its log; returns the command to start. */
export function prepare({ job, task, number, interpreter, paths, file, evaluators, at }: Launch): Command {
  rmSync(paths.folder, { recursive: true, force: true })
  mkdirSync(paths.folder, { recursive: true })
  writeFileSync(paths.task, file.text)
  const places = { evaluator: evaluators[interpreter.evaluator], task: paths.task, node: process.execPath }
  const argv = commandOf(interpreter, places)
  const own = Object.entries(interpreter.env).map(([name, value]) => [name, fill(value, places)] as const)
  const env = environmentOf(interpreter.evaluator, Object.fromEntries(own))
  const { cwd } = job.settings
  writeHead(paths.log, {
    ...{ job: job.id, task: task.id, name: task.name, attempt: number, interpreter: interpreter.name },
    ...{ frames: task.frames && rangeText(task.frames), argv, cwd, env, at, nulls: file.nulls }
  })
  return { argv, cwd, env: { ...process.env, ...env }, log: paths.log }
}

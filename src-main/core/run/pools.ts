/** Which warm interpreters a task may go to. */
import { callOf } from '../../domain/command.ts'
import type { EvaluatorKind, Interpreter, Start } from '../../domain/interpreter.ts'
import { environmentOf } from '../attempt/environment.ts'
import type { Pool } from '../process/sessions.ts'

/** The files that interpreters run. */
export interface Scripts {
  /** one task, then gone */
  evaluators: Readonly<Record<EvaluatorKind, string>>
  /** task after task */
  servers: Readonly<Record<EvaluatorKind, string>>
  /** starts commands for the scheduler */
  launcher: string
}

export interface Place {
  cwd: string
  /** of the node's code; null if its record names no file */
  folder: string | null
  /** what the environment has below the interpreter's */
  base?: Readonly<Record<string, string>>
}

/** The pool of a node's tasks; null: each has a process of its own. */
export function poolOf(interpreter: Interpreter, { cwd, folder, base = {} }: Place, scripts: Scripts): Pool | null {
  const mode = startOf(interpreter)
  const { evaluator } = interpreter
  if (mode === 'cold' || evaluator === 'none') return null
  return {
    // a fork server keeps the folder of its nodes' code on its path
    key: JSON.stringify([interpreter, mode, cwd, base, mode === 'fork' ? folder : null]),
    mode,
    session: {
      cwd,
      command: (args) => {
        const called = callOf(interpreter, { evaluator: scripts.servers[evaluator], node: process.execPath }, args)
        return { argv: called.argv, env: { ...base, ...environmentOf(evaluator, called.env) } }
      }
    }
  }
}

/** Only Python forks, and a plain command is its own process. */
function startOf({ evaluator, start }: Interpreter): Start {
  if (evaluator === 'none' || process.platform === 'win32') return 'cold'
  return start === 'fork' && evaluator !== 'python' ? 'cold' : start
}

/** Which warm interpreters a task may go to. */
import { callOf } from '../../domain/command.ts'
import { byCodePoint } from '../../domain/json.ts'
import { startOn, type EvaluatorKind, type Interpreter } from '../../domain/interpreter.ts'
import { environmentOf } from '../attempt/environment.ts'
import { asHere } from '../process/find.ts'
import type { Pool } from '../process/sessions.ts'

/** The files that interpreters run. */
export interface Scripts {
  /** one task, then gone */
  evaluators: Readonly<Record<EvaluatorKind, string>>
  /** task after task */
  servers: Readonly<Record<EvaluatorKind, string>>
  /** starts commands for the scheduler */
  launcher: string
  /** variables that tell a server where code is kept */
  codeFolder?: (evaluator: Interpreter['evaluator']) => Record<string, string>
}

export interface Place {
  cwd: string
  /** of the node's code; null if its record names no file */
  folder: string | null
  /** what the environment has below the interpreter's */
  base?: Readonly<Record<string, string>>
  /** seconds in which a session has to come up */
  startTimeout: number
}

/** The pool of a node's tasks; null: each has a process of its own. */
export function poolOf(
  interpreter: Interpreter,
  { cwd, folder, startTimeout, base = {} }: Place,
  scripts: Scripts
): Pool | null {
  const mode = startOn(process.platform, interpreter).start
  const { evaluator, name, argv, wrapper, env, setup, reset } = interpreter
  if (mode === 'cold' || evaluator === 'none') return null
  const started = [evaluator, name, argv, wrapper, setup, reset, inOrder(env), inOrder(base)]
  return {
    // a fork server keeps the folder of its nodes' code on its path
    key: JSON.stringify([mode, cwd, mode === 'fork' ? folder : null, ...started]),
    mode,
    session: {
      ...{ cwd, name, code: { setup, reset }, startMs: startTimeout * 1000 },
      command: (args) => {
        const called = callOf(
          asHere(interpreter),
          { evaluator: scripts.servers[evaluator], node: process.execPath },
          args
        )
        const own = { ...environmentOf(evaluator, called.env), ...scripts.codeFolder?.(evaluator) }
        return { argv: called.argv, env: { ...base, ...own } }
      }
    }
  }
}

/** Whoever wrote them down in which order. */
const inOrder = (variables: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(variables).sort(([a], [b]) => byCodePoint(a, b))

/** The command of an attempt: what its process is started with, and the copy of it that people paste into a shell. */
import { commandOf, evaluatorOf, fill, pasteable } from '../../domain/command.ts'
import type { EvaluatorKind, Interpreter } from '../../domain/interpreter.ts'
import { environmentOf } from './environment.ts'

export interface AttemptCommand {
  argv: string[]
  /** on top of the environment that Backlot was started in */
  env: Record<string, string>
  cwd: string
}

/** The cold start of a task; `taskFile` is the path of its task file, `base` what its environment has below the interpreter's. */
export function attemptCommand(
  interpreter: Interpreter,
  evaluators: Readonly<Record<EvaluatorKind, string>>,
  { taskFile, cwd, base = {} }: { taskFile: string; cwd: string; base?: Readonly<Record<string, string>> }
): AttemptCommand {
  const places = { evaluator: evaluatorOf(interpreter, evaluators), task: taskFile, node: process.execPath }
  const own = Object.entries(interpreter.env).map(([name, value]) => [name, fill(value, places)] as const)
  const env = { ...base, ...environmentOf(interpreter.evaluator, Object.fromEntries(own)) }
  return { argv: commandOf(interpreter, places), env, cwd }
}

/** One line that can be pasted into bash and runs the attempt again. */
export const commandLine = ({ argv, env, cwd }: AttemptCommand): string => pasteable(argv, env, cwd)

/** The command of an attempt: what its process is started with, and the copy of it that people paste into a shell. */
import { commandOf, evaluatorOf, fill, pasteable, pasteableInPowershell, quoted } from '../../domain/command.ts'
import { looksSecret } from '../../domain/environment.ts'
import type { EvaluatorKind, Interpreter } from '../../domain/interpreter.ts'
import { asHere } from '../process/find.ts'
import type { Around } from './around.ts'
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
  return { argv: commandOf(asHere(interpreter), places), env, cwd }
}

/** What may be written down of a command's variables. */
const open = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name, value]) => !looksSecret(name, value)))

/** Names of variables that are left out of what is written down, since they look secret. */
export const leftOut = ({ env }: Pick<AttemptCommand, 'env'>, around: Around | null): string[] => [
  ...new Set([...(around?.hidden ?? []), ...Object.keys(env).filter((name) => looksSecret(name, env[name]))])
]

/**
 * One line that can be pasted into bash, or into PowerShell on Windows, and runs the attempt again, with what it had around it; secrets are left out.
 * `around`: null where that was not kept.
 */
export function commandLine(
  command: AttemptCommand,
  around: Around | null,
  platform: string = process.platform
): string {
  const { argv, env, cwd } = command
  if (platform === 'win32') return powershellLine(command, around)
  if (around?.script != null) return `( . ${quoted(around.script)} && ${pasteable(argv, open(env), cwd)} )`
  return pasteable(argv, { ...around?.variables, ...open(env) }, cwd)
}

function powershellLine({ argv, env, cwd }: AttemptCommand, around: Around | null): string {
  if (around?.script == null) return pasteableInPowershell(argv, { ...around?.variables, ...open(env) }, cwd)
  // a script's text runs where scripts themselves are forbidden, as they are at first
  const before = `Invoke-Expression (Get-Content -Raw -LiteralPath '${around.script.replaceAll("'", "''")}')`
  return `${before}; ${pasteableInPowershell(argv, open(env), cwd)}`
}

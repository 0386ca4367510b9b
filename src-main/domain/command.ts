/** Commands: an interpreter's argv with its placeholders filled, and the copy that people paste into a shell. */
import type { EvaluatorKind, Interpreter } from './interpreter.ts'
import { variableNames } from './variables.ts'

/** The evaluator's file for an interpreter; empty for plain commands. */
export const evaluatorOf = (
  { evaluator }: Pick<Interpreter, 'evaluator'>,
  files: Readonly<Record<EvaluatorKind, string>>
): string => (evaluator === 'none' ? '' : files[evaluator])

/** Puts paths into the argv and environment. An argument is exchanged in place: nothing is joined or quoted. */
export function fill(text: string, paths: Readonly<Record<'evaluator' | 'task' | 'node', string>>): string {
  return text.replace(/\{(evaluator|task|node)\}/g, (_, key: keyof typeof paths) => paths[key])
}

/** Whether its task file has a reader: an evaluator, or a plain command that names it. */
export const readsTask = ({ evaluator, wrapper, argv, env }: Interpreter): boolean =>
  evaluator !== 'none' || [...wrapper, ...argv, ...Object.values(env)].some((text) => text.includes('{task}'))

/** The whole command of a task: wrapper, then argv. */
export const commandOf = (interpreter: Interpreter, paths: Parameters<typeof fill>[1]): string[] =>
  [...interpreter.wrapper, ...interpreter.argv].map((argument) => fill(argument, paths))

/**
 * The same command for other arguments of the evaluator, which stand where `{task}` does. They are in the environment
 * too, for programs that hand no arguments on to their script.
 */
export function callOf(
  interpreter: Interpreter,
  paths: Omit<Parameters<typeof fill>[1], 'task'>,
  args: readonly string[]
): { argv: string[]; env: Record<string, string> } {
  const fillAll = (text: string) => fill(text, { ...paths, task: args[0] ?? '' })
  const argv = [...interpreter.wrapper, ...interpreter.argv]
  return {
    argv: argv.flatMap((argument) => (argument === '{task}' ? args : [fillAll(argument)])),
    env: {
      [variableNames.args]: JSON.stringify(args),
      ...Object.fromEntries(Object.entries(interpreter.env).map(([key, value]) => [key, fillAll(value)]))
    }
  }
}

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/

/** One argument as bash reads it back: for exports and for the paste-able copy in a log, never to run ourselves. */
export const quoted = (argument: string): string =>
  plainWord.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`

const inPowershell = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The same for PowerShell, 5.1 and newer; `folder` is where it runs. */
export function pasteableInPowershell(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string
): string {
  const [program = '', ...args] = argv
  // the two take a quote in an argument differently; what stands behind --% goes to the program as it is
  const words = args.some((arg) => arg.includes('"')) ? ['--%', ...args.map(quotedForWindows)] : args.map(inPowershell)
  return [
    ...(cwd === undefined ? [] : [`Set-Location -LiteralPath ${inPowershell(cwd)}`]),
    ...Object.entries(env).map(([name, value]) => `\${env:${name}} = ${inPowershell(value)}`),
    ['&', inPowershell(program), ...words].join(' ')
  ].join('; ')
}

/** An argument as the C runtime of a Windows program reads it back. */
export function quotedForWindows(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument
  // backslashes count only before a quote: there, and at the end, where our own quote follows, each is written twice
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`
}

/** A command line that can be pasted into bash. */
export function pasteable(argv: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string): string {
  const assignments = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`))
  const command = [...(assignments.length ? ['env', ...assignments] : []), ...argv.map(quoted)].join(' ')
  return cwd === undefined ? command : `cd ${quoted(cwd)} && ${command}`
}

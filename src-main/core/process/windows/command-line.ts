/** A command as Windows wants it: one line of text, one block of variables, and the file of its program. */
import crossSpawn from 'cross-spawn'
import { fail, ok, type Result } from '../../../domain/result.ts'
import { quotedForWindows } from '../../../domain/command.ts'
import { mergeVariables } from '../../../domain/environment.ts'

export interface Line {
  /** the program's file */
  program: string
  line: string
}

/**
 * The program found by PATH and PATHEXT as `cmd` does, with its line; `.bat`, `.cmd` and scripts with a `#!` through what
 * runs them. Null: there is no such program. Errors (`run`): what cannot be said to a batch file.
 */
export function lineOf(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string
): Result<Line | null> {
  const [name = '', ...args] = argv
  const parsed = crossSpawn._parse(name, args, { env, cwd })
  if (!parsed.file) return ok(null)
  if (parsed.options.windowsVerbatimArguments) {
    // for cmd a command ends where its line does
    if (argv.some((argument) => /[\r\n]/.test(argument)))
      return fail('run', `${name} is a batch file, which takes no argument of several lines`)
    const shell = crossSpawn._parse(parsed.command, [], { env, cwd }).file ?? parsed.command
    return ok({ program: shell, line: [quotedForWindows(parsed.command), ...parsed.args].join(' ') })
  }
  // a script's own file is its first argument then
  const program = parsed.command === name ? parsed.file : crossSpawn._parse(parsed.command, [], { env, cwd }).file
  if (!program) return ok(null)
  return ok({ program, line: [parsed.command, ...parsed.args].map(quotedForWindows).join(' ') })
}

/** Variables as one block, in the order that Windows keeps; of two that differ in case alone there is the latter. */
export function environmentBlock(env: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(env).sort(([a], [b]) => (a.toUpperCase() < b.toUpperCase() ? -1 : 1))
  const lines = entries.map(([name, value]) => `${name}=${value}\0`)
  return Buffer.from(`${lines.join('')}\0${lines.length === 0 ? '\0' : ''}`, 'utf16le')
}

/** Ours, with a command's own on top. */
export const environmentOf = (own: Readonly<Record<string, string>>): Record<string, string> =>
  mergeVariables(process.env, own, true)

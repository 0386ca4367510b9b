/** A command as Windows wants it: one line of text, one block of variables, and the file of its program. */
import crossSpawn from 'cross-spawn'
import { quotedForWindows } from '../../../domain/command.ts'
import { mergeVariables } from '../../../domain/environment.ts'

export interface Line {
  /** the program's file */
  program: string
  line: string
}

/**
 * The program found by PATH and PATHEXT as `cmd` does, with its line; `.bat`, `.cmd` and scripts with a `#!` through what
 * runs them. Null: there is no such program.
 */
export function lineOf(argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Line | null {
  const [name = '', ...args] = argv
  const parsed = crossSpawn._parse(name, args, { env, cwd })
  if (!parsed.file) return null
  if (parsed.options.windowsVerbatimArguments) {
    const shell = crossSpawn._parse(parsed.command, [], { env, cwd }).file ?? parsed.command
    return { program: shell, line: [quotedForWindows(parsed.command), ...parsed.args].join(' ') }
  }
  // a script's own file is its first argument then
  const program = parsed.command === name ? parsed.file : crossSpawn._parse(parsed.command, [], { env, cwd }).file
  return program ? { program, line: [parsed.command, ...parsed.args].map(quotedForWindows).join(' ') } : null
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

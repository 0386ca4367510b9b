/** Where an interpreter's program is, without starting anything. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { fill } from '../../domain/command.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { codeOf } from '../process/process.ts'

/** What a shell looks through where PATH is not set. */
const usualPath = '/usr/local/bin:/usr/bin:/bin'

const endings = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat', '.com'] : ['']

/**
 * The path of the program that an entry's command starts, found as the system would: on the PATH of its environment, or
 * from this folder where its name has a slash. Behind a wrapper it is the command's own where that is found, else the
 * wrapper's, which may bring it along. Errors (`run`): there is none, in words.
 */
export function findProgram(entry: Pick<Interpreter, 'argv' | 'env' | 'wrapper'>): Result<string> {
  const places = { evaluator: '', task: '', node: process.execPath }
  const filled = (text: string) => fill(text, places)
  const path = filled(entry.env.PATH ?? process.env.PATH ?? usualPath)
  const find = (name: string) => findOn(path, filled(name))
  const [wrapper] = entry.wrapper
  const own = find(entry.argv[0] ?? '')
  if (wrapper === undefined || own.ok) return wrapper === undefined ? own : andFirst(find(wrapper), own)
  return find(wrapper)
}

const andFirst = (first: Result<string>, second: Result<string>): Result<string> => (first.ok ? second : first)

function findOn(path: string, name: string): Result<string> {
  const places =
    name.includes('/') || isAbsolute(name)
      ? [resolve(name)]
      : path.split(delimiter).map((at) => join(resolve(at), name))
  const files = places.flatMap((place) => endings.map((ending) => place + ending))
  const found = files.find(isProgram)
  if (found !== undefined) return ok(found)
  if (files.some(isFile)) return fail('run', `${name} may not be run: it is no executable file`)
  return fail('run', name.includes('/') ? `there is no program ${resolve(name)}` : `${name} is not on the PATH`)
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return isFile(path)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return false
  }
}

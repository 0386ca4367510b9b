/** Where an interpreter's program is, without starting anything. */
import { fill } from '../../domain/command.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { fail, type Result } from '../../domain/result.ts'
import { asHere, findOn, pathOf } from '../process/find.ts'
import { noFirstLine } from '../process/first-line.ts'

/**
 * The path of the program that an entry's command starts, found as the system would: on the PATH of its environment, or
 * from this folder where its name has a slash. Behind a wrapper it is the command's own where that is found, else the
 * wrapper's, which may bring it along. Errors (`run`): there is none, in words.
 */
export function findProgram(entry: Pick<Interpreter, 'argv' | 'env' | 'wrapper'>): Result<string> {
  const places = { evaluator: '', task: '', node: process.execPath }
  const filled = (text: string) => fill(text, places)
  const path = filled(pathOf(entry.env))
  const find = (name: string) => startable(findOn(path, filled(name)))
  const [wrapper] = entry.wrapper
  const own = find(asHere(entry).argv[0] ?? '')
  if (wrapper === undefined || own.ok) return wrapper === undefined ? own : andFirst(find(wrapper), own)
  return find(wrapper)
}

function startable(found: Result<string>): Result<string> {
  const why = found.ok ? noFirstLine(found.value) : null
  return why === null ? found : fail('run', why)
}

const andFirst = (first: Result<string>, second: Result<string>): Result<string> => (first.ok ? second : first)

/** Where evaluators that Backlot itself starts keep what V8 compiled, and files of TypeScript without their types. */
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import type { Interpreter } from '../../domain/interpreter.ts'
import { variableNames } from '../../domain/variables.ts'

/**
 * The variable that tells an evaluator; none for Python's, which keeps its own, and where this process keeps nothing. A
 * task in a process of its own gets none: it is started as a farm starts it.
 */
export function codeFolder(evaluator: Interpreter['evaluator']): Record<string, string> {
  const own = evaluator === 'node' ? getCompileCacheDir() : undefined
  return own === undefined ? {} : { [variableNames.codeFolder]: dirname(own) }
}

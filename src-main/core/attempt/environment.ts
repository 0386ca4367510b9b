/** The environment of a task's process. */
import type { Interpreter } from '../../domain/interpreter.ts'

/** What a task's environment has beyond Backlot's own. */
export function environmentOf(
  evaluator: Interpreter['evaluator'],
  own: Readonly<Record<string, string>>
): Record<string, string> {
  // unbuffered: the log shows a line when it is printed, not when a buffer is full
  if (evaluator === 'python') return { PYTHONUNBUFFERED: '1', ...own }
  return process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1', ...own } : { ...own }
}

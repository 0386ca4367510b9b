/** Readers of logs by their rules, each made once: looking at the patterns takes some ms. */
import type { Interpreter } from '../../domain/interpreter.ts'
import { LogReader } from '../../domain/log-reader.ts'
import { rulesOf } from '../../domain/renderers.ts'

const made = new Map<string, LogReader>()
const mostMade = 50

/** What reads the logs of an interpreter's tasks; undefined: it is gone, and the shipped rules do. */
export function readerOf(interpreter: Interpreter | undefined): LogReader {
  const rules = rulesOf(interpreter ?? { name: '', argv: [], wrapper: [], rules: null })
  const key = JSON.stringify(rules)
  const known = made.get(key)
  if (known) return known
  if (made.size >= mostMade) made.clear()
  const reader = new LogReader(rules)
  made.set(key, reader)
  return reader
}

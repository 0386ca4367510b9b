/** What a node's metadata asks of its conversion. Apart from interpreter.ts, so that the window loads no schemas. */
import { kindOf, memberOf, textOf, type Raw } from './json.ts'
import { fail, ok, type Result } from './result.ts'

/** All that is read of a node's metadata, with what each may be and what it does; the documents are made from it. */
export const metadataTexts: Readonly<Record<string, { values: string; about: string }>> = {
  interpreter: {
    values: 'a name, such as "maya" (default: "python"; of nodes in TypeScript "node")',
    about: 'what launches the node: one that Backlot ships with, or yours (backlot interpreter list)'
  },
  batch_size: {
    values: 'a whole number of at least 1',
    about: 'splits the input frames into batches, a task each; without it the node is one task'
  },
  dependency: {
    values: '"node" (default) or "frame"',
    about: '"frame": a batch waits for the upstream batches that share its frames, and gets what those wrote alone'
  },
  merge: {
    values: '"same", "concat", "object", "list" or "last", or an object with one of them per output',
    about: 'how the outputs of the batches become one value; without it what they hold decides'
  },
  priority: { values: 'a whole number (default: 0)', about: 'tasks of a node with a higher one start first' },
  memory: {
    values: 'a size such as "4 GB", or a number of bytes',
    about: 'a task that has more in memory is ended (Linux); farms that have a place for it get it'
  },
  strict: { values: 'true or false (default)', about: 'a warning in its log, such as a missing texture, fails a task' }
}

export const metadataKeys: readonly string[] = Object.keys(metadataTexts)

/** The interpreter that a node asks for, else python as in the guide. Errors (`input`): it is no name. */
export function wantedInterpreter(metadata: Raw): Result<string> {
  const wanted = memberOf(metadata, 'interpreter')
  if (wanted === undefined || wanted === 'null') return ok('python')
  if (kindOf(wanted) === 'string' && wanted !== '""') return ok(textOf(wanted))
  return fail('input', `metadata.interpreter is ${wanted.slice(0, 60)}; it should be a name such as "maya"`)
}

/** Whether a warning in its log fails a task of the node. Errors (`input`): it is neither true nor false. */
export function strictOf(metadata: Raw): Result<boolean> {
  const wanted = memberOf(metadata, 'strict')
  if (wanted === undefined || wanted === 'null') return ok(false)
  if (wanted === 'true' || wanted === 'false') return ok(wanted === 'true')
  return fail('input', `metadata.strict is ${wanted.slice(0, 40)}; it should be true or false`)
}

const wholeNumber = /^[1-9]\d{0,8}$/

/** A batch size as metadata or a user writes it; null: not batched (quirk Q13). Errors (`input`): it is no such number. */
export function batchSizeOf(raw: Raw | undefined): Result<number | null> {
  if (raw === undefined || raw === 'null') return ok(null)
  if (wholeNumber.test(raw)) return ok(Number(raw))
  return fail('input', `batch_size is ${raw.slice(0, 40)}; it should be a whole number of at least 1`)
}

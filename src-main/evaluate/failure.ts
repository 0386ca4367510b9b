/** What went wrong, in words, on any terms. */
import { inspect } from 'node:util'
import { Refusal } from '../domain/result.ts'
import { withoutOwnFrames } from './evaluator.ts'

/** A sentence for the user, and the error behind it; `choices`: names of graphs or functions one of which would do. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly choices: readonly string[]

  constructor(message: string, { cause, choices = [] }: { cause?: unknown; choices?: readonly string[] } = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.choices = choices
  }
}

/** The node ended the process, or left nothing that could finish it. */
export class Exit extends Error {
  override readonly name = 'Exit'
}

/** Writes to the log, whatever the node did to it. */
export function say(text: string): void {
  try {
    process.stderr.write(`${text.trimEnd()}\n`)
  } catch {
    // there is no log to write to
  }
}

/** Type, message and traceback on any terms: what is thrown may be anything, and reading it may throw again. */
export function describe(thrown: unknown): { type: string; message: string; traceback: string } {
  try {
    const error = thrown instanceof Failure && thrown.cause !== undefined ? thrown.cause : thrown
    const message = thrown instanceof Error ? String(thrown.message) : inspect(thrown)
    return { type: typeOf(error), message, traceback: withoutOwnFrames(inspect(error)) }
  } catch {
    const message = 'the node threw a value that cannot be shown'
    return { type: typeof thrown, message, traceback: message }
  }
}

function typeOf(error: unknown): string {
  if (error instanceof Failure || error instanceof Refusal) return 'Error'
  return error instanceof Error ? String(error.name) : error === null ? 'null' : typeof error
}

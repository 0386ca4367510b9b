/** What can go wrong in a way that the user can fix. Everything else is a bug and is thrown. */
export const errorKinds = [
  'usage', // the call itself is wrong: unknown option, unknown job
  'input', // a file or a value is wrong
  'untrusted', // a file is code that nobody has allowed to run
  'cycle', // the graph has a cycle
  'preflight', // the job was refused before anything started
  'held', // another process holds the data folder
  'store', // the data folder cannot be used
  'run' // something outside failed: a process, a disk
] as const
export type ErrorKind = (typeof errorKinds)[number]

export interface AppError {
  kind: ErrorKind
  /** One sentence: what, where, how to fix. */
  message: string
  details?: Readonly<Record<string, unknown>>
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: AppError }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })

export const fail = (
  kind: ErrorKind,
  message: string,
  details?: AppError['details']
): { ok: false; error: AppError } => ({
  ok: false,
  error: details ? { kind, message, details } : { kind, message }
})

/** Carries an expected failure out of deep code to the nearest `caught`; it never leaves the module that throws it. */
export class Refusal extends Error {
  readonly error: AppError
  constructor(error: AppError) {
    super(error.message)
    this.error = error
  }
}

export function refuse(kind: ErrorKind, message: string, details?: AppError['details']): never {
  throw new Refusal(fail(kind, message, details).error)
}

/** Runs `work`; a Refusal becomes a value, anything else is a bug and stays thrown. */
export function caught<T>(work: () => T): Result<T> {
  try {
    return ok(work())
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.error }
    throw error
  }
}

/** The same of work that takes its time. */
export async function caughtLater<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work())
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.error }
    throw error
  }
}

/** The value, or a Refusal for the `caught` around it. */
export function take<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Refusal(result.error)
}

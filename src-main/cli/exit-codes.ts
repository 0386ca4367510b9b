/** Every exit code of the command line, with what it means; the documents are made from it. */
import type { ErrorKind } from '../domain/result.ts'

export const exitTexts = {
  0: 'done',
  1: 'tasks failed, and nothing else; or a rehearsal found errors',
  2: 'bad usage or input; code that nobody has allowed to run; the system refused',
  3: 'refused by preflight (a cycle, an interpreter that is missing …), or the question was answered with no',
  4: 'another process works in the data folder and cannot be reached, or must not be disturbed',
  5: 'nothing failed, but what was asked for is not so: two runs differ, nothing matches, a job was paused or canceled',
  70: 'a bug of Backlot; please report it with what it printed',
  129: 'ended by a terminal that was closed (SIGHUP); in order, to be resumed',
  130: 'ended by Ctrl-C (SIGINT); in order, to be resumed',
  131: 'ended by Ctrl-\\ (SIGQUIT); in order, to be resumed',
  141: 'ended since its reader went away, as in backlot run … | head; in order, to be resumed',
  143: 'ended by SIGTERM; in order, to be resumed',
  149: 'ended by Ctrl-Break, on Windows; in order, to be resumed'
} as const
export type ExitCode = keyof typeof exitTexts

/** Nothing failed, but what was asked for is not so: two runs differ, nothing matches, a job is not done. */
export const notSo: ExitCode = 5

/** A bug of ours, as sysexits.h has it: never the 1 that Node would give. */
export const bug: ExitCode = 70

/** Of each kind of error. */
export const exitCodes: Readonly<Record<ErrorKind, ExitCode>> = {
  usage: 2,
  input: 2,
  untrusted: 2,
  store: 2,
  run: 2,
  cycle: 3,
  preflight: 3,
  held: 4
}

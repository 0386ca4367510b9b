/**
 * An attempt's pid file: who starts it, which process it is, how that ended. Lines are only ever added, and the process
 * that creates the file owns the attempt: its starter, or a later Backlot that gives the attempt up.
 *
 *     ? 12 34       the process 12, started at 34, starts it
 *     56 78         it is the process 56, started at 78
 *     e 0           it exited with 0;  `s 9`: signal 9 ended it (written by sessions, and where no Backlot was there to be told)
 *     -             nothing was started, and nobody may any more
 */
import { appendFileSync, openSync, readFileSync, writeSync, closeSync } from 'node:fs'
import { codeOf, signalNumbered, type ProcessEnd } from './process.ts'
import type { Identity } from './system.ts'

export interface PidNote {
  isThere: boolean
  givenUp: boolean
  starter: Identity | null
  process: Identity | null
  end: ProcessEnd | null
}

const nothing: PidNote = { isThere: false, givenUp: false, starter: null, process: null, end: null }

/** What the file says so far; a line without its end is not written yet. */
export function readNote(path: string): PidNote {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return nothing // nobody has begun it
  }
  return text
    .split('\n')
    .slice(0, -1)
    .reduce<PidNote>(withLine, { ...nothing, isThere: true })
}

function withLine(note: PidNote, line: string): PidNote {
  if (line === '-') return { ...note, givenUp: true }
  const [, mark, first, second] = /^(?:([?es]) )?(\d{1,10})(?: (\d*))?$/.exec(line) ?? []
  if (first === undefined) return note
  const number = Number(first)
  if (mark === 'e') return { ...note, end: { kind: 'exit', code: number } }
  if (mark === 's') return { ...note, end: { kind: 'signal', signal: signalOf(number) } }
  const who = { pid: number, startedAt: second || null }
  return mark === '?'
    ? { ...note, givenUp: false, starter: who, process: null }
    : { ...note, givenUp: false, process: who, end: null }
}

/** A signal's name; one that has none here, such as the real-time ones, is told by its number. */
export const signalOf = (number: number): string => signalNumbered(number) ?? `signal ${number}`

/** Which process an attempt is; null if none was begun. */
export const readPid = (path: string): Identity | null => readNote(path).process

const lineOf = ({ pid, startedAt }: Identity): string => `${pid} ${startedAt ?? ''}\n`

/** Writes that this process is about to start it. */
export const writeStarter = (path: string, who: Identity): void => appendFileSync(path, `? ${lineOf(who)}`)

/** Writes which process an attempt is, for the next Backlot that opens the folder. */
export const writePid = (path: string, who: Identity): void => appendFileSync(path, lineOf(who))

/** Makes sure that an attempt which has not begun never will; false if it has begun. Throws on a full disk. */
export function giveUp(path: string): boolean {
  let file: number
  try {
    file = openSync(path, 'wx')
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  try {
    writeSync(file, '-\n')
    return true
  } finally {
    closeSync(file)
  }
}

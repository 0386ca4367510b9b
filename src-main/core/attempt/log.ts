/** A task's log as Backlot writes it: the head, which says how to run the attempt again by hand, and notes. */
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs'
import { looksSecret } from '../../domain/environment.ts'
import type { Start } from '../../domain/interpreter.ts'
import type { Raw } from '../../domain/json.ts'
import { headEnd, headMark, noteLine } from '../../domain/log-lines.ts'
import { visible } from '../../domain/visible.ts'
import { codeOf } from '../process/process.ts'
import { removeSoon } from '../store/files.ts'
import type { Around } from './around.ts'
import { commandLine, leftOut, type AttemptCommand } from './command.ts'
import type { AttemptPaths } from './paths.ts'

export interface LogHeader {
  job: number
  task: number
  name: string
  attempt: number
  interpreter: string
  /** what stood ready to evaluate it; the command below is the same task's cold start */
  start: Start
  /** why it is cold though its entry says otherwise; null: it is as it says */
  whyCold?: string | null
  frames: string | null
  command: AttemptCommand
  /** what it has around it; null: that is not kept */
  around: Around | null
  at: number
  /** connected inputs that upstream left null: the first thing to look at when a node fails on nothing */
  nulls: readonly string[]
  /** why it runs where only what changed does */
  why: string | null
}

/** The log's first lines: a comment to bash, except the command itself, which can be pasted. */
export function headText(header: LogHeader): string {
  const { command, around } = header
  const env = Object.entries(command.env).filter(([name, value]) => !looksSecret(name, value))
  const secrets = leftOut(command, around)
  const lines = [
    `backlot job ${header.job} task ${header.task} attempt ${header.attempt}: ${JSON.stringify(header.name)}`,
    `started: ${new Date(header.at).toISOString()}`,
    `interpreter: ${header.interpreter}${startText(header)}`,
    `frames: ${header.frames ?? 'none: the whole node'}`,
    `cwd: ${command.cwd}`,
    `environment: ${
      env.length ? env.map(([k, v]) => JSON.stringify(`${k}=${v}`)).join(' ') : 'as Backlot was started'
    }`,
    ...(secrets.length ? [`left out of the command, since they look secret: ${secrets.join(', ')}`] : []),
    ...(header.nulls.length ? [`null from upstream: ${header.nulls.join(', ')}`] : []),
    ...(header.why === null ? [] : [`why: ${header.why}`]),
    'to run it again, paste the next line:'
  ]
  return `${lines.map((line) => `${headMark}${visible(line)}\n`).join('')}${commandLine(command, around)}\n${headEnd}\n`
}

function startText({ start, whyCold }: Pick<LogHeader, 'start' | 'whyCold'>): string {
  if (start !== 'cold') return ` (${start})`
  return whyCold ? ` (cold: ${whyCold})` : ''
}

/** Begins a log; returns its size in bytes. `first`: it has no task file before it. */
export function writeHead(paths: AttemptPaths, header: LogHeader, first: boolean): number {
  const bytes = Buffer.from(headText(header))
  if (first) writeFirst(paths, paths.log, bytes)
  else writeFileSync(paths.log, bytes)
  return bytes.length
}

/** Throws where the system refuses. */
export const writeTask = (paths: AttemptPaths, text: Raw): void => writeFirst(paths, paths.task, text)

/** The first file of an attempt. */
function writeFirst(paths: AttemptPaths, file: string, data: string | Buffer): void {
  try {
    writeFileSync(file, data, { flag: 'wx' })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') mkdirSync(paths.folder, { recursive: true })
    else if (code !== 'EEXIST') throw error
    // after a power cut the store may have forgotten an attempt whose files are there
    removeFiles(paths)
    writeFileSync(file, data, { flag: 'wx' })
  }
}

/** Removes what an attempt that was never begun has. */
export function removeFiles({ task, pid, result, log }: AttemptPaths): void {
  for (const file of [task, pid, result, log]) removeSoon(file)
}

/** The files of an attempt that started nothing. */
export function writeSpared(paths: AttemptPaths, text: Raw, note: string): void {
  writeTask(paths, text)
  writeFileSync(paths.log, `${noteLine(note)}\n`)
}

/** A line of Backlot's own in a task's log, such as why it was killed; on a line of its own, even if the log does not end with a newline. */
export function appendNote(path: string, note: string): void {
  const open = lastByte(path) === 10 ? '' : '\n'
  try {
    appendFileSync(path, `${open}${noteLine(note)}\n`)
  } catch (error) {
    // a full disk or a folder that is gone: the same reason stands in the store, the log's copy is a courtesy
    if (codeOf(error) === undefined) throw error
  }
}

function lastByte(path: string): number | null {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return 10 // the log was deleted: the note begins a new one
  }
  try {
    const byte = Buffer.alloc(1)
    const { size } = fstatSync(fd)
    return size > 0 && readSync(fd, byte, 0, 1, size - 1) === 1 ? (byte[0] ?? null) : 10
  } finally {
    closeSync(fd)
  }
}

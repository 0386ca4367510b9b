/** Plain text logs: one file per attempt, its first lines say how to run the attempt again by hand. */
import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import type { Raw } from '../../domain/json.ts'
import { headEnd, headMark, noteLine } from '../../domain/log-lines.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { commandLine, type AttemptCommand } from './command.ts'
import type { Start } from '../../domain/interpreter.ts'
import { directiveMarks, readDirective, type Directive } from '../../domain/directives.ts'

/** Where an attempt's files are: by ids only, never by names (quirk Q20). */
export interface AttemptPaths {
  /** of a thousand tasks: a folder for each would cost more than starting it */
  folder: string
  task: string
  result: string
  /** `pid start` of its process, while it runs and after */
  pid: string
  log: string
}

/** The folder of a job's logs, task files and results. */
export const tasksFolder = (dataDir: string, job: number): string => join(dataDir, 'jobs', String(job), 'tasks')

export function attemptPaths(dataDir: string, job: number, task: number, attempt: number): AttemptPaths {
  const folder = join(tasksFolder(dataDir, job), String(Math.floor(task / 1000)))
  const base = join(folder, `${task}-${attempt}`)
  return {
    folder,
    task: `${base}.task.json`,
    result: `${base}.result.json`,
    pid: `${base}.pid`,
    log: `${base}.log`
  }
}

export interface LogHeader {
  job: number
  task: number
  name: string
  attempt: number
  interpreter: string
  /** what stood ready to evaluate it; the command below is the same task's cold start */
  start: Start
  frames: string | null
  command: AttemptCommand
  at: number
  /** connected inputs that upstream left null: the first thing to look at when a node fails on nothing */
  nulls: readonly string[]
  /** why it runs where only what changed does */
  why: string | null
}

/** The log's first lines: a comment to bash, except the command itself, which can be pasted. */
export function headText(header: LogHeader): string {
  const lines = [
    `backlot job ${header.job} task ${header.task} attempt ${header.attempt}: ${JSON.stringify(header.name)}`,
    `started: ${new Date(header.at).toISOString()}`,
    `interpreter: ${header.interpreter}${header.start === 'cold' ? '' : ` (${header.start})`}`,
    `frames: ${header.frames ?? 'none: the whole node'}`,
    `cwd: ${header.command.cwd}`,
    `environment: ${
      Object.keys(header.command.env).length
        ? Object.entries(header.command.env)
            .map(([k, v]) => JSON.stringify(`${k}=${v}`))
            .join(' ')
        : 'as Backlot was started'
    }`,
    ...(header.nulls.length ? [`null from upstream: ${header.nulls.join(', ')}`] : []),
    ...(header.why === null ? [] : [`why: ${header.why}`]),
    'to run it again, paste the next line:'
  ]
  return `${lines.map((line) => `${headMark}${line}\n`).join('')}${commandLine(header.command)}\n${headEnd}\n`
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
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') mkdirSync(paths.folder, { recursive: true })
    else if (code !== 'EEXIST') throw error
    // after a power cut the store may have forgotten an attempt whose files are there
    removeFiles(paths)
    writeFileSync(file, data, { flag: 'wx' })
  }
}

/** Removes what an attempt that was never begun has. */
export function removeFiles({ task, pid, result, log }: AttemptPaths): void {
  for (const file of [task, pid, result, log]) rmSync(file, { force: true })
}

/** The files of an attempt that started nothing. */
export function writeSpared(paths: AttemptPaths, text: Raw, note: string): void {
  writeTask(paths, text)
  writeFileSync(paths.log, `${noteLine(note)}\n`)
}

/** A line of Backlot's own in a task's log, such as why it was killed; on a line of its own whatever stands before it. */
export function appendNote(path: string, note: string): void {
  const open = lastByte(path) === 10 ? '' : '\n'
  try {
    appendFileSync(path, `${open}${noteLine(note)}\n`)
  } catch (error) {
    // a full disk or a folder that is gone: the same reason stands in the store, the log's copy is a courtesy
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
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

const chunkBytes = 1 << 20

/** Longer ones hold no directive. */
const longestLine = 65536

const firstBreak = (bytes: Buffer): number => {
  const [feed, back] = [bytes.indexOf(10), bytes.indexOf(13)]
  return feed < 0 || back < 0 ? Math.max(feed, back) : Math.min(feed, back)
}

/** One for all logs: each is read to where it is, at once. */
let chunk: Buffer | undefined

/** Follows a growing log for its directives, a chunk at a time. */
export class LogWatch {
  private readonly path: string
  private offset = 0
  private rest = ''
  private readonly decoder = new StringDecoder('utf8')
  /** when the log last grew, in ms */
  grewAt: number

  constructor(path: string, at: number) {
    this.path = path
    this.grewAt = at
  }

  /** Its first bytes are read already, such as the head, in which nothing is a directive. */
  skip(bytes: number): void {
    this.offset = bytes
  }

  /** Whether a log of so many bytes has nothing new. */
  hasRead(bytes: number): boolean {
    return bytes === this.offset
  }

  /** Reads what is new, at most `maxChunks` MB of it. Returns the directives and whether there is more to read. */
  read(at: number, maxChunks = 8): { directives: Directive[]; more: boolean } {
    const directives: Directive[] = []
    let fd: number
    try {
      fd = openSync(this.path, 'r')
    } catch {
      return { directives, more: false } // the log was deleted while it grew: there is nothing to read, the task goes on
    }
    try {
      const { size } = fstatSync(fd)
      if (size < this.offset) this.offset = 0 // truncated by somebody
      if (size > this.offset) this.grewAt = at
      for (let i = 0; i < maxChunks && this.offset < size; i++) {
        chunk ??= Buffer.allocUnsafe(chunkBytes)
        const bytes = readSync(fd, chunk, 0, chunkBytes, this.offset)
        if (bytes === 0) break
        this.offset += bytes
        this.scan(chunk.subarray(0, bytes), directives)
      }
      return { directives, more: this.offset < size }
    } finally {
      closeSync(fd)
    }
  }

  private scan(bytes: Buffer, directives: Directive[]): void {
    const first = firstBreak(bytes)
    if (first < 0 || directiveMarks.some((mark) => bytes.includes(mark))) return this.scanLines(bytes, directives)
    // no directive in here but for one that began in the chunk before; what is cut at the end is looked at with the next
    this.scanLines(bytes.subarray(0, first + 1), directives)
    const tail = bytes.subarray(Math.max(bytes.lastIndexOf(10), bytes.lastIndexOf(13)) + 1)
    this.rest = this.decoder.write(tail.length < longestLine ? tail : Buffer.alloc(0))
  }

  private scanLines(bytes: Buffer, directives: Directive[]): void {
    const lines = (this.rest + this.decoder.write(bytes)).split(/\r\n|\n|\r/)
    const last = lines.pop() ?? ''
    this.rest = last.length < longestLine ? last : ''
    for (const line of lines) {
      const directive = readDirective(line)
      if (directive) directives.push(directive)
    }
  }

  /** The last line, where it did not end with a newline. */
  end(): Directive[] {
    const directive = readDirective(this.rest)
    return directive ? [directive] : []
  }
}

/** The last `count` lines of a file of any size, reading only its end. Longer lines are cut at 2,000 characters. */
export function lastLines(path: string, count: number, maxBytes = 256 * 1024): string[] {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return [] // no log yet: nothing was printed
  }
  try {
    const { size } = fstatSync(fd)
    const bytes = Buffer.alloc(Math.min(size, maxBytes))
    readSync(fd, bytes, 0, bytes.length, size - bytes.length)
    const lines = bytes.toString('utf8').split(/\r?\n/)
    if (lines.at(-1) === '') lines.pop()
    return lines.slice(-count).map((line) => line.slice(0, 2000))
  } finally {
    closeSync(fd)
  }
}

export interface LogPart {
  text: string
  /** byte offsets of the part, and the file's size now */
  start: number
  end: number
  size: number
}

/**
 * Part of a log of any size, cut at line ends where it has any. `offset` below 0 counts from the end.
 * Errors (`run`): the log is gone.
 */
export function readPart(path: string, offset: number, bytes: number): Result<LogPart> {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return fail('run', `the log ${path} is gone`)
  }
  try {
    const { size } = fstatSync(fd)
    const from = Math.max(0, offset < 0 ? size + offset : Math.min(offset, size))
    const buffer = Buffer.alloc(Math.min(bytes, size - from))
    const got = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, from))
    const first = from > 0 && offset < 0 ? got.indexOf(10) + 1 : 0
    const last = from + got.length < size ? got.lastIndexOf(10) + 1 : got.length
    const part = last > first ? got.subarray(first, last) : got
    const start = last > first ? from + first : from
    return ok({ text: part.toString('utf8'), start, end: start + part.length, size })
  } finally {
    closeSync(fd)
  }
}

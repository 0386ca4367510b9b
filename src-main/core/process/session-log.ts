/**
 * What a session's program says beside its tasks, such as while it starts: a file in the data folder, and in the folder of
 * each job that it served under a name of its own (a second link to the same file), so that it stays when the session goes.
 */
import { closeSync, fstatSync, linkSync, mkdirSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { removeSoon } from '../store/files.ts'
import { isPidTaken } from './identity.ts'
import { codeOf } from './process.ts'

export class SessionLog {
  readonly path: string
  /** by folder */
  private readonly kept = new Map<string, string>()
  private mayGo = true

  constructor(path: string) {
    this.path = path
  }

  /** Keeps it in a job's folder as well, as `1.log`, `2.log` …; returns its path there. */
  keepIn(folder: string): string {
    const known = this.kept.get(folder)
    if (known !== undefined) return known
    const path = this.linkIn(folder)
    if (path === null) this.mayGo = false
    this.kept.set(folder, path ?? this.path)
    return path ?? this.path
  }

  /** Null where the file system has no second links; then it stays where it is. */
  private linkIn(folder: string): string | null {
    try {
      mkdirSync(folder, { recursive: true })
      for (let n = readdirSync(folder).length + 1; ; n++) {
        const path = join(folder, `${n}.log`)
        if (linked(this.path, path)) return path
      }
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      return null
    }
  }

  /** Its last bytes, at most so many; empty where it cannot be read. */
  read(most: number): Buffer {
    let fd: number
    try {
      fd = openSync(this.path, 'r')
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      return Buffer.alloc(0)
    }
    try {
      const { size } = fstatSync(fd)
      const bytes = Buffer.alloc(Math.min(size, most))
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, size - bytes.length))
    } finally {
      closeSync(fd)
    }
  }

  /** Its last line with something on it; null: it has none. */
  lastLine(): string | null {
    const lines = this.read(4096)
      .toString('utf8')
      .split(/[\r\n]+/)
    return lines.findLast((line) => line.trim() !== '')?.trim() ?? null
  }

  /** Its session has ended: what no job has is forgotten. */
  close(): void {
    if (this.mayGo) removeSoon(this.path)
  }
}

/** False where the name is taken. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

const nameOf = (number: number): string => `${process.pid}-${number}.log`

/** A new session's log in a data folder's `sessions`; those that a killed Backlot left there are removed. */
export function newSessionLog(folder: string, number: number): SessionLog {
  mkdirSync(folder, { recursive: true })
  if (number === 1)
    for (const name of readdirSync(folder)) {
      const pid = Number(/^(\d+)-\d+\.log$/.exec(name)?.[1])
      if (pid && pid !== process.pid && !isPidTaken(pid)) removeSoon(join(folder, name))
    }
  return new SessionLog(join(folder, nameOf(number)))
}

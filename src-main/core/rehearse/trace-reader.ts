/** What a trace has told so far: which process stands where, what was said by words, and the ledger that grows. */
import type { Access, AccessKind, AccessMark } from '../../domain/rehearsal.ts'

/** A path below it that is looked for is a word to us: the evaluators stat it around the node's own work. */
export const wordFolder = '/backlot-phase/'

export interface Trace {
  accesses: Access[]
  /** folders that were made, or came to their name by a rename: nothing that lay there before shines through */
  made: string[]
  /** renames that failed because the two paths lie on different file systems, or layers of one: from → to */
  crossed: [string, string][]
  /** files opened for writing in the own work, in their order, each once */
  opened: string[]
  /** files that were begun anew, whatever stood in them */
  begun: Set<string>
  /** files that were renamed: from → to */
  renamed: [string, string][]
  /** whether a process was killed by a signal of the tracer's */
  killed: boolean
}

export interface Process {
  cwd: string
  /** holds a lock for writing */
  locks: boolean
}

export class Reader {
  readonly trace: Trace = { accesses: [], made: [], crossed: [], opened: [], begun: new Set(), renamed: [], killed: false }
  private readonly processes = new Map<number, Process>()
  private readonly pending = new Map<number, string>()
  private readonly seen = new Set<string>()
  private readonly addresses = new Map<string, string>()
  private readonly listening = new Set<string>()
  private readonly locked = new Set<string>()
  private readonly lockFiles = new Set<string>()
  private own: boolean
  private readonly cwd: string
  private readonly calls: Calls
  /** the process that strace started: our meter */
  private first: number | null = null

  constructor(cwd: string, allOwn: boolean, calls: Calls) {
    this.cwd = cwd
    this.own = allOwn
    this.calls = calls
  }

  line(line: string): void {
    const [, digits, rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    if (digits === undefined) return
    const pid = Number(digits)
    this.first ??= pid
    if (rest.startsWith('+++')) {
      if (rest.includes('killed by SIGKILL')) this.trace.killed = true
      return
    }
    if (rest.endsWith('<unfinished ...>')) {
      this.pending.set(pid, rest.slice(0, -'<unfinished ...>'.length))
      return
    }
    const [, tail] = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest) ?? []
    this.call(pid, tail === undefined ? rest : `${this.pending.get(pid) ?? ''}${tail}`)
  }

  private call(pid: number, text: string): void {
    const [, name, args, result] = /^(\w+)\((.*)\)\s+=\s+(.*)$/.exec(text) ?? []
    if (name === undefined || args === undefined || result === undefined) return
    const work = this.calls.read[name]
    // the meter's own files are no business of the task's
    if (!work || (pid === this.first && work !== this.calls.starts)) return
    const process = this.processOf(pid)
    const error = /^-1 (E[A-Z]+)/.exec(result)?.[1] ?? null
    work.call(this, { pid, process, args, result, error })
  }

  processOf(pid: number): Process {
    const known = this.processes.get(pid) ?? { cwd: this.cwd, locks: false }
    this.processes.set(pid, known)
    return known
  }

  started(pid: number, child: number): void {
    const parent = this.processOf(pid)
    if (!this.processes.has(child)) this.processes.set(child, { cwd: parent.cwd, locks: false })
  }

  add(how: AccessKind, what: string, more: { as?: string; marks?: AccessMark[] } = {}): void {
    const as = more.as !== undefined && more.as !== what ? more.as : undefined
    const marks = more.marks?.length ? more.marks : undefined
    const key = `${how} ${this.own ? 1 : 0} ${what} ${as ?? ''} ${marks?.join() ?? ''}`
    if (this.seen.has(key)) return
    this.seen.add(key)
    this.trace.accesses.push({ how, what, own: this.own, ...(as ? { as } : {}), ...(marks ? { marks } : {}) })
  }

  /** A word of our own evaluators; true if the path is one. */
  word(path: string): boolean {
    if (!path.startsWith(wordFolder)) return false
    const word = path.slice(wordFolder.length)
    if (word === 'compute') this.own = true
    else if (word === 'end') this.own = false
    else if (word.startsWith('variable/')) this.add('variable', decodeURIComponent(word.slice('variable/'.length)))
    return true
  }

  opened(path: string): void {
    if (this.own && !this.trace.opened.includes(path)) this.trace.opened.push(path)
  }

  bound(socket: string, address: string): void {
    this.addresses.set(socket, address)
  }

  listens(socket: string): void {
    this.listening.add(socket)
  }

  lock(process: Process, path: string): void {
    process.locks = true
    this.locked.add(path)
  }

  /** A file or folder that stands for a lock, as is done where file locks do not work. */
  lockFile(path: string): void {
    if (/lock/i.test(path.slice(path.lastIndexOf('/') + 1))) this.lockFiles.add(path)
  }

  unlockFile(path: string): void {
    this.lockFiles.delete(path)
  }

  isLocked(process: Process): boolean {
    return process.locks || this.lockFiles.size > 0
  }

  done(): Trace {
    for (const socket of this.listening) this.add('listen', this.addresses.get(socket) ?? socket)
    // SQLite locks a file after it has opened it
    for (const access of this.trace.accesses)
      if (this.locked.has(access.what) && !access.marks?.includes('locked'))
        access.marks = [...(access.marks ?? []), 'locked']
    return this.trace
  }
}

export interface Call {
  pid: number
  process: Process
  args: string
  result: string
  /** the system's code where it failed */
  error: string | null
}

/** What is done with a call, by its name. */
export type Handler = (this: Reader, call: Call) => void

export interface Calls {
  read: Readonly<Record<string, Handler | undefined>>
  /** the one for calls that start a process: even our meter's counts */
  starts: Handler
}

/**
 * Reads what strace wrote (`-f -y -q`, file, connect, lock and process calls) into a ledger. Lines are joined where a call was
 * interrupted; a path is made absolute by the folder that its process stood in; `-y` prints what a descriptor leads to, so
 * an opened path stands there with its links followed.
 */
import type { Access, AccessKind, AccessMark } from '../../domain/rehearsal.ts'
import { Claims } from './claims.ts'
import { Sockets } from './sockets.ts'
import { addressOf, decoded, descriptorOf, pathOf, socketOf, targetOf } from './trace-text.ts'

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
  /** what only one can make, and the own work made and removed again: with the files that it opened for writing meanwhile */
  claims: ReadonlyMap<string, readonly string[]>
  /** whether a process was killed by a signal of the tracer's */
  killed: boolean
}

interface Process {
  cwd: string
  /** descriptor → the file that is locked for writing by it */
  locks: Map<number, string>
  parent: Process | null
  /** descriptors that it opened itself; the others it was born with */
  own: Set<number>
}

const noTrace = (): Trace => ({
  ...{ accesses: [], made: [], crossed: [], opened: [], begun: new Set(), renamed: [], claims: new Map() },
  killed: false
})

class Reader {
  readonly trace = noTrace()
  readonly claims = new Claims()
  readonly sockets = new Sockets()
  private readonly processes = new Map<number, Process>()
  private readonly pending = new Map<number, string>()
  private readonly seen = new Set<string>()
  private readonly locked = new Set<string>()
  private own: boolean
  private readonly cwd: string
  private first: number | null = null // the process that strace started: our meter

  constructor(cwd: string, allOwn: boolean) {
    this.cwd = cwd
    this.own = allOwn
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
    const text = tail === undefined ? rest : `${this.pending.get(pid) ?? ''}${tail}`
    this.pending.delete(pid)
    this.call(pid, text)
  }

  private call(pid: number, text: string): void {
    const [, name, args, result] = /^(\w+)\((.*)\)\s+=\s+([-\d?].*)$/.exec(text) ?? []
    if (name === undefined || args === undefined || result === undefined) return
    const work = calls[name]
    // the meter's own files are no business of the task's
    if (!work || (pid === this.first && work !== starts)) return
    const process = this.processOf(pid)
    const error = /^-1 (E[A-Z]+)/.exec(result)?.[1] ?? null
    work.call(this, { name, pid, process, args, result, error })
  }

  processOf(pid: number): Process {
    const known = this.processes.get(pid) ?? this.childOf(this.starting())
    this.processes.set(pid, known)
    return known
  }

  /** Who called for a process and has not been told its number yet: a new one speaks first, always after vfork. */
  private starting(): Process | null {
    const [pid] = [...this.pending].findLast(([, text]) => /^(?:clone3?|v?fork)\(/.test(text)) ?? []
    return pid === undefined ? null : (this.processes.get(pid) ?? null)
  }

  private childOf(parent: Process | null): Process {
    return { cwd: parent?.cwd ?? this.cwd, locks: new Map(), parent, own: new Set() }
  }

  /** A thread stands where its process does, and holds what that holds. */
  started(pid: number, child: number, isThread: boolean): void {
    const parent = this.processOf(pid)
    if (isThread) this.processes.set(child, parent)
    else if (!this.processes.has(child)) this.processes.set(child, this.childOf(parent))
  }

  add(how: AccessKind, what: string, more: { as?: string; marks?: AccessMark[] } = {}): void {
    const as = more.as !== undefined && more.as !== what ? more.as : undefined
    const marks = more.marks?.length ? more.marks : undefined
    const key = `${how} ${this.own ? 1 : 0} ${what} ${as ?? ''} ${marks?.join() ?? ''}`
    if (this.seen.has(key)) return
    this.seen.add(key)
    if (how === 'missing' && this.own) this.claims.miss(what)
    this.trace.accesses.push({ how, what, own: this.own, ...(as ? { as } : {}), ...(marks ? { marks } : {}) })
  }

  /** A word of our own evaluators; true if the path is one. */
  word(path: string): boolean {
    if (!path.startsWith(wordFolder)) return false
    const word = path.slice(wordFolder.length)
    if (word === 'compute') this.own = true
    else if (word === 'end') this.own = false
    else if (word.startsWith('variable/')) this.add('variable', decoded(word.slice('variable/'.length)))
    return true
  }

  opened(path: string): void {
    if (!this.own) return
    if (!this.trace.opened.includes(path)) this.trace.opened.push(path)
    this.claims.opened(path)
  }

  lock(process: Process, descriptor: number, path: string): void {
    process.locks.set(descriptor, path)
    this.locked.add(path)
  }

  claim(path: string): void {
    this.claims.make(path, this.own)
  }

  /** By itself, or by who started it and waits for it. */
  isLocked(process: Process): boolean {
    for (let one: Process | null = process; one; one = one.parent) if (one.locks.size > 0) return true
    return this.claims.isLocked
  }

  done(): Trace {
    this.trace.claims = this.claims.over
    for (const address of this.sockets.heardAt()) this.add('listen', address)
    // SQLite locks a file after it has opened it
    for (const access of this.trace.accesses)
      if (this.locked.has(access.what) && !access.marks?.includes('locked'))
        access.marks = [...(access.marks ?? []), 'locked']
    return this.trace
  }
}

interface Call {
  name: string
  pid: number
  process: Process
  args: string
  result: string
  /** the system's code where it failed */
  error: string | null
}

const gone = new Set(['ENOENT', 'ENOTDIR', 'ENXIO'])
const refused = new Set(['EACCES', 'EROFS', 'EPERM'])

/** The n-th path of a call. */
const pathIn = ({ args, process }: Call, which = 0) => pathOf(args, process.cwd, which)

function opens(this: Reader, call: Call): void {
  const { name, process, args, result, error } = call
  const found = pathIn(call)
  if (!found || this.word(found.path)) return
  const { path, as } = found
  const flags = /O_[A-Z_|]+/.exec(args.slice(args.lastIndexOf('"')))?.[0] ?? ''
  const writes = /O_WRONLY|O_RDWR|O_TRUNC/.test(flags) || name === 'creat'
  if (error) {
    if (gone.has(error)) return this.add('missing', path, { as })
    if (error === 'EEXIST') this.add('look', path, { as })
    if (refused.has(error)) this.add(writes ? 'write' : 'read', path, { as, marks: ['refused'] })
    return
  }
  const real = targetOf(result) ?? path
  // its number was free again: the file that was locked by it is closed
  process.locks.delete(descriptorOf(result))
  process.own.add(descriptorOf(result))
  if (flags.includes('O_DIRECTORY') || real.startsWith('/proc/')) return
  const marks: AccessMark[] = []
  if (flags.includes('O_APPEND')) marks.push('append')
  if (flags.includes('O_RDWR')) marks.push('update')
  if (this.isLocked(process)) marks.push('locked')
  if (flags.includes('O_EXCL')) this.claim(real)
  if (/O_TRUNC|O_EXCL/.test(flags) || name === 'creat') this.trace.begun.add(real)
  if (writes) this.opened(real)
  const reads =
    name !== 'creat' && !flags.includes('O_WRONLY') && !flags.includes('O_TRUNC') && !flags.includes('O_PATH')
  if (writes) this.add('write', real, { as, marks })
  if (reads) this.add('read', real, { as, marks })
}

const comesBy = (how: AccessKind) =>
  function (this: Reader, call: Call): void {
    const found = pathIn(call)
    if (!found || this.word(found.path)) return
    if (call.error === null) this.add(how, found.path, { as: found.as })
    else if (gone.has(call.error)) this.add('missing', found.path, { as: found.as })
  }

function deletes(this: Reader, call: Call): void {
  const found = pathIn(call)
  if (!found || call.error) return
  this.claims.giveUp(found.path)
  this.add('delete', found.path, { as: found.as })
}

function renames(this: Reader, call: Call): void {
  const [from, to] = [pathIn(call, 0), pathIn(call, 1)]
  if (!from || !to) return
  if (call.error && gone.has(call.error)) this.add('missing', from.path, { as: from.as })
  if (call.error === 'EXDEV') this.trace.crossed.push([from.path, to.path])
  if (call.error) return
  const marks: AccessMark[] = this.isLocked(call.process) ? ['locked'] : []
  this.claims.giveUp(from.path)
  this.add('delete', from.path, { as: from.as })
  this.add('write', to.path, { as: to.as, marks })
  this.trace.renamed.push([from.path, to.path])
  this.trace.made.push(to.path)
}

function links(this: Reader, call: Call): void {
  const to = pathIn(call, 1)
  // another name for a file is a way to use it; a symbolic link may lead nowhere
  if (call.name.startsWith('link') && (!call.error || gone.has(call.error))) comesBy('read').call(this, call)
  if (!to || call.error) return
  this.claim(to.path)
  this.add('write', to.path, { as: to.as })
}

function makes(this: Reader, call: Call): void {
  const found = pathIn(call)
  if (!found) return
  if (call.error === 'EEXIST') this.add('look', found.path, { as: found.as })
  if (call.error) return
  this.claim(found.path)
  this.trace.made.push(found.path)
}

function lists(this: Reader, { args, error }: Call): void {
  const path = targetOf(args)
  if (path && !error && !path.startsWith('/proc/')) this.add('list', path)
}

function changesFolder(this: Reader, call: Call): void {
  if (call.error) return
  const found = pathIn(call)
  const path = found?.path ?? targetOf(call.args)
  if (path) call.process.cwd = path
}

function starts(this: Reader, { pid, args, result }: Call): void {
  const child = Number(/^\d+/.exec(result)?.[0])
  if (child > 0) this.started(pid, child, args.includes('CLONE_THREAD'))
}

function connects(this: Reader, { args, error }: Call): void {
  const address = addressOf(args)
  if (address === null) return
  if (error === null || error === 'EINPROGRESS') this.add('connect', address)
  else this.add('connect', address, { marks: ['refused'] })
}

function binds(this: Reader, { args, error }: Call): void {
  const address = addressOf(args)
  if (address && !error) this.sockets.bound(socketOf(args), address)
}

function listens(this: Reader, { args, error }: Call): void {
  if (!error) this.sockets.listens(socketOf(args))
}

function locks(this: Reader, { process, args, error }: Call): void {
  const path = targetOf(args)
  // F_GETLK only asks
  if (!path || error || args.includes('GETLK')) return
  const descriptor = descriptorOf(args)
  // `flock 9` in a shell locks the shell's descriptor
  const holders = [process, ...(process.parent && !process.own.has(descriptor) ? [process.parent] : [])]
  for (const holder of holders)
    if (/F_WRLCK|LOCK_EX/.test(args)) this.lock(holder, descriptor, path)
    else if (/F_UNLCK|LOCK_UN/.test(args)) holder.locks.delete(descriptor)
}

function touches(this: Reader, call: Call): void {
  const found = pathIn(call)
  if (found && call.error && refused.has(call.error)) this.add('write', found.path, { marks: ['refused'] })
}

const each = <T>(names: string, work: T): Record<string, T> =>
  Object.fromEntries(names.split(' ').map((name) => [name, work]))

const calls: Readonly<Record<string, ((this: Reader, call: Call) => void) | undefined>> = {
  ...each('open openat openat2 creat', opens),
  ...each(
    'stat lstat newfstatat fstatat64 statx access faccessat faccessat2 readlink readlinkat statfs',
    comesBy('look')
  ),
  ...each('execve execveat', comesBy('run')),
  ...each('unlink unlinkat rmdir', deletes),
  ...each('rename renameat renameat2', renames),
  ...each('link linkat symlink symlinkat', links),
  ...each('mkdir mkdirat', makes),
  ...each('getdents64 getdents', lists),
  ...each('chdir fchdir', changesFolder),
  ...each('clone clone3 fork vfork', starts),
  ...each('truncate chmod fchmodat chown fchownat utimensat', touches),
  connect: connects,
  ...each('bind getsockname', binds),
  listen: listens,
  ...each('fcntl flock', locks)
}

/**
 * Reads a trace. `cwd`: where the traced program was started; `allOwn`: no evaluator says where its own work begins, so all
 * of it counts.
 */
export function readTrace(text: string, { cwd, allOwn }: { cwd: string; allOwn: boolean }): Trace {
  const reader = new Reader(cwd, allOwn)
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from)
    reader.line(text.slice(from, end < 0 ? text.length : end))
    from = end < 0 ? text.length : end + 1
  }
  return reader.done()
}

/**
 * Reads what strace wrote (`-f -y -q`, file, connect, lock and process calls) into a ledger. Lines are joined where a call was
 * interrupted; a path is made absolute by the folder that its process stood in; `-y` prints what a descriptor leads to, so
 * an opened path stands there with its links followed.
 */
import { dirname, isAbsolute, join, normalize } from 'node:path'
import type { AccessMark } from '../../domain/rehearsal.ts'
import { Reader, type Call, type Handler, type Trace } from './trace-reader.ts'
import { addressOf, socketOf, targetOf, unescape } from './trace-text.ts'

export { wordFolder, type Trace } from './trace-reader.ts'

/** The calls to trace, as strace's `-e trace=` takes them. */
export const tracedCalls = [
  ...['open', 'openat', 'openat2', 'creat', 'stat', 'lstat', 'newfstatat', 'fstatat64', 'statx', 'access', 'faccessat'],
  ...[
    'faccessat2',
    'readlink',
    'readlinkat',
    'execve',
    'execveat',
    'unlink',
    'unlinkat',
    'rmdir',
    'rename',
    'renameat'
  ],
  ...[
    'renameat2',
    'link',
    'linkat',
    'symlink',
    'symlinkat',
    'mkdir',
    'mkdirat',
    'chdir',
    'fchdir',
    'truncate',
    'chmod'
  ],
  ...[
    'fchmodat',
    'chown',
    'fchownat',
    'utimensat',
    'connect',
    'bind',
    'listen',
    'getsockname',
    'getdents64',
    'getdents'
  ],
  ...['fcntl', 'flock', 'clone', 'clone3', 'fork', 'vfork']
]
  // not every processor has each of them
  .map((name) => `?${name}`)
  .join()

/** The calls whose structures are printed; those of all others (`stat` above all) are not asked of the process. */
export const verboseCalls = 'connect,bind,getsockname,fcntl'

const gone = new Set(['ENOENT', 'ENOTDIR', 'ENXIO'])
const refused = new Set(['EACCES', 'EROFS', 'EPERM'])

/** The n-th path of a call, absolute; its folder is the descriptor before it, else where the process stands. */
function pathOf({ args, process }: Pick<Call, 'args' | 'process'>, which = 0): { path: string; as: string } | null {
  const quoted = [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
  const match = quoted[which]
  if (!match) return null
  const as = unescape(match[1] ?? '')
  if (as === '') return null
  const before = args.slice(0, match.index).split(/,\s*(?![^<]*>)/)
  const folder = targetOf(before.at(-2) ?? '') ?? process.cwd
  return { path: normalize(isAbsolute(as) ? as : join(folder, as)).replace(/(.)\/$/, '$1'), as }
}

function opens(this: Reader, call: Call): void {
  const { process, args, result, error } = call
  const found = pathOf(call)
  if (!found || this.word(found.path)) return
  const { path, as } = found
  const flags = /O_[A-Z_|]+/.exec(args.slice(args.lastIndexOf('"')))?.[0] ?? ''
  const writes = /O_WRONLY|O_RDWR|O_TRUNC/.test(flags) || /^creat/.test(args)
  if (error) {
    if (gone.has(error)) return this.add('missing', path, { as })
    if (refused.has(error)) this.add(writes ? 'write' : 'read', path, { as, marks: ['refused'] })
    return
  }
  const real = targetOf(result) ?? path
  if (flags.includes('O_DIRECTORY') || real.startsWith('/proc/')) return
  const marks: AccessMark[] = []
  if (flags.includes('O_APPEND')) marks.push('append')
  if (flags.includes('O_RDWR')) marks.push('update')
  if (this.isLocked(process)) marks.push('locked')
  if (flags.includes('O_EXCL')) this.lockFile(real)
  if (writes) this.opened(real)
  if (/O_TRUNC|O_EXCL/.test(flags) || /^creat/.test(args)) this.trace.begun.add(real)
  const reads = !flags.includes('O_WRONLY') && !flags.includes('O_TRUNC') && !flags.includes('O_PATH')
  if (writes) this.add('write', real, { as, marks })
  if (reads) this.add('read', real, { as, marks })
}

function looks(this: Reader, call: Call): void {
  const found = pathOf(call)
  if (!found || this.word(found.path)) return
  if (call.error === null) this.add('look', found.path, { as: found.as })
  else if (gone.has(call.error)) this.add('missing', found.path, { as: found.as })
}

function runs(this: Reader, call: Call): void {
  const found = pathOf(call)
  if (!found) return
  if (call.error === null) this.add('run', found.path, { as: found.as })
  else if (gone.has(call.error)) this.add('missing', found.path, { as: found.as })
}

function deletes(this: Reader, call: Call): void {
  const found = pathOf(call)
  if (!found || call.error) return
  this.unlockFile(found.path)
  this.add('delete', found.path, { as: found.as })
}

function renames(this: Reader, call: Call): void {
  const [from, to] = [pathOf(call, 0), pathOf(call, 1)]
  if (!from || !to) return
  if (call.error && gone.has(call.error)) this.add('missing', from.path, { as: from.as })
  if (call.error === 'EXDEV') this.trace.crossed.push([from.path, to.path])
  if (call.error) return
  const marks: AccessMark[] = this.isLocked(call.process) ? ['locked'] : []
  this.add('delete', from.path, { as: from.as })
  this.add('write', to.path, { as: to.as, marks })
  this.trace.renamed.push([from.path, to.path])
  this.trace.made.push(to.path)
}

function links(this: Reader, call: Call): void {
  const to = pathOf(call, 1)
  if (!to || call.error) return
  this.lockFile(to.path)
  this.add('write', to.path, { as: to.as })
}

function makes(this: Reader, call: Call): void {
  const found = pathOf(call)
  if (!found) return
  if (call.error === 'EEXIST') this.add('look', found.path, { as: found.as })
  if (call.error) return
  this.lockFile(found.path)
  this.trace.made.push(found.path)
}

function lists(this: Reader, { args, error }: Call): void {
  const path = targetOf(args)
  if (path && !error && !path.startsWith('/proc/')) this.add('list', path)
}

function changesFolder(this: Reader, call: Call): void {
  if (call.error) return
  const found = pathOf(call)
  const path = found?.path ?? targetOf(call.args)
  if (path) call.process.cwd = path
}

function starts(this: Reader, { pid, result }: Call): void {
  const child = Number(/^\d+/.exec(result)?.[0])
  if (child > 0) this.started(pid, child)
}

function connects(this: Reader, { args, error }: Call): void {
  const address = addressOf(args)
  if (address === null) return
  if (error === null || error === 'EINPROGRESS') this.add('connect', address)
  else this.add('connect', address, { marks: ['refused'] })
}

function binds(this: Reader, { args, error }: Call): void {
  const address = addressOf(args)
  if (address && !error) this.bound(socketOf(args), address)
}

function listens(this: Reader, { args, error }: Call): void {
  if (!error) this.listens(socketOf(args))
}

function locks(this: Reader, { process, args, error }: Call): void {
  const path = targetOf(args)
  if (!path || error) return
  if (/F_WRLCK|LOCK_EX/.test(args)) this.lock(process, path)
  else if (/F_UNLCK|LOCK_UN/.test(args)) process.locks = false
}

function touches(this: Reader, call: Call): void {
  const found = pathOf(call)
  if (found && call.error && refused.has(call.error)) this.add('write', found.path, { marks: ['refused'] })
}

const each = <T>(names: string, work: T): Record<string, T> =>
  Object.fromEntries(names.split(' ').map((name) => [name, work]))

const calls: Readonly<Record<string, Handler | undefined>> = {
  ...each('open openat openat2 creat', opens),
  ...each('stat lstat newfstatat fstatat64 statx access faccessat faccessat2 readlink readlinkat statfs', looks),
  ...each('execve execveat', runs),
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
  const reader = new Reader(cwd, allOwn, { read: calls, starts })
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from)
    reader.line(text.slice(from, end < 0 ? text.length : end))
    from = end < 0 ? text.length : end + 1
  }
  return reader.done()
}

/** The folder of a path, for what was written into it. */
export const folderOf = dirname

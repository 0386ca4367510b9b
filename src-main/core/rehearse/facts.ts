/** What has to be known of this machine before rooms can be made: its folders, mounts, and who is asking. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { CheckOutcome } from '../convert/preflight/input.ts'
import { homeFolder } from '../process/home.ts'
import { isIn, type MachineFacts } from './places.ts'

/** File systems that hold people's files; all others are the system's. */
const ordinary =
  /^(?:ext[234]|xfs|btrfs|zfs|f2fs|reiserfs|jfs|bcachefs|nfs4?|cifs|smb3|fuse\..*|fuseblk|9p|virtiofs|lustre|beegfs|gpfs|ceph|glusterfs|overlay|tmpfs|vfat|exfat|ntfs3?)$/

/** A folder with its links followed; itself where it is not there. */
export function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** `/proc/self/mountinfo` writes spaces and the like in octal. */
const plain = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))

interface Mount {
  path: string
  type: string
  writable: boolean
}

function mountsHere(): Mount[] {
  if (!existsSync('/proc/self/mountinfo')) return []
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [left = '', right = ''] = line.split(' - ')
      const [, , , , path = '', options = ''] = left.split(' ')
      return { path: plain(path), type: right.split(' ')[0] ?? '', writable: options.split(',').includes('rw') }
    })
}

/** more than these are not brought back one by one */
const mostSockets = 100

/** Paths that sockets of this machine are bound to. */
function listeningSockets(): string[] {
  if (!existsSync('/proc/net/unix')) return []
  const paths = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .map((line) => line.split(/\s+/)[7] ?? '')
  return [...new Set(paths)].filter((path) => path.startsWith('/') && existsSync(path)).slice(0, mostSockets)
}

/** The entries of `/` that are folders of their own. */
const topFolders = (): string[] =>
  readdirSync('/', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'lost+found')
    .map(({ name }) => `/${name}`)

export interface Here {
  dataDir: string
  scratch: string
  root: string
  checks: ReadonlyMap<string, CheckOutcome>
  /** programs that plain commands and wrappers start */
  commands: readonly string[]
}

export function factsHere({ dataDir, scratch, root, checks, commands }: Here): MachineFacts {
  const home = realPath(process.env.HOME ?? homeFolder() ?? '/')
  const temporary = realPath(tmpdir())
  const mounts = mountsHere()
  const isOurs = ({ type, writable }: Mount) => ordinary.test(type) && writable
  const answers = [...checks.values()].flatMap((outcome) => (outcome.ok ? [outcome.check] : []))
  const asked = answers.flatMap(({ folders }) => folders)
  const own = [dirname(process.execPath), join(root, 'out'), join(root, 'python'), join(root, 'node_modules')]
  const found = [...commands, ...own, ...asked].filter((path) => existsSync(path)).map(realPath)
  // a folder that is or holds a home or temporary folder is no program's
  const kept = [home, temporary, '/tmp', '/var/tmp', dataDir]
  // packages that only the author has are no other machine's
  const packages = answers
    .flatMap((check) => check.packages.folders)
    .filter((path) => ![home, temporary].some((one) => isIn(realPath(path), one)))
  const programs = [...new Set([...asked, ...found, ...packages])].filter(
    (path) => existsSync(path) && !kept.some((one) => isIn(one, path))
  )
  return {
    ...{ home, temporary, top: topFolders(), dataDir: realPath(dataDir), scratch, programs },
    mounts: mounts
      .filter((one) => isOurs(one) && one.path !== '/' && statSync(one.path).isDirectory())
      .map(({ path }) => path),
    sockets: listeningSockets(),
    special: mounts.filter((one) => !isOurs(one) && one.path !== '/').map(({ path }) => path)
  }
}

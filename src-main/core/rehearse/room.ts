/**
 * The command of a room: overlays put up in a mount namespace of its own, then bubblewrap, strace, the meter and the task's
 * command. Pure: it says what to start, and which folders have to be there.
 */
import { join } from 'node:path'
import type { Places, Root } from './places.ts'
import { tracedCalls, verboseCalls } from './traced-calls.ts'

/**
 * What the shell does before bubblewrap: `keep` holds a folder at another place, `socket` a socket that is still there, and
 * `overlay` puts layers over a folder.
 */
const mountScript = `
cd "$1" || exit 99
shift
while [ "$1" != -- ]; do
  case $1 in
    keep) mount --rbind "$2" "$3" || exit 99; shift 3 ;;
    socket) if [ -S "$2" ]; then : >"$3" && mount --bind "$2" "$3" || rm -f "$3"; fi; shift 3 ;;
    overlay) mount -t overlay overlay -o "lowerdir=$3,upperdir=$4,workdir=$5,userxattr,volatile" "$2" || exit 99; shift 5 ;;
    *) exit 99 ;;
  esac
done
shift
exec "$@"
`

/**
 * Starts the command and stays until descriptor 4 is closed: what the command left behind lives on until then. Descriptor 3
 * stays with the tracer alone, so its end says that nothing of the command runs any more.
 */
const staying = '"$@" 4<&- & exec 3>&-; read -r x <&4'

/**
 * Runs the command, then writes its wait status and its tree's peak memory (KB) to descriptor 3, which closes in the command.
 * perl is on every Debian and has no call for memory: the number of getrusage comes before the command.
 */
const meterScript = `
my $number = shift;
open my $out, ">&=", 3;
my $pid = fork;
if (!$pid) { exec {$ARGV[0]} @ARGV; print STDERR "$ARGV[0]: $!\\n"; exit 127; }
waitpid $pid, 0;
my $status = $?;
my $usage = "\\0" x 256;
my $peak = $number && syscall($number, -1, $usage) == 0 ? (unpack "q5", $usage)[4] : 0;
syswrite $out, "$status $peak\\n";
`

/** The number of getrusage, by Node's word for the processor. */
const getrusage: Readonly<Record<string, number>> = { x64: 98, arm64: 165 }

/** The same without memory, where there is no perl. */
const plainMeter = '"$@" 3>&-; echo "$(($? << 8)) 0" >&3'

const meterOf = (meter: string | null): string[] =>
  meter ? [meter, '-e', meterScript, String(getrusage[process.arch] ?? 0)] : ['sh', '-c', plainMeter, 'meter']

/** Kills the task when it enters its n-th write to a file. */
export interface Injection {
  path: string
  nth: number
}

export interface RoomFolders {
  /** where layers lie; layers are named from here */
  scratch: string
  /** the room's own folder, below it */
  own: string
}

export interface RoomLayers {
  /** per root: the names of its lower layers, the newest first, without the root itself; below `scratch` */
  lowers: readonly (readonly string[])[]
  upper: (root: number) => string
  work: (root: number) => string
}

export interface Room {
  places: Places
  folders: RoomFolders
  layers: RoomLayers
  /** how to enter a mount namespace: unshare's options */
  namespace: readonly string[]
  meter: string | null
  /** whether strace is there */
  traced: boolean
  /** null: the room of the author, who has all that this machine has */
  worker: WorkerRoom | null
  inject: Injection | null
  argv: readonly string[]
  cwd: string
  /** the task's whole environment; bubblewrap gets it as its own */
  uid: number
  gid: number
  dataDir: string
}

export interface WorkerRoom {
  user: string
  host: string
  /** whether it has a network, a machine's name and a user of its own */
  isolated: { network: boolean; host: boolean; user: boolean }
  /** given back: `from` on this machine is seen at `to` */
  given: readonly { from: string; to: string }[]
}

/** Where a room's own files are seen from inside: its job folder and its trace. */
export const jobFolder = '/run/backlot/job'
export const traceFolder = '/run/backlot/trace'
export const homeIn = ({ hidden }: Places, user: string): string =>
  hidden.includes('/home') ? `/home/${user}` : '/run/backlot/home'

/** The room's argv. Descriptor 3 gets the meter's line; closing 4 ends all that still runs in the room. */
export function roomCommand(room: Room): string[] {
  return [
    ...['unshare', ...room.namespace, 'sh', '-c', mountScript, 'room', room.folders.scratch],
    ...mounts(room),
    ...['--', 'bwrap', ...(room.worker ? workerFlags(room, room.worker) : authorFlags(room))],
    ...['--', 'sh', '-c', staying, 'stay', ...tracer(room), ...meterOf(room.meter), ...room.argv]
  ]
}

/** An author's room for a command of which nothing is measured. */
export const bareCommand = (
  room: Pick<Room, 'places' | 'folders' | 'layers' | 'namespace' | 'argv' | 'cwd' | 'uid' | 'gid' | 'dataDir'>
): string[] => {
  const full: Room = { ...room, meter: null, traced: false, worker: null, inject: null }
  return [
    ...['unshare', ...room.namespace, 'sh', '-c', mountScript, 'room', room.folders.scratch, ...mounts(full)],
    ...['--', 'bwrap', ...authorFlags(full), '--', ...room.argv]
  ]
}

function tracer({ traced, inject, worker, folders }: Room): string[] {
  if (!traced) return []
  const file = worker ? `${traceFolder}/trace` : join(folders.own, 'trace', 'trace')
  const only = inject
    ? ['-P', inject.path, ...injection(inject)]
    : ['-e', `trace=${tracedCalls}`, '-e', `verbose=${verboseCalls}`]
  // its filter lets the calls pass that a signal shall be injected into
  const fast = inject ? [] : ['--seccomp-bpf']
  return ['strace', '-f', ...fast, '-q', '-y', '-s', '512', '-o', file, '-e', 'signal=none', ...only]
}

const writing = 'write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,ftruncate,splice'
const injection = ({ nth }: Injection): string[] => [
  ...['-e', `trace=openat,open,creat,${writing}`],
  ...['-e', `inject=${writing}:signal=SIGKILL:when=${nth}`]
]

/**
 * Layers are named from the scratch folder: mount reads a page of options at most. The root is the lowest of them; one with
 * characters that mean something in mount's options is held under a plain name. What layers hold is gone with the
 * rehearsal, so nothing waits for the disk (`volatile`).
 */
function mounts({ places, layers, worker, folders, dataDir }: Room): string[] {
  const isGiven = (path: string) => worker?.given.some(({ from }) => from === path) ?? true
  const sockets = places.sockets.flatMap((path, i) => (isGiven(path) ? ['socket', path, heldName(folders, i)] : []))
  const kept = [...(worker ? [] : ['keep', dataDir, join(folders.own, 'data')]), ...sockets]
  const isPlain = ({ path }: Root) => /^[\w./@+-]+$/.test(path)
  const baseOf = (root: Root, i: number) => (isPlain(root) ? root.path : `b/${i}`)
  const odd = shown(places, worker).filter(([root]) => !isPlain(root))
  const bases = odd.flatMap(([root, i]) => ['keep', root.path, `b/${i}`])
  const over = shown(places, worker).flatMap(([root, i]) => [
    ...['overlay', root.path, [...(layers.lowers[i] ?? []), baseOf(root, i)].join(':')],
    ...[layers.upper(i), layers.work(i)]
  ])
  return [...kept, ...bases, ...over]
}

/** The roots that are layered: for a worker the share alone. */
const shown = (places: Places, worker: WorkerRoom | null): [Root, number][] =>
  places.roots.map((root, i): [Root, number] => [root, i]).filter(([root]) => !worker || root.kind === 'share')

const identity = ({ namespace, uid, gid }: Room): string[] =>
  namespace.includes('-Urm') ? ['--unshare-user', '--uid', String(uid), '--gid', String(gid)] : []

function authorFlags(room: Room): string[] {
  return [
    ...['--die-with-parent', '--unshare-pid', ...identity(room), '--dev-bind', '/', '/', '--proc', '/proc'],
    ...['--bind', join(room.folders.own, 'data'), room.dataDir],
    ...room.places.sockets.flatMap((path, i) => ['--bind-try', heldName(room.folders, i), path]),
    ...['--chdir', room.cwd]
  ]
}

function workerFlags(room: Room, { host, isolated, given, user }: WorkerRoom): string[] {
  const { places, folders } = room
  const own = (name: string) => join(folders.own, name)
  const roots = places.roots.filter(({ kind }) => kind === 'share').map(({ path }) => path)
  const isOpen = (path: string) => !roots.includes(path)
  return [
    ...['--die-with-parent', '--unshare-pid', '--unshare-ipc', ...identity(room)],
    ...(isolated.host ? ['--unshare-uts', '--hostname', host] : []),
    ...(isolated.network ? ['--unshare-net'] : []),
    ...['--ro-bind', '/', '/', '--dev-bind', '/dev', '/dev', '--tmpfs', '/dev/shm', '--proc', '/proc'],
    ...layered(roots, places.temporary.filter(isOpen), [...places.hidden, places.home].filter(isOpen), own),
    ...places.shown.flatMap((path) => ['--ro-bind-try', path, path]),
    ...places.assets.flatMap((path) => ['--ro-bind-try', path, path]),
    ...[
      '--tmpfs',
      '/run',
      ...(isolated.network ? [] : ['--ro-bind-try', '/run/systemd/resolve', '/run/systemd/resolve'])
    ],
    ...['--bind', own('home'), homeIn(places, user)],
    ...['--bind', own('job'), jobFolder, '--bind', own('trace'), traceFolder],
    ...(isolated.user ? ['--ro-bind', own('passwd'), '/etc/passwd'] : []),
    ...given.flatMap(({ from, to }) => {
      const held = heldAt(room, from)
      // a socket may be gone by now
      return held === null ? ['--ro-bind', from, to] : ['--ro-bind-try', held, to]
    }),
    ...['--chdir', room.cwd]
  ]
}

/** Where a socket is held, which cannot be reached through a layer; null: it is none. */
function heldAt({ places, folders }: Room, path: string): string | null {
  const i = places.sockets.indexOf(path)
  return i < 0 ? null : heldName(folders, i)
}

/** Shared and temporary folders can be written, hidden ones are empty; outer ones first: the inner ones stand on them. */
function layered(
  roots: readonly string[],
  temporary: readonly string[],
  hidden: readonly string[],
  own: (name: string) => string
): string[] {
  const places = [
    ...roots.map((path) => ({ path, flags: ['--bind', path, path] })),
    ...temporary.map((path, i) => ({ path, flags: ['--bind', own(`temporary-${i}`), path] })),
    ...[...new Set(hidden)].map((path) => ({ path, flags: ['--tmpfs', path] }))
  ]
  return places.sort((a, b) => a.path.length - b.path.length).flatMap(({ flags }) => flags)
}

const heldName = ({ own }: RoomFolders, i: number): string => join(own, `socket-${i}`)

/** The folders that a room needs below its own; a worker's has a file `passwd` as well. */
export const roomFolders = ({ temporary }: Places, worker: boolean): string[] =>
  worker ? ['job', 'trace', 'home', ...temporary.map((_, i) => `temporary-${i}`)] : ['trace', 'data']

import { describe, expect, test } from 'vitest'
import { asksBeforeWriting, killPoints } from '../../src-main/core/rehearse/again.ts'
import { looksAt } from '../../src-main/core/rehearse/conflicts.ts'
import type { Change } from '../../src-main/core/rehearse/layers.ts'
import { placesOf } from '../../src-main/core/rehearse/places.ts'
import {
  bareCommand,
  homeIn,
  roomCommand,
  roomFolders,
  type Room,
  type WorkerRoom
} from '../../src-main/core/rehearse/room.ts'
import type { Stage, Stayed } from '../../src-main/core/rehearse/stay.ts'
import type { Trace } from '../../src-main/core/rehearse/trace.ts'
import type { Access } from '../../src-main/domain/rehearsal.ts'
import {
  connect,
  facts,
  list,
  listen,
  look,
  marked,
  missing,
  profileOf,
  read,
  remove,
  write
} from '../helpers/evidence.ts'

const file: Change = { kind: 'file', real: '/r', size: 1, mode: 0o644 }

/** What is asked of a task that has run. */
function stayed(accesses: Access[], changes: Record<string, Change> = {}, opened: string[] = []): Stayed {
  const trace: Trace = {
    accesses,
    opened,
    made: [],
    crossed: [],
    begun: new Set(),
    renamed: [],
    claims: new Map(),
    killed: false
  }
  const layer = { id: 1, changes: new Map(Object.entries(changes)), roots: new Set([0]) }
  return {
    end: { kind: 'exit', code: 0 },
    late: false,
    trace,
    layer,
    left: [],
    at: 0,
    took: 1,
    folder: '/r/1',
    leave: async () => undefined
  }
}

const out = '/mnt/show/out'
const a = `${out}/a`

describe('a task beside another one could have seen its work', () => {
  const wrote = (path = a, change: Change = file) => stayed([], { [path]: change })

  test.each<[does: string, accesses: Access[], expected: boolean]>([
    ['read what it wrote', [read(a)], true],
    ['looked at what it wrote', [look(a)], true],
    ['looked in vain for what it wrote', [missing(a)], true],
    ['listed the folder it wrote into', [list(out)], true],
    ['read by a link that it made', [read('/mnt/show/b', { as: a })], true],
    ['looked in vain below a descriptor', [missing('/proc/self/fd/3/a')], true],
    ['listed another folder', [list('/mnt/show')], false],
    ['read another file', [read(`${out}/b`)], false]
  ])('or not, where it %s', (_, accesses, expected) => {
    expect(looksAt(stayed(accesses), wrote())).toBe(expected)
  })

  test('where it read below a folder that was deleted or a link that was made', () => {
    const reads = stayed([read(`${out}/deep/x`)])
    expect(looksAt(reads, wrote(out, { kind: 'deleted' }))).toBe(true)
    expect(looksAt(reads, wrote(out, { kind: 'link', real: '/r', to: 'x' }))).toBe(true)
    expect(looksAt(reads, wrote(out, { kind: 'folder', mode: 0o755 }))).toBe(false)
  })

  test('where it found nothing below a folder that was made', () => {
    expect(looksAt(stayed([missing(`${out}/deep/x`)]), wrote(out, { kind: 'folder', mode: 0o755 }))).toBe(true)
  })

  test('where both wrote the same path, and not for byte-code caches', () => {
    expect(looksAt(stayed([], { [a]: file }), wrote())).toBe(true)
    const cache = '/mnt/show/__pycache__/a.pyc'
    expect(looksAt(stayed([read(cache)]), wrote(cache))).toBe(false)
    expect(looksAt(stayed([read(a)]), stayed([]))).toBe(false)
  })

  test('where it talked to what the other one listens with', () => {
    const server = stayed([listen('0.0.0.0:4000')])
    expect(looksAt(stayed([connect('127.0.0.1:4000')]), server)).toBe(true)
    expect(looksAt(stayed([connect('127.0.0.1:4001')]), server)).toBe(false)
    expect(looksAt(stayed([connect('/tmp/s:4000')]), server)).toBe(false)
  })
})

describe('a task that was killed may be fooled by its own half file', () => {
  const asks = (accesses: Access[], ignored: string[] = []) =>
    asksBeforeWriting(stayed(accesses, { [a]: file }), new Set(ignored))

  test.each<[does: string, accesses: Access[], expected: boolean]>([
    ['looks at it before it writes it', [missing(a), write(a)], true],
    ['reads it before it writes it', [read(a), write(a)], true],
    ['adds to it', [marked(write(a), 'append')], true],
    ['changes it in place', [marked(write(a), 'update')], true],
    ['only writes it', [write(a)], false],
    ['looks at it when it is written', [write(a), look(a)], false],
    ['deletes it first, whatever it is', [remove(a), write(a)], false],
    ['looks at another one', [look(`${out}/b`), write(a)], false],
    ['looks at it while code is loaded', [look(a, { own: false }), write(a)], false],
    ['holds a lock', [marked(read(a), 'locked'), marked(write(a), 'locked', 'append')], false]
  ])('or not, where it %s', (_, accesses, expected) => {
    expect(asks(accesses)).toBe(expected)
  })

  test('but not where nobody compares the file, or it was written in vain', () => {
    expect(asks([look(a), write(a)], [a])).toBe(false)
    expect(asksBeforeWriting(stayed([look(a), write(a)]), new Set())).toBe(false)
  })
})

const places = placesOf(
  { ...facts, sockets: ['/tmp/.X11-unix/X0'], programs: ['/home/me/venv'] },
  profileOf(['/mnt/show'], { assets: ['/mnt/show/assets'] })
)

describe('a task is killed', () => {
  const stage: Pick<Stage, 'places'> = { places }
  const points = (opened: string[], accesses: Access[] = [], ignored: string[] = []) =>
    killPoints(stayed(accesses, {}, opened), stage, new Set(ignored))

  test('at the first and the last file that it opened on the share', () => {
    expect(points([a, `${out}/b`, `${out}/c`])).toEqual([a, `${out}/c`])
    expect(points([a])).toEqual([a])
    expect(points([])).toEqual([])
  })

  test('at no file of its own, none under a lock, and none that is not compared', () => {
    expect(points(['/tmp/x', '/home/me/y', a, '/tmp/z'])).toEqual([a])
    expect(points([a, `${out}/b`], [marked(write(a), 'locked')])).toEqual([`${out}/b`])
    expect(points([a, `${out}/b`], [], [`${out}/b`])).toEqual([a])
  })
})

const worker: WorkerRoom = {
  user: 'render',
  host: 'farm01',
  isolated: { network: true, host: true, user: true },
  given: []
}
const room: Room = {
  places,
  folders: { scratch: '/var/tmp/s', own: '/var/tmp/s/r/3' },
  layers: { lowers: places.roots.map(() => ['l/2/0']), upper: (root) => `l/3/${root}`, work: (root) => `w/3/${root}` },
  ...{ namespace: ['-m'], meter: '/usr/bin/perl', traced: true, worker, inject: null },
  ...{ argv: ['python3', '-c', 'a b'], cwd: '/run/backlot/job', uid: 1000, gid: 1000, dataDir: facts.dataDir }
}

/** The flags of a name with their values, in their order. */
function flags(argv: readonly string[], name: string, values: number): string[][] {
  return argv.flatMap((word, i) => (word === name ? [argv.slice(i + 1, i + 1 + values)] : []))
}

describe('a worker’s room', () => {
  const argv = roomCommand(room)
  const bwrap = argv.slice(argv.indexOf('bwrap'))
  const at = (...words: string[]) => {
    const found = bwrap.findIndex((_, i) => words.every((word, n) => bwrap[i + n] === word))
    expect(found, words.join(' ')).toBeGreaterThan(0)
    return found
  }

  test('layers the share alone, the task’s own layer uppermost and the disk lowest', () => {
    const i = places.roots.findIndex(({ path }) => path === '/mnt/show')
    expect(flags(argv, 'overlay', 4).filter(([path]) => path?.startsWith('/'))).toEqual([
      ['/mnt/show', 'l/2/0:/mnt/show', `l/3/${i}`, `w/3/${i}`]
    ])
    expect(flags(bwrap, '--bind', 2)).toContainEqual(['/mnt/show', '/mnt/show'])
  })

  test('has the machine to read, and homes and other disks empty', () => {
    expect(flags(bwrap, '--ro-bind', 2)).toContainEqual(['/', '/'])
    const empty = flags(bwrap, '--tmpfs', 1).flat()
    expect(empty).toEqual(
      expect.arrayContaining(['/home', '/root', '/home/me', '/work', facts.dataDir, '/run', '/dev/shm'])
    )
    expect(empty).not.toContain('/mnt/show')
  })

  test('has temporary folders and a home of its own', () => {
    const bound = flags(bwrap, '--bind', 2)
    for (const [i, path] of places.temporary.entries())
      expect(bound).toContainEqual([`/var/tmp/s/r/3/temporary-${i}`, path])
    expect(bound).toContainEqual(['/var/tmp/s/r/3/home', '/home/render'])
    expect(flags(bwrap, '--ro-bind', 2)).toContainEqual(['/var/tmp/s/r/3/passwd', '/etc/passwd'])
  })

  test('puts what lies in a folder behind that folder: hidden ones first, then what is shown in them', () => {
    const order = [
      at('--tmpfs', '/home'),
      at('--tmpfs', '/home/me'),
      at('--ro-bind-try', '/home/me/venv'),
      at('--bind', '/var/tmp/s/r/3/home')
    ]
    expect(order).toEqual(order.toSorted((x, y) => x - y))
    expect(at('--tmpfs', '/mnt')).toBeLessThan(at('--bind', '/mnt/show'))
    expect(at('--bind', '/mnt/show')).toBeLessThan(at('--ro-bind-try', '/mnt/show/assets', '/mnt/show/assets'))
    expect(at('--tmpfs', '/run')).toBeLessThan(at('--bind', '/var/tmp/s/r/3/job', '/run/backlot/job'))
  })

  test('is another machine without a network, unless they are given back', () => {
    expect(bwrap).toEqual(expect.arrayContaining(['--unshare-net', '--unshare-uts', '--unshare-pid', '--unshare-ipc']))
    expect(flags(bwrap, '--hostname', 1)).toEqual([['farm01']])
    const open = roomCommand({ ...room, worker: { ...worker, isolated: { network: false, host: false, user: false } } })
    for (const flag of ['--unshare-net', '--unshare-uts', '--hostname']) expect(open).not.toContain(flag)
    expect(open).toContain('/run/systemd/resolve')
  })

  test('sees what is given back at the place where it asks for it', () => {
    const given = [
      { from: '/home/me/x', to: '/home/render/x' },
      { from: '/tmp/.X11-unix/X0', to: '/tmp/.X11-unix/X0' }
    ]
    const words = roomCommand({ ...room, worker: { ...worker, given } })
    expect(flags(words, '--ro-bind', 2)).toContainEqual(['/home/me/x', '/home/render/x'])
    expect(flags(words, '--ro-bind-try', 2), 'a socket as it is held').toContainEqual([
      '/var/tmp/s/r/3/socket-0',
      '/tmp/.X11-unix/X0'
    ])
    expect(flags(argv, 'socket', 2), 'unasked, none').toEqual([])
    expect(flags(words, 'socket', 2)).toEqual([['/tmp/.X11-unix/X0', '/var/tmp/s/r/3/socket-0']])
  })

  test('ends with the task’s command as it is, traced and metered', () => {
    expect(argv.slice(-3)).toEqual(['python3', '-c', 'a b'])
    expect(argv).toContain('--seccomp-bpf')
    expect(flags(argv, '-o', 1)).toEqual([['/run/backlot/trace/trace']])
    expect(argv).toContain('/usr/bin/perl')
    const plain = roomCommand({ ...room, traced: false, meter: null })
    expect(plain).not.toContain('strace')
    expect(plain).not.toContain('/usr/bin/perl')
  })

  test('kills the task at its n-th write to a file, without the filter that lets writes pass', () => {
    const words = roomCommand({ ...room, inject: { path: a, nth: 3 } })
    expect(flags(words, '-P', 1)).toEqual([[a]])
    expect(words.filter((word) => word.startsWith('inject='))).toEqual([
      expect.stringMatching(/:signal=SIGKILL:when=3$/)
    ])
    expect(words).not.toContain('--seccomp-bpf')
  })

  test('holds a root whose name means something to mount under a plain one', () => {
    const odd = placesOf(facts, profileOf(['/mnt/my show']))
    const i = odd.roots.findIndex(({ path }) => path === '/mnt/my show')
    const words = roomCommand({ ...room, places: odd, layers: { ...room.layers, lowers: [] } })
    expect(flags(words, 'keep', 2)).toContainEqual(['/mnt/my show', `b/${i}`])
    expect(flags(words, 'overlay', 2)).toContainEqual(['/mnt/my show', `b/${i}`])
  })

  test('runs as who asks where it takes a user namespace', () => {
    const words = roomCommand({ ...room, namespace: ['-Urm'] })
    expect(flags(words, '--uid', 1)).toEqual([['1000']])
    expect(argv).not.toContain('--unshare-user')
  })
})

describe('the author’s room', () => {
  const argv = roomCommand({ ...room, worker: null, cwd: '/mnt/show/graph' })

  test('has all of the machine, with a layer over the share, home and temporary folders', () => {
    expect(flags(argv, '--dev-bind', 2)).toContainEqual(['/', '/'])
    const layered = flags(argv, 'overlay', 1)
      .flat()
      .filter((path) => path.startsWith('/'))
    expect(layered).toEqual(places.roots.map(({ path }) => path))
    expect(layered).toEqual(expect.arrayContaining(['/mnt/show', '/home/me', '/tmp']))
    for (const flag of ['--unshare-net', '--unshare-uts', '--tmpfs']) expect(argv).not.toContain(flag)
    expect(flags(argv, '--chdir', 1)).toEqual([['/mnt/show/graph']])
  })

  test('reaches the data folder and sockets as they are', () => {
    expect(flags(argv, 'keep', 2)).toEqual([[facts.dataDir, '/var/tmp/s/r/3/data']])
    expect(flags(argv, 'socket', 2)).toEqual([['/tmp/.X11-unix/X0', '/var/tmp/s/r/3/socket-0']])
    expect(flags(argv, '--bind', 2)).toEqual([['/var/tmp/s/r/3/data', facts.dataDir]])
    expect(flags(argv, '--bind-try', 2)).toEqual([['/var/tmp/s/r/3/socket-0', '/tmp/.X11-unix/X0']])
    expect(flags(argv, '-o', 1)).toEqual([['/var/tmp/s/r/3/trace/trace']])
  })

  test('bare it neither traces nor measures', () => {
    const words = bareCommand(room)
    expect(words.slice(-4)).toEqual(['--', 'python3', '-c', 'a b'])
    expect(words).not.toContain('strace')
    expect(words).not.toContain('/usr/bin/perl')
  })
})

describe('a room’s folders', () => {
  test('are made before it', () => {
    expect(roomFolders(places, true)).toEqual(['job', 'trace', 'home', 'temporary-0', 'temporary-1'])
    expect(roomFolders(places, false)).toEqual(['trace', 'data'])
  })

  test('a home is where homes are, if they are hidden', () => {
    expect(homeIn(places, 'render')).toBe('/home/render')
    expect(homeIn({ ...places, hidden: [] }, 'render')).toBe('/run/backlot/home')
  })
})

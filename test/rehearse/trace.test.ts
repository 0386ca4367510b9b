import { describe, expect, test } from 'vitest'
import { readTrace, type Trace } from '../../src-main/core/rehearse/trace.ts'
import { tracedCalls, verboseCalls } from '../../src-main/core/rehearse/traced-calls.ts'

/** strace writes the meter first, which is ours: what it does is not read. */
const meter = '10 execve("/usr/bin/perl", 0x7f, 0x7f) = 0\n10 clone(child_stack=NULL, flags=SIGCHLD) = 20\n'

function traced(lines: string, { cwd = '/w', allOwn = true } = {}): Trace {
  return readTrace(meter + lines, { cwd, allOwn })
}

/** Each access in short: what was done, to what, as it was named, and its marks. */
const did = (lines: string, options = {}): string[] =>
  traced(lines, options).accesses.map(({ how, what, as, marks }) =>
    [how, what, ...(as === undefined ? [] : [`as ${as}`]), ...(marks ?? [])].join(' ')
  )

describe('an opened file', () => {
  test.each([
    ['O_RDONLY|O_CLOEXEC', ['read /w/a']],
    ['O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666', ['write /w/a']],
    ['O_WRONLY|O_CREAT|O_APPEND|O_CLOEXEC, 0666', ['write /w/a append']],
    ['O_RDWR|O_CREAT, 0666', ['write /w/a update', 'read /w/a update']],
    ['O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC, 0666', ['write /w/a update']],
    ['O_RDWR|O_APPEND', ['write /w/a append update', 'read /w/a append update']],
    ['O_RDONLY|O_PATH', []],
    ['O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY', []]
  ])('with %s: %j', (flags, expected) => {
    expect(did(`20 openat(AT_FDCWD</w>, "/w/a", ${flags}) = 3</w/a>`)).toEqual(expected)
  })

  test('is written where creat makes it, and never read', () => {
    const lines = '20 creat("created", 0644)            = 3</w/created>'
    expect(did(lines)).toEqual(['write /w/created as created'])
    expect(traced(lines).opened).toEqual(['/w/created'])
  })

  test('has its flags read from a structure as well', () => {
    const call = 'openat2(AT_FDCWD</w>, "/w/a", {flags=O_WRONLY|O_CREAT, mode=0644, resolve=0}, 24) = 3</w/a>'
    expect(did(`20 ${call}`)).toEqual(['write /w/a'])
  })

  test('has its links followed, and its name as it was given', () => {
    const lines = '20 openat(AT_FDCWD</w>, "link/a.txt", O_RDONLY|O_CLOEXEC) = 3</w/real/a.txt>'
    expect(did(lines)).toEqual(['read /w/real/a.txt as link/a.txt'])
    expect(did('20 openat(AT_FDCWD</w>, "/w/link/a.txt", O_RDONLY) = 3</w/real/a.txt>')).toEqual([
      'read /w/real/a.txt as /w/link/a.txt'
    ])
  })

  test('that is not there is missing, one that may not be opened is refused', () => {
    expect(did('20 openat(AT_FDCWD</w>, "none.txt", O_RDONLY) = -1 ENOENT (No such file or directory)')).toEqual([
      'missing /w/none.txt as none.txt'
    ])
    expect(did('20 openat(AT_FDCWD</w>, "/w/a/b", O_RDONLY) = -1 ENOTDIR (Not a directory)')).toEqual([
      'missing /w/a/b'
    ])
    expect(did('20 openat(AT_FDCWD</w>, "/a/x", O_WRONLY|O_CREAT, 0666) = -1 EROFS (Read-only file system)')).toEqual([
      'write /a/x refused'
    ])
    expect(did('20 openat(AT_FDCWD</w>, "/a/x", O_RDONLY) = -1 EACCES (Permission denied)')).toEqual([
      'read /a/x refused'
    ])
    expect(did('20 openat(AT_FDCWD</w>, "/a/x", O_WRONLY|O_CREAT|O_EXCL, 0666) = -1 EEXIST (File exists)')).toEqual([
      'look /a/x'
    ])
  })

  test('is told once, however often it is opened', () => {
    const line = '20 openat(AT_FDCWD</w>, "/w/a", O_RDONLY) = 3</w/a>\n'
    expect(did(line.repeat(3))).toEqual(['read /w/a'])
  })

  test('of the process file system is none', () => {
    expect(did('20 openat(AT_FDCWD</w>, "/proc/self/maps", O_RDONLY) = 3</proc/20/maps>')).toEqual([])
  })

  test('is named from the descriptor of its folder', () => {
    const lines = '20 openat(5</data/x>, "y/../z", O_RDONLY) = 6</data/x/z>'
    expect(did(lines)).toEqual(['read /data/x/z as y/../z'])
    expect(did('20 newfstatat(5</data/x>, "y", 0x7f, 0) = 0')).toEqual(['look /data/x/y as y'])
    expect(did('20 newfstatat(5</data/x>, "", 0x7f, AT_EMPTY_PATH) = 0')).toEqual([])
  })
})

describe('a name', () => {
  test.each([
    ['neu \\303\\274 \\"x\\".txt', '/w/neu ü "x".txt'],
    ['line\\nbreak\\t.txt', '/w/line\nbreak\t.txt'],
    ['back\\\\slash', '/w/back\\slash'],
    ['bell\\7', '/w/bell\u0007'],
    ['a \\346\\227\\245\\346\\234\\254', '/w/a 日本'],
    ['one, two', '/w/one, two'],
    ['a) = b', '/w/a) = b']
  ])('with characters that strace escapes: %s', (text, path) => {
    const line = `20 openat(AT_FDCWD</w>, "/w/${text}", O_WRONLY|O_CREAT, 0666) = 3</w/${text}>`
    expect(traced(line).accesses).toEqual([{ how: 'write', what: path, own: true }])
  })

  test('with brackets, which stand in octal behind a descriptor', () => {
    const line = '20 openat(AT_FDCWD</w>, "a>b, <c>.txt", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3</w/a\\76b, \\74c\\76.txt>'
    expect(traced(line).accesses).toEqual([{ how: 'write', what: '/w/a>b, <c>.txt', own: true, as: 'a>b, <c>.txt' }])
  })

  test('that two renamed files have, each from a folder of its own', () => {
    const line = '20 renameat2(3</a, b>, "x, \\"y", 4</c>, "z", 0) = 0'
    expect(traced(line).renamed).toEqual([['/a, b/x, "y', '/c/z']])
  })
})

describe('a relative path', () => {
  test('is one from where the process stands, which chdir and fchdir change', () => {
    const lines = [
      '20 stat("a", 0x7f) = 0',
      '20 chdir("sub/x") = 0',
      '20 stat("b", 0x7f) = 0',
      '20 chdir("none") = -1 ENOENT (No such file or directory)',
      '20 stat("c", 0x7f) = 0',
      '20 fchdir(3</other>) = 0',
      '20 stat("d", 0x7f) = 0',
      '20 chdir("..") = 0',
      '20 stat("e", 0x7f) = 0'
    ].join('\n')
    expect(traced(lines).accesses.map(({ what }) => what)).toEqual([
      '/w/a',
      '/w/sub/x/b',
      '/w/sub/x/c',
      '/other/d',
      '/e'
    ])
  })

  test('is one from where a process was forked, and each goes its own way then', () => {
    const lines = [
      '20 chdir("real") = 0',
      '20 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 30',
      '30 stat("a.txt", 0x7f) = 0',
      '30 chdir("..") = 0',
      '30 stat("log", 0x7f) = 0',
      '20 stat("b.txt", 0x7f) = 0'
    ].join('\n')
    expect(traced(lines).accesses.map(({ what }) => what)).toEqual(['/w/real/a.txt', '/w/log', '/w/real/b.txt'])
  })

  test('is one from the parent’s folder where a child speaks before its fork has returned', () => {
    const lines = [
      '20 chdir("real") = 0',
      '20 vfork( <unfinished ...>',
      '30 chdir("sub") = 0',
      '30 execve("./tool", 0x7f, 0x7f <unfinished ...>',
      '20 <... vfork resumed>)              = 30',
      '30 <... execve resumed>)             = 0',
      '30 stat("x", 0x7f) = 0'
    ].join('\n')
    expect(traced(lines).accesses.map(({ what }) => what)).toEqual(['/w/real/sub/tool', '/w/real/sub/x'])
  })

  test('is one from the folder of who forks now, not of who did before', () => {
    const forks = (pid: number, child: number) => [
      `${pid} vfork( <unfinished ...>`,
      `${pid} <... vfork resumed>) = ${child}`
    ]
    const lines = [
      ...['20 chdir("a") = 0', '30 chdir("b") = 0'],
      ...[...forks(20, 40), ...forks(30, 41)],
      ...['20 vfork( <unfinished ...>', '42 stat("x", 0x7f) = 0', '20 <... vfork resumed>) = 42']
    ].join('\n')
    expect(did(lines)).toEqual(['look /w/a/x as x'])
  })

  test('is one from where a thread’s process stands', () => {
    const lines = [
      '20 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, exit_signal=0}, 88) = 21',
      '21 chdir("sub") = 0',
      '20 stat("x", 0x7f) = 0'
    ].join('\n')
    expect(did(lines)).toEqual(['look /w/sub/x as x'])
  })
})

describe('an interrupted call', () => {
  test('is joined with its rest, each process by itself', () => {
    const lines = [
      '20 openat(AT_FDCWD</w>, "/w/a", O_RDONLY <unfinished ...>',
      '30 openat(AT_FDCWD</w>, "/w/b", O_WRONLY|O_CREAT, 0666 <unfinished ...>',
      '20 <... openat resumed>)             = 3</w/a>',
      '30 <... openat resumed>)             = -1 ENOENT (No such file or directory)'
    ].join('\n')
    expect(did(lines)).toEqual(['read /w/a', 'missing /w/b'])
  })

  test('that never ended, and lines that are cut off, are left out', () => {
    expect(did('20 openat(AT_FDCWD</w>, "/w/a", O_RD <unfinished ...>\n20 +++ exited with 0 +++\n20 opena')).toEqual([])
    expect(did('')).toEqual([])
  })
})

describe('what is looked at', () => {
  test.each([
    ['stat("/w/a", 0x7f) = 0', 'look /w/a'],
    ['newfstatat(AT_FDCWD</w>, "/w/a", 0x7f, AT_SYMLINK_NOFOLLOW) = 0', 'look /w/a'],
    ['access("/w/a", R_OK) = 0', 'look /w/a'],
    ['readlink("/w/a", "b\\"c", 4095) = 3', 'look /w/a'],
    ['stat("/w/a", 0x7f) = -1 ENOENT (No such file or directory)', 'missing /w/a'],
    ['stat("/w/a/", 0x7f) = 0', 'look /w/a as /w/a/'],
    ['execve("/w/tool", 0x7f, 0x7f) = 0', 'run /w/tool'],
    ['execve("/w/tool", 0x7f, 0x7f) = -1 ENOENT (No such file or directory)', 'missing /w/tool'],
    ['getdents64(3</w/real>, 0x7f, 32768) = 104', 'list /w/real'],
    ['unlink("/w/a") = 0', 'delete /w/a'],
    ['unlinkat(3</w>, "a", AT_REMOVEDIR) = 0', 'delete /w/a as a'],
    ['rmdir("/w/a") = 0', 'delete /w/a'],
    ['symlink("real", "/w/l2") = 0', 'write /w/l2'],
    ['linkat(AT_FDCWD</w>, "/w/a", AT_FDCWD</w>, "/w/b", 0) = 0', 'read /w/a|write /w/b'],
    ['link("/w/a", "/w/b") = -1 ENOENT (No such file or directory)', 'missing /w/a'],
    ['openat(AT_FDCWD</w>, "/w/a", O_WRONLY|O_CREAT|O_EXCL, 0666) = -1 EEXIST (File exists)', 'look /w/a'],
    ['mkdir("/w/a", 0777) = -1 EEXIST (File exists)', 'look /w/a'],
    ['truncate("/w/a", 0) = -1 EROFS (Read-only file system)', 'write /w/a refused'],
    ['chmod("/w/a", 0600) = -1 EPERM (Operation not permitted)', 'write /w/a refused']
  ])('%s', (line, expected) => {
    expect(did(`20 ${line}`)).toEqual(expected.split('|'))
  })

  test.each([
    'unlink("/w/a") = -1 ENOENT (No such file or directory)',
    'chmod("/w/a", 0600) = 0',
    'getdents64(3</proc/20/fd>, 0x7f, 32768) = 104',
    'stat("/w/a", 0x7f) = -1 EACCES (Permission denied)',
    'symlink("real", "/w/l2") = -1 EEXIST (File exists)'
  ])('nothing by %s', (line) => {
    expect(did(`20 ${line}`)).toEqual([])
  })
})

describe('renames and new folders', () => {
  test('a renamed file is deleted here and written there', () => {
    const trace = traced('20 rename("upd", "upd2") = 0\n20 openat(AT_FDCWD</w>, "/w/upd2", O_RDONLY) = 3</w/upd2>')
    expect(trace.accesses.map(({ how, what }) => `${how} ${what}`)).toEqual([
      'delete /w/upd',
      'write /w/upd2',
      'read /w/upd2'
    ])
    expect(trace.renamed).toEqual([['/w/upd', '/w/upd2']])
    expect(trace.made).toEqual(['/w/upd2'])
    expect(trace.opened).toEqual([])
  })

  test('one across file systems is kept apart', () => {
    const trace = traced('20 rename("/w/a", "/dev/shm/a") = -1 EXDEV (Invalid cross-device link)')
    expect(trace).toMatchObject({ crossed: [['/w/a', '/dev/shm/a']], accesses: [], renamed: [], made: [] })
  })

  test('one of what is not there is a look in vain', () => {
    expect(did('20 rename("/w/a", "/w/b") = -1 ENOENT (No such file or directory)')).toEqual(['missing /w/a'])
  })

  test('made folders are told, in their order', () => {
    expect(traced('20 mkdir("new", 0777) = 0\n20 mkdirat(3</w/new>, "sub", 0777) = 0').made).toEqual([
      '/w/new',
      '/w/new/sub'
    ])
  })
})

describe('addresses', () => {
  test.each([
    ['{sa_family=AF_INET, sin_port=htons(47401), sin_addr=inet_addr("127.0.0.1")}, 16', '127.0.0.1:47401'],
    [
      '{sa_family=AF_INET6, sin6_port=htons(9), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28',
      '[::1]:9'
    ],
    ['{sa_family=AF_UNIX, sun_path="/tmp/st/no sock"}, 18', '/tmp/st/no sock'],
    ['{sa_family=AF_UNIX, sun_path=@"abs"}, 6', '@abs']
  ])('connecting to %s', (args, address) => {
    expect(did(`20 connect(4<socket:[855980]>, ${args}) = 0`)).toEqual([`connect ${address}`])
    expect(did(`20 connect(4<socket:[855980]>, ${args}) = -1 EINPROGRESS (Operation now in progress)`)).toEqual([
      `connect ${address}`
    ])
    expect(did(`20 connect(4<socket:[855980]>, ${args}) = -1 ECONNREFUSED (Connection refused)`)).toEqual([
      `connect ${address} refused`
    ])
  })

  test('of other families are none', () => {
    const line = '20 connect(3<socket:[1]>, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0'
    expect(did(line)).toEqual([])
  })

  test('that are listened on have the port that was given for 0', () => {
    const lines = [
      '20 bind(3<socket:[855977]>, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
      '20 listen(3<socket:[855977]>, 1)     = 0',
      '20 getsockname(3<socket:[855977]>, {sa_family=AF_INET, sin_port=htons(47401), sin_addr=inet_addr("127.0.0.1")}, [16]) = 0',
      '20 bind(9<socket:[855989]>, {sa_family=AF_UNIX, sun_path="/w/sock"}, 21) = 0',
      '20 listen(9<socket:[855989]>, 1)     = 0'
    ].join('\n')
    expect(did(lines)).toEqual(['listen 127.0.0.1:47401', 'listen /w/sock'])
  })

  test('bound and not listened on, or in vain, are none', () => {
    const address = '{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")}, 16'
    expect(did(`20 bind(3<socket:[1]>, ${address}) = 0`)).toEqual([])
    const taken = `20 bind(3<socket:[1]>, ${address}) = -1 EADDRINUSE (Address already in use)`
    expect(did(`${taken}\n20 listen(3<socket:[1]>, 1) = -1 EINVAL (Invalid argument)`)).toEqual([])
  })
})

describe('locks', () => {
  const open = (name: string, fd: number) =>
    `20 openat(AT_FDCWD</w>, "/w/${name}", O_WRONLY|O_CREAT, 0666) = ${fd}</w/${name}>`
  const marks = (...lines: string[]) =>
    Object.fromEntries(
      traced(lines.join('\n')).accesses.map(({ what, marks: all }) => [what, all?.includes('locked') ?? false])
    )

  test('by flock protect what is opened until they are given back', () => {
    const lines = [open('lk', 3), '20 flock(3</w/lk>, LOCK_EX) = 0', open('in', 4), '20 flock(3</w/lk>, LOCK_UN) = 0']
    expect(marks(...lines, open('out', 5))).toEqual({ '/w/lk': true, '/w/in': true, '/w/out': false })
  })

  test('by fcntl protect the locked file itself, be it opened before', () => {
    const lock = '20 fcntl(3</w/db>, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0'
    const undo = '20 fcntl(3</w/db>, F_SETLK, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0'
    expect(marks(open('db', 3), lock, open('in', 4), undo, open('out', 5))).toEqual({
      ...{ '/w/db': true, '/w/in': true, '/w/out': false }
    })
  })

  test.each([
    ['that are shared', '20 flock(3</w/lk>, LOCK_SH) = 0'],
    ['that were not got', '20 flock(3</w/lk>, LOCK_EX|LOCK_NB) = -1 EAGAIN (Resource temporarily unavailable)'],
    ['for reading', '20 fcntl(3</w/lk>, F_SETLKW, {l_type=F_RDLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0'],
    [
      'that were only asked for',
      '20 fcntl(3</w/lk>, F_GETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0, l_pid=7}) = 0'
    ]
  ])('%s protect nothing', (_, line) => {
    expect(marks(open('lk', 3), line, open('in', 4))).toEqual({ '/w/lk': false, '/w/in': false })
  })

  test('hold while somebody asks who else has one', () => {
    const asks = '20 fcntl(3</w/lk>, F_GETLK, {l_type=F_UNLCK, l_whence=SEEK_SET, l_start=0, l_len=0, l_pid=0}) = 0'
    expect(marks(open('lk', 3), '20 flock(3</w/lk>, LOCK_EX) = 0', asks, open('in', 4))['/w/in']).toBe(true)
  })

  test('end with their file: its number is given to another one', () => {
    const lock = '20 fcntl(11</w/lk>, F_SETLKW, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0'
    expect(marks(open('lk', 11), lock, open('after', 11))).toEqual({ '/w/lk': true, '/w/after': false })
  })

  test('of two files hold until both are given back', () => {
    const lines = [open('a', 3), '20 flock(3</w/a>, LOCK_EX) = 0', open('b', 4), '20 flock(4</w/b>, LOCK_EX) = 0']
    const still = marks(
      ...lines,
      '20 flock(4</w/b>, LOCK_UN) = 0',
      open('in', 5),
      '20 flock(3</w/a>, LOCK_UN) = 0',
      open('out', 6)
    )
    expect([still['/w/in'], still['/w/out']]).toEqual([true, false])
  })

  test('that a program takes on its parent’s descriptor are the parent’s, and end with its word as well', () => {
    const by = (what: string, pid: number) => [`20 vfork() = ${pid}`, `${pid} flock(9</w/lk>, ${what}) = 0`]
    const lines = [...by('LOCK_EX', 30), open('in', 4), ...by('LOCK_UN', 31), open('out', 5)]
    expect(marks(open('lk', 3), ...lines)).toEqual({ '/w/lk': true, '/w/in': true, '/w/out': false })
    const own = '30 openat(AT_FDCWD</w>, "/w/lk", O_RDWR|O_CREAT, 0666) = 3</w/lk>'
    expect(marks('20 vfork() = 30', own, '30 flock(3</w/lk>, LOCK_EX) = 0', open('in', 4))['/w/in']).toBe(false)
  })

  test('protect what a started program writes', () => {
    const child = '30 openat(AT_FDCWD</w>, "/w/in", O_WRONLY|O_CREAT, 0666) = 4</w/in>'
    expect(marks(open('lk', 3), '20 flock(3</w/lk>, LOCK_EX) = 0', '20 vfork() = 30', child)['/w/in']).toBe(true)
  })

  test('as files or folders that only one can make protect until they are deleted', () => {
    const lines = [
      '20 openat(AT_FDCWD</w>, "/w/x.lock", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0777) = 11</w/x.lock>',
      open('in', 12),
      '20 unlink("x.lock") = 0',
      open('out', 13),
      '20 mkdir("/w/lockdir", 0777) = 0',
      open('in2', 14),
      '20 rmdir("/w/lockdir") = 0',
      open('out2', 15)
    ]
    const found = marks(...lines)
    expect([found['/w/in'], found['/w/out'], found['/w/in2'], found['/w/out2']]).toEqual([true, false, true, false])
  })

  test('and all that only one can make is told that was removed again, with what was opened meanwhile', () => {
    const made = (name: string, descriptor: number) =>
      `20 openat(AT_FDCWD</w>, "/w/${name}", O_WRONLY|O_CREAT|O_EXCL, 0666) = ${descriptor}</w/${name}>`
    const lines = [
      ...[made('at.work', 3), '20 mkdir("/w/tmp", 0777) = 0', open('tmp/a', 4), '20 rename("/w/tmp", "/w/done") = 0'],
      ...[open('b', 5), '20 unlink("/w/at.work") = 0', open('c', 6), made('stays', 7)]
    ]
    expect([...traced(lines.join('\n')).claims]).toEqual([
      ['/w/tmp', ['/w/tmp/a']],
      ['/w/at.work', ['/w/at.work', '/w/tmp/a', '/w/b']]
    ])
  })

  test('and so is a mark that is looked for before it is made, though it protects nothing', () => {
    const missed = (name: string) => `20 stat("/w/${name}", 0x7f) = -1 ENOENT (No such file or directory)`
    const lines = [missed('x.lock'), open('x.lock', 3), open('a', 4), '20 unlink("/w/x.lock") = 0', open('y', 5)]
    expect([...traced(lines.join('\n')).claims]).toEqual([['/w/x.lock', ['/w/x.lock', '/w/a']]])
    expect(marks(...lines)['/w/a']).toBe(false)
    expect([...traced(lines.slice(1).join('\n')).claims]).toEqual([])
  })

  test('are no files that only one can make under other names: mkstemp does that', () => {
    const own =
      '20 openat(AT_FDCWD</w>, "/w/tmpab12", O_RDWR|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0600) = 3</w/tmpab12>'
    expect(marks(own, open('in', 4))['/w/in']).toBe(false)
  })
})

describe('words of the evaluators', () => {
  const word = (text: string) =>
    `20 newfstatat(AT_FDCWD</w>, "/backlot-phase/${text}", 0x7f, 0) = -1 ENOENT (No such file or directory)`
  const look = (name: string) => `20 stat("/w/${name}", 0x7f) = 0`
  const write = (name: string) => `20 openat(AT_FDCWD</w>, "/w/${name}", O_WRONLY|O_CREAT, 0666) = 3</w/${name}>`

  test('part the node’s own work from what comes before and after it', () => {
    const lines = [
      look('load'),
      write('cache'),
      word('compute'),
      look('work'),
      write('out'),
      word('end'),
      look('end')
    ].join('\n')
    const trace = traced(lines, { allOwn: false })
    expect(trace.accesses.map(({ what, own }) => [what, own])).toEqual([
      ...[
        ['/w/load', false],
        ['/w/cache', false],
        ['/w/work', true],
        ['/w/out', true],
        ['/w/end', false]
      ]
    ])
    expect(trace.opened).toEqual(['/w/out'])
  })

  test('without an evaluator all of it is the task’s own', () => {
    expect(traced(look('a')).accesses).toEqual([{ how: 'look', what: '/w/a', own: true }])
  })

  test('name variables that were asked for, be they written in percents', () => {
    const lines = [word('compute'), word('variable/OCIO'), word('variable/A%20B%2FC')].join('\n')
    expect(did(lines, { allOwn: false })).toEqual(['variable OCIO', 'variable A B/C'])
  })

  test('that are none of ours stand as they are', () => {
    expect(did(word('variable/50%'))).toEqual(['variable 50%'])
    expect(did(word('unknown'))).toEqual([])
  })
})

describe('a trace', () => {
  test('leaves out the meter, which strace started first', () => {
    const lines =
      '10 openat(AT_FDCWD</w>, "/usr/share/perl/x", O_RDONLY) = 3</usr/share/perl/x>\n20 stat("a", 0x7f) = 0'
    expect(did(lines)).toEqual(['look /w/a as a'])
  })

  test('says whether a process was killed by the tracer, and no other end', () => {
    expect(traced('20 +++ killed by SIGKILL +++').killed).toBe(true)
    expect(traced('20 +++ exited with 9 +++\n30 +++ killed by SIGSEGV (core dumped) +++').killed).toBe(false)
  })

  test('leaves out lines that it does not know', () => {
    expect(did('strace: Process 30 attached\n\n20 getpid() = 20\n20 --- SIGCHLD {si_signo=SIGCHLD} ---')).toEqual([])
  })

  test('is asked only for calls that a processor may lack', () => {
    expect(tracedCalls.split(',').every((name) => name.startsWith('?'))).toBe(true)
    for (const name of verboseCalls.split(',')) expect(tracedCalls).toContain(name)
  })
})

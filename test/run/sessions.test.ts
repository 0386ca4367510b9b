// what sessions say of themselves and put back (docs/adr/0019)
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isPidTaken } from '../../src-main/core/process/identity.ts'
import { scratch } from '../helpers/app.ts'
import { until } from '../helpers/cli.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { entryOf, pythonJob, type PythonJob } from '../helpers/python-job.ts'

const real = describe.skipIf(!flowpipe())

/** What a task looks at, and what it then leaves behind, kind by kind. */
const kinds: readonly (readonly [kind: string, seen: string, leave: string])[] = [
  ['umask', 'oct(os.umask(0o22))', 'os.umask(0o77)'],
  ['a signal’s handler', 'str(signal.getsignal(signal.SIGUSR1))', 'signal.signal(signal.SIGUSR1, lambda *a: None)'],
  ['a blocked signal', 'len(signal.pthread_sigmask(0, []))', 'signal.pthread_sigmask(0, [signal.SIGUSR2])'],
  ['a log’s handler', 'len(logging.getLogger().handlers)', 'logging.getLogger().addHandler(logging.NullHandler())'],
  ['a log’s level', "logging.getLogger('a.b').level", "logging.getLogger('a.b').setLevel(10)"],
  ['all logs', 'logging.root.manager.disable', 'logging.disable(50)'],
  ['an attribute of a module', "hasattr(os.path, 'leaked')", 'os.path.leaked = True'],
  ['an attribute of a module of its own', "hasattr(tarfile, 'leaked')", 'tarfile.leaked = True'],
  ['a function of a module', 'os.getcwd.__name__', "os.getcwd = lambda: '/'"],
  ['a builtin', "hasattr(builtins, 'leaked')", 'builtins.leaked = 1'],
  ['a name in __main__', "hasattr(sys.modules['__main__'], 'leaked')", "sys.modules['__main__'].leaked = 1"],
  ['a made-up module', "'studio' in sys.modules", "sys.modules['studio'] = random"],
  ['a module taken away', "'json' in sys.modules", "del sys.modules['json']"],
  ['its own module', 'COUNT[0]', 'COUNT[0] += 1'],
  ['sys.path', 'len(sys.path)', "sys.path = sys.path + ['x']"],
  ['sys.argv', 'len(sys.argv)', "sys.argv.append('x')"],
  ['an import hook', 'len(sys.meta_path)', 'sys.meta_path.insert(0, sys.meta_path[-1])'],
  ['the recursion limit', 'sys.getrecursionlimit()', 'sys.setrecursionlimit(5000)'],
  ['an excepthook', 'sys.excepthook.__name__', 'sys.excepthook = print'],
  ['a filter of warnings', 'len(warnings.filters)', "warnings.simplefilter('error')"],
  ['the locale', 'locale.setlocale(0)', "locale.setlocale(0, 'C.UTF-8' if locale.setlocale(0) == 'C' else 'C')"],
  ['decimal’s precision', 'decimal.getcontext().prec', 'decimal.getcontext().prec = 3'],
  ['a socket’s timeout', 'socket.getdefaulttimeout()', 'socket.setdefaulttimeout(1)'],
  ['the collector', 'gc.isenabled()', 'gc.disable()'],
  ['a soft limit', 'resource.getrlimit(3)[0]', 'resource.setrlimit(3, (1 << 20, resource.getrlimit(3)[1]))'],
  ['a variable', "os.environ.get('LEFT')", "os.environ['LEFT'] = 'x'"],
  ['the time zone', 'time.tzname', "os.environ['TZ'] = 'Asia/Tokyo'; time.tzset()"]
]
const modules =
  'builtins, decimal, gc, locale, logging, os, random, resource, signal, socket, sys, tarfile, time, warnings'

real('a session puts its Python back after each task', () => {
  test('27 kinds of state are as they were, in one process', async () => {
    const looks = kinds.map(([kind, seen]) => `${JSON.stringify(kind)}: ${seen}`).join(', ')
    const leaves = kinds.map(([, , leave]) => leave).join('\n')
    const body = `seen = {${looks}, 'pid': os.getpid()}\n${leaves}\nreturn {'out': seen}`
    const made = await pythonJob(entryOf('dcc'), { head: `import ${modules}\nCOUNT = [0]`, body })
    expect(await made.run()).toBe('succeeded')
    const [first, second, third] = await made.seen()
    expect(second).toEqual(first)
    expect(third).toEqual(first)
  })

  test('a seed goes no further than its task: the next one does not go on with its numbers', async () => {
    const body = 'before = random.random()\nrandom.seed(1)\nreturn {"out": [before, random.random()]}'
    const made = await pythonJob(entryOf('dcc'), { head: 'import random', body })
    expect(await made.run()).toBe('succeeded')
    const seen = (await made.seen()) as [number, number][]
    expect(new Set(seen.map(([, seeded]) => seeded)).size).toBe(1)
    expect(new Set(seen.map(([before]) => before)).size).toBe(3)
  })

  test('what cannot be put back ends the session, and that is said in the log and as an event', async () => {
    const body = 'if frames[0] == 0: os.open("/dev/null", os.O_RDONLY)\nreturn {"out": os.getpid()}'
    const made = await pythonJob(entryOf('dcc'), { head: 'import os', body })
    expect(await made.run()).toBe('succeeded')
    const [first, second, third] = await made.seen()
    expect(second).not.toBe(first)
    expect(third).toBe(second)
    expect(await made.log(0)).toMatch(/# backlot: its session ends with it, .*: it left open: \/dev\/null\n/)
    const told = made.t.events.filter(({ type }) => type === 'session-over')
    expect(told).toMatchObject([{ interpreter: 'dcc', name: 'Own-0', why: 'it left open: /dev/null' }])
  })

  test('a process that a task leaves running ends the session', async () => {
    const body = 'if frames[0] == 0: subprocess.Popen(["sleep", "1000"])\nreturn {"out": os.getpid()}'
    const made = await pythonJob(entryOf('dcc'), { head: 'import os, subprocess', body, frames: 2 })
    expect(await made.run()).toBe('succeeded')
    expect(await made.log(0)).toMatch(/it left processes running: \d+/)
    const pid = Number(/running: (\d+)/.exec(await made.log(0))?.[1])
    await until(() => !isPidTaken(pid))
  })
})

/** A program with a scene, as a module that its setup brings. */
function programIn(folder: string): void {
  writeFileSync(join(folder, 'fakedcc.py'), 'scene = []\nstarts = []\n')
}

const setup = 'import fakedcc\nfakedcc.starts.append(1)'
const useScene = 'import fakedcc\nfakedcc.scene.append(1)\nreturn {"out": [len(fakedcc.scene), os.getpid()]}'

real('a session’s program', () => {
  const runWith = async (reset: string): Promise<PythonJob> => {
    const folder = scratch()
    programIn(folder)
    const entry = entryOf('dcc', { env: { PYTHONPATH: folder }, setup, reset })
    const made = await pythonJob(entry, { head: 'import os', body: useScene }, { folder })
    expect(await made.run()).toBe('succeeded')
    return made
  }
  const scenes = async (made: PythonJob) => ((await made.seen()) as number[][]).map(([scene]) => scene)
  const processes = async (made: PythonJob) => new Set(((await made.seen()) as number[][]).map(([, pid]) => pid)).size

  test('goes on as a task left it where nothing resets it', async () => {
    expect(await scenes(await runWith(''))).toEqual([1, 2, 3])
  })

  test.each([
    ['code', 'import fakedcc\nfakedcc.scene.clear()'],
    ['a function', 'import fakedcc\nbefore = list(fakedcc.scene)\ndef reset():\n    fakedcc.scene[:] = before']
  ])('is put back by %s, in the same process', async (_, reset) => {
    const made = await runWith(reset)
    expect(await scenes(made)).toEqual([1, 1, 1])
    expect(await processes(made)).toBe(1)
  })

  test('that cannot be reset is started anew, and the log says why', async () => {
    const made = await runWith('import fakedcc\nraise ValueError("the scene is locked")')
    expect(await scenes(made)).toEqual([1, 1, 1])
    expect(await processes(made)).toBe(3)
    const why = /# backlot: it gets a new session: its program could not be reset \(ValueError: the scene is locked\)\n/
    expect(await made.log(1)).toMatch(why)
  })
})

/** A program whose start is a script's: it serves when `go` is there, and says so while it waits. */
function slowProgram(folder: string): string {
  const script = join(folder, 'dcc.sh')
  const wait = `echo waiting for a licence; while [ ! -e ${folder}/go ]; do sleep 0.05; done`
  writeFileSync(script, `#!/bin/sh\ncase " $* " in *" session "*) ${wait};; esac\nexec python3 "$@"\n`, { mode: 0o755 })
  return script
}

const slowEntry = (folder: string) => entryOf('dcc', { argv: [slowProgram(folder), '{evaluator}', '{task}'] })
const body = 'print("frame", frames[0])\nreturn {"out": frames[0]}'

real('a session’s start', () => {
  test('is no part of its task’s silence or time; what is waited for is shown, and what it said is kept', async () => {
    const folder = scratch()
    const settings = { silence: 0.3, timeout: 0.6 }
    const made = await pythonJob(slowEntry(folder), { body, frames: 2 }, { settings, folder })
    const waits = 'waits for its session: dcc is starting'
    const done = made.run()
    const said = () => made.t.events.some((event) => event.type === 'progress' && event.message === waits)
    await until(said)
    const began = performance.now()
    await until(() => performance.now() - began > 2500)
    expect((await made.t.ask('task.list', { job: made.job })).tasks[0]).toMatchObject({
      state: 'running',
      message: waits
    })
    writeFileSync(join(folder, 'go'), '')
    expect(await done).toBe('succeeded')
    const logs = join(made.t.dataDir, 'jobs', String(made.job), 'sessions')
    expect(readdirSync(logs)).toEqual(['1.log'])
    expect(readFileSync(join(logs, '1.log'), 'utf8')).toBe('waiting for a licence\n')
    const head = `what it says beside its tasks: ${join(logs, '1.log')}`
    expect(await made.log(0)).toMatch(
      /\n# backlot: waits for its session: dcc is starting; .*\nwaiting for a licence\n# backlot: session, first task of process \d+.*\nframe 0\n$/
    )
    expect(await made.log(1)).toMatch(/# output:\n# backlot: session, second task of process \d+.*\nframe 1\n$/)
    expect(await made.log(1)).toContain(head)
    const tasks = (await made.t.ask('task.list', { job: made.job })).tasks
    const tries = await Promise.all(tasks.map(({ id }) => made.t.ask('task.attempts', { task: id })))
    expect(tries.map(([one]) => one?.nth)).toEqual([1, 2])
  })

  test('has a limit of its own: its task fails with what it said, and the next one does not wait again', async () => {
    const folder = scratch()
    const made = await pythonJob(slowEntry(folder), { body, frames: 2 }, { settings: { startTimeout: 1 }, folder })
    const begun = performance.now()
    expect(await made.run()).toBe('failed')
    const { tasks } = await made.t.ask('task.list', { job: made.job })
    const why = /dcc did not come up within 1 s \(--start-timeout\).*its last line: waiting for a licence/
    for (const { reason } of tasks) expect(reason).toMatch(why)
    expect(await made.log(0)).toMatch(why)
    expect(performance.now() - begun).toBeLessThan(60_000)
    writeFileSync(join(folder, 'go'), '')
    await made.t.ask('task.retry', { job: made.job })
    expect(await made.run()).toBe('succeeded')
  })

  test('is ended at once when its task is stopped', async () => {
    const folder = scratch()
    const made = await pythonJob(slowEntry(folder), { body, frames: 1 }, { folder })
    const done = made.run()
    const log = join(made.t.dataDir, 'jobs', String(made.job), 'sessions', '1.log')
    await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('licence'))
    await made.t.ask('job.stop', { job: made.job })
    expect(await done).toBe('paused')
    expect((await made.t.ask('task.list', { job: made.job })).tasks[0]).toMatchObject({ state: 'ready', attempts: 0 })
  })

  test('that ends by itself is told: its tasks are started cold', async () => {
    const folder = scratch()
    const script = join(folder, 'dcc.sh')
    const text = '#!/bin/sh\ncase " $* " in *" session "*) echo no licence; exit 7;; esac\nexec python3 "$@"\n'
    writeFileSync(script, text, { mode: 0o755 })
    const made = await pythonJob(entryOf('dcc', { argv: [script, '{evaluator}', '{task}'] }), { body, frames: 1 })
    expect(await made.run()).toBe('succeeded')
    expect(await made.log(0)).toMatch(
      /# backlot: it is started cold: dcc did not come up as a session \(exit code 7\); what it says: .*1\.log; its last line: no licence\nframe 0\n$/
    )
  })
})

real('a session that is over', () => {
  test('may end what its last task left in it, but not for ever: nothing of it outlives Backlot', async () => {
    const body = [
      ...['import os, threading, time', 'pid = os.getpid()'],
      ...['if frames[0] == 1: threading.Thread(target=time.sleep, args=(9000,)).start()', 'return {"out": pid}']
    ].join('\n')
    const made = await pythonJob(entryOf('dcc'), { body, frames: 2 })
    expect(await made.run()).toBe('succeeded')
    const [pid] = (await made.seen()) as number[]
    await made.t.app.close()
    expect(isPidTaken(pid ?? 0)).toBe(false)
    const log = join(made.t.dataDir, 'jobs', String(made.job), 'tasks', '0', '2-1.log')
    expect(readFileSync(log, 'utf8')).toMatch(
      /\n# backlot: dcc still ran 3 s after it, so it was ended; .* may be cut off\n/
    )
  })
})

describe.skipIf(process.platform !== 'linux' || !flowpipe())('a session of which a task left a copy', () => {
  /** `fork`: what makes the copy, which writes down what it has open and stays; each task's log says its pid. */
  const leaving = (fork: string, there: string, then: string) =>
    [
      ...['import ctypes, os, signal, sys, time', `there = ${JSON.stringify(there)}`, `pid = ${fork}`],
      ...['if pid == 0:', '  os.setsid()', '  open(there + ".part", "w").write("\\n".join(held()))'],
      ...['  os.rename(there + ".part", there)', '  time.sleep(9000)'],
      ...['while not os.path.exists(there): time.sleep(0.02)', 'print("copy", pid)', 'sys.stdout.flush()', then]
    ].join('\n')
  const head = [
    ...['import os', 'def held():', '  found = []', "  for fd in os.listdir('/proc/self/fd'):"],
    ...["    try: found.append(os.readlink('/proc/self/fd/' + fd))", '    except OSError: pass', '  return found']
  ].join('\n')
  const pidIn = (log: string) => Number(/^copy (\d+)$/m.exec(log)?.[1])

  test('ends, and the copy that Python made with it, which never held its socket', async () => {
    const there = join(scratch(), 'held')
    const body = leaving('os.fork()', there, 'return {"out": 1}')
    const made = await pythonJob(entryOf('dcc'), { head, body, frames: 1 })
    expect(await made.run()).toBe('succeeded')
    const log = await made.log(0)
    await until(() => !isPidTaken(pidIn(log)))
    expect(readFileSync(there, 'utf8')).not.toContain('socket:')
  })

  test('and that is killed: its task has ended, and a copy that C made and that holds its socket', async () => {
    const killed = leaving('ctypes.CDLL(None).fork()', join(scratch(), 'held'), 'os.kill(os.getpid(), signal.SIGKILL)')
    const made = await pythonJob(entryOf('dcc'), { head, body: killed, frames: 1 })
    expect(await made.run()).toBe('failed')
    const log = await made.log(0)
    expect(log).toContain('SIGKILL')
    await until(() => !isPidTaken(pidIn(log)))
  })

  test('goes on: a copy that made itself a daemon is told with its task, and ended', async () => {
    const daemon = [
      ...['import os, sys, time', 'ends = os.pipe()', 'if os.fork() == 0:', '  os.setsid()'],
      ...[
        '  if os.fork() == 0:',
        '    os.write(ends[1], b"%d" % os.getpid())',
        '    time.sleep(9000)',
        '  os._exit(0)'
      ],
      ...['os.wait()', 'print("copy", os.read(ends[0], 9).decode())', 'os.close(ends[0]); os.close(ends[1])'],
      'return {"out": os.getpid()}'
    ].join('\n')
    const made = await pythonJob(entryOf('dcc'), { body: daemon })
    expect(await made.run()).toBe('succeeded')
    expect(new Set(await made.seen()).size).toBe(1)
    for (const batch of [0, 1, 2]) {
      const log = await made.log(batch)
      expect(log).toMatch(new RegExp(`\n# backlot: left behind by the task, so it was ended: .*\\(${pidIn(log)}\\)\n`))
      await until(() => !isPidTaken(pidIn(log)))
    }
  })
})

real('what shared a process', () => {
  test('says so, in how many; a job that is run cold does not', async () => {
    const made = await pythonJob(entryOf('dcc'), { body }, {})
    expect(await made.run()).toBe('succeeded')
    expect(await made.t.ask('job.warm', { job: made.job })).toEqual({ processes: 1, tasks: 3 })
    const { problems } = await made.t.ask('job.preview', { job: made.job, format: 'bundle' })
    expect(problems.find(({ code }) => code === 'ran-warm')?.message).toBe(
      '3 of its tasks ran warm in one process; backlot rehearse compares with cold'
    )
    const { job } = await made.t.ask('job.rerun', { job: made.job, cold: true })
    expect((await made.t.ask('job.run', { job })).status).toBe('succeeded')
    expect(await made.t.ask('job.warm', { job })).toEqual({ processes: 0, tasks: 0 })
  })

  test('a program with threads is not forked: its tasks run cold, and the log says why', async () => {
    const head = 'import os, threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()'
    const made = await pythonJob(entryOf('py', { start: 'fork' }), { head, body }, { slots: 2 })
    expect(await made.run()).toBe('succeeded')
    for (const batch of [0, 1, 2])
      expect(await made.log(batch)).toMatch(
        /# backlot: it is started cold: its program has 2 threads, and a fork takes only one of them along\nframe/
      )
  })

  test.each(['fork', 'session'] as const)('%s: what C code prints is in its own task’s log', async (start) => {
    const printing = 'ctypes.CDLL(None).printf(b"C says: frame %d\\n", frames[0])\nreturn {"out": 1}'
    const entry = entryOf('dcc', { start, env: { PYTHONUNBUFFERED: '' } })
    const made = await pythonJob(entry, { head: 'import ctypes', body: printing })
    expect(await made.run()).toBe('succeeded')
    for (const batch of [0, 1, 2]) {
      const text = await made.log(batch)
      expect(text.match(/C says: frame \d/g)).toEqual([`C says: frame ${batch}`])
    }
  })
})

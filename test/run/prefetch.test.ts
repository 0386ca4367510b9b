import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { PrefetchDepth } from '../../src-main/core/run/prefetch.ts'
import { Launcher } from '../../src-main/core/process/launcher.ts'
import { readNote } from '../../src-main/core/process/pid-file.ts'
import { Remote } from '../../src-main/core/process/remote.ts'
import { RemoteProcess } from '../../src-main/core/process/remote-process.ts'
import { scriptPaths } from '../../src-main/paths.ts'
import { scratch, testApp } from '../helpers/app.ts'

const root = join(import.meta.dirname, '../..')

describe('how many tasks are prefetched', () => {
  test('none while nobody knows how long tasks take', () => {
    expect(new PrefetchDepth().depth(2)).toBe(0)
  })

  test('the shorter they are the more, up to twelve per slot; none for those that take longer than we do', () => {
    const depthOf = (ms: number) => {
      const known = new PrefetchDepth()
      known.took(ms)
      return known.depth(2)
    }
    expect([0, 1, 2, 4, 8, 24, 25, 1000].map(depthOf)).toEqual([24, 24, 12, 6, 3, 1, 0, 0])
  })

  test('none after one did not start in time, until another one ends', () => {
    const known = new PrefetchDepth()
    known.took(1)
    known.overstayed()
    expect(known.depth(2)).toBe(0)
    known.took(2)
    expect(known.depth(2)).toBe(12)
  })
})

/** A connection whose other side is the test. */
function connection(tokens: string | null = null) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const nobody = () => undefined
  const refused: RemoteProcess[] = []
  const listener = { refused: (run: RemoteProcess) => refused.push(run), failed: nobody, ended: nobody, lost: nobody }
  const remote = new Remote({ input, output, listener, tokens })
  const send = (task: string, prefetched: boolean) => {
    const run = new RemoteProcess({ task }, { shared: false, prefetched })
    remote.send(run)
    return run
  }
  const turn = () => new Promise((done) => setImmediate(done))
  const asked = async () => {
    await turn()
    const text = (output.read() as Buffer | null)?.toString() ?? ''
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown)
  }
  const answer = async (...message: unknown[]) => {
    input.write(`${JSON.stringify(message)}\n`)
    await turn()
  }
  return { remote, refused, send, asked, answer }
}

describe('a connection to a program that starts processes', () => {
  test('says with each request how many may run, and one that waits starts when another ends', async () => {
    const { send, asked, answer } = connection()
    const runs = [send('a', false), send('b', false), send('c', true), send('d', true)]
    expect(await asked()).toEqual([
      { id: 1, task: 'a', limit: 1 },
      { id: 2, task: 'b', limit: 2 },
      { id: 3, task: 'c', limit: 2 },
      { id: 4, task: 'd', limit: 2 }
    ])
    expect(runs.map((run) => run.prefetched)).toEqual([false, false, true, true])
    await answer('e', 2, 0, { peakMemory: null })
    expect(runs.map((run) => run.prefetched)).toEqual([false, false, false, true])
  })

  test('lets those that wait longer start first: a request that raises the limit waits behind them', async () => {
    const { send, asked } = connection()
    const [, waiting, last] = [send('a', false), send('b', true), send('c', false)]
    expect([waiting.prefetched, last.prefetched]).toEqual([false, true])
    expect(await asked()).toMatchObject([{ limit: 1 }, { limit: 1 }, { limit: 2 }])
  })

  test('prefetches nothing where nothing runs that could end', () => {
    const { remote, send } = connection()
    expect(remote.prefetches).toBe(false)
    expect(send('a', true).prefetched).toBe(false)
    expect(remote.prefetches).toBe(true)
  })

  test('revokes what has not started; what has goes on', async () => {
    const { refused, send, asked, answer } = connection()
    const [running, waiting, begun] = [send('a', false), send('b', true), send('c', true)]
    await asked()
    waiting.revoke()
    begun.revoke()
    waiting.revoke()
    running.revoke()
    expect(await asked()).toEqual([
      { id: 2, revoke: true },
      { id: 3, revoke: true }
    ])
    await answer('r', 2)
    expect(await waiting.ended).toEqual({ kind: 'revoked' })
    await answer('e', 1, 0, { peakMemory: null })
    await answer('p', 3, 77, '5')
    await answer('e', 3, 0, { peakMemory: 9 })
    expect(await begun.ended).toMatchObject({ kind: 'exit', code: 0, peakMemory: 9 })
    expect(refused).toEqual([])
  })

  test('revokes by the start token where the other side hears nothing while it works; the side that removes it owns the start', async () => {
    const tokens = join(scratch(), 'tokens')
    const { send, asked, answer } = connection(tokens)
    const [, waiting, begun] = [send('a', false), send('b', true), send('c', true)]
    expect(await asked()).toEqual([
      { id: 1, task: 'a', limit: 1 },
      { id: 2, task: 'b', limit: 1, token: `${tokens}.2` },
      { id: 3, task: 'c', limit: 1, token: `${tokens}.3` }
    ])
    waiting.revoke()
    expect(await waiting.ended).toEqual({ kind: 'revoked' })
    expect(existsSync(`${tokens}.2`)).toBe(false)
    rmSync(`${tokens}.3`)
    begun.revoke()
    await answer('r', 2)
    await answer('e', 1, 0, { peakMemory: null })
    await answer('p', 3, 77, '5')
    await answer('e', 3, 0, { peakMemory: 9 })
    expect(await begun.ended).toMatchObject({ kind: 'exit', code: 0 })
    expect(await asked()).toEqual([])
  })

  test('tells its listener of a request that was refused, and revokes those behind it', async () => {
    const { refused, send, answer } = connection()
    const [first, second] = [send('a', false), send('b', true)]
    await answer('r', 1)
    await answer('r', 2)
    expect(refused).toEqual([first])
    expect(await second.ended).toEqual({ kind: 'revoked' })
  })
})

describe.skipIf(process.platform === 'win32')('the launcher', () => {
  /** Starts `sh -c TEXT`. */
  function starter() {
    const folder = scratch()
    const launcher = new Launcher({ script: scriptPaths(root).launcher })
    const start = (name: string, text: string, prefetched = false) =>
      launcher.start(
        {
          argv: ['/bin/sh', '-c', text],
          ...{ cwd: folder, env: {}, log: join(folder, `${name}.log`), pid: join(folder, `${name}.pid`) }
        },
        prefetched
      )
    return { folder, launcher, start }
  }

  /** The same, up and with one command that runs until the file `go` is there. */
  async function occupied() {
    const { start, ...rest } = starter()
    await start('warm', 'true').ended
    const first = start('first', 'while ! test -e go; do sleep 0.01; done')
    await first.ready
    return { ...rest, start, first }
  }

  /** Runs lines of Python beside the launcher's code. */
  function python(cwd: string, lines: readonly string[]) {
    const path = `sys.path.insert(0, ${JSON.stringify(dirname(scriptPaths(root).launcher))})`
    return spawnSync('python3', ['-c', ['import sys', path, ...lines].join('\n')], { cwd, encoding: 'utf8' })
  }

  test('begins what waits when another one ends, in order, and never before', async () => {
    const { folder, launcher, start } = await occupied()
    expect(launcher.prefetches).toBe(true)
    const second = start('second', 'test -e go && echo second >> order', true)
    const third = start('third', 'test -e go && echo third >> order', true)
    expect([second.prefetched, third.prefetched]).toEqual([true, true])
    writeFileSync(join(folder, 'go'), '')
    expect(await Promise.all([second.ended, third.ended])).toMatchObject([{ code: 0 }, { code: 0 }])
    expect([second.prefetched, third.prefetched]).toEqual([false, false])
    expect(readFileSync(join(folder, 'order'), 'utf8')).toBe('second\nthird\n')
    launcher.close()
  })

  test('revokes what waits: it is never started', async () => {
    const { folder, launcher, start, first } = await occupied()
    const second = start('second', 'touch second', true)
    second.revoke()
    expect(await second.ended).toEqual({ kind: 'revoked' })
    writeFileSync(join(folder, 'go'), '')
    expect(await first.ended).toMatchObject({ code: 0 })
    expect([existsSync(join(folder, 'second')), existsSync(join(folder, 'second.pid'))]).toEqual([false, false])
    launcher.close()
  })

  test('has pid file and log of what is next ready before its start, and gives it up for good where it is revoked', async () => {
    const { folder, launcher, start, first } = await occupied()
    const second = start('second', 'touch second', true)
    const pid = join(folder, 'second.pid')
    while (!readNote(pid).starter) await sleep(10)
    second.revoke()
    expect(await second.ended).toEqual({ kind: 'revoked' })
    expect(readNote(pid)).toMatchObject({ givenUp: true, process: null })
    writeFileSync(join(folder, 'go'), '')
    await first.ended
    expect(existsSync(join(folder, 'second'))).toBe(false)
    launcher.close()
  })

  test('that is left gives up what waits, and puts down how ended what it has not told', () => {
    const folder = scratch()
    const done = python(folder, [
      'from backlot_launch import Launcher',
      'launcher = Launcher()',
      "asked = [{'id': n, 'pid': '%d.pid' % n, 'log': '%d.log' % n, 'limit': 1} for n in range(3)]",
      'for request in asked: launcher.queue.take(request)',
      'launcher.queue.next(0)',
      'launcher.get_ready()',
      "launcher.ended.append((asked[0], ('e', 0, 7, {})))",
      'launcher.leave()'
    ])
    expect(done.stderr).toBe('')
    const notes = ['0.pid', '1.pid', '2.pid'].map((name) => readNote(join(folder, name)))
    expect(notes).toMatchObject([{ end: { kind: 'exit', code: 7 } }, { givenUp: true }, { isThere: false }])
  })

  test('holds answers for a moment while requests wait, and tells them together', () => {
    const done = python(scratch(), [
      'from backlot_launch import Answers',
      'answers = Answers()',
      'print(answers.patience(True), answers.patience(False))',
      "answers.add(('r', 1), ('r', 2))",
      'print(0 < answers.patience([1]) <= Answers.HELD, answers.patience([]))',
      'print(answers.take().decode(), end="")',
      'print(answers.patience([]))'
    ])
    expect(done.stdout).toBe('None None\nTrue 0\n["r", 1]\n["r", 2]\nNone\n')
  })

  test('that is killed revokes what waits, and what runs is followed', async () => {
    const { folder, launcher, start } = starter()
    const warm = start('warm', 'echo $PPID > launcher')
    await warm.ended
    const first = start('first', 'while ! test -e go; do sleep 0.01; done')
    await first.ready
    const second = start('second', 'touch second', true)
    process.kill(Number(readFileSync(join(folder, 'launcher'), 'utf8')), 'SIGKILL')
    expect(await second.ended).toEqual({ kind: 'revoked' })
    writeFileSync(join(folder, 'go'), '')
    expect((await first.ended).kind).toBe('gone')
    expect(existsSync(join(folder, 'second'))).toBe(false)
    launcher.close()
  })
})

describe.skipIf(process.platform === 'win32')('a job of short tasks with long ones among them', () => {
  /** 34 frames of a plain command; from 30 on each waits for a file. */
  async function startJob() {
    const t = testApp({ slots: 2 })
    const folder = scratch()
    const script = join(folder, 'frame.sh')
    const long = `case "$(cat "$1")" in *'"frames": [3'[0-9]']'*) touch "long.$$"; while ! test -e go; do sleep 0.01; done;; esac`
    writeFileSync(script, `${long}\n`)
    const [shipped] = await t.ask('interpreter.list', {})
    if (!shipped) throw new Error('no interpreter')
    const argv = ['/bin/sh', script, '{task}']
    await t.ask('interpreter.set', { ...shipped, name: 'command', argv, evaluator: 'none', start: 'cold', env: {} })
    const path = join(folder, 'graph.json')
    const frames = { name: 'frames', value: Array.from({ length: 34 }, (_, i) => i), sub_plugs: {}, connections: {} }
    const metadata = { interpreter: 'command', batch_size: 1 }
    const node = { ...{ file_location: null, module: 'm', cls: 'C', name: 'Run', identifier: 'Run-1' }, metadata }
    const nodes = [{ ...node, inputs: { frames }, outputs: {} }]
    const graph = { module: 'flowpipe.graph', cls: 'Graph', name: 'g', nodes, subgraphs: [] }
    writeFileSync(path, JSON.stringify(graph))
    const settings = { cwd: folder }
    const { job } = await t.ask('job.create', { source: { path }, force: true, settings })
    const states = async () =>
      (await t.ask('task.list', { job })).tasks.slice(30).map(({ state, attempts }) => [state, attempts])
    const begun = () => readdirSync(folder).filter((name) => name.startsWith('long.')).length
    return { t, job, states, begun, done: t.ask('job.run', { job }), go: () => writeFileSync(join(folder, 'go'), '') }
  }

  const waiting = [
    ['running', 1],
    ['running', 1],
    ['ready', 0],
    ['ready', 0]
  ]

  test('what was prefetched does not stay so: as many run as there are slots, the others are ready', async () => {
    const { t, job, states, done, go } = await startJob()
    while (JSON.stringify(await states()) !== JSON.stringify(waiting)) await sleep(20)
    go()
    expect((await done).status).toBe('succeeded')
    const { tasks } = await t.ask('task.list', { job })
    expect(new Set(tasks.map(({ state, attempts }) => `${state} ${attempts}`))).toEqual(new Set(['succeeded 1']))
  })

  test('a stop ends what runs, and what waited is queued without a trace', async () => {
    const { t, job, states, begun, done } = await startJob()
    while (begun() < 2) await sleep(20)
    await t.ask('job.stop', { job })
    await done
    expect(await states()).toEqual([
      ['ready', 1],
      ['ready', 1],
      ['ready', 0],
      ['ready', 0]
    ])
  })
})

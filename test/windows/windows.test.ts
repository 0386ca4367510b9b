/** The built command line on Windows' Node and Python, under wine (test/helpers/wine.ts). Skipped where that is missing. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../helpers/cli.ts'
import { inTerminal } from '../helpers/terminal.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { Machine, root, windowsPython, wine } from '../helpers/wine.ts'

const machine = new Machine()
const { node, cli, at } = machine
/** not in scripts/: what is there is for a clone on POSIX */
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: { backlot: string } }
const sleepGraph = 'D:\\t\\sleep.ts'
const asNode = ['--map', 'maya=node,python=node', '--trust']
const implicit = 'M:\\examples\\guide\\implicit_batching.ts'
const lines = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
/** Of the process that runs jobs on this data folder. */
const pidIn = (data: string): number => (JSON.parse(lines(at(`data/${data}/scheduler.json`))) as { pid: number }).pid
const count = (path: string, word: string) => lines(path).split(word).length - 1
/** A mark on D:, by both names. */
const markOf = (name: string) => ({ path: at('t', name), env: { T_MARK: `D:\\t\\${name}` } })

// once in some dozens of runs beside the rest of the suite, wine starts a program that says nothing
describe.skipIf(!wine() || !flowpipe()).concurrent('Windows, under wine', { timeout: 500_000, retry: 1 }, () => {
  beforeAll(() => machine.start(), 240_000)
  afterAll(() => machine.stop())

  test('Node starts, and the store’s SQLite with it', async () => {
    const store =
      "const D=require('M:/node_modules/better-sqlite3');const d=new D('D:/t/x.db');console.log(process.platform,d.pragma('journal_mode=WAL',{simple:true}))"
    expect((await node(['-e', store])).out).toBe('win32 wal\n')
    const doctor = await cli('doctor', ['doctor'])
    expect([doctor.code, doctor.text]).toEqual([0, expect.stringContaining('win32 x64')])
  })

  test('a job runs, its log is searched, nothing changed; every graph and export is what it is on Linux', async () => {
    const ran = await cli('run', ['run', implicit, ...asNode])
    expect([ran.code, ran.text]).toEqual([0, expect.stringContaining('4 succeeded')])
    expect((await cli('run', ['log', '1', '--grep', 'rendering'])).out).toContain('rendering 10 frames')
    expect((await cli('run', ['run', implicit, ...asNode, '--changed'])).text).toMatch(
      /unchanged since job 1|nothing changed since job 1/
    )
    const all = 'test/fixtures/windows/all.mjs'
    await node([`M:\\${all.replaceAll('/', '\\')}`, 'M:\\', 'D:\\data\\run', 'D:\\t\\all.json', 'D:\\t\\out'], {
      seconds: 160
    })
    spawnSync(process.execPath, [join(root, all), root, at('data/linux'), at('linux.json')])
    const [here, there] = [at('t/all.json'), at('linux.json')].map(
      (path) => JSON.parse(readFileSync(path, 'utf8')) as { shown: object; exported: object }
    )
    expect(here?.shown).toEqual(there?.shown)
    expect([...new Set(Object.values(here?.exported ?? {}))]).toEqual(['written'])
    // as its README says it is started, on a file system without executable bits
    const bundle = spawnSync('sh', ['run.sh'], { cwd: at('t/out/bundle'), encoding: 'utf8' })
    // its nodes' code is at a path of Windows
    expect(bundle.stdout).toContain('# backlot task 0/0, attempt 1')
  })

  test('--timeout ends a process', async () => {
    const mark = markOf('timeout')
    const env = { ...mark.env, T_S: '600' }
    // Node takes seconds to come up where the rest of the suite runs beside it
    const ran = await cli('timeout', ['run', sleepGraph, '--trust', '--timeout', '20'], { env })
    expect([ran.code, ran.text]).toEqual([1, expect.stringContaining('it ran longer than 20 s')])
    expect(lines(mark.path)).toMatch(/^begin \d+\n$/)
  })

  test('a task of a killed Backlot is taken up and not run twice; its log is read while it grows', async () => {
    const mark = markOf('adopt')
    const env = { ...mark.env, T_UNTIL: 'D:\\t\\adopted' }
    const first = cli('adopt', ['run', sleepGraph, '--trust'], { env })
    await until(() => lines(mark.path) !== '')
    expect((await cli('adopt', ['log', '1'])).out).toContain('openjd_progress: 50')
    const pid = pidIn('adopt')
    await node(['-e', `process.kill(${pid},'SIGKILL')`])
    await first
    const resumed = cli('adopt', ['resume', '1'])
    await until(() => lines(at('data/adopt/scheduler.json')) !== '' && pidIn('adopt') !== pid)
    writeFileSync(at('t/adopted'), '')
    const went = await resumed
    expect([went.code, went.text]).toEqual([0, expect.stringContaining('1 succeeded')])
    expect([count(mark.path, 'begin'), count(mark.path, 'end')]).toEqual([1, 1])
  })

  test('Ctrl-C is heard, and ends what runs', async () => {
    const mark = markOf('ctrl-c')
    const env = { ...machine.env, ...mark.env, T_S: '40', BACKLOT_DATA_DIR: 'D:\\data\\ctrl-c' }
    const command = ['wine', 'D:\\node.exe', 'M:\\out\\main\\cli.cjs', 'run', sleepGraph, '--trust']
    const seen = await inTerminal([{ see: '50%', send: '\x03' }], command, { cwd: root, env })
    expect(seen.text).toContain('running tasks are ended')
    expect(lines(mark.path)).toMatch(/^begin \d+\n$/)
  })

  test('a .bat is a program like any other, whatever its arguments are', async () => {
    writeFileSync(at('t/wrap.bat'), '@echo off\r\necho hello %1\r\necho [%~2]\r\nexit /b 0\r\n')
    const program = ['D:\\t\\wrap', 'a & b', 'c d']
    await cli('bat', ['interpreter', 'set', 'bat', '--evaluator', 'none', '--', ...program])
    const ran = await cli('bat', ['run', sleepGraph, '--trust', '--map', 'node=bat'])
    expect(ran.text).toContain('1 succeeded')
    const log = lines(at('data/bat/jobs/1/tasks/0/1-1.log'))
    expect(log).toContain('hello "a & b"')
    expect(log).toContain('[c d]')
    writeFileSync(at('t/argv.js'), 'console.log("ARGV " + JSON.stringify(process.argv.slice(2)))')
    writeFileSync(at('t/argv.bat'), '@"D:\\node.exe" D:\\t\\argv.js %*\r\n')
    // no percent sign: wine's cmd fills in variables after it has taken carets away, Windows' own before
    const odd = ['a^b', 'a&b|c>d', 'say "hi"', 'tail\\', '', 'ünï', '!x!', '(x)', 'a,b;c', '^']
    const plain = ['interpreter', 'set', 'bat', '--evaluator', 'none', '--', 'D:\\t\\argv.bat']
    await cli('bat', [...plain, ...odd])
    await cli('bat', ['run', sleepGraph, '--trust', '--map', 'node=bat'])
    expect(lines(at('data/bat/jobs/2/tasks/0/2-1.log'))).toContain(`ARGV ${JSON.stringify(odd)}`)
    // real Windows would run the first line alone
    await cli('bat', [...plain, 'one\ntwo'])
    const several = await cli('bat', ['run', sleepGraph, '--trust', '--map', 'node=bat'])
    expect([several.code, several.text]).toEqual([
      1,
      expect.stringContaining('D:\\t\\argv.bat is a batch file, which takes no argument of several lines')
    ])
  })

  test('an exit code of Windows is told in words', async () => {
    const program = ['--', 'D:\\node.exe', '-e', 'process.exit(-1073741819)']
    await cli('codes', ['interpreter', 'set', 'crash', '--evaluator', 'none', ...program])
    const ran = await cli('codes', ['run', sleepGraph, '--trust', '--map', 'node=crash'])
    expect([ran.code, ran.text]).toEqual([1, expect.stringContaining('exit code 0xC0000005 (access violation)')])
  })

  test('--changed sees a file on a UNC path', async () => {
    const path = at('t/unc.txt')
    const env = { T_FILE: `\\\\?\\unix${path.replaceAll('/', '\\')}` }
    writeFileSync(path, 'one')
    await cli('unc', ['run', 'D:\\t\\read.ts', '--trust', '--changed'], { env })
    writeFileSync(path, 'two-two')
    const again = await cli('unc', ['run', 'D:\\t\\read.ts', '--trust', '--changed'], { env })
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('two-two') as string })
  })

  test('an interpreter’s variable wins whatever its case', async () => {
    writeFileSync(at('t/env.txt'), 'x')
    const env = { T_FILE: 'D:\\t\\env.txt', STUDIO_ROOT: 'outer' }
    const entry = ['--evaluator', 'node', '--env', 'studio_root=inner', '--', '{node}', '{evaluator}', '{task}']
    await cli('env', ['interpreter', 'set', 'node', ...entry], { env })
    expect((await cli('env', ['run', 'D:\\t\\read.ts', '--trust'], { env })).out).toContain('inner')
  })

  test('paths over 260 characters', async () => {
    const name = 'x'.repeat(60)
    const env = { T_MARK: 'D:\\t\\long' }
    const ran = await cli([name, name, name, name].join('\\'), ['run', sleepGraph, '--trust'], { env })
    expect(ran.text).toContain('1 succeeded')
  })

  test.skipIf(bin.backlot.includes('scripts/'))('the bin script', async () => {
    const script = `M:\\${bin.backlot.replace('./', '').replaceAll('/', '\\')}`
    const jobs = await node([script, 'jobs'], { env: { BACKLOT_DATA_DIR: 'D:\\data\\clone' } })
    expect([jobs.code, jobs.err]).toEqual([0, ''])
  })

  // a test that is skipped fails CI, and Maven's registry is none of those that CI can count on
  if (wine() && windowsPython()) {
    test('Python: found, run, warm, and what outlives its task is ended', async () => {
      const python = ['--', 'D:\\python\\python.exe', '{evaluator}', '{task}']
      await cli('py', ['interpreter', 'set', 'python', '--start', 'session', ...python])
      expect((await cli('py', ['interpreter', 'check', 'python'])).out).toContain('1.3.0')
      const ran = await cli('py', [
        'run',
        'M:\\examples\\guide\\implicit_batching.py',
        '--map',
        'maya=python',
        '--trust'
      ])
      expect(ran.text).toContain('4 succeeded')
      // a line that ends in CR LF ends there
      expect((await cli('py', ['log', '4', '--grep', 'exr$'])).out).toContain('file.%04d.exr')
      const warm = await cli('py', ['run', 'D:\\t\\warm.py', '--trust', '--slots', '1'])
      expect(warm.text).toContain('3 succeeded')
      const pids = new Set([...lines(at('data/py/jobs/2/tasks/0/7-1.log')).matchAll(/task of process (\d+)/g)])
      expect(pids.size).toBe(1)
      expect(lines(at('data/py/jobs/2/tasks/0/7-1.log'))).toMatch(/session, third task of process \d+/)
    })

    test('what outlives its task is ended', async () => {
      const env = { T_ORPHAN: 'D:\\t\\orphan', T_S: '5' }
      const python = ['--start', 'cold', '--', 'D:\\python\\python.exe', '{evaluator}', '{task}']
      await cli('tree', ['interpreter', 'set', 'python', ...python])
      const ran = await cli('tree', ['run', 'D:\\t\\tree.py', '--trust'], { env })
      expect(ran.text).toContain('1 succeeded')
      const log = lines(at('data/tree/jobs/1/tasks/0/1-1.log'))
      const [, pid = ''] = /left behind by the task, so it was ended: .*python\.exe \((\d+)\)/.exec(log) ?? []
      expect(pid).not.toBe('')
      const alive = `try{process.kill(${pid},0);console.log('alive')}catch{console.log('gone')}`
      expect((await node(['-e', alive])).out).toBe('gone\n')
      expect(existsSync(at('t/orphan'))).toBe(false)
    })
  }
})

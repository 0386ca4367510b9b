// interpreters as the command line sets, shows and looks at them
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Interpreter } from '../src-main/domain/interpreter.ts'
import { shippedEntry } from '../src-main/domain/interpreter.ts'
import { openDb } from '../src-main/core/store/db.ts'
import { Store } from '../src-main/core/store/store.ts'
import { Graph } from '../src-main/core/graph/author.ts'
import { Step } from './fixtures/nodes/steps.ts'
import { scratch } from './helpers/app.ts'
import { backlot, graphFile, startBacklot, until } from './helpers/cli.ts'
import { flowpipe } from './helpers/flowpipe.ts'
import { unwrap } from './helpers/goldens.ts'
import { blender } from './helpers/rooms.ts'

type Check = { name: string; found: boolean; executable?: string; reason?: string; flowpipe?: string | null }

const checksOf = (dataDir: string, ...names: string[]): Check[] =>
  JSON.parse(backlot(dataDir, 'interpreter', 'check', ...names, '--json').out) as Check[]
const listOf = (dataDir: string): Interpreter[] =>
  JSON.parse(backlot(dataDir, 'interpreter', 'list', '--json').out) as Interpreter[]
const entryIn = (dataDir: string, name: string) => listOf(dataDir).find((one) => one.name === name)

/** A program that leaves a mark when it runs. */
function program(folder: string, name: string, text = `touch ${folder}/ran`): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
  return path
}

describe('a look runs no plain command', () => {
  test('it is found by its program: on the PATH, on its own PATH, behind a wrapper, by a path, as the node', () => {
    const [dataDir, folder] = [scratch(), scratch()]
    const publish = program(folder, 'publish')
    const set = (name: string, ...rest: string[]) =>
      expect(backlot(dataDir, 'interpreter', 'set', name, '--evaluator', 'none', ...rest).code).toBe(0)
    set('shell', '--', 'sh', '-c', `touch ${folder}/ran`)
    set('own', '--env', `PATH=${folder}`, '--', 'publish')
    set('wrapped', '--wrapper', publish, '--', 'brought-along')
    set('unwrapped', '--wrapper', 'no-such-wrapper', '--', 'sh')
    set('path', '--', publish)
    set('away', '--env', `PATH=${folder}`, '--', 'sh')
    set('node-script', '--', '{node}', 'x.js')
    writeFileSync(join(folder, 'text'), 'no program')
    set('text', '--', join(folder, 'text'))
    const checks = new Map(checksOf(dataDir).map((one) => [one.name, one]))
    expect(checks.get('shell')).toMatchObject({ found: true, executable: expect.stringMatching(/\/sh$/) as string })
    for (const name of ['own', 'wrapped', 'path']) expect(checks.get(name)?.executable, name).toBe(publish)
    expect(checks.get('node-script')?.executable).toBe(process.execPath)
    expect(checks.get('away')?.reason).toBe('sh is not on the PATH')
    expect(checks.get('unwrapped')?.reason).toBe('no-such-wrapper is not on the PATH')
    expect(checks.get('text')?.reason).toContain('no executable file')
    expect(backlot(dataDir, 'doctor').out).toMatch(new RegExp(`^path +found: ${publish}$`, 'm'))
    expect(existsSync(join(folder, 'ran'))).toBe(false)
  })

  test('a graph in code is not loaded by one', () => {
    const [dataDir, folder] = [scratch(), scratch()]
    backlot(dataDir, 'interpreter', 'set', 'python', '--evaluator', 'none', '--', program(folder, 'python3'))
    writeFileSync(join(folder, 'graph.py'), '')
    const { code, err } = backlot(dataDir, 'preflight', join(folder, 'graph.py'), '--trust')
    expect([code, err]).toEqual([2, expect.stringContaining('which is a plain command here') as string])
    expect(existsSync(join(folder, 'ran'))).toBe(false)
  })
})

describe('what is looked at and does not answer', () => {
  test.each([
    ['interpreter', 'check'],
    ['doctor', ''],
    ['preflight', 'graph'],
    ['run', 'graph']
  ])('%s %s: ends with Backlot, is named meanwhile, and leaves nothing', async (...words) => {
    const [dataDir, folder] = [scratch(), scratch()]
    const hanging = program(folder, 'hang.sh', `echo waiting for licence; echo $$ > ${folder}/pid; exec sleep 1000`)
    backlot(dataDir, 'interpreter', 'set', 'hang', '--start', 'session', '--', hanging, '{evaluator}', '{task}')
    const graph = new Graph('g')
    Step(graph, { value: 1 }, { name: 'A', metadata: { interpreter: 'hang' } })
    const path = graphFile(folder, graph)
    const args = words.filter(Boolean).map((word) => (word === 'graph' ? path : word))
    const before = new Set(readdirSync(tmpdir()))
    const { child, ended } = startBacklot(dataDir, ...args)
    let said = ''
    child.stderr?.on('data', (data) => (said += String(data)))
    await until(() => said.includes('waiting for hang to answer'))
    expect(said).toContain('it says: waiting for licence')
    child.kill('SIGINT')
    await ended
    const left = spawnSync('pgrep', ['-f', hanging], { encoding: 'utf8' }).stdout.trim()
    expect(left).toBe('')
    const rest = readdirSync(tmpdir()).filter((name) => /^backlot-\w{6}$/.test(name) && !before.has(name))
    expect(rest.filter((name) => existsSync(join(tmpdir(), name, 'request.json')))).toEqual([])
  })
})

describe('entries', () => {
  test('env and wrapper are cleared, a reset is set, and what is shipped comes back', () => {
    const dataDir = scratch()
    const set = (...args: string[]) => backlot(dataDir, 'interpreter', 'set', 'nuke', ...args).code
    expect(set('--env', 'A=1', '--env', 'B=2', '--wrapper', 'rez', '--reset', 'import nuke')).toBe(0)
    expect(entryIn(dataDir, 'nuke')).toMatchObject({ env: { A: '1', B: '2' }, wrapper: ['rez'], reset: 'import nuke' })
    expect(backlot(dataDir, 'interpreter', 'list').out).toMatch(/^nuke +session +python +A=1 B=2 +rez nuke -t/m)
    expect(set('--no-env', '--no-wrapper')).toBe(0)
    expect(entryIn(dataDir, 'nuke')).toMatchObject({ env: {}, wrapper: [], reset: 'import nuke' })
    expect(backlot(dataDir, 'interpreter', 'reset', 'nuke').code).toBe(0)
    expect(entryIn(dataDir, 'nuke')).toEqual(shippedEntry('nuke'))
    const unknown = backlot(dataDir, 'interpreter', 'reset', 'mine')
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('these do: python, maya') as string])
  })

  test('a program with threads is not forked: refused by name and by program, in one sentence', () => {
    const dataDir = scratch()
    for (const args of [['blender'], ['bl42', '--', '/opt/blender-4.2/blender', '{evaluator}']]) {
      const [name = '', ...rest] = args
      const { code, err } = backlot(dataDir, 'interpreter', 'set', name, '--start', 'fork', ...rest)
      expect(code).toBe(2)
      expect(err.trim().split('\n')).toEqual([expect.stringContaining(`${name} cannot be started by fork`)])
    }
    expect(entryIn(dataDir, 'blender')?.start).toBe('session')
  })

  test('a known program under another name is put back as the shipped one is', () => {
    const dataDir = scratch()
    backlot(
      dataDir,
      'interpreter',
      'set',
      'bl42',
      '--start',
      'session',
      '--',
      '/opt/blender-4.2/blender',
      '{evaluator}'
    )
    expect(entryIn(dataDir, 'bl42')?.reset).toBe(shippedEntry('blender')?.reset)
  })

  test('entries that nobody touched get the resets that are shipped now; changed ones stay', () => {
    const file = join(scratch(), 'backlot.db')
    const open = () => new Store(unwrap(openDb(file, join(import.meta.dirname, '../drizzle'))))
    const old = open()
    old.seedInterpreters()
    for (const entry of old.interpreters()) old.setInterpreter({ ...entry, reset: '' })
    const maya = old.interpreters().find(({ name }) => name === 'maya')
    if (maya) old.setInterpreter({ ...maya, argv: ['/opt/mayapy', '{evaluator}', '{task}'] })
    old.raw.pragma('user_version = 1')
    old.raw.close()
    const now = open()
    now.seedInterpreters()
    const resets = new Map(now.interpreters().map(({ name, reset }) => [name, reset]))
    for (const name of ['houdini', 'nuke', 'blender']) expect(resets.get(name)).toBe(shippedEntry(name)?.reset)
    expect(resets.get('maya')).toBe('')
    now.raw.close()
  })
})

describe.skipIf(!flowpipe())('interpreter check', () => {
  test.skipIf(!blender())('names Blender and its version, where it is, and its Python', () => {
    const { code, out } = backlot(scratch(), 'interpreter', 'check', 'blender')
    expect(code).toBe(0)
    const version = /^Blender (\S+)/.exec(spawnSync('blender', ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? ''
    expect(out).toMatch(
      new RegExp(`^blender +3\\.\\d+\\.\\d+ +1\\.3\\.0 +found +Blender ${version} at /\\S+/blender$`, 'm')
    )
  })

  test('exits with 1 where flowpipe is not there, and its remedy works', () => {
    const [dataDir, folder] = [scratch(), scratch()]
    // a Python without installed packages
    const bare = program(folder, 'bare', 'exec python3 -S "$@"')
    backlot(dataDir, 'interpreter', 'set', 'bare', '--env', 'PYTHONPATH=', '--', bare, '{evaluator}', '{task}')
    const lacks = backlot(dataDir, 'interpreter', 'check', 'bare')
    expect(lacks.code).toBe(5)
    expect(lacks.err).toContain('python3 -m pip install --target DIR flowpipe typing_extensions')
    const [, command = ''] = /then: backlot (.*)$/m.exec(lacks.err) ?? []
    expect(command).toBe('interpreter set bare --env PYTHONPATH=DIR')
    const code = 'import flowpipe, os; print(os.path.dirname(os.path.dirname(flowpipe.__file__)))'
    const site = spawnSync('python3', ['-c', code], { encoding: 'utf8' }).stdout.trim()
    backlot(dataDir, ...command.replace('DIR', [site].join(delimiter)).split(' '))
    expect(backlot(dataDir, 'interpreter', 'check', 'bare').code).toBe(0)
  })
})

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { commandLine } from '../../src-main/core/attempt/command.ts'
import { asHere, programHere } from '../../src-main/core/process/find.ts'
import { isInUse, patiently } from '../../src-main/core/store/files.ts'
import { mergeVariables, surroundingsOf } from '../../src-main/domain/environment.ts'
import { startOn } from '../../src-main/domain/interpreter.ts'
import { loginPath } from '../../src-main/login-path.ts'
import { windowsFolder } from '../../src-main/paths.ts'
import { scratch } from '../helpers/app.ts'

/** Programs that are there below a folder. */
function installed(...paths: string[]): string {
  const root = scratch()
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '', { mode: 0o755 })
  }
  return root
}

test('a shipped program is found where its installer puts it, the newest first, and on the PATH before that', () => {
  const root = installed(
    'Applications/Nuke14.0v5/Nuke14.0v5.app/Contents/MacOS/Nuke14.0',
    'Applications/Nuke15.10v1/Nuke15.10v1.app/Contents/MacOS/Nuke15.10',
    'Applications/Nuke15.9v2/Nuke15.9v2.app/Contents/MacOS/Nuke15.9',
    'bin/blender',
    'Applications/Blender.app/Contents/MacOS/Blender'
  )
  const mac = { platform: 'darwin', root } as const
  const newest = join(root, 'Applications/Nuke15.10v1/Nuke15.10v1.app/Contents/MacOS/Nuke15.10')
  expect(programHere('nuke', '/nowhere', mac)).toBe(newest)
  expect(programHere('blender', join(root, 'bin'), mac)).toBe('blender')
  expect(programHere('blender', '/nowhere', mac)).toContain('Blender.app/Contents/MacOS/Blender')
  expect(programHere('hython', '/nowhere', mac)).toBe('hython')
  expect(programHere('own', '/nowhere', mac)).toBe('own')
})

test('python3 on Windows is py, else python; elsewhere a name is what it says', () => {
  const windows = { platform: 'win32' } as const
  expect(programHere('python3', installed('py', 'python'), windows)).toBe('py')
  expect(programHere('python3', installed('python'), windows)).toBe('python')
  expect(programHere('python3', installed('python3', 'py'), windows)).toBe('python3')
  const entry = { argv: ['python3', '{task}'], env: {}, wrapper: [] }
  expect(asHere(entry)).toBe(entry)
})

test('the line to paste into PowerShell', () => {
  const command = { argv: ['C:\\a b\\x.exe', "it's", ''], env: { A: "x'y", MY_TOKEN: 's' }, cwd: 'D:\\w' }
  expect(commandLine(command, null, 'win32')).toBe(
    "Set-Location -LiteralPath 'D:\\w'; ${env:A} = 'x''y'; & 'C:\\a b\\x.exe' 'it''s' ''"
  )
  const quotes = { argv: ['p', 'say "hi"', 'C:\\x y\\'], env: {}, cwd: 'D:\\w' }
  expect(commandLine(quotes, null, 'win32')).toBe(
    'Set-Location -LiteralPath \'D:\\w\'; & \'p\' --% "say \\"hi\\"" "C:\\x y\\\\"'
  )
})

test('variables on Windows have one name in any case', () => {
  expect(mergeVariables({ Path: 'a', X: '1' }, { PATH: 'b', x: '2', y: undefined }, true)).toEqual({
    Path: 'b',
    X: '2'
  })
  expect(mergeVariables({ Path: 'a' }, { PATH: 'b' }, false)).toEqual({ Path: 'a', PATH: 'b' })
})

test('what cannot stay warm on Windows is cold, and says why', () => {
  const python = { evaluator: 'python', start: 'fork' } as const
  expect(startOn('linux', python)).toEqual({ start: 'fork', why: null })
  expect(startOn('win32', python)).toMatchObject({ start: 'cold', why: expect.stringContaining('no fork') })
  expect(startOn('win32', { ...python, start: 'session' })).toEqual({ start: 'session', why: null })
  expect(startOn('win32', { evaluator: 'node', start: 'session' }).why).toContain('another log')
  expect(startOn('linux', { evaluator: 'node', start: 'session' })).toEqual({ start: 'session', why: null })
  expect(startOn('win32', { evaluator: 'none', start: 'session' })).toEqual({ start: 'cold', why: null })
})

test('data on Windows are local; what an older Backlot has among the roaming ones stays there', () => {
  const there =
    (...paths: string[]) =>
    (path: unknown) =>
      paths.includes(String(path))
  const [here, old] = [join('L', 'Backlot'), join('R', 'Backlot')]
  expect(windowsFolder('L', 'R', there())).toBe(here)
  expect(windowsFolder('L', 'R', there(join(old, 'backlot.db')))).toBe(old)
  expect(windowsFolder('L', 'R', there(here, join(old, 'backlot.db')))).toBe(here)
  expect(windowsFolder(undefined, 'R', there())).toBe(old)
})

test('a file that is in use is tried again, on Windows also where it says that it is forbidden', async () => {
  const busy = (code: string) => Object.assign(new Error(code), { code })
  let tries = 0
  const work = (code: string) => () => {
    if (++tries < 3) throw busy(code)
    return tries
  }
  expect(await patiently(work('EPERM'), 'win32')).toBe(3)
  tries = 0
  expect(await patiently(work('EBUSY'), 'linux')).toBe(3)
  tries = 0
  await expect(patiently(work('EPERM'), 'linux')).rejects.toThrow('EPERM')
  expect([isInUse(busy('ENOSPC'), 'win32'), isInUse(new Error('x'), 'win32')]).toEqual([false, false])
})

test('the PATH of a login shell, whatever its profile prints', () => {
  const shell = join(scratch(), 'shell')
  writeFileSync(shell, '#!/bin/sh\necho welcome\nPATH=/opt/studio/bin:$PATH\nshift\neval "$1"\necho bye\n')
  chmodSync(shell, 0o755)
  expect(loginPath(shell)).toBe(`/opt/studio/bin:${process.env.PATH}`)
  expect(loginPath('/nowhere/shell')).toBe(null)
})

test('what Windows sets for every program is nothing that a run has of its own', () => {
  const variables = { ProgramFiles: 'C:\\Program Files', windir: 'C:\\Windows', SHOT: '010', OS: 'Windows_NT' }
  expect(Object.keys(surroundingsOf(variables, null, 'win32').variables)).toEqual(['SHOT'])
  expect(Object.keys(surroundingsOf(variables, null).variables)).toEqual(['OS', 'ProgramFiles', 'SHOT', 'windir'])
})

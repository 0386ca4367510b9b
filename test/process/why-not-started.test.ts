import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findProgram } from '../../src-main/core/evaluator/find.ts'
import { noFirstLine } from '../../src-main/core/process/first-line.ts'
import { processes } from '../../src-main/core/process/processes.ts'
import { spawnSentence } from '../../src-main/core/process/why-not-started.ts'
import { fail } from '../../src-main/domain/result.ts'
import { scratch } from '../helpers/app.ts'

const posix = test.skipIf(process.platform === 'win32')

/** What is said of a program that is started in this folder. */
async function saidOf(cwd: string, ...argv: string[]): Promise<string> {
  const log = join(scratch(), 'log')
  writeFileSync(log, '')
  const end = await processes.start({ argv, cwd, env: {}, log, pid: null }).ended
  return end.kind === 'spawn-error' ? end.message : end.kind
}

posix('what is missing or wrong is named: the program, what its link or its first line names, its kind', async () => {
  const cwd = scratch()
  const at = (name: string) => join(cwd, name)
  writeFileSync(at('script'), '#!/nowhere/bin/python9 -u\n', { mode: 0o755 })
  writeFileSync(at('bare'), 'echo hi\n', { mode: 0o755 })
  writeFileSync(at('empty'), '', { mode: 0o755 })
  writeFileSync(at('other'), Buffer.from([0xca, 0xfe, 0, 0]), { mode: 0o755 })
  writeFileSync(at('plain'), '#!/bin/sh\n', { mode: 0o644 })
  symlinkSync('/nowhere/render', at('link'))
  mkdirSync(at('folder'))
  expect(await saidOf(cwd, 'no-such-program')).toBe('no-such-program is not on the PATH')
  expect(await saidOf(cwd, at('none'))).toBe(`there is no program ${at('none')}`)
  expect(await saidOf(cwd, './none')).toBe(`there is no program ${at('none')}`)
  expect(await saidOf(cwd, at('link'))).toBe(`${at('link')} is a link to /nowhere/render, which is not there`)
  expect(await saidOf(cwd, at('script'))).toBe(
    `${at('script')} is there, but the program in its first line is not: /nowhere/bin/python9`
  )
  // Node's own start would hand such a file to sh, the launcher does not
  const mend = `${at('bare')} does not say what runs it: write #!/bin/sh, or the like, as its first line, or begin the command with that program`
  expect(spawnSentence('ENOEXEC', { argv: [at('bare')], cwd, env: {} })).toBe(mend)
  expect(spawnSentence('ENOEXEC', { argv: ['bare'], cwd, env: { PATH: cwd } })).toBe(mend)
  expect(await saidOf(cwd, at('bare'))).toBe(mend)
  expect(await saidOf(cwd, './bare')).toBe(mend)
  expect(findProgram({ argv: [at('bare')], env: {}, wrapper: [] })).toEqual(fail('run', mend))
  expect(await saidOf(cwd, at('empty'))).toBe(`${at('empty')} is empty`)
  expect(spawnSentence('ENOEXEC', { argv: [at('other')], cwd, env: {} })).toBe(
    `${at('other')} is neither a program for this machine nor a script whose first line begins with #!`
  )
  expect(await saidOf(cwd, at('plain'))).toBe(`${at('plain')} may not be run: it is no executable file`)
  expect(await saidOf(cwd, at('folder'))).toBe(`${at('folder')} is a folder, no program`)
  expect(await saidOf(at('gone'), 'sh')).toBe(`its folder ${at('gone')} is not there`)
})

posix('a pipe in a program’s place is not waited for', () => {
  const pipe = join(scratch(), 'pipe')
  execFileSync('mkfifo', ['-m', '755', pipe])
  expect(noFirstLine(pipe)).toBeNull()
})

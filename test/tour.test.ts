/** README's tour, each line as it is printed, on files that the repository ships. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from './helpers/app.ts'

const root = join(import.meta.dirname, '..')

/** The commands of a line, and the exit code that its comment names; 0 where it names none. */
function lines(): { command: string; code: number }[] {
  const [, block = ''] =
    /## A tour\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
  return block.split('\n').flatMap((line) => {
    const [command = '', comment = ''] = line.split(/\s+#\s|^#\s/)
    const code = Number(/exit code (\d+)/.exec(comment)?.[1] ?? 0)
    return command.trim() === '' ? [] : [{ command: command.trim(), code }]
  })
}

test.skipIf(process.platform === 'win32')('the tour runs as it is printed', { timeout: 300_000 }, () => {
  const dir = scratch()
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'backlot'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'scripts/cli.mjs')}' "$@"\n`)
  chmodSync(join(bin, 'backlot'), 0o755)
  symlinkSync(join(root, 'examples'), join(dir, 'examples'))
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, BACKLOT_DATA_DIR: join(dir, 'data') }
  const found = lines()
  expect(found.length).toBeGreaterThan(15)
  for (const { command, code } of found) {
    const done = spawnSync('bash', ['-e', '-c', command], { cwd: dir, env, encoding: 'utf8' })
    expect([command, done.status, done.status === code ? '' : done.stderr]).toEqual([command, code, ''])
  }
})

/** Backlot as its users have it: packed by npm, installed from the tarball. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { expect } from 'vitest'

const root = join(import.meta.dirname, '../..')

export interface Done {
  code: number | null
  out: string
  err: string
}

/** Runs a program to its end. */
export function ran(argv: readonly [string, ...string[]], cwd: string, env: Readonly<Record<string, string>>): Done {
  const [program, ...args] = argv
  const done = spawnSync(program, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' })
  if (done.error) throw done.error
  return { code: done.status, out: done.stdout, err: done.stderr }
}

/**
 * A user's variables: a home folder of its own, none of npm's from around the tests, and its cache, so that what was
 * fetched once is there.
 */
export function userEnvironment(home: string): Record<string, string> {
  const cache = ran(['npm', 'config', 'get', 'cache'], root, {}).out.trim()
  const ofNpm = Object.keys(process.env).filter((name) => /^npm_/i.test(name))
  return {
    ...Object.fromEntries(ofNpm.map((name) => [name, ''])),
    HOME: home,
    XDG_CACHE_HOME: '',
    XDG_DATA_HOME: '',
    npm_config_cache: cache,
    // below npm test the Node of this repository comes first; users have one of their own
    PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter)
  }
}

/** npm, which has to be content: no warning, no notice. */
export function npm(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Done {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--prefer-offline']
  const done = ran(['npm', ...args, ...quiet], cwd, env)
  expect(done.code, done.out + done.err).toBe(0)
  expect(done.err.split('\n').filter((line) => /^npm (?:warn|error|notice)/i.test(line))).toEqual([])
  return done
}

/** Packs this checkout into a folder; returns the tarball. */
export function pack(folder: string): string {
  const done = ran(['npm', 'pack', '--pack-destination', folder], root, {})
  expect(done.code, done.out + done.err).toBe(0)
  const [name = ''] = readdirSync(folder)
  return join(folder, name)
}

/** Commands that documents print, run as they are printed. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { scratch } from './app.ts'

const root = join(import.meta.dirname, '../..')

export interface Line {
  command: string
  /** the exit code that its comment names; 0 where it names none */
  code: number
}

/** The commands of a block of `sh`: one a line, comments behind them. A line that ends in a backslash goes on. */
export function linesOf(block: string): Line[] {
  return block.split(/(?<!\\)\n/).flatMap((line) => {
    const [command = '', comment = ''] = line.split(/\s+#\s|^#\s/)
    const code = Number(/exit code (\d+)/.exec(comment)?.[1] ?? 0)
    return command.trim() === '' ? [] : [{ command: command.trim(), code }]
  })
}

export interface Room {
  dir: string
  run: (command: string) => { code: number | null; out: string; all: string }
}

/** What a run of an example leaves. */
const isMade = /[/\\](?:rendered|__pycache__)(?:[/\\]|$)/

/**
 * An empty folder with a copy of `examples` in it and the built command line on the PATH as `backlot`, and a data folder of its own.
 * `all`: what came to stdout, then what came to stderr.
 */
export function emptyFolder(): Room {
  const dir = scratch()
  const bin = join(dir, '.bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'backlot'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'scripts/cli.mjs')}' "$@"\n`)
  chmodSync(join(bin, 'backlot'), 0o755)
  cpSync(join(root, 'examples'), join(dir, 'examples'), { recursive: true, filter: (path) => !isMade.test(path) })
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, BACKLOT_DATA_DIR: join(dir, '.data') }
  return {
    dir,
    run: (command) => {
      const done = spawnSync('bash', ['-e', '-c', command], { cwd: dir, env, encoding: 'utf8' })
      return { code: done.status, out: done.stdout, all: `${done.stdout}${done.stderr}` }
    }
  }
}

export interface Fence {
  /** behind the language: `run`, `file=film.py`, `output` */
  marks: readonly string[]
  text: string
}

/** The fenced blocks of a page that have marks, in order. */
export function fencesOf(page: string): Fence[] {
  const found = page.matchAll(/^( *)```(\w+) +([^\n]+)\n([\s\S]*?)^\1```$/gm)
  return [...found].map(([, indent = '', , marks = '', text = '']) => ({
    marks: marks.trim().split(/\s+/),
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
  }))
}

/** What is other each time: durations, moments, sizes, process ids, the folders of the test and of the machine. */
export const withoutChance = (text: string, dir: string): string =>
  stripVTControlCharacters(text)
    .replaceAll(dir, '~')
    .replaceAll(/\b\d+(?:[.,]\d+)*(?= ?(?:ms|s|min|h|kB|MB|GB|bytes|%)(?![a-z]))/g, 'N')
    .replaceAll(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?Z?)?/g, 'MOMENT')
    .replaceAll(/[ \t]+/g, ' ')

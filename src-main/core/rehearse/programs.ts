/** Where programs live that commands and wrappers start: other machines have them, so they are no files of the job's. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { realPath } from './facts.ts'

/**
 * The folders of the programs that a command names, found on the PATH: a link's own folder and its target's, those of the
 * program that a script's first line names, and of a Python all that it lives in.
 */
export function programFolders(names: readonly string[], path = process.env.PATH ?? ''): string[] {
  const files = new Set(filesOf(names, path))
  for (const file of files) for (const other of filesOf(startersOf(file), path)) files.add(other)
  const folders = [...files].flatMap((file) => [dirname(file), dirname(realPath(file))])
  return [...new Set(folders.flatMap((folder) => [folder, ...pythonIn(folder)]))]
}

/** The programs that start a script: `#!/usr/bin/env python3` names two. */
function startersOf(file: string): string[] {
  const head = headOf(file)
  const [program = '', ...args] = head.startsWith('#!') ? (head.slice(2).split('\n')[0] ?? '').trim().split(/\s+/) : []
  const named = basename(program) === 'env' ? args.find((arg) => !arg.startsWith('-') && !arg.includes('=')) : undefined
  return [program, ...(named === undefined ? [] : [named])].filter(Boolean)
}

/** Of a folder of programs in which a Python is: what that needs, and, of a virtual environment, the Python it is of. */
function pythonIn(folder: string): string[] {
  const prefix = dirname(folder)
  const lists = ['lib', 'lib64'].map((name) => join(prefix, name)).filter((path) => existsSync(path))
  if (basename(folder) !== 'bin' || !lists.some((path) => readdirSync(path).some((name) => /^python\d/.test(name))))
    return []
  const config = join(prefix, 'pyvenv.cfg')
  if (!existsSync(config)) return lists
  const home = /^home *= *(.+)$/m.exec(readFileSync(config, 'utf8'))?.[1]?.trim()
  return [prefix, ...(home === undefined || home === folder ? [] : [home, ...pythonIn(home)])]
}

function filesOf(names: readonly string[], path: string): string[] {
  const found = names.flatMap((name) => {
    if (name.includes('/')) return [name]
    return path
      .split(':')
      .filter(Boolean)
      .map((folder) => join(folder, name))
      .filter((file) => existsSync(file))
      .slice(0, 1)
  })
  return found
}

/** The first line of a script is shorter than this on every system. */
const longestLine = 256

function headOf(file: string): string {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return ''
  try {
    const [fd, bytes] = [openSync(file, 'r'), Buffer.alloc(longestLine)]
    try {
      return bytes.toString('latin1', 0, readSync(fd, bytes))
    } finally {
      closeSync(fd)
    }
  } catch {
    return '' // may be started, not read
  }
}

/** Why the system did not start a program, in words: its own codes name neither what is missing nor what to do. */
import { accessSync, constants, lstatSync, readlinkSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { ok } from '../../domain/result.ts'
import { findOn, hasFolder, pathOf } from './find.ts'
import { headOf, noFirstLine } from './first-line.ts'
import { lookAt } from '../store/folders.ts'
import { codeOf, type Command } from './process.ts'

/** Why a program that is there is not started: it is a script that does not say what runs it, or empty. Null: it may be. */
export function notToStart({ argv, cwd, env }: Pick<Command, 'argv' | 'cwd' | 'env'>): string | null {
  const [name = ''] = argv
  const found = hasFolder(name) ? ok(resolve(cwd, name)) : findOn(pathOf(env), name)
  return found.ok ? noFirstLine(found.value) : null
}

/** Null for codes that say what their own text does not say better. */
export function spawnSentence(code: string | undefined, command: Pick<Command, 'argv' | 'cwd' | 'env'>): string | null {
  const { argv, cwd } = command
  const [name = ''] = argv
  const folder = statOf(cwd)
  if (!folder?.isDirectory()) return `its folder ${cwd} is not there`
  if (code === 'ENOEXEC') return notToStart(command) ?? ofName(code, name)
  if (!hasFolder(name)) return ofName(code, name)
  const path = resolve(cwd, name)
  if (code === 'ENOENT' || code === 'ENOTDIR') return ofMissing(path)
  if (code === 'EACCES' || code === 'EPERM') return ofRefused(path, cwd)
  return ofName(code, path)
}

/** What can be said without looking at the file. */
function ofName(code: string | undefined, name: string): string | null {
  if (code === 'ENOENT') return `${name} is not on the PATH`
  if (code === 'EACCES') return `${name} may not be run: it is no executable file`
  if (code === 'ENOEXEC')
    return `${name} is neither a program for this machine nor a script whose first line begins with #!`
  if (code === 'ETXTBSY') return `${name} is being written by another program`
  if (code === 'E2BIG') return 'its arguments and variables are longer than this system takes'
  return null
}

/** There is no such file, or what has to load it is not there. */
function ofMissing(path: string): string {
  const link = lstatOf(path)
  if (!link) return `there is no program ${path}`
  if (!statOf(path)) return `${path} is a link to ${readlinkSync(path)}, which is not there`
  const loader = scriptProgram(path)
  return loader === null
    ? `${path} is there, but not what this system loads it with: it is made for another one`
    : `${path} is there, but the program in its first line is not: ${loader}`
}

function ofRefused(path: string, cwd: string): string | null {
  if (statOf(path)?.isDirectory()) return `${path} is a folder, no program`
  if (!isAllowed(cwd)) return `its folder ${cwd} may not be entered`
  return isAllowed(path) ? null : `${path} may not be run: it is no executable file`
}

/** What a script names behind its #!; null: it is none, or may not be read. */
function scriptProgram(path: string): string | null {
  const [line = ''] = headOf(path)?.toString('utf8').split('\n') ?? []
  return /^#!\s*(\S+)/.exec(line)?.[1] ?? null
}

function isAllowed(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return false
  }
}

const statOf = (path: string) => lookAt(() => statSync(path))
const lstatOf = (path: string) => lookAt(() => lstatSync(path))

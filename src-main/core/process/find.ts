/** Where programs are: on the PATH, and where installers put those that Backlot ships an interpreter for. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import type { Interpreter } from '../../domain/interpreter.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import { usualNames, usualPlaces, type Place } from '../../domain/usual-programs.ts'
import { codeOf } from './process.ts'

/** What a shell looks through where PATH is not set. */
const usualPath = '/usr/local/bin:/usr/bin:/bin'

/** What Windows adds to a name without one of them. */
const endings = (): string[] =>
  process.platform === 'win32'
    ? ['', ...(process.env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '')]
    : ['']

/** The PATH of an environment on top of ours. */
export function pathOf(env: Readonly<Record<string, string>> = {}): string {
  const isPath = (name: string) => (process.platform === 'win32' ? name.toUpperCase() === 'PATH' : name === 'PATH')
  const own = Object.keys(env).findLast(isPath)
  return (own === undefined ? process.env.PATH : env[own]) ?? usualPath
}

/** Whether a program is named by its place, not looked for on the PATH. */
export const hasFolder = (name: string): boolean => name.includes('/') || isAbsolute(name) || /^\.{0,2}[\\]/.test(name)

/** The program of a name as the system finds it. Errors (`run`): there is none, in words. */
export function findOn(path: string, name: string): Result<string> {
  const places = hasFolder(name) ? [resolve(name)] : path.split(delimiter).map((at) => join(resolve(at), name))
  const files = places.flatMap((place) => endings().map((ending) => place + ending))
  const found = files.find(isProgram)
  if (found !== undefined) return ok(found)
  if (files.some(isFile)) return fail('run', `${name} may not be run: it is no executable file`)
  return fail('run', hasFolder(name) ? `there is no program ${resolve(name)}` : `${name} is not on the PATH`)
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return isFile(path)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return false
  }
}

/** Windows puts a `python3` there that only opens its Store. */
const isStoreAlias = (path: string): boolean => /\\Microsoft\\WindowsApps\\/i.test(path)

/** What was looked for, by name and PATH: a program that is installed meanwhile is found by the next Backlot. */
const known = new Map<string, string>()

/** An entry as it is started here: a shipped name that is not on the PATH stands for what is called otherwise on this system. */
export function asHere<T extends Pick<Interpreter, 'argv' | 'env' | 'wrapper'>>(entry: T): T {
  const [name = '', ...rest] = entry.argv
  if (entry.wrapper.length > 0 || hasFolder(name)) return entry
  const path = pathOf(entry.env)
  const key = `${name}\0${path}`
  const program = known.get(key) ?? programHere(name, path)
  known.set(key, program)
  return program === name ? entry : { ...entry, argv: [program, ...rest] }
}

/** `platform`, `root`: of another system, for tests. */
export function programHere(name: string, path: string, { platform = process.platform, root = '' } = {}): string {
  const names = usualNames(platform, name)
  const places = usualPlaces(platform, name)
  if (names.length + places.length === 0) return name
  for (const one of [name, ...names]) {
    const found = findOn(path, one)
    if (found.ok && !isStoreAlias(found.value)) return one
  }
  return places.flatMap((place) => filesAt(place, root))[0] ?? name
}

/** The files at a place, the newest version first. */
function filesAt(place: Place, root: string): string[] {
  let found = ['']
  for (const part of place) {
    if (typeof part === 'string') found = found.map((at) => (at === '' ? join(root, part) : join(at, part)))
    else
      found = found.flatMap((at) =>
        namesIn(at)
          .filter((name) => part.test(name))
          .sort(byVersion)
          .map((name) => join(at, name))
      )
  }
  return found.filter(isFile)
}

/** Made when needed: it takes longer than many a command. */
let numbers: Intl.Collator | undefined
const byVersion = (a: string, b: string): number =>
  (numbers ??= new Intl.Collator('en', { numeric: true })).compare(b, a)

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return [] // nobody has installed it
  }
}

/** The code that a job's nodes run: which files, and a hash per node, so that a later run can tell whether it changed. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import type { Job, JobNode } from '../convert/convert.ts'
import type { Interpreter } from '../../domain/interpreter.ts'
import { moduleKey, type CheckOutcome } from '../convert/preflight/input.ts'
import type { CodeFile, FileState, JobCode } from '../store/shapes.ts'

/** 128 bits: enough to tell any two apart. */
export const shortHash = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22)

/** Reads the files that the interpreters named (`checks`, by interpreter). */
export function codeOfJob(
  job: Job,
  interpreters: ReadonlyMap<string, Interpreter>,
  checks: ReadonlyMap<string, CheckOutcome>
): JobCode {
  const files = new Map<string, CodeFile | null>()
  const known = (path: string, read: boolean): CodeFile | null => {
    if (!files.has(path)) files.set(path, fileOf(path, read))
    return files.get(path) ?? null
  }
  const nodes = job.nodes.map((node) => {
    const interpreter = interpreters.get(node.interpreter)
    if (!interpreter) return null
    const parts = interpreter.evaluator === 'none' ? programOf(interpreter) : modulesOf(node, checks)
    const found = parts?.paths.map((path) => known(path, parts.read))
    if (!parts || !found || found.includes(null)) return null
    return shortHash(JSON.stringify([parts.versions, found.map((file) => [file?.path, file?.hash])]))
  })
  return { files: [...files.values()].filter((file) => file !== null), nodes }
}

interface Parts {
  versions: readonly (string | null)[]
  paths: readonly string[]
  /** by content; else by time and size: a program may be large */
  read: boolean
}

function modulesOf(node: JobNode, checks: ReadonlyMap<string, CheckOutcome>): Parts | null {
  const outcome = checks.get(node.interpreter)
  const paths = outcome?.ok ? (outcome.check.modules.get(moduleKey(node))?.code ?? []) : []
  if (!outcome?.ok || paths.length === 0) return null
  const { language, version, flowpipe, executable } = outcome.check
  return { versions: [language, version, flowpipe, executable], paths, read: true }
}

function programOf({ argv, env }: Interpreter): Parts | null {
  const [name = ''] = argv
  const folders = name.includes('/') ? [''] : (env.PATH ?? process.env.PATH ?? '').split(delimiter)
  const path = folders.map((folder) => resolve(folder ? join(folder, name) : name)).find((one) => stateOf(one) !== null)
  return path === undefined ? null : { versions: [], paths: [path], read: false }
}

/** Time and size of a file; null if there is no such file, or it cannot be looked at. */
export function stateOf(path: string): { modifiedAt: number; size: number } | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    return found?.isFile() ? { modifiedAt: found.mtimeMs, size: found.size } : null
  } catch {
    return null // a name that no system takes, or a folder that may not be entered: as good as missing
  }
}

function fileOf(path: string, read: boolean): CodeFile | null {
  const state = stateOf(path)
  if (!state) return null
  try {
    return { path, ...state, hash: shortHash(read ? readFileSync(path) : JSON.stringify(state)) }
  } catch {
    return null // it cannot be read, so there is no telling whether it changed
  }
}

/** Whether these files are as they were. */
export const isSame = (files: readonly CodeFile[]): boolean =>
  files.every(({ path, modifiedAt, size }) => {
    const now = stateOf(path)
    return now?.modifiedAt === modifiedAt && now.size === size
  })

/** Files that were written since, are gone or are new, by their times and sizes. */
export function changedStates(before: readonly FileState[], now: readonly FileState[]): string[] {
  const textOf = ([path, ...state]: FileState) => [path, JSON.stringify(state)] as const
  const [old, fresh] = [new Map(before.map(textOf)), new Map(now.map(textOf))]
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => old.get(path) !== fresh.get(path))
}

/** Paths whose content is another now, is gone or is new. */
export function changedFiles(before: readonly CodeFile[], now: readonly CodeFile[]): string[] {
  const old = new Map(before.map(({ path, hash }) => [path, hash]))
  const fresh = new Map(now.map(({ path, hash }) => [path, hash]))
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => old.get(path) !== fresh.get(path))
}

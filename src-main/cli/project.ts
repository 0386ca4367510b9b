/**
 * A project's own settings: `backlot.json`, or the key `backlot` of a `package.json`, in the working folder or the nearest
 * one above it. What is said on the command line beats the environment, which beats this file. It names no command.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { fail, ok, type Result } from '../domain/result.ts'
import { codeOf } from '../core/process/process.ts'
import { Failure } from './base.ts'
import type { Project } from './project-shape.ts'

/** Commands that have nothing to do with any job, and answer wherever they are asked. */
const apart = new Set(['complete', 'completion', 'schema', 'help'])

/** The project that a command is typed in; null: there is none. */
export async function projectFor(command: Command): Promise<Project | null> {
  if (apart.has(command.name())) return null
  const cwd = workingFolder()
  if (!cwd.ok) throw new Failure(cwd.error)
  const found = await findProject(cwd.value)
  if (!found.ok) throw new Failure(found.error)
  return found.value
}

/** Errors (`run`): it was removed, or may not be looked at any more. */
function workingFolder(): Result<string> {
  try {
    return ok(process.cwd())
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return fail('run', 'the folder that this is run in is gone; go to one that is there, such as with: cd ~')
  }
}

/** The nearest project file of a folder; null: there is none. Errors (`input`): it cannot be read, or is wrong. */
export async function findProject(from: string): Promise<Result<Project | null>> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const own = join(folder, 'backlot.json')
    if (existsSync(own)) return readProject(own, null)
    const shared = join(folder, 'package.json')
    if (existsSync(shared)) {
      const read = await readProject(shared, 'backlot')
      if (!read.ok || read.value !== null) return read
    }
    if (dirname(folder) === folder) return ok(null)
  }
}

/** `key`: of the file's object; without such a key there is no project. */
async function readProject(path: string, key: string | null): Promise<Result<Project | null>> {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    // a package.json that is broken is for others to mend
    return key === null ? fail('input', `${path} cannot be read: ${(error as Error).message}`) : ok(null)
  }
  const own: unknown = key === null ? value : isObject(value) ? value[key] : undefined
  if (key !== null && own === undefined) return ok(null)
  // its shapes take a while to be built
  const { projectShape, whatIsWrong } = await import('./project-shape.ts')
  const parsed = projectShape.safeParse(own)
  if (!parsed.success) return fail('input', `${path}: ${whatIsWrong(parsed.error, key)}`)
  const { dataDir, worker, map, slots, run } = parsed.data
  const rest = { map, slots, run }
  const place = (name: string | undefined) => (name === undefined ? {} : resolve(dirname(path), name))
  return ok({
    ...rest,
    path,
    ...(dataDir === undefined ? {} : { dataDir: place(dataDir) as string }),
    ...(worker === undefined ? {} : { worker: place(worker) as string })
  })
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

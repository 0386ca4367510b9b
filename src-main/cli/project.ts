/**
 * A project's own settings: `backlot.json`, or the key `backlot` of a `package.json`, in the working folder or the nearest
 * one above it. What is said on the command line beats the environment, which beats this file. It names no command.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { didYouMean } from '../domain/near.ts'
import { fail, ok, type Result } from '../domain/result.ts'

const whole = (least: number) => z.int().min(least)
const seconds = z.number().positive().describe('seconds')

/** What `run` does where its options do not say otherwise. */
const runDefaults = z.strictObject({
  retries: whole(0).optional(),
  timeout: seconds.optional(),
  silence: seconds.optional(),
  startTimeout: seconds.optional(),
  memory: z.string().optional().describe('a size such as "4 GB"'),
  failFast: z.boolean().optional(),
  cold: z.boolean().optional(),
  strict: z.boolean().optional(),
  changed: z.boolean().optional(),
  requireOutputs: z.boolean().optional(),
  notify: z.boolean().optional()
})

export const projectShape = z.strictObject({
  $schema: z.string().optional(),
  dataDir: z.string().min(1).optional().describe('where jobs, logs and results are kept; from this file’s folder'),
  map: z.record(z.string(), z.string()).optional().describe('wanted interpreter → the one to use instead'),
  slots: whole(1).max(1024).optional().describe('tasks at once'),
  worker: z.string().min(1).optional().describe('the worker profile of rehearsals; from this file’s folder'),
  run: runDefaults.optional()
})

export interface Project extends Omit<z.infer<typeof projectShape>, '$schema'> {
  /** the file */
  path: string
}

/** The JSON Schema of the file. */
export const projectSchema = (): unknown => ({
  ...z.toJSONSchema(projectShape, { io: 'input' }),
  title: 'backlot.json, or the key backlot of package.json'
})

/** The nearest project file of a folder; null: there is none. Errors (`input`): it cannot be read, or is wrong. */
export function findProject(from: string): Result<Project | null> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const own = join(folder, 'backlot.json')
    if (existsSync(own)) return readProject(own, null)
    const shared = join(folder, 'package.json')
    if (existsSync(shared)) {
      const read = readProject(shared, 'backlot')
      if (!read.ok || read.value !== null) return read
    }
    if (dirname(folder) === folder) return ok(null)
  }
}

/** `key`: of the file's object; without such a key there is no project. */
function readProject(path: string, key: string | null): Result<Project | null> {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    // a package.json that is broken is for others to mend
    return key === null ? fail('input', `${path} cannot be read: ${(error as Error).message}`) : ok(null)
  }
  const own: unknown = key === null ? value : isObject(value) ? value[key] : undefined
  if (key !== null && own === undefined) return ok(null)
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

function whatIsWrong({ issues }: z.ZodError, key: string | null): string {
  const [issue] = issues
  const where = [...(key === null ? [] : [key]), ...(issue?.path ?? [])].join('.')
  const at = where === '' ? '' : `${where}: `
  if (issue?.code !== 'unrecognized_keys') return `${at}${issue?.message ?? 'it is no project file'}`
  const known = Object.keys(issue.path[0] === 'run' ? runDefaults.shape : projectShape.shape).filter(
    (one) => one !== '$schema'
  )
  const [name = ''] = issue.keys
  return `${at}there is no key ${JSON.stringify(name)}${didYouMean(name, known)}; there are ${known.join(', ')}`
}

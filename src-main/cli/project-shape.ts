/** What may stand in a project's file, and what is said of a file that is wrong. */
import { z } from 'zod'
import { didYouMean } from '../domain/near.ts'

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

/** The first thing that is wrong with a project's file. */
export function whatIsWrong({ issues }: z.ZodError, key: string | null): string {
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

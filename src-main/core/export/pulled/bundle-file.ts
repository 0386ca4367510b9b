/** bundle.json of an export: what makes its results a run of the same job again. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { storedChoice } from '../../../domain/choice.ts'
import { interpreterShape } from '../../../domain/interpreter.ts'
import { checkJson } from '../../../domain/json-check.ts'
import { refuse } from '../../../domain/result.ts'
import { settingsShape, type JobSettings } from '../../../domain/settings.ts'

export const bundleVersion = 2

const raw = z.string().refine((text) => checkJson(text).ok, 'it is no JSON')
/** Whoever wrote the bundle, its job is run by our scheduler. */
const settingsSchema: z.ZodType<JobSettings> = z.looseObject({
  ...settingsShape().shape,
  // bundles of 0.1 do not say
  changed: z.boolean().default(false),
  memory: settingsShape().shape.memory.default(null),
  choice: storedChoice().default(null),
  slots: z.number().int().min(1),
  options: z.strictObject({
    map: z.record(z.string(), z.string()).optional(),
    only: z.array(z.string()).optional(),
    omit: z.array(z.string()).optional(),
    frames: z.array(raw).optional(),
    set: z.record(z.string(), raw).optional(),
    batch: z.record(z.string(), z.number()).optional()
  })
})

const bundleSchema = z.object({
  bundle: z.literal(
    bundleVersion,
    `it is of another version than ${bundleVersion}; pull it with the Backlot that wrote it, or export again`
  ),
  /** names this export wherever it lies; bundles before 0.3 have none */
  id: z.string().nullable().default(null),
  /** the job that was written out; bundles before 0.3 do not say */
  origin: z.object({ job: z.number().int(), createdAt: z.number() }).nullable().default(null),
  format: z.string().default('bundle'),
  priority: z.number().int().default(0),
  name: z.string(),
  settings: settingsSchema,
  interpreters: z.array(interpreterShape()),
  /** bundles of 0.1 have none */
  paths: z.array(z.strictObject({ from: z.string(), to: z.string() })).default([]),
  tasks: z.array(
    z.object({
      node: z.string(),
      batch: z.number().int().nullable(),
      frames: z.array(raw).nullable(),
      // below tasks/: nothing outside the bundle is read
      folder: z.string().regex(/^\d{1,9}\/[\w:,-]{1,64}$/, 'it is no folder of a task')
    })
  )
})
export type Bundle = z.infer<typeof bundleSchema>

/** Throws (`input`): the folder is no bundle of ours. */
export function readBundle(folder: string): Bundle {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'))
  } catch (error) {
    return refuse('input', `${folder} is no bundle: bundle.json cannot be read (${(error as Error).message})`)
  }
  const bundle = bundleSchema.safeParse(parsed)
  if (bundle.success) return bundle.data
  const issue = bundle.error.issues[0]
  return refuse(
    'input',
    `${folder} is no bundle of ours: bundle.json, ${issue?.path.join('.') || 'its content'}: ${issue?.message}`
  )
}

/** Throws (`input`): there is none. */
export function readGraphFile(folder: string): string {
  const path = join(folder, 'graph.json')
  if (!existsSync(path)) refuse('input', `${folder} has no graph.json, so its results belong to nothing`)
  return readFileSync(path, 'utf8')
}

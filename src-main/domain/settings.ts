/** A job's settings: what a user may choose, its defaults, and what is frozen with the job. */
import { z } from 'zod'

/** No system takes a path with a NUL in it. */
export const pathText = z.string().regex(/^[^\0]*$/, 'a path holds no NUL')

/** in seconds; null: no limit */
const limit = z.number().positive().nullable()

export const settingsShape = z.strictObject({
  /** how often a failed task is tried once more */
  retries: z.number().int().min(0).max(100),
  /** a task that runs longer is ended */
  timeout: limit,
  /** a task whose log does not grow for so long is ended */
  silence: limit,
  /** nothing new starts after the first failure */
  failFast: z.boolean(),
  /** only what changed runs; of the rest the results of earlier jobs count */
  changed: z.boolean(),
  /** a line of its log that warns, such as of a missing texture, fails a task */
  strict: z.boolean(),
  /** where its commands run */
  cwd: pathText
})

/** What a caller may leave out. */
export const chosenSettings = settingsShape.partial()
export type ChosenSettings = z.infer<typeof chosenSettings>

export interface JobSettings extends z.infer<typeof settingsShape> {
  /** tasks at once when the job was made */
  slots: number
  /** the conversion's options, for people and for exports */
  options: unknown
}

const defaults = { retries: 0, timeout: null, silence: null, failFast: false, changed: false, strict: false } as const

/** The whole of a job's settings. A setting that is there but undefined does not stand in a default's place. */
export function settingsOf(chosen: ChosenSettings, rest: Pick<JobSettings, 'cwd' | 'slots' | 'options'>): JobSettings {
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined)
  return { ...defaults, ...rest, ...Object.fromEntries(given) }
}

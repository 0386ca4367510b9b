/** A job's settings: what a user may choose, its defaults, and what is frozen with the job. */
import { z } from 'zod'
import type { GraphChoice } from './choice.ts'
import { leastMemory } from './memory.ts'
import { once } from './once.ts'

/** No system takes a path with a NUL in it. */
export const pathText = z.string().regex(/^[^\0]*$/, 'a path holds no NUL')

export const settingsShape = once(() => {
  /** in seconds; null: no limit */
  const limit = z.number().positive().nullable()
  return z.strictObject({
    /** how often a failed task is tried once more */
    retries: z.number().int().min(0).max(100),
    /** a task that runs longer is ended */
    timeout: limit,
    /** a task whose log does not grow for so long is ended */
    silence: limit,
    /** bytes that a task may have in memory, where its node says nothing; null: as its interpreter says */
    memory: z.number().int().min(leastMemory).nullable(),
    /** nothing new starts after the first failure */
    failFast: z.boolean(),
    /** seconds in which a session has to come up; a start is no part of any task's own time */
    startTimeout: z.number().positive(),
    /** each task gets a process of its own, whatever its interpreter says */
    cold: z.boolean(),
    /** only what changed runs; of the rest the results of earlier jobs count */
    changed: z.boolean(),
    /** a line of its log that warns, such as of a missing texture, fails a task */
    strict: z.boolean(),
    /** where its commands run */
    cwd: pathText
  })
})

/** What a caller may leave out. */
export const chosenSettings = once(() => settingsShape().partial())
export type ChosenSettings = z.infer<ReturnType<typeof chosenSettings>>

export interface JobSettings extends z.infer<ReturnType<typeof settingsShape>> {
  /** tasks at once when the job was made */
  slots: number
  /** the conversion's options, for people and for exports */
  options: unknown
  /** which graph of its file it is; null: the one that the file means */
  choice: GraphChoice | null
}

const defaults = {
  ...{ retries: 0, timeout: null, silence: null, memory: null, failFast: false, changed: false },
  ...{ startTimeout: 300, cold: false, strict: false, choice: null }
} as const

/** Settings that earlier Backlots did not know; their jobs have the default. */
export type NewSetting = 'changed' | 'memory' | 'startTimeout' | 'cold' | 'strict' | 'choice'

/** Stored settings with what an earlier Backlot did not store. */
export const wholeSettings = (
  stored: Omit<JobSettings, NewSetting> & Partial<Pick<JobSettings, NewSetting>>
): JobSettings => ({
  ...defaults,
  ...stored
})

/** The whole of a job's settings. A setting that is there but undefined does not stand in a default's place. */
export function settingsOf(
  chosen: ChosenSettings,
  rest: Pick<JobSettings, 'cwd' | 'slots' | 'options'> & Partial<Pick<JobSettings, 'choice'>>
): JobSettings {
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined)
  return { ...defaults, ...rest, ...Object.fromEntries(given) }
}

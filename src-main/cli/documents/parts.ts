/** What documents of `--json` are made of: names in camelCase, moments as ISO 8601 in universal time, durations in seconds. */
import { z } from 'zod'

/** A shape has a member for each of a value: one that it lacks would be left out without a word. */
export type Members<T> = Record<keyof T, z.ZodType>

/** ms since 1970 → ISO 8601 with its zone. */
export const moment = z
  .number()
  .transform((ms) => new Date(ms).toISOString())
  .pipe(z.iso.datetime().describe('ISO 8601, in universal time'))

/** ms → seconds. */
export const duration = z
  .number()
  .transform((ms) => ms / 1000)
  .pipe(z.number().describe('seconds'))

export const text = z.string()
export const texts = z.array(z.string())
export const count = z.int().min(0)
export const jobId = z.int().positive()
export const orNull = <T extends z.ZodType>(shape: T) => shape.nullable()

/** How many tasks have each state; a state that none has is left out. */
export const counts = z.record(z.string(), count)

/** What the commands of a kind print that is theirs alone, as it is. */
export const anything = z.unknown()

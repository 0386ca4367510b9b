/** Documents about this machine: interpreters, worker profiles, versions, forecasts. */
import { z } from 'zod'
import { evaluations, starts, type Interpreter } from '../../domain/interpreter.ts'
import { count, jobId, orNull, text, texts, type Members } from './parts.ts'

const rule = z.looseObject({ kind: text, pattern: text })
export const interpreters = z.array(
  z.object({
    name: text,
    argv: texts,
    env: z.record(z.string(), text),
    wrapper: texts,
    limit: orNull(count),
    evaluator: z.enum(evaluations),
    setup: text,
    start: z.enum(starts),
    memory: orNull(z.number()).describe('bytes'),
    reset: text,
    encoder: text.describe('MODULE:FUNCTION that writes values that are not JSON; empty: none'),
    rules: orNull(z.array(rule))
  } satisfies Members<Interpreter>)
)

const program = z.object({ name: text, version: orNull(text), path: orNull(text) })
const check = z.union([
  z.object({ name: text, found: z.literal(false), reason: text }),
  z.object({
    ...{ name: text, found: z.literal(true), language: text, version: text, executable: text, program },
    ...{ flowpipe: orNull(text), typingExtensions: z.boolean(), remedy: orNull(text) }
  })
])
export const checks = z.array(check)

export const rules = z.object({ rules: z.array(rule) })

const tool = z.object({ works: z.boolean(), version: orNull(text), why: text })
export const doctor = z.object({
  backlot: text,
  node: text,
  sqlite: text,
  platform: text,
  dataDir: text,
  freeBytes: z.number(),
  jobs: count,
  sound: z.boolean(),
  evaluators: z.record(z.string(), z.object({ path: text, found: z.boolean() })),
  interpreters: checks,
  rehearsal: z.object({ strace: tool, bubblewrap: tool, overlay: tool, forbidden: texts })
})

export const worker = z.looseObject({})
export const workerCheck = z.object({
  path: text,
  profile: orNull(worker).describe('as it is read, with what was left out; null: it cannot be'),
  problems: z.array(
    z.object({
      severity: text,
      line: orNull(count),
      key: orNull(text),
      message: text,
      remedy: text
    })
  )
})

const seconds = z.number().describe('seconds')
const limit = z.union([
  z.object({ kind: z.enum(['path', 'workers']) }),
  z.object({ kind: z.literal('interpreter'), name: text, limit: count })
])
const size = z.object({
  ...{ node: count, size: orNull(count), now: count, tasks: count, tasksNow: count, wall: orNull(seconds), why: text }
})
const cost = {
  ...{ source: text, startup: orNull(seconds), perFrame: orNull(seconds), mean: seconds },
  ...{ sizes: z.array(z.number()), count, setAside: count }
}
export const forecast = z.object({
  job: jobId,
  name: text,
  workers: z.array(
    z.object({
      ...{ workers: count, wall: seconds, machine: seconds, utilisation: z.number(), limitedBy: limit },
      ...{ advice: z.array(size), advised: orNull(z.object({ wall: seconds, machine: seconds })) }
    })
  ),
  nodes: z.array(
    z.object({
      ...{ name: text, identifier: text, interpreter: text, tasks: count },
      ...{ batchSize: orNull(count), frames: orNull(count), ...cost }
    })
  ),
  path: z.array(z.object({ task: text, seconds })),
  pathSeconds: seconds,
  mostWorkers: count,
  lowerBound: z.boolean(),
  notes: texts,
  profileWorkers: orNull(count)
})

/** Documents of the commands that run jobs, look at graphs and write jobs out; of a run one line an event. */
import { z } from 'zod'
import type { FarmRun } from '../../domain/farm-run.ts'
import { exportFormats } from '../../domain/formats.ts'
import { severities, type Problem } from '../../domain/problems.ts'
import { jobStatuses, taskStatuses } from '../../domain/status.ts'
import { count, duration, jobId, moment, orNull, text, texts, type Members } from './parts.ts'

export const problem = z.object({
  severity: z.enum(severities),
  code: text,
  node: orNull(text).describe('its identifier; null: the whole job'),
  name: orNull(text),
  others: z
    .array(z.object({ node: text, name: text }))
    .readonly()
    .optional()
    .describe('further nodes that it is said of'),
  message: text,
  remedy: text
} satisfies Members<Problem>)
export const preflight = z.object({ problems: z.array(problem) })

const planned = {
  name: text,
  node: text.describe('its node’s identifier'),
  interpreter: text,
  frames: orNull(text),
  waitsFor: texts.describe('the first of those it waits for'),
  waitsForCount: count,
  note: orNull(text)
}
export const dryRun = z.object({
  tasks: z.array(
    z.object({
      ...planned,
      runs: orNull(z.boolean())
        .optional()
        .describe('with --changed; null: only if what is upstream gives something else'),
      why: text.optional()
    })
  ),
  problems: z.array(problem)
})

const told = { job: jobId, at: z.iso.datetime() }
const ofTask = { task: jobId, name: text }
/** An event, or the last line of a job. */
export const runLine = z.union([
  z.object({
    ...{ type: z.literal('task'), ...told, ...ofTask, status: z.enum(taskStatuses) },
    ...{ attempt: orNull(jobId), reason: orNull(text), took: orNull(duration) }
  }),
  z.object({
    ...{ type: z.literal('progress'), ...told, ...ofTask },
    ...{ percent: orNull(z.number()), message: orNull(text) }
  }),
  z.object({ type: z.literal('expanded'), ...told, node: text, tasks: count }),
  z.object({ type: z.literal('left'), ...told, ...ofTask }),
  z.object({ type: z.literal('notice'), ...told, message: text }),
  z.object({ type: z.literal('session-over'), ...told, ...ofTask, interpreter: text, why: text }),
  z.object({ type: z.literal('rehearsal'), ...told, pass: text, done: count, total: count }),
  z.object({ job: jobId, status: z.enum(jobStatuses), unchanged: count.optional() })
])

const tally = z.object({ tasks: count, batches: texts })
export const guide = z.object({
  verdict: text,
  nodes: z.array(
    z.object({
      identifier: text,
      name: text,
      graph: text,
      ours: tally,
      guide: tally,
      lostFrames: orNull(text),
      losses: z.array(z.object({ kind: text, message: text, quirk: text }))
    })
  )
})

export const farmRun = z.object({
  key: text.describe('names the submission, wherever its folder lies'),
  format: text,
  folder: text.describe('the export’s'),
  origin: orNull(jobId).describe('the job here that was written out; null: not known'),
  run: orNull(text).describe('its folder below runs/; null: run by hand'),
  ids: z.array(text).readonly().describe('what the farm calls it'),
  user: orNull(text),
  submittedAt: orNull(moment),
  logs: orNull(text).describe('where the farm keeps its own logs'),
  open: z.boolean().describe('something of it runs there, or may still start there'),
  here: z.boolean().describe('it was taken from its farm and is finished here')
} satisfies Members<FarmRun>)

export const exported = z.object({
  format: z.enum(exportFormats),
  problems: z.array(problem),
  files: z.array(z.object({ path: text, bytes: count })).optional(),
  path: orNull(text).optional(),
  text: orNull(text).optional(),
  verified: z.boolean().optional()
})

export const pulled = z.object({
  job: jobId,
  updated: z.boolean().describe('the submission was pulled before, and this job is brought up to date'),
  succeeded: count,
  failed: count,
  canceled: count,
  eaten: count.describe('given up there, so that what waits for them went on'),
  running: count.describe('on the farm, now'),
  waiting: count,
  blocked: count.describe('wait for what failed'),
  missing: count.describe('without a result, and not running'),
  unheard: orNull(text).describe(
    'why the farm’s client did not say how the tasks stand; null: it did, or there is none'
  ),
  farm: farmRun
})

export const submitted = z.object({
  job: jobId.describe('the job that was written out; follow gives the one that its farm runs'),
  format: z.enum(exportFormats),
  folder: text
})

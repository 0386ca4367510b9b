/** Documents of the commands that read what the store holds. */
import { z } from 'zod'
import { attemptEnds, jobStatuses, killCauses, taskStates } from '../../domain/status.ts'
import { findingKinds } from '../../domain/rehearsal.ts'
import type { FarmBeside, JobView } from '../../api.ts'
import type { PicturesBeside } from '../../domain/pictures-beside.ts'
import { farmRun } from './runs.ts'
import { anything, count, counts, duration, jobId, moment, orNull, text, texts, type Members } from './parts.ts'

export const job = z.object({
  id: jobId,
  name: text,
  status: z.enum(jobStatuses),
  source: text.describe('the file it was made from'),
  choice: orNull(z.object({ graph: orNull(text), args: texts.readonly() })).describe(
    'which graph of that file; null: the one that the file means'
  ),
  graphId: jobId,
  createdAt: moment,
  deletedAt: orNull(moment),
  startedAt: orNull(moment),
  endedAt: orNull(moment),
  interruptedAt: orNull(moment),
  held: z.boolean(),
  priority: z.int(),
  counts,
  open: count.describe('tasks that can still start by themselves'),
  files: text.describe('the folder of its logs'),
  farm: orNull(farmRun).describe('the farm that runs it, or ran it; null: it is this machine’s'),
  bytes: orNull(count).describe('what its files take; null: not told within a second')
} satisfies Members<JobView & { bytes: unknown }>)
export const jobs = z.array(job)

export const tasks = z.array(
  z.object({
    id: jobId,
    job: jobId,
    name: text,
    node: text,
    identifier: text.describe('its node’s'),
    batch: orNull(count),
    frames: orNull(text).describe('a range such as 1-30x2,40; null: the whole node'),
    interpreter: text,
    state: z.enum(taskStates),
    reason: orNull(text),
    message: orNull(text),
    changedAt: moment,
    attempts: count,
    startedAt: orNull(moment),
    endedAt: orNull(moment),
    took: orNull(duration),
    progress: orNull(z.number()).describe('percent'),
    exitCode: orNull(z.int()),
    peakMemory: orNull(z.number()).describe('bytes'),
    host: orNull(text).describe('the farm’s machine; null: this one')
  })
)

export const attempts = z.array(
  z.object({
    number: jobId,
    startedAt: moment,
    endedAt: orNull(moment),
    took: orNull(duration),
    end: orNull(z.enum(attemptEnds)),
    cause: orNull(z.enum(killCauses)),
    exitCode: orNull(z.int()),
    signal: orNull(text),
    reason: orNull(text),
    seconds: orNull(z.number()).describe('inside the node’s own code'),
    peakMemory: orNull(z.number()).describe('bytes'),
    pid: orNull(z.int()),
    log: text,
    taskFile: text,
    resultFile: text,
    command: orNull(text).describe('to be pasted into a shell; null: nothing was started'),
    wrote: orNull(texts).describe('files that its log says it wrote'),
    warnings: orNull(count),
    warning: orNull(text),
    host: orNull(text).describe('the farm’s machine; null: this one'),
    farmLog: orNull(text).describe('the farm’s own log of it')
  })
)

export const why = z.object({
  steps: z.array(
    z.object({ task: jobId, name: text, state: z.enum(taskStates), among: count.describe('how many it stands for') })
  ),
  reason: orNull(text),
  log: orNull(text),
  lastLines: texts
})

export const log = z.object({ path: text, attempt: jobId, ended: z.boolean() })
export const logLine = z.object({ line: z.int().positive(), text })

export const outputs = z.record(z.string(), z.record(z.string(), anything))

const value = orNull(text).describe('JSON text as it was written; null: not there')
const side = z.object({
  task: jobId,
  status: text,
  attempts: count,
  exitCode: orNull(z.int()),
  duration: orNull(duration),
  peakMemory: orNull(z.number()).describe('bytes'),
  host: orNull(text).describe('the farm’s machine; null: this one')
})
const differences = z.array(z.object({ name: text, left: orNull(text), right: orNull(text), hidden: z.boolean() }))
const seconds = z.number().describe('seconds')
const beside = z.object({
  run: farmRun,
  hosts: z.array(
    z.object({
      host: text,
      tasks: count.describe('whose last attempt ran there'),
      environment: orNull(differences).describe(
        'variables that the left run had and this machine had otherwise (right) or not (null); null: not kept'
      )
    })
  ),
  rehearsal: orNull(
    z.object({
      job: jobId,
      before: z.boolean().describe('it had ended when the farm began'),
      findings: z.array(
        z.object({ kind: z.enum(findingKinds), severity: text, message: text, remedy: text, tasks: texts })
      )
    })
  ),
  came: orNull(
    z.object({
      wall: seconds,
      machine: seconds.describe('of all attempts together, in seconds'),
      lost: seconds.describe('of that, in attempts that failed or ran again, in seconds'),
      queued: orNull(seconds).describe('from submitting to the first start, in seconds'),
      hosts: count,
      atOnce: count.describe('the most tasks that ran at the same time'),
      open: z.boolean().describe('something of it runs there, or may still start')
    })
  ),
  forecast: z
    .array(z.object({ workers: count, wall: seconds, machine: seconds }))
    .describe('by what the left run took: for as many workers as machines ran, and as many as tasks ran at once'),
  lowerBound: z.boolean()
} satisfies Members<FarmBeside>)
const path = orNull(text).describe('a file; null: that run names no picture in this place')
const pictures = z.object({
  pictures: z
    .array(
      z.object({
        node: text,
        identifier: text,
        batch: orNull(count),
        output: text,
        left: path,
        right: path,
        state: z
          .enum(['differs', 'other', 'missing', 'unmeasured'])
          .describe('other: of another size or with other channels'),
        difference: orNull(
          z.object({
            layer: orNull(text).describe('the layer that differs most; null: the picture has one'),
            largest: orNull(z.number()).describe(
              'of a channel: of integers a share of the greatest, of floats a value; null: where one has a number the other has none'
            ),
            at: z.object({ x: count, y: count }),
            pixels: count.describe('so many differ in that layer'),
            of: count
          })
        ),
        why: orNull(text).describe('of all that do not merely differ')
      })
    )
    .describe('those that are not the same'),
  same: count,
  shared: count.describe('both runs name the same file, so that only the later one’s picture is there'),
  firstShared: orNull(text),
  rest: count.describe('more than --most: not looked at')
} satisfies Members<PicturesBeside>)
export const compared = z.object({
  left: jobId,
  right: jobId,
  environment: orNull(differences).describe(
    'what differs in what the first attempts had around them; null: not kept, or told by host'
  ),
  farm: orNull(beside).describe('where the right one is a farm’s run'),
  pictures: orNull(pictures).describe('null: not asked for with --pictures'),
  tasks: z.array(
    z.object({
      node: text,
      identifier: text,
      batch: orNull(count),
      differs: z.boolean(),
      warned: z.array(count).describe('places in farm.rehearsal.findings: those that name this task'),
      left: orNull(side),
      right: orNull(side),
      outputs: z.array(z.object({ output: text, left: value, right: value }))
    })
  )
})

export const deleted = z.object({
  deleted: z.array(jobId),
  onFarm: z.array(jobId).describe('those of them that go on on their farm: backlot farm kill JOB ends them there')
})
export const restored = z.union([z.object({ restored: z.array(jobId) }), jobs])
export const cleared = z.object({
  jobs: z.array(jobId),
  folders: z.array(jobId).describe('folders of jobs that the store does not know'),
  graphs: count,
  bytes: z.number().describe('free now'),
  left: texts.describe('files that Backlot did not make'),
  open: texts.describe('files that another program has open; they go the next time')
})

/**
 * What Backlot uses of OpenJD's job template, written and read back by one schema. Rules:
 * github.com/OpenJobDescription/openjd-specifications/wiki/2023-09-Template-Schemas.
 */
import { z } from 'zod'
import { rangeConstraints } from './ranges.ts'

export const templateFile = 'template.yaml'

/** The job's parameter that is the export's folder. */
export const folderParameter = 'Folder'

/** A step's one task parameter, by how its tasks are told apart. */
export const taskParameters = { batch: 'Batch', frame: 'Frame', chunk: 'Frames' } as const

const parameter = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal(taskParameters.batch), type: z.literal('INT'), range: z.string() }),
  z.strictObject({ name: z.literal(taskParameters.frame), type: z.literal('INT'), range: z.string() }),
  z.strictObject({
    name: z.literal(taskParameters.chunk),
    type: z.literal('CHUNK[INT]'),
    range: z.string(),
    chunks: z.strictObject({ defaultTaskCount: z.int().min(1), rangeConstraint: z.enum(rangeConstraints) })
  })
])
export type TaskParameter = z.infer<typeof parameter>

const step = z.strictObject({
  name: z.string().min(1),
  dependencies: z
    .array(z.strictObject({ dependsOn: z.string() }))
    .min(1)
    .optional(),
  hostRequirements: z.strictObject({
    attributes: z.array(z.strictObject({ name: z.string(), anyOf: z.array(z.string()).min(1) })).min(1),
    /** MB of 1,048,576 bytes */
    amounts: z.tuple([z.strictObject({ name: z.literal('amount.worker.memory'), min: z.int().min(1) })]).optional()
  }),
  parameterSpace: z.strictObject({ taskParameterDefinitions: z.tuple([parameter]) }).optional(),
  script: z.strictObject({
    actions: z.strictObject({
      onRun: z.strictObject({
        command: z.literal('/bin/sh'),
        /** the script, and the task's folder below `tasks/` */
        args: z.tuple([z.string(), z.string()]),
        /** seconds */
        timeout: z.int().min(1).optional()
      })
    })
  })
})
export type Step = z.infer<typeof step>

export const templateShape = z.strictObject({
  specificationVersion: z.literal('jobtemplate-2023-09'),
  extensions: z.tuple([z.literal('TASK_CHUNKING')]).optional(),
  name: z.string().min(1),
  description: z.string(),
  parameterDefinitions: z.tuple([
    z.strictObject({
      name: z.literal(folderParameter),
      type: z.literal('PATH'),
      objectType: z.literal('DIRECTORY'),
      dataFlow: z.literal('INOUT'),
      default: z.literal('.'),
      description: z.string()
    })
  ]),
  steps: z.array(step).min(1)
})
export type Template = z.infer<typeof templateShape>

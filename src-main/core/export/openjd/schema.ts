/**
 * What Backlot uses of OpenJD's job template, written and read back by one schema. Rules:
 * github.com/OpenJobDescription/openjd-specifications/wiki/2023-09-Template-Schemas.
 */
import { z } from 'zod'
import { rangeConstraints } from './ranges.ts'

export const templateFile = 'template.yaml'

/** The job's parameter that is the export's folder. */
export const folderParameter = 'Folder'

/** The job's parameter that is the submission, a folder in `runs/`; empty: results lie beside the task files. */
export const runParameter = 'Run'

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

/** No control character, at most so many characters ("2023-09 Template Schemas", 1.1, 3 and 7). */
const line = (most: number) =>
  z
    .string()
    .min(1)
    .refine((text) => !/\p{Cc}/u.test(text), 'it has a control character')
    .refine((text) => [...text].length <= most, `it has more than ${most} characters`)

/** Braces that stand together begin a reference; these are the ones that we write. */
const known = new RegExp(
  `\\{\\{(?:Param\\.(?:${folderParameter}|${runParameter})|Task\\.Param\\.(?:${Object.values(taskParameters).join('|')}))\\}\\}`,
  'g'
)
const isFormat = (text: string): boolean => !/\{\{|\}\}/.test(text.replace(known, ''))
const stray = 'it has {{ or }} that are no reference'

const argument = z
  .string()
  .refine((text) => !/\p{Cc}/u.test(text), 'it has a control character')
  .refine(isFormat, stray)

const run = z.literal(`{{Param.${runParameter}}}`)

const maxStepName = 64
const maxAttributeValue = 100

const step = z.strictObject({
  name: line(maxStepName),
  dependencies: z
    .array(z.strictObject({ dependsOn: line(maxStepName) }))
    .min(1)
    .refine((all) => new Set(all.map(({ dependsOn }) => dependsOn)).size === all.length, 'it names a step twice')
    .optional(),
  hostRequirements: z.strictObject({
    attributes: z
      .array(
        z.strictObject({
          name: z.string().regex(/^attr\.[A-Za-z][\w.]{0,94}$/),
          anyOf: z
            .array(z.string().regex(new RegExp(`^[A-Za-z_][\\w-]{0,${maxAttributeValue - 1}}$`)))
            .min(1)
            .max(50)
        })
      )
      .min(1)
      .max(50),
    /** MB of 1,048,576 bytes */
    amounts: z.tuple([z.strictObject({ name: z.literal('amount.worker.memory'), min: z.int().min(1) })]).optional()
  }),
  parameterSpace: z.strictObject({ taskParameterDefinitions: z.tuple([parameter]) }).optional(),
  script: z.strictObject({
    actions: z.strictObject({
      onRun: z.strictObject({
        command: z.enum(['/bin/sh', 'python']),
        args: z.union([
          /** the script, the task's folder below `tasks/`, the submission */
          z.tuple([argument, argument, run]),
          /** what looks the task up by its frames, the script, the node, the frames, the submission */
          z.tuple([argument, argument, argument, argument, run])
        ]),
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
  name: line(128).refine(isFormat, stray),
  description: z
    .string()
    .min(1)
    .refine((text) => !/[^\P{Cc}\r\n\t]/u.test(text), 'it has a control character')
    .refine((text) => [...text].length <= 2048, 'it has more than 2048 characters'),
  parameterDefinitions: z.tuple([
    z.strictObject({
      name: z.literal(folderParameter),
      type: z.literal('PATH'),
      objectType: z.literal('DIRECTORY'),
      dataFlow: z.literal('INOUT'),
      default: z.literal('.'),
      description: z.string().min(1)
    }),
    z.strictObject({
      name: z.literal(runParameter),
      type: z.literal('STRING'),
      default: z.literal(''),
      description: z.string().min(1)
    })
  ]),
  steps: z.array(step).min(1)
})
export type Template = z.infer<typeof templateShape>

/** What evaluators say of a module's text, as it is taken in (docs/protocol.md, "The other calls"). */
import { z } from 'zod'
import type { ModuleFacts } from '../convert/preflight/input.ts'

const inputs = z.array(z.object({ name: z.string(), optional: z.boolean() })).nullable()
const line = z.number()
const other = z.boolean().optional()

const nameShape = z.discriminatedUnion('state', [
  z.object({
    ...{ state: z.literal('function'), line, inputs, other },
    later: z.enum(['async', 'generator']).nullable()
  }),
  z.object({
    ...{ state: z.literal('class'), line, inputs, other },
    needs: z.array(z.string()),
    takes_graph: z.boolean()
  }),
  z.object({ state: z.literal('inside'), owner: z.string(), line, other }),
  z.object({ state: z.literal('unrun'), line, other }),
  z.object({ state: z.literal('absent'), near: z.string().nullable(), other }),
  z.object({ state: z.literal('lambda'), other }),
  z.object({ state: z.literal('unknown'), other })
])

export const factsShape: z.ZodType<ModuleFacts> = z.object({
  path: z.string().nullable(),
  names: z.record(z.string(), nameShape),
  broken: z.array(z.object({ file: z.string(), line, message: z.string() })),
  shadowed: z.string().nullable(),
  standard: z.boolean()
})

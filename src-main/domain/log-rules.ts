/** Rules by which a program's own log lines are read: its progress, warnings, failures and the files that it wrote. */
import { z } from 'zod'

/** What a line says. */
export const logRuleKinds = ['progress', 'status', 'warning', 'failure', 'wrote'] as const

export const logRuleShape = z.strictObject({
  kind: z.enum(logRuleKinds),
  /** a regular expression, tried on each line */
  pattern: z.string().min(1)
})
export type LogRule = z.infer<typeof logRuleShape>

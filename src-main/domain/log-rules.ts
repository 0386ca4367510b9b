/**
 * Rules by which a program's own log lines are read: its progress, what it does, warnings, failures and the files that it
 * wrote. A rule is a regular expression whose named groups say what it found:
 *
 * - `progress`: `percent`; or `done` with `total` (numbers or h:mm:ss); `total` alone, for a later `done`; `frame`
 * - `status`, `warning`, `failure`: `message`; without that group the whole line
 * - `wrote`: `path`
 *
 * Of the rules that fit a line the first counts.
 */
import { z } from 'zod'
import { once } from './once.ts'
import { readPattern } from './pattern.ts'
import { fail, ok, type Result } from './result.ts'

/** What a line says. */
export const logRuleKinds = ['progress', 'status', 'warning', 'failure', 'wrote'] as const
type LogRuleKind = (typeof logRuleKinds)[number]

/** The groups that a kind knows. */
const groupsOf: Readonly<Record<LogRuleKind, readonly string[]>> = {
  progress: ['percent', 'done', 'total', 'frame'],
  status: ['message'],
  warning: ['message'],
  failure: ['message'],
  wrote: ['path']
}

const needsGroup: readonly LogRuleKind[] = ['progress', 'wrote']

/** What is wrong with a rule, as the rest of a sentence; null: nothing. */
function faultOf({ kind, pattern }: { kind: LogRuleKind; pattern: string }): string | null {
  const read = readPattern(pattern)
  if (!read.ok) return read.error.message
  const known = groupsOf[kind]
  const strange = read.value.groups.find((name) => !known.includes(name))
  if (strange !== undefined)
    return `has a group ${JSON.stringify(strange)}; a rule for ${kind} knows ${known.join(', ')}`
  if (needsGroup.includes(kind) && read.value.groups.length === 0)
    return `has no named group, so it says nothing; name one of ${known.join(', ')}, such as (?<${known[0]}>…)`
  return null
}

export const logRuleShape = once(() =>
  z
    .strictObject({
      kind: z.enum(logRuleKinds),
      /** a regular expression, tried on each line */
      pattern: z.string().min(1).max(1000),
      /** its progress is that of the whole task, not of a frame */
      whole: z.boolean().optional()
    })
    .superRefine((rule, context) => {
      const fault = faultOf(rule)
      if (fault !== null)
        context.addIssue({ code: 'custom', message: `the pattern ${JSON.stringify(rule.pattern)} ${fault}` })
    })
)
export type LogRule = z.infer<ReturnType<typeof logRuleShape>>

/** A rule a line, `KIND PATTERN`; progress of the whole task is `progress/whole`. */
export const rulesText = (rules: readonly LogRule[]): string =>
  rules.map(({ kind, pattern, whole }) => `${kind}${whole ? '/whole' : ''} ${pattern}\n`).join('')

/** Reads that again; empty lines and those that begin with # do not count. Errors (`input`): a line is no rule. */
export function parseRules(text: string): Result<LogRule[]> {
  const rules: LogRule[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, kind = '', whole, pattern = ''] = /^(\w*)(\/whole)?[ \t]+(.+)$/.exec(line) ?? []
    const rule = logRuleShape().safeParse({ kind, pattern, ...(whole && { whole: true }) })
    if (!rule.success) {
      const said = rule.error.issues[0]?.code === 'custom' ? rule.error.issues[0].message : null
      return fail(
        'input',
        said ?? `${JSON.stringify(line)} is no rule; write ${logRuleKinds.join(', ')}, then a pattern`
      )
    }
    rules.push(rule.data)
  }
  return ok(rules)
}

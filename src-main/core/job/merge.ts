/** How the outputs of a node's batches become one value; the rules stand in docs/protocol.md. */
import { formatJson, itemsOf, kindOf, membersOf, rawArray, rawObject, type Raw } from '../../domain/json.ts'
import type { MergeRule } from '../graph/model.ts'
import { fail, ok, type Result } from '../../domain/result.ts'

export interface Merged {
  value: Raw
  /** `mixed`: no rule was asked for and none fits, so the value is the list of the batches' values. */
  how: MergeRule | 'mixed'
}

/**
 * One value of the batches' `values`, in batch order. Without a rule: equal values stay that value, lists are joined,
 * objects merged by key, anything else becomes the list of values. `what` names the plug in the error.
 */
export function mergeValues(values: readonly Raw[], rule: MergeRule | null, what: string): Result<Merged> {
  const [first] = values
  if (first === undefined) return ok({ value: 'null', how: rule ?? 'same' })
  if (values.length === 1) return ok({ value: first, how: rule ?? 'same' })
  if (rule !== null) return mergeBy(values, rule, what)
  const how = fits(values, 'same')
    ? 'same'
    : fits(values, 'concat')
      ? 'concat'
      : fits(values, 'object')
        ? 'object'
        : null
  return how ? mergeBy(values, how, what) : ok({ value: rawArray(values), how: 'mixed' })
}

function mergeBy(values: readonly Raw[], how: MergeRule, what: string): Result<Merged> {
  if (!fits(values, how)) return fail('input', `${what} cannot be merged by ${how}: ${misfit(values, how)}`)
  return ok({ value: mergers[how](values), how })
}

const mergers: Record<MergeRule, (values: readonly Raw[]) => Raw> = {
  same: (values) => values[0] ?? 'null',
  concat: (values) => rawArray(values.flatMap(itemsOf)),
  object: (values) => rawObject(new Map(values.flatMap(membersOf).map(({ key, value }) => [key, value]))),
  list: (values) => rawArray(values),
  last: (values) => values.at(-1) ?? 'null'
}

/** Equality is that of the text, white space aside: `2` and `2.0` are two values. */
function fits(values: readonly Raw[], how: MergeRule): boolean {
  switch (how) {
    case 'same':
      return new Set(values.map((value) => formatJson(value))).size === 1
    case 'concat':
      return values.every((value) => kindOf(value) === 'array')
    case 'object':
      return values.every((value) => kindOf(value) === 'object')
    case 'list':
    case 'last':
      return true
  }
}

function misfit(values: readonly Raw[], how: MergeRule): string {
  if (how === 'same') {
    const odd = values.findIndex((value) => formatJson(value) !== formatJson(values[0] ?? ''))
    return `batch ${odd + 1} gave ${brief(values[odd])}, the first gave ${brief(values[0])}`
  }
  const kind = how === 'concat' ? 'array' : 'object'
  const odd = values.findIndex((value) => kindOf(value) !== kind)
  return `batch ${odd + 1} gave ${brief(values[odd])}, which is no ${how === 'concat' ? 'list' : 'object'}`
}

const brief = (raw: Raw = 'null') => (raw.length > 60 ? `${raw.slice(0, 59)}…` : raw)

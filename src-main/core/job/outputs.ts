/** The outputs of a node from what its tasks wrote back. */
import { rawObject, type Raw } from '../../domain/json.ts'
import { caught, take, type Result } from '../../domain/result.ts'
import { splitPlug } from '../graph/names.ts'
import type { MergeRule } from '../graph/model.ts'
import type { OutputValue } from '../store/shapes.ts'
import { mergeValues } from './merge.ts'

export interface Merged {
  value: Raw
  /** `one`: there was a single value; `mixed`: no rule fitted, it is the list of values. */
  how: MergeRule | 'mixed' | 'one'
}

/**
 * One output of a node from its tasks' values, in batch order. Sub-outputs are merged key by key. Asking for the whole
 * plug gives what was returned whole; where no task returned it so, the object of its sub-outputs, in the order in which
 * they appeared.
 */
export function mergeOutput(
  tasks: readonly OutputValue[][],
  plug: string,
  key: string | null,
  rule: MergeRule | null
): Result<Merged> {
  return caught(() => {
    const own = tasks.map((values) => values.filter((v) => v.plug === plug))
    const of = (wanted: string) => own.flatMap((values) => values.filter((v) => v.key === wanted).map((v) => v.value))
    if (key !== null) return mergeOne(of(key), rule, splitBack(plug, key))
    if (own.every((values) => values.every((v) => v.key !== null))) {
      const keys = new Set(own.flatMap((values) => values.flatMap((v) => v.key ?? [])))
      const parts = [...keys].map((k) => [k, mergeOne(of(k), rule, splitBack(plug, k))] as const)
      if (parts.length)
        return { value: rawObject(parts.map(([k, part]) => [k, part.value] as const)), how: parts[0]?.[1].how ?? 'one' }
    }
    return mergeOne(own.flatMap(wholeOf), rule, plug)
  })
}

/** One task's value of an output that others returned whole; null where it returned nothing. */
function wholeOf(values: readonly OutputValue[]): Raw[] {
  const whole = values.find((v) => v.key === null)
  if (whole) return [whole.value]
  if (values.length === 0) return []
  if (values.every((v) => v.value === 'null')) return ['null']
  return [rawObject(values.flatMap((v) => (v.key === null ? [] : [[v.key, v.value] as const])))]
}

const splitBack = (plug: string, key: string | null) => (key === null ? plug : `${plug}.${key}`)

function mergeOne(values: readonly Raw[], rule: MergeRule | null, what: string): Merged {
  if (values.length < 2) return { value: values[0] ?? 'null', how: 'one' }
  return take(mergeValues(values, rule, what))
}

/** The names a node's outputs are shown under: `plug` or `plug.key`, in the order of their first appearance. */
export function outputNames(tasks: readonly OutputValue[][]): { plug: string; key: string | null }[] {
  const names = new Set(tasks.flatMap((values) => values.map((v) => splitBack(v.plug, v.key))))
  return [...names].map(splitPlug)
}

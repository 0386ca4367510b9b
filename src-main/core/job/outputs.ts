/** Values between tasks: what a task reads from upstream, what it wrote back, how batches become one value. */
import { readFileSync, statSync } from 'node:fs'
import { splitPlug } from '../graph/flowpipe.ts'
import { checkJson } from '../../domain/json-check.ts'
import { kindOf, memberOf, membersOf, rawObject, textOf, type Raw } from '../../domain/json.ts'
import type { MergeRule } from '../graph/model.ts'
import { bytesText } from '../../domain/durations.ts'
import { caught, fail, refuse, take, type Result } from '../../domain/result.ts'
import type { OutputValue } from '../store/store.ts'
import { mergeValues } from './merge.ts'

/** A result above this is refused: a value that large belongs in a file, with its path as the output. */
export const maxResultBytes = 256 * 1024 * 1024

export interface TaskResult {
  outputs: OutputValue[]
  /** seconds in the node's own code */
  seconds: number | null
}

/**
 * Reads what the evaluator wrote. Errors (`run`): there is no result, it is no JSON or has the wrong shape, or the node
 * failed, in the node's own words.
 */
export function readResult(path: string): Result<TaskResult> {
  let text: string
  try {
    const { size } = statSync(path)
    if (size > maxResultBytes) {
      return fail(
        'run',
        `the result has ${bytesText(size)}, more than the ${bytesText(maxResultBytes)} that are kept; write large data to a file and return its path`
      )
    }
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fail('run', 'the command wrote no result')
    return fail('run', `the result cannot be read: ${(error as Error).message}`)
  }
  return caught(() => parseResult(take(checkJson(text))))
}

const bad = (what: string): never => refuse('run', `the result is damaged: ${what}`)

function parseResult(raw: Raw): TaskResult {
  if (kindOf(raw) !== 'object') return bad('it is no object')
  const error = memberOf(raw, 'error')
  if (error !== undefined) return refuse('run', errorSentence(error))
  const outputs = memberOf(raw, 'outputs')
  if (outputs === undefined || kindOf(outputs) !== 'object') return bad('it has no outputs')
  const seconds = Number(memberOf(raw, 'seconds') ?? NaN)
  return {
    outputs: membersOf(outputs).flatMap(({ key, value }) => readOutput(key, value)),
    seconds: Number.isFinite(seconds) ? seconds : null
  }
}

function readOutput(plug: string, raw: Raw): OutputValue[] {
  if (kindOf(raw) !== 'object') return bad(`output ${plug} is no object`)
  const subPlugs = memberOf(raw, 'sub_plugs')
  const subs = subPlugs !== undefined && kindOf(subPlugs) === 'object' ? membersOf(subPlugs) : []
  if (subs.length) return subs.map(({ key, value }) => ({ plug, key, value }))
  return [{ plug, key: null, value: memberOf(raw, 'value') ?? bad(`output ${plug} has no value`) }]
}

function errorSentence(error: Raw): string {
  if (kindOf(error) !== 'object') return bad('its error is no object')
  const part = (key: string) => {
    const raw = memberOf(error, key)
    return raw !== undefined && kindOf(raw) === 'string' ? textOf(raw) : ''
  }
  return [part('type'), part('message')].filter(Boolean).join(': ') || 'the node failed without a message'
}

export interface Merged {
  value: Raw
  /** `one`: there was a single value; `mixed`: no rule fitted, it is the list of values. */
  how: MergeRule | 'mixed' | 'one'
}

/**
 * One output of a node from its tasks' values, in batch order. Sub-outputs are merged key by key; asking for the whole
 * plug gives the object of its sub-outputs, in the order in which they appeared.
 */
export function mergeOutput(
  tasks: readonly OutputValue[][],
  plug: string,
  key: string | null,
  rule: MergeRule | null
): Result<Merged> {
  return caught(() => {
    const of = (wanted: string | null) =>
      tasks.flatMap((values) => values.filter((v) => v.plug === plug && v.key === wanted).map((v) => v.value))
    const keys = new Set(
      tasks.flatMap((values) => values.flatMap((v) => (v.plug === plug && v.key !== null ? [v.key] : [])))
    )
    if (key !== null || keys.size === 0) return mergeOne(of(key), rule, splitBack(plug, key))
    const parts = [...keys].map((k) => [k, mergeOne(of(k), rule, splitBack(plug, k))] as const)
    return { value: rawObject(parts.map(([k, part]) => [k, part.value] as const)), how: parts[0]?.[1].how ?? 'one' }
  })
}

const splitBack = (plug: string, key: string | null) => (key === null ? plug : `${plug}.${key}`)

function mergeOne(values: readonly Raw[], rule: MergeRule | null, what: string): Merged {
  if (values.length === 0) return { value: 'null', how: 'one' }
  if (values.length === 1) return { value: values[0] as Raw, how: 'one' }
  return take(mergeValues(values, rule, what))
}

/** The names a node's outputs are shown under: `plug` or `plug.key`, in the order of their first appearance. */
export function outputNames(tasks: readonly OutputValue[][]): { plug: string; key: string | null }[] {
  const names = new Set(tasks.flatMap((values) => values.map((v) => splitBack(v.plug, v.key))))
  return [...names].map(splitPlug)
}

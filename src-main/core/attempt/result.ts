/** What an attempt wrote back: its result file, read and checked. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { bytesText } from '../../domain/durations.ts'
import { kindOf, membersByKey, membersOf, textOf, type Raw } from '../../domain/json.ts'
import { checkJson } from '../../domain/json-check.ts'
import { cutMessage } from '../../domain/reason.ts'
import { caught, fail, ok, refuse, type Result } from '../../domain/result.ts'
import { codeOf } from '../process/process.ts'
import type { OutputValue } from '../store/shapes.ts'

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
    if (codeOf(error) === 'ENOENT') return fail('run', 'the command wrote no result')
    return fail('run', `the result cannot be read: ${(error as Error).message}`)
  }
  const json = checkJson(text)
  return json.ok ? caught(() => parseResult(json.value)) : fail('run', `${damaged}${json.error.message}`)
}

/** The same of a plain command, which need not write one: its exit code says whether it did its work. */
export const readPlainResult = (path: string): Result<TaskResult> =>
  existsSync(path) ? readResult(path) : ok({ outputs: [], seconds: null })

const damaged = 'the result is damaged: '

/** Whether that is said of a result that was not written as evaluators write it. */
export const isDamage = (message: string): boolean => message.startsWith(damaged)

const bad = (what: string): never => refuse('run', `${damaged}${what}`)

function parseResult(raw: Raw): TaskResult {
  if (kindOf(raw) !== 'object') return bad('it is no object')
  const members = membersByKey(raw)
  const error = members.get('error')
  if (error !== undefined) return refuse('run', errorSentence(error))
  const outputs = members.get('outputs')
  if (outputs === undefined || kindOf(outputs) !== 'object') return bad('it has no outputs')
  const seconds = Number(members.get('seconds') ?? NaN)
  return {
    outputs: membersOf(outputs).flatMap(({ key, value }) => readOutput(key, value)),
    seconds: Number.isFinite(seconds) ? seconds : null
  }
}

function readOutput(plug: string, raw: Raw): OutputValue[] {
  if (kindOf(raw) !== 'object') return bad(`output ${plug} is no object`)
  const members = membersByKey(raw)
  const subPlugs = members.get('sub_plugs')
  const subs = subPlugs !== undefined && kindOf(subPlugs) === 'object' ? membersOf(subPlugs) : []
  const value = members.get('value') ?? (subs.length ? 'null' : bad(`output ${plug} has no value`))
  const isWhole = subs.length === 0 || value !== 'null' || members.get('whole') === 'true'
  const parts = subs.map((sub) => ({ plug, key: sub.key, value: sub.value }))
  return isWhole ? [{ plug, key: null, value }, ...parts] : parts
}

function errorSentence(error: Raw): string {
  if (kindOf(error) !== 'object') return bad('its error is no object')
  const members = membersByKey(error)
  const part = (key: string) => {
    const raw = members.get(key)
    return raw !== undefined && kindOf(raw) === 'string' ? textOf(raw) : ''
  }
  return cutMessage([part('type'), part('message')].filter(Boolean).join(': ')) || 'the node failed without a message'
}

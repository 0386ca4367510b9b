import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { framesGiven } from '../../src-main/domain/frames.ts'
import { itemsOf, rawArray, type Raw } from '../../src-main/domain/json.ts'
import { flowpipe } from '../helpers/flowpipe.ts'

interface Case {
  value: Raw
  only?: Raw
}

/** Frames as JSON text, or why there are none. */
type Answer = [frames: Raw | null, error: string | null]

const fixtures = join(import.meta.dirname, '../fixtures/frames/given.json')
const table = JSON.parse(readFileSync(fixtures, 'utf8')) as (Case & { frames?: Raw; error?: string })[]

function ours({ value, only }: Case): Answer {
  const read = framesGiven(value, only === undefined ? null : itemsOf(only))
  return read.ok ? [rawArray(read.value), null] : [null, read.error.message]
}

/** What the evaluator that travels with an export makes of all of them. */
function theirs(cases: readonly Case[]): Answer[] {
  const script = join(import.meta.dirname, '../helpers/frames_given.py')
  const { stdout, stderr } = spawnSync('python3', [script, join(import.meta.dirname, '../../python')], {
    input: JSON.stringify(cases.map(({ value, only = 'null' }) => [value, only])),
    encoding: 'utf8',
    maxBuffer: 1 << 28
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Answer[]
}

const plain = (frames: Raw | null | undefined) => frames?.replace(/, /g, ',') ?? null

function expectTable(answers: readonly Answer[]): void {
  table.forEach(({ value, only, frames, error }, i) => {
    const [read, why] = answers[i] ?? [null, null]
    expect([value, only, plain(read)]).toEqual([value, only, plain(frames)])
    if (error !== undefined) expect([value, why]).toEqual([value, expect.stringContaining(error)])
  })
}

test('the table of frames that upstream gives, read here', () => {
  expectTable(table.map(ours))
})

/** Range texts with much of what can be wrong in them. */
const rangeLike = fc
  .array(
    fc.oneof(
      fc.constantFrom('-', '--', 'x', ',', ':', ' ', '\t', '\n', '\u00a0', '\ufeff', '\u001c', '\u0085', 'a', '.', ''),
      fc.integer({ min: -2000, max: 2000 }).map(String),
      fc.constantFrom('1001-1010', '1-20x3', '0', '-0', '007', '9007199254740991', '9007199254740993', '1'.repeat(30))
    ),
    { maxLength: 7 }
  )
  .map((parts) => JSON.stringify(parts.join('')))
const frameLike = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.constantFrom(
    '2.0',
    '2.5',
    '-0',
    '1e1',
    'NaN',
    'Infinity',
    '"2"',
    '"02"',
    '"-3"',
    '"2-4"',
    '"a b"',
    '9007199254740993'
  ),
  fc.constantFrom('null', 'true', '[1]', '{}', '""')
)
const listLike = fc.array(frameLike, { maxLength: 5 }).map(rawArray)
const onlyLike = fc.option(fc.array(fc.integer({ min: -5, max: 12 }).map(String), { minLength: 1 }).map(rawArray), {
  nil: undefined
})
const anyCase = fc.record({ value: fc.oneof(rangeLike, listLike, frameLike), only: onlyLike })

describe.skipIf(!flowpipe())('the evaluator that travels with an export', () => {
  test('reads the table as we do', () => {
    expectTable(theirs(table))
  })

  test('gives the same frames, or refuses the same, whatever upstream gives', () => {
    const cases = fc.sample(anyCase, 5000) as Case[]
    const answers = theirs(cases)
    const different = cases.filter((one, i) => meant(answers[i]) !== meant(ours(one)))
    expect(different).toEqual([])
  })
})

/** Frames as values: Python writes -0 as 0 and 1e1 as 10.0. */
function meant([frames, error]: Answer = [null, null]): string {
  if (frames === null) return error === null ? 'nothing' : 'refused'
  const quoted = frames.replace(/\b(NaN|Infinity)\b/g, '"$1"')
  return (JSON.parse(quoted) as unknown[]).map((one) => `${typeof one} ${one === 0 ? 0 : String(one)}`).join()
}

// results whose outputs have a value of their own beside sub-plugs: the same cases as the evaluator in Python reads
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readResult } from '../../src-main/core/attempt/result.ts'
import { mergeOutput } from '../../src-main/core/job/outputs.ts'
import { mergeRules } from '../../src-main/core/graph/model.ts'
import { formatJson } from '../../src-main/domain/json.ts'
import { scratch } from '../helpers/app.ts'
import { unwrap } from '../helpers/goldens.ts'

interface WholeCase {
  title: string
  results: unknown[]
  key?: string
  merge?: string
  expected: string
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/evaluate/whole_cases.json'), 'utf8')
) as WholeCase[]

test.each(cases)('$title', ({ results, key = null, merge, expected }) => {
  const folder = scratch()
  const values = results.map((plug, i) => {
    const path = join(folder, `${i}.result.json`)
    writeFileSync(path, `{"protocol": 1, "outputs": {"out": ${JSON.stringify(plug)}}}`)
    return unwrap(readResult(path)).outputs
  })
  const rule = mergeRules.find((name) => name === merge) ?? null
  expect(formatJson(unwrap(mergeOutput(values, 'out', key, rule)).value)).toBe(expected)
})

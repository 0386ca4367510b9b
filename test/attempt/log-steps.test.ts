import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StepsApart, stepsHere, type LogSteps, type OutlineAsked } from '../../src-main/core/attempt/log-steps.ts'
import { unwrap } from '../helpers/goldens.ts'

let dir: string
let path: string
const apart = new StepsApart(join(import.meta.dirname, '../../out/main/logs.cjs'))

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'backlot-log-steps-'))
  path = join(dir, 'log')
  writeFileSync(path, 'one\nERROR: two\nthree\n')
})
afterAll(() => rmSync(dir, { recursive: true }))

const start = { offset: 0, line: 1, trace: false, bad: 0, open: false }
const outline = (of = path): OutlineAsked => ({ kind: 'outline', path: of, from: start, to: undefined })
const search = (text: string, regex = false) => ({
  ...{ kind: 'search' as const, path, query: { text, regex, cased: false } },
  ...{ from: { offset: 0, line: 1 }, limits: { lines: 10 } }
})
const both: [string, LogSteps][] = [
  ['here', stepsHere],
  ['in a thread', apart]
]

test.each(both)('a log is counted and searched %s', async (_, steps) => {
  const counted = steps.outline(outline())
  const found = steps.search(search('three'))
  expect(unwrap(await counted)).toMatchObject({ errors: [2], done: true, next: { line: 4 } })
  expect(unwrap(await found)).toMatchObject({ lines: [{ number: 3, text: 'three' }], done: true })
})

test.each(both)('what is wrong is said %s as well', async (_, steps) => {
  expect(await steps.outline(outline(join(dir, 'gone')))).toMatchObject({ ok: false, error: { kind: 'run' } })
  expect(await steps.search(search('(', true))).toMatchObject({ ok: false, error: { kind: 'usage' } })
})

test('a thread that cannot be started is an error of each step, not a wait for ever', async () => {
  const none = new StepsApart(join(dir, 'none.cjs'))
  await expect(none.outline(outline())).rejects.toThrow('none.cjs')
  await expect(none.search(search('x'))).rejects.toThrow('none.cjs')
})

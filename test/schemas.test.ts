import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { parse } from 'yaml'
import { profileText } from '../src-main/core/rehearse/profile-text.ts'
import { accessKinds, accessMarks, findingKinds, passNames } from '../src-main/domain/rehearsal.ts'
import { ledgerShape, rehearsalShape, type RehearsalDocument } from '../src-main/domain/rehearsal-shape.ts'
import { workerShape } from '../src-main/domain/worker.ts'
import { testApp } from './helpers/app.ts'
import { backlot } from './helpers/cli.ts'
import { filmGraph, jobOf } from './helpers/farms.ts'
import { access, trace } from './helpers/ledgers.ts'

/** What is shipped in schemas/ and made from our own shapes; `io`: as it is written by people, or as it comes out. */
const shipped: [file: string, shape: z.ZodType, io: 'input' | 'output'][] = [
  ['backlot.worker.schema.json', workerShape, 'input'],
  ['rehearsal.schema.json', rehearsalShape, 'output'],
  ['ledger.schema.json', ledgerShape, 'output']
]

test.each(shipped)('schemas/%s is what the shape says', (file, shape, io) => {
  const text = readFileSync(join(import.meta.dirname, '../schemas', file), 'utf8')
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(shape, { io }))))
})

const validator = (file: string) => {
  const validate = new Ajv2020().compile(
    JSON.parse(readFileSync(join(import.meta.dirname, '../schemas', file), 'utf8')) as object
  )
  return (document: unknown) =>
    validate(document) ? [] : (validate.errors ?? []).map(({ instancePath }) => instancePath)
}

const rehearsal: RehearsalDocument = {
  job: 3,
  findings: findingKinds.map((kind) => ({
    ...{ kind, severity: 'error', tasks: ['Render-0'], needs: null, paths: ['/a'], variables: [], addresses: [] },
    ...{ message: 'm', remedy: 'r', evidence: [] }
  })),
  passes: passNames.map((name) => ({ name, looked: true, why: '' })),
  forecast: null
}

test('the document of a rehearsal is right by its schema; what is other is not', () => {
  const wrongAt = validator('rehearsal.schema.json')
  expect(wrongAt(rehearsal)).toEqual([])
  expect(wrongAt({ ...rehearsal, forecast: { wall: 3 } })).toEqual([])
  expect(wrongAt({ ...rehearsal, findings: [{ ...rehearsal.findings[0], kind: 'luck' }] })).toEqual([
    '/findings/0/kind'
  ])
  expect(wrongAt({ ...rehearsal, more: 1 })).toEqual([''])
  expect(wrongAt({ ...rehearsal, passes: [{ name: 'author' }] })).toContain('/passes/0')
})

test('what ledger --json prints is right by its schema', async () => {
  const t = testApp()
  const job = await jobOf(t, filmGraph([1]))
  await t.ask('job.run', { job })
  const each = accessKinds.map((how) => access(how, `/a/${how}`, { as: 'a', marks: [...accessMarks] }))
  trace(t.dataDir, job, { 'Render-0': [...each, access('read', '/b')] })
  const printed = JSON.parse(backlot(t.dataDir, 'ledger', String(job), '--json').out) as { total: number }
  expect(printed.total).toBe(accessKinds.length + 1)
  expect(validator('ledger.schema.json')(printed)).toEqual([])
})

test('the schema of worker profiles takes the template and refuses what Backlot refuses', () => {
  const wrongAt = validator('backlot.worker.schema.json')
  expect(wrongAt(parse(profileText({ share: ['/a'], memory: 16e9 })))).toEqual([])
  expect(wrongAt({ share: ['a'] })).not.toEqual([])
  expect(wrongAt({ shares: ['/a'] })).not.toEqual([])
  expect(wrongAt({ memory: 'lots' })).not.toEqual([])
})

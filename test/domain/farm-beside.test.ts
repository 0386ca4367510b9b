import { expect, test } from 'vitest'
import { foretold, foretoldSentence, hostTexts } from '../../src-main/domain/farm-beside.ts'

const missing = (name: string, left: string | null = '/a') => ({ name, left, right: null, hidden: left === null })

test('machines that had the same are told together, and of many variables the first by value', () => {
  const many = Array.from({ length: 8 }, (_, i) => missing(`V${i}`))
  const other = { name: 'SHOT', left: '010', right: '020', hidden: false }
  expect(
    hostTexts([
      { host: 'b01', tasks: 3, environment: [] },
      { host: 'b02', tasks: 2, environment: [] },
      { host: 'b07', tasks: 1, environment: [missing('OCIO'), other, missing('TOKEN', null)] },
      { host: 'b08', tasks: 1, environment: null },
      { host: 'b09', tasks: 1, environment: many }
    ])
  ).toEqual([
    'on b01, b02 (5 tasks): all that was set here was set there',
    'on b07 (1 task): OCIO was missing, here "/a"; SHOT was "020", here "010"; TOKEN was missing, here (not kept)',
    'on b08 (1 task): what was set here or there was not kept',
    expect.stringMatching(/V5 was missing, here "\/a"; also other or missing: V6, V7$/)
  ])
})

test('only what ran there and went otherwise is held against the rehearsal', () => {
  const task = (differs: boolean, attempts: number, warned: number[]) => ({ differs, right: { attempts }, warned })
  const told = foretold([task(true, 1, [1]), task(true, 1, []), task(true, 0, [0]), task(false, 1, [2])])
  expect(told).toEqual({ differing: 2, named: 1, places: new Set([1]) })
  const rehearsal = { job: 5, before: true, findings: [1, 2, 3] }
  expect(foretoldSentence(rehearsal, told)).toBe(
    'The rehearsal (job 5) had 3 findings; of the 2 tasks that ran there and differ it named 1.'
  )
  expect(foretoldSentence({ ...rehearsal, before: false, findings: [] }, told)).toBe(
    'The rehearsal (job 5, after the farm began) found nothing.'
  )
  expect(foretoldSentence(null, told)).toBe('It was not rehearsed.')
})

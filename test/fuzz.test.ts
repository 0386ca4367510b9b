import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mutate } from './fuzz/mutate.ts'
import { targets } from './fuzz/targets.ts'
import { makeWorld } from './fuzz/world.ts'
import { scratch } from './helpers/app.ts'

/** As many as a test run can afford; `npm run fuzz` runs 100,000. */
const cases = 2000

test('whatever comes in: typed errors, no exception, prototypes as they were, no file outside the data folder', async () => {
  const world = await makeWorld(scratch())
  const before = world.outside()
  for (const { share, property } of targets(world)) {
    await fc.assert(property, { seed: 20_260, numRuns: Math.ceil(cases * share) })
  }
  await world.close()
  expect(world.outside()).toEqual(before)
})

test('the same seed breaks a text in the same way', () => {
  expect(mutate('{"a": [1, 2]}', 7)).toBe(mutate('{"a": [1, 2]}', 7))
})

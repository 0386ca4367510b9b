/** `npm run fuzz [-- --cases 100000 --seed N]`: broken inputs by the thousand; exit code 1 and the smallest one that breaks a promise. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { seen } from './promises.ts'
import { targets, type Target } from './targets.ts'
import { makeWorld } from './world.ts'

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string' }, only: { type: 'string' } }
})
const cases = Number(values.cases)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
/** A case that takes longer hangs. */
const budgetMs = 20_000

const home = mkdtempSync(join(tmpdir(), 'backlot-fuzz-'))
const world = await makeWorld(home)
const before = world.outside()
let wrong = 0
let done = 0
process.on('uncaughtException', (error) => {
  console.error(`thrown behind a call's back: ${error.stack}`)
  process.exit(1)
})

async function run({ name, share, property }: Target): Promise<void> {
  const numRuns = Math.max(1, Math.round(cases * share))
  const began = performance.now()
  seen.accepted = 0
  const end = await fc.check(property, { numRuns, seed, timeout: budgetMs, endOnFailure: false })
  done += end.numRuns
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(
    `${name}: ${end.numRuns} cases in ${seconds} s, ${seen.accepted} accepted: ${end.failed ? 'WRONG' : 'ok'}`
  )
  if (!end.failed) return
  wrong++
  console.error(fc.defaultReportMessage(end), end.errorInstance)
}

console.log(`fuzz: ${cases} cases from seed ${seed}`)
for (const target of targets(world)) if (!values.only || target.name.includes(values.only)) await run(target)
const after = world.outside()
const strange = after.filter((name) => !before.includes(name))
if (strange.length || after.length < before.length) {
  wrong++
  console.error(`files outside the data folder were changed: ${strange.join(', ')}`)
}
await world.close()
console.log(`${done} cases, ${wrong} promises broken`)
rmSync(home, { recursive: true, force: true })
process.exit(wrong ? 1 : 0)

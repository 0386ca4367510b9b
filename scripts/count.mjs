// Adds up what the test runners reported: count.mjs VITEST.json PLAYWRIGHT.json DEMO_EXIT TESTS_EXIT. In CI a skipped test
// counts as failed.
import { readFileSync } from 'node:fs'

const [unitFile = '', windowFile = '', demo, tests] = process.argv.slice(2)

/**
 * @param {string} file
 * @param {string} what
 */
function read(file, what) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    console.log(`${what} wrote no report`)
    return null
  }
}

const unit = read(unitFile, 'vitest')
const windows = read(windowFile, 'playwright')
const passed = (unit?.numPassedTests ?? 0) + (windows?.stats.expected ?? 0) + (demo === '0' ? 1 : 0)
const skipped = (unit ? unit.numPendingTests + unit.numTodoTests : 0) + (windows?.stats.skipped ?? 0)
if (skipped) console.log(`${skipped} tests were skipped; in CI none may be`)
if (demo !== '0') console.log(`the demo ended with ${demo}`)
const failed =
  (unit ? unit.numFailedTests : 1) +
  (windows ? windows.stats.unexpected + windows.stats.flaky : 1) +
  skipped +
  (demo === '0' ? 0 : 1)
// no test failed, so it was types, lint, migrations or the build
const other = tests !== '0' && failed === 0 ? 1 : 0
if (other) console.log(`npm test ended with ${tests}`)
console.log(`${passed} passed, ${failed + other} failed`)
process.exitCode = failed + other ? 1 : 0

// What `npm test` looks at before it runs anything: types, lint, format, migrations in step with the schema. Two at once,
// the longest first; what one says is printed when it ends.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

const checks = [
  ['eslint', '.'],
  ['tsc', '-p', 'tsconfig.json'],
  ['svelte-check', '--tsconfig', './tsconfig.web.json', '--fail-on-warnings'],
  ['prettier', '--check', '.'],
  ['tsc', '-p', 'tsconfig.e2e.json'],
  ['tsc', '-p', 'tsconfig.tools.json'],
  ['drizzle-kit', 'check']
]

/** @param {string[]} command @returns {Promise<boolean>} */
const passes = ([program = '', ...args]) =>
  new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (text) => (said += String(text)))
    child.stderr.on('data', (text) => (said += String(text)))
    child.once('error', (error) => {
      console.error(`${program} cannot be started: ${error.message}`)
      resolve(false)
    })
    child.once('close', (code) => {
      console.log(`${code === 0 ? 'passed' : 'FAILED'}: ${[program, ...args].join(' ')}`)
      if (code !== 0) console.log(said)
      resolve(code === 0)
    })
  })

const left = checks.values()
let failed = 0
const lane = async () => {
  for (const check of left) if (!(await passes(check))) failed++
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane))
process.exitCode = failed === 0 ? 0 : 1

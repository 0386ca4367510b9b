// What `npm test` looks at before it runs anything: types, lint, format, migrations in step with the schema, the documents'
// site without dead links. With a word,
// as `npm run types` and `npm run lint` say it, those alone. Two at once, the longest first; what one says is printed when
// it ends.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

const checks = [
  { kind: 'lint', command: ['eslint', '.'] },
  { kind: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { kind: 'docs', command: ['node', 'scripts/docs.mjs', 'build'] },
  { kind: 'types', command: ['svelte-check', '--tsconfig', './tsconfig.web.json', '--fail-on-warnings'] },
  { kind: 'lint', command: ['prettier', '--check', '.'] },
  { kind: 'types', command: ['tsc', '-p', 'tsconfig.e2e.json'] },
  { kind: 'types', command: ['tsc', '-p', 'tsconfig.tools.json'] },
  { kind: 'store', command: ['drizzle-kit', 'check'] }
]
const [wanted] = process.argv.slice(2)
if (process.env.BACKLOT_CHECKED === '1') {
  console.log('checked before, as BACKLOT_CHECKED says')
  process.exit()
}

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

const left = checks.filter(({ kind }) => wanted === undefined || kind === wanted).values()
let failed = 0
const lane = async () => {
  for (const { command } of left) if (!(await passes(command))) failed++
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane))
process.exitCode = failed === 0 ? 0 : 1

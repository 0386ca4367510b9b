// Builds what is older than its sources. Every script that runs the built app calls it; what it prints goes to stderr.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fresh from './fresh.cjs'

const { root, ownLicenses, isFresh } = fresh

export { root }

/**
 * A package's own program on the Node that runs this: what lies in node_modules/.bin is a script for one system's shell.
 * @param {string} name
 * @param {string[]} args
 */
function run(name, args) {
  const program = join(root, 'node_modules', name, 'bin', name === 'rolldown' ? 'cli.mjs' : `${name}.js`)
  const done = spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8' })
  if (done.status === 0) return
  const missing = existsSync(program) ? '' : `${name} is not here: run npm ci first\n`
  process.stderr.write(missing || (done.error ? `${done.error.message}\n` : `${done.stdout}${done.stderr}`))
  process.exit(2)
}

/** What licenses.vite.ts has noted. */
const notes = join(root, 'out/.licenses')

/** Licences of all that is bundled, each package once, in one file; what is no npm package has written down its own. */
function writeLicenses() {
  /** @type {Map<string, string>} */
  const texts = new Map()
  for (const file of readdirSync(notes))
    for (const { name, version, license, text } of JSON.parse(readFileSync(join(notes, file), 'utf8')))
      texts.set(
        `${name} ${version}${license ? ` (${license})` : ''}`,
        text ?? 'Its package carries no text of this license.'
      )
  rmSync(notes, { recursive: true })
  const parts = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([title, text]) => `${title}\n\n${text.trim()}\n`)
  const own = ownLicenses.map((file) => readFileSync(join(root, file), 'utf8'))
  const line = `\n${'-'.repeat(80)}\n\n`
  const head = 'Backlot carries code of the packages below, each under the license that stands with it.\n'
  writeFileSync(join(root, 'out/THIRD-PARTY.txt'), [head, ...parts, ...own].join(line))
}

/** Builds when needed, or always with `force`. */
export function build(force = false) {
  if (!force && isFresh()) return
  process.stderr.write('building …\n')
  rmSync(notes, { recursive: true, force: true })
  run('electron-vite', ['build'])
  for (const mode of ['cli', 'pictures', 'logs', 'evaluate', 'author'])
    run('vite', ['build', '-c', 'alone.vite.config.ts', '--mode', mode])
  run('rolldown', ['-c', 'types.rolldown.config.mjs'])
  writeLicenses()
}

if (process.argv[1] === import.meta.filename) build(!process.argv.includes('--if-older'))

// Builds what is older than its sources. Every script that runs the built app calls it; what it prints goes to stderr.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
const made = ['out/main/cli.js', 'out/main/author.js', 'out/main/evaluate.js', 'out/renderer/index.html'].map((file) =>
  join(root, file)
)

function newest() {
  /** @param {string} folder */
  const below = (folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
  const sources = [...below('src-main'), ...below('src-renderer')]
  sources.push('electron.vite.config.ts', 'alone.vite.config.ts', 'package.json')
  return Math.max(...sources.map((file) => statSync(join(root, file)).mtimeMs))
}

const isFresh = () => made.every((file) => existsSync(file) && statSync(file).mtimeMs >= newest())

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const bin = join(root, 'node_modules/.bin', program)
  const done = spawnSync(bin, args, { cwd: root, encoding: 'utf8' })
  if (done.status === 0) return
  process.stderr.write(done.error ? `${done.error.message}: run npm ci first\n` : `${done.stdout}${done.stderr}`)
  process.exit(2)
}

/** Builds when needed, or always with `force`. */
export function build(force = false) {
  if (!force && isFresh()) return
  process.stderr.write('building …\n')
  run('electron-vite', ['build'])
  for (const mode of ['evaluate', 'author']) run('vite', ['build', '-c', 'alone.vite.config.ts', '--mode', mode])
}

if (process.argv[1] === import.meta.filename) build(true)

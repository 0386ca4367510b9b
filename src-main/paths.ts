/** Where Backlot's own files are, from the sources and from the build alike. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Scripts } from './core/run/pools.ts'
import type { Evaluators } from './core/evaluator/call.ts'

/**
 * The package's folder: the first above this file that holds the migrations. In a packaged app that is an archive, which
 * only Electron can read: what other programs start lies unpacked beside it (electron-builder.yml).
 */
export function packageRoot(from = import.meta.dirname): string {
  let folder = from
  while (!existsSync(join(folder, 'drizzle', 'meta', '_journal.json'))) {
    const above = dirname(folder)
    if (above === folder) throw new Error(`no drizzle folder above ${from}: Backlot is not installed whole`)
    folder = above
  }
  return basename(folder) === 'app.asar' ? `${folder}.unpacked` : folder
}

/** The evaluator of each language. The node one is built into one file, since bundles carry it away. */
export const evaluatorPaths = (root = packageRoot()): Evaluators => ({
  python: join(root, 'python', 'backlot_evaluate.py'),
  node: join(root, 'out', 'main', 'evaluate.js')
})

/** The files that the scheduler starts; a copy of the Node evaluator is its own server. */
export const scriptPaths = (root: string): Scripts => ({
  evaluators: evaluatorPaths(root),
  servers: { python: join(root, 'python', 'backlot_serve.py'), node: evaluatorPaths(root).node },
  launcher: join(root, 'python', 'backlot_launch.py')
})

/** Backlot's version, as package.json says. */
export const versionOf = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version

/** `BACKLOT_DATA_DIR`, else the platform's folder for application data. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.BACKLOT_DATA_DIR) return env.BACKLOT_DATA_DIR
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Backlot')
  if (process.platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Backlot')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'backlot')
}

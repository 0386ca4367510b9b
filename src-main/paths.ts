/** Where Backlot's own files are, from the sources and from the build alike. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { homeFolder } from './core/process/home.ts'
import type { Scripts } from './core/run/pools.ts'
import type { Evaluators } from './core/evaluator/call.ts'
import { fail, ok, type Result } from './domain/result.ts'
import { variableNames } from './domain/variables.ts'

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

/**
 * `BACKLOT_DATA_DIR`, else the platform's folder for application data. Errors (`store`): there is neither, since nobody
 * says where the user's home folder is.
 */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env): Result<string> {
  const chosen = env[variableNames.dataDir]
  if (chosen) return ok(chosen)
  const [local, roaming] = [env.LOCALAPPDATA, env.APPDATA]
  if (process.platform === 'win32' && (local || roaming)) return ok(windowsFolder(local, roaming))
  if (process.platform === 'linux' && env.XDG_DATA_HOME) return ok(join(env.XDG_DATA_HOME, 'backlot'))
  const home = homeFolder()
  return home === null ? fail('store', homeless) : ok(join(home, ...folderAtHome()))
}

/**
 * Logs and a database belong to one machine, so they are not among the settings that Windows carries from one to the next;
 * what an older Backlot kept there stays where it is.
 */
export function windowsFolder(
  local: string | undefined,
  roaming: string | undefined,
  isThere: (path: string) => boolean = existsSync
): string {
  const [here, before] = [local && join(local, 'Backlot'), roaming && join(roaming, 'Backlot')]
  const old = before && isThere(join(before, 'backlot.db')) && !(here && isThere(here)) ? before : null
  return old ?? (here || before || 'Backlot')
}

const homeless =
  'HOME is not set and the user has no home folder, so say where Backlot keeps its files: --data-dir FOLDER, or BACKLOT_DATA_DIR'

function folderAtHome(): string[] {
  if (process.platform === 'darwin') return ['Library', 'Application Support', 'Backlot']
  return process.platform === 'win32' ? ['AppData', 'Local', 'Backlot'] : ['.local', 'share', 'backlot']
}

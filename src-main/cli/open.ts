/** Opening the desktop window from the command line. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { variableNames } from '../domain/variables.ts'
import { packageRoot } from '../paths.ts'
import { dataDirOf, Failure } from './base.ts'
import { examples } from './help.ts'

const names: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe'
}

/** Electron's binary where it was downloaded; asking the package itself would try to download it. */
function electronBinary(root: string): string | null {
  try {
    const folder = dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'))
    const binary = join(folder, 'dist', names[process.platform] ?? 'electron')
    return existsSync(binary) ? binary : null
  } catch {
    return null // the package is not installed: the same as a binary that is not there
  }
}

function windowProgram(root: string, chromium: boolean): string {
  if (!chromium) {
    const hint =
      'Electron’s binary is not here (npx install-electron downloads it); see the window on Chromium with: backlot open --chromium'
    return electronBinary(root) ?? refuse(hint)
  }
  const browser = process.env.ELECTRON_DOUBLE_CHROMIUM ?? 'chromium'
  if (spawnSync(browser, ['--version']).status === 0) return join(root, 'tools', 'electron', 'dist', 'electron')
  return refuse(
    'there is no chromium on the PATH; install it (apt-get install chromium), or name it in ELECTRON_DOUBLE_CHROMIUM'
  )
}

function refuse(message: string): never {
  throw new Failure({ kind: 'usage', message })
}

/** The window ended otherwise than by being closed; what it said stands above. */
const windowFailed = 2

/** open */
export function addOpenCommand(program: Command): void {
  const command = program
    .command('open')
    .argument('[graph]', 'a graph to begin with')
    .description('open the desktop window')
    .option('--chromium', 'on an installed Chromium, where Electron’s binary cannot be had')
    .action(async (graph: string | undefined, flags: { chromium?: boolean }) => {
      const root = packageRoot()
      const args = [root, ...(graph === undefined ? [] : [resolve(graph)])]
      const env = {
        ...process.env,
        [variableNames.dataDir]: dataDirOf(),
        ...(flags.chromium ? { ELECTRON_DOUBLE_HEADED: '1', ELECTRON_DOUBLE_NODE: process.execPath } : {})
      }
      const child = spawn(windowProgram(root, flags.chromium ?? false), args, { stdio: 'inherit', env })
      process.exitCode = await new Promise<number>((done) =>
        child.on('exit', (code) => done(code === 0 ? 0 : windowFailed))
      )
    })
  examples(command, ['backlot open film.json', 'the window, with this graph'])
}

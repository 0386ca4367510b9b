// Opens the desktop app: on Electron's own binary, or with --chromium on the stand-in over an installed Chromium.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build, root } from './build.mjs'

/** Electron's binary where it was downloaded; asking the package itself would try to download it. */
function electronBinary() {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
  const binary = join(folder, 'dist', names[process.platform] ?? 'electron')
  return existsSync(binary) ? binary : null
}

const chromium = process.argv[2] === '--chromium'
const args = process.argv.slice(chromium ? 3 : 2)
const standIn = join(root, 'test/double/dist/electron')
const program = chromium ? standIn : electronBinary()
if (program === null) {
  process.stderr.write(
    'Electron’s binary is not here (npx install-electron downloads it); see the window on Chromium with: npm run start:chromium\n'
  )
  process.exit(2)
}
if (chromium && spawnSync(process.env.ELECTRON_DOUBLE_CHROMIUM ?? 'chromium', ['--version']).status !== 0) {
  process.stderr.write(
    'there is no chromium on the PATH; install it (apt-get install chromium), or name it in ELECTRON_DOUBLE_CHROMIUM\n'
  )
  process.exit(2)
}
build()
const env = chromium ? { ...process.env, ELECTRON_DOUBLE_HEADED: '1' } : process.env
spawn(program, [root, ...args], { stdio: 'inherit', env }).on('exit', (code) => (process.exitCode = code ?? 1))

// The window's tests: on Electron's own binary where BACKLOT_ELECTRON=1 says it is there, else on the stand-in over
// Debian's Chromium. Without Chromium they say so in one line and are skipped; with BACKLOT_REQUIRE=1 that fails.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, root } from './build.mjs'

const standIn = process.env.BACKLOT_ELECTRON !== '1'
const chromium = process.env.ELECTRON_DOUBLE_CHROMIUM ?? 'chromium'
if (standIn && spawnSync(chromium, ['--version']).status !== 0) {
  process.stderr.write('skipped, missing Chromium (apt-get install chromium): the window’s tests\n')
  process.exit(process.env.BACKLOT_REQUIRE === '1' ? 1 : 0)
}
build()
const env = standIn ? { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: join(root, 'tools/electron/dist') } : process.env
const done = spawnSync('playwright', ['test', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env })
process.exit(done.status ?? 1)

// `backlot demo` of a clone: what it leaves lies in the clone unless BACKLOT_DATA_DIR says otherwise.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './build.mjs'

const data = process.env.BACKLOT_DATA_DIR ?? join(root, 'demo-data')
const done = spawnSync(process.execPath, [join(root, 'bin/backlot.cjs'), 'demo', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, BACKLOT_DATA_DIR: data }
})
process.exitCode = done.status ?? 1

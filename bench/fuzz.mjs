// `npm run fuzz`: on the Node that npm ci brought, which runs TypeScript as it is.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, root } from '../scripts/build.mjs'

build()
const node = process.execPath
process.exitCode =
  spawnSync(node, [join(root, 'test/fuzz/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1

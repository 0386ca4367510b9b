// `npm run torture`: on the Node that npm ci brought, which runs TypeScript as it is.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, root } from '../scripts/build.mjs'

build()
const node = process.execPath
const main = join(root, 'bench/torture/main.ts')
process.exitCode = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1

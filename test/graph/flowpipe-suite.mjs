// `npm run test:flowpipe`: the graphs that flowpipe's own tests build, read and run by Backlot, on the Node that npm ci brought.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, root } from '../../scripts/build.mjs'

build()
const node = process.execPath
const main = join(root, 'test/graph/flowpipe-suite/main.ts')
process.exitCode = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1

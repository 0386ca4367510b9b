#!/usr/bin/env node
// `backlot` from a clone: builds when needed, then runs the command line on the Node that npm ci brought.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build, root } from './build.mjs'

if (existsSync(join(root, 'src-main'))) build()
const cli = join(root, 'scripts/cli.mjs')
const own = join(root, 'node_modules/.bin/node')

// npm starts scripts in the package's folder; paths are meant from where the user stands
if (process.env.npm_lifecycle_event === 'backlot' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(cli)
} else {
  // the host's Node is too old for the database: hand over to our own. A terminal's signals reach both of us, those of
  // `kill` one: ours are told with their number, and the command line takes the same one once (src-main/cli/ending.ts).
  const stdio = /** @type {const} */ (['inherit', 'inherit', 'inherit', 'ipc'])
  const child = spawn(existsSync(own) ? own : process.execPath, [cli, ...process.argv.slice(2)], { stdio: [...stdio] })
  /** @type {Record<string, number>} */
  const heard = {}
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => {
      const count = (heard[signal] = (heard[signal] ?? 0) + 1)
      // before its first line it has no ear for it, and after its last no channel
      if (child.connected) child.send({ backlot: 'signal', signal, count }, () => undefined)
    })
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exitCode = code ?? 1
  })
}

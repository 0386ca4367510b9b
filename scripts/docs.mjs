// The documents' site: `node scripts/docs.mjs build`, or `dev` to serve it while pages are written. The reference is written
// anew before each (scripts/reference.ts).
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './build.mjs'

const [verb = 'build', ...args] = process.argv.slice(2)
/** @param {string[]} words */
const run = (...words) => {
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
run(join(root, 'scripts/reference.ts'))
run(join(root, 'node_modules/vitepress/bin/vitepress.js'), verb, 'docs', ...args)

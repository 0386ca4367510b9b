// The main job on the example film: plan, live progress, outputs, and where everything is.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './build.mjs'

const data = process.env.BACKLOT_DATA_DIR ?? join(root, 'demo-data')
const images = process.env.BACKLOT_OUTPUT_DIR ?? join(data, 'images')
mkdirSync(data, { recursive: true })
const args = ['run', 'examples/rendering/graph.ts', '--trust', '--export', join(data, 'rendering.job.json')]
const done = spawnSync(process.execPath, [join(root, 'scripts/backlot.mjs'), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, BACKLOT_DATA_DIR: data, BACKLOT_OUTPUT_DIR: images }
})
process.stderr.write(`images: ${images}\n`)
process.exitCode = done.status ?? 1

/**
 * `npm run bench`: Backlot's speed beside that of its peers, measured in the same run, as ratios of medians.
 *
 *     npm run bench [-- CASE …] [--runs 3]      cases: commands start python dcc convert frames changed log growth forecast rehearse
 *
 * bench/peers.sh installs the peers. Nothing else should run on the machine meanwhile.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { at } from '../src-main/domain/at.ts'
import { cases } from './cases.ts'
import { build, root } from '../scripts/build.mjs'

const args = process.argv.slice(2)
const runs = Number(args.includes('--runs') ? args[args.indexOf('--runs') + 1] : 3)
const wanted = args.filter((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--runs')
const chosen = (wanted.length ? wanted : Object.keys(cases)).map((name) => {
  const measure = cases[name]
  if (!measure) {
    console.error(`there is no case ${name}; choose from ${Object.keys(cases).join(', ')}`)
    process.exit(2)
  }
  return { name, measure }
})

build()
const peers = spawnSync('sh', [join(import.meta.dirname, 'peers.sh')], { stdio: ['ignore', 'inherit', 'inherit'] })
if (peers.status !== 0) process.exit(1)

const median = (list: readonly number[]): number =>
  at(
    list.toSorted((a, b) => a - b),
    Math.floor(list.length / 2)
  )
const machine = { cpus: cpus().length, model: cpus()[0]?.model, load: loadavg(), node: process.version }
const figures: object[] = []
for (const { name, measure } of chosen) {
  console.error(`${name} …`)
  for (const row of measure(runs)) {
    const ours = median(row.ours)
    for (const peer of row.peers) {
      const theirs = median(peer.values)
      const ratio = peer.higherIsOurs ? theirs / ours : ours / theirs
      const met = peer.higherIsOurs ? ratio >= peer.bar : ratio <= peer.bar
      figures.push({
        case: name,
        what: row.what,
        unit: row.unit,
        ours,
        peer: peer.name,
        theirs,
        ratio,
        bar: peer.bar,
        met
      })
      const sign = peer.higherIsOurs ? '≥' : '≤'
      console.log(
        [
          met ? 'met ' : 'MISS',
          row.what,
          `ours ${ours.toPrecision(3)} ${row.unit}`,
          `${peer.name} ${theirs.toPrecision(3)} ${row.unit}`,
          `ratio ${ratio.toPrecision(3)} (bar ${sign} ${peer.bar})`
        ].join('  |  ')
      )
    }
  }
}
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true })
writeFileSync(
  join(import.meta.dirname, 'results/bench.json'),
  `${JSON.stringify({ machine, runs, figures }, null, 2)}\n`
)
console.error(`written: ${join(root, 'bench/results/bench.json')}`)

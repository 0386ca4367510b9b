/** `npm run torture [-- --rounds 200 --seed N]`: kills Backlot at random instants and looks whether it kept its word. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { RehearsalRound } from './rehearsal.ts'
import { Round } from './round.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string' },
    kills: { type: 'string', default: '6' },
    /** rounds of rehearsals; a tenth of the others if not said otherwise */
    rehearsals: { type: 'string' }
  }
})
const rounds = Number(values.rounds)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const withPython = spawnSync('python3', ['-c', 'import flowpipe']).status === 0
const home = mkdtempSync(join(tmpdir(), 'backlot-torture-'))

/** Backlot as it is now, out of the way of whoever builds it meanwhile. */
function snapshot(): string {
  const root = join(import.meta.dirname, '../..')
  const copy = join(home, 'backlot')
  for (const part of ['out/main', 'python', 'drizzle', 'package.json', 'bench/torture']) {
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

const backlot = snapshot()
const roundIn = (name: string, roundSeed: number, kills: number) =>
  new Round({ backlot, folder: join(home, name), seed: roundSeed, withPython, kills }).run()

console.log(`torture: ${rounds} rounds from seed ${seed}, ${withPython ? 'with' : 'without'} Python; ${home}`)
const calm = await roundIn('undisturbed', seed, 0)
if (calm.wrong.length) {
  console.error(`the undisturbed run is wrong: ${calm.wrong.join('; ')}`)
  process.exit(1)
}
let bad = 0
let kills = 0
let adopted = 0
for (let i = 0; i < rounds; i++) {
  const name = `round-${seed + i}`
  const end = await roundIn(name, seed + i, Number(values.kills))
  if (end.outputs !== calm.outputs) end.wrong.push('the outputs are not those of the undisturbed run')
  kills += end.kills.length
  adopted += end.adopted
  const verdict = end.wrong.length ? `WRONG: ${end.wrong.join('; ')} (kept: ${join(home, name)})` : 'ok'
  console.log(
    `seed ${seed + i}: ${end.seconds.toFixed(1)} s, killed ${end.kills.join(', ') || 'nobody'}, ${end.adopted} lived on: ${verdict}`
  )
  if (end.wrong.length) bad++
  else rmSync(join(home, name), { recursive: true, force: true })
}
const has = (program: string) => spawnSync(program, ['--version']).status === 0
const rehearsals = has('bwrap') && has('strace') ? Number(values.rehearsals ?? Math.ceil(rounds / 10)) : 0
if (rehearsals === 0) console.log('no rehearsals: they need strace and bubblewrap')
for (let i = 0; i < rehearsals; i++) {
  const folder = join(home, `rehearsal-${seed + i}`)
  const end = await new RehearsalRound({ backlot, folder, seed: seed + i, kills: Number(values.kills) }).run()
  kills += end.kills.length
  const verdict = end.wrong.length ? `WRONG: ${end.wrong.join('; ')} (kept: ${folder})` : 'ok'
  console.log(`rehearsal of seed ${seed + i}: ${end.seconds.toFixed(1)} s, ${end.kills.join(', ')}: ${verdict}`)
  if (end.wrong.length) bad++
  else rmSync(folder, { recursive: true, force: true })
}
console.log(
  `${rounds} rounds, ${rehearsals} rehearsals, ${kills} kills, ${adopted} processes lived on, ${bad} rounds wrong`
)
if (bad) process.exitCode = 1
else rmSync(home, { recursive: true, force: true })

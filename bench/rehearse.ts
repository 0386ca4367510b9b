/**
 * What a rehearsal costs: 60 batches of a second in a plain run, traced, and rehearsed whole; a room's own start; ledgers of
 * 10,000 tasks analysed. `rehearse.ts`, on the built command line; prints `RehearsalFigures` as JSON. Needs what rooms need.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at } from '../src-main/domain/at.ts'
import type { Access } from '../src-main/domain/rehearsal.ts'
import { anyWorker } from '../src-main/domain/worker.ts'
import { factsHere } from '../src-main/core/rehearse/facts.ts'
import { findingsOf } from '../src-main/core/rehearse/findings.ts'
import type { JobEvidence, TaskEvidence } from '../src-main/core/rehearse/findings/evidence.ts'
import { Stacks } from '../src-main/core/rehearse/layers.ts'
import { packLedger, unpackLedger } from '../src-main/core/rehearse/ledger.ts'
import { placesOf } from '../src-main/core/rehearse/places.ts'
import { jobFolder } from '../src-main/core/rehearse/room.ts'
import { makeScratch } from '../src-main/core/rehearse/scratch.ts'
import { stay } from '../src-main/core/rehearse/stay.ts'
import { machineTools, type MachineTools } from '../src-main/core/rehearse/tools.ts'

/** Seconds, but for `room` (ms) and `megabytes`. */
export interface RehearsalFigures {
  plain: number
  traced: number
  whole: number
  room: number
  analysis: number
  megabytes: number
}

const cli = join(import.meta.dirname, '../out/main/cli.cjs')
const base = mkdtempSync(join(tmpdir(), 'backlot-rehearse-'))
const [share, home, data] = [join(base, 'show'), join(base, 'home'), join(base, 'data')]
for (const folder of [join(share, 'out'), home, data]) mkdirSync(folder, { recursive: true })

const scene = `
import os, time
from flowpipe import Graph, Node

@Node(outputs=["path"])
def Render(frames, out):
    time.sleep(1)
    path = "%s/image.%04d.txt" % (out, frames[0])
    with open(path, "w") as image:
        image.write("x" * 1000)
    return {"path": path}

graph = Graph(name="Cost")
Render(graph=graph, out=${JSON.stringify(join(share, 'out'))}, frames=list(range(1, 61)), metadata={"batch_size": 1})
`
const graph = join(share, 'graph.py')
writeFileSync(graph, scene)

/** Seconds of one command of a user whose home is empty. */
function seconds(...args: string[]): number {
  const env = { ...process.env, HOME: home, BACKLOT_DATA_DIR: data, PYTHONDONTWRITEBYTECODE: '1' }
  const begin = performance.now()
  const done = spawnSync(process.execPath, [cli, ...args], { env, cwd: home, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(done.stderr)
  return (performance.now() - begin) / 1000
}

/** ms that a room takes for a command that does nothing. */
async function roomStart(): Promise<number> {
  let tools: MachineTools | null = null
  const scratch = await makeScratch(data, async (folder) => {
    tools = await machineTools(folder)
    return tools.overlay.works
  })
  const known = tools as MachineTools | null
  if (!scratch || !known) throw new Error('no rooms can be made here')
  const facts = factsHere({ dataDir: data, scratch: scratch.path, root: base, checks: new Map(), commands: [] })
  const places = placesOf(facts, { ...anyWorker, share: [share] })
  const untraced = { ...known, strace: { ...known.strace, works: false } }
  const stacks = new Stacks(scratch.path, places.roots)
  const signal = new AbortController().signal
  const stage = { scratch: scratch.path, dataDir: data, places, tools: untraced, stacks, count: 0, signal }
  const worker = { user: 'render', host: 'farm01', given: [], isolated: { network: true, host: true, user: true } }
  const visit = { below: [], worker, argv: ['true'], env: { PATH: process.env.PATH ?? '' }, cwd: jobFolder }
  const rest = { log: join(base, 'log'), taskText: null, allOwn: true, inject: null, localize: [], limitMs: 10_000 }
  const times: number[] = []
  for (let i = 0; i < 21; i++) {
    const begin = performance.now()
    await stay(stage, { ...visit, ...rest })
    times.push(performance.now() - begin)
  }
  await scratch.remove()
  return at(
    times.toSorted((a, b) => a - b),
    10
  )
}

/** 10,000 tasks of 100 accesses each: what they read is shared, what they write their own. */
function analyse(): { analysis: number; megabytes: number } {
  const facts = { home: '/home/artist', temporary: '/tmp', top: ['/show'], mounts: [], special: [], sockets: [] }
  const places = placesOf({ ...facts, dataDir: '/data', scratch: '/var/tmp/x', programs: ['/opt/python'] }, anyWorker)
  const packed = Array.from({ length: 10_000 }, (_, task) =>
    packLedger(
      Array.from({ length: 100 }, (_, i): Access => {
        if (i === 0) return { how: 'write', what: `/show/out/image.${task}.exr`, own: true }
        if (i < 50) return { how: 'read', what: `/opt/python/lib/module_${i}.py`, own: false }
        return { how: i < 80 ? 'read' : 'missing', what: `/show/assets/${(task + i) % 5000}.tx`, own: true }
      })
    )
  )
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  const begin = performance.now()
  const tasks = packed.map((one, index): TaskEvidence => {
    const accesses = unpackLedger(one)
    const path = `/show/out/image.${index}.exr`
    const ran = { accesses, opened: new Set([path]), failed: null, lastLines: [] }
    const changes = new Map([[path, { kind: 'file' as const, mode: 0o644, size: 10 }]])
    return {
      ...{ id: index + 1, name: `Render-${index}`, node: 'Render', index, waitsFor: new Set() },
      ...{ codeFolder: null, named: [], returned: [path], author: { ...ran, changes, left: [], peakMemory: null } },
      ...{ worker: null, back: null, random: [], again: [], stale: [], warm: [] }
    }
  })
  const job: JobEvidence = {
    ...{ tasks, places, cwd: { author: '/home/artist', worker: jobFolder }, workerHome: '/home/render', memory: null },
    existed: (path) => path.startsWith('/show/assets/'),
    sees: () => true,
    atEnd: () => ({ kind: 'file', mode: 0o644, size: 10 }),
    namesAtEnd: () => [],
    sameInRooms: () => true
  }
  const found = findingsOf(job)
  if (found.length > 0) throw new Error(`a clean job has ${found.length} findings`)
  return { analysis: (performance.now() - begin) / 1000, megabytes: (process.memoryUsage().rss - before) / 1e6 }
}

const only = ['worker', 'again', 'killed', 'session'].flatMap((pass) => ['--skip', pass])
const figures: RehearsalFigures = {
  ...analyse(),
  room: await roomStart(),
  plain: seconds('run', graph, '--trust'),
  traced: seconds('rehearse', graph, '--trust', '--share', share, '--discard', ...only),
  whole: seconds('rehearse', graph, '--trust', '--share', share, '--discard')
}
process.stdout.write(JSON.stringify(figures))

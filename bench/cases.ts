/** What is measured: each case gives rows, each with the peers that it is compared with. */
import { spawnSync, type SpawnSyncOptions } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Peer {
  name: string
  values: readonly number[]
  /** bounds ours / theirs; with `higherIsOurs` theirs / ours, for "so many times faster" */
  bar: number
  higherIsOurs?: boolean
}

export interface Row {
  what: string
  unit: string
  ours: readonly number[]
  peers: readonly Peer[]
}

/** What forecast.ts prints, in seconds. */
interface ForecastFigures {
  batch: number
  workers: number
  forecast: number
  real: number
}

/** What rehearse.ts prints. */
interface RehearsalFigures {
  plain: number
  traced: number
  whole: number
  room: number
  analysis: number
  megabytes: number
}

/** What frames.ts prints. */
interface FramesFigures {
  perFrame: number
  megabytes: number
  rows: number
}

const here = import.meta.dirname
const root = join(here, '..')
const venv = join(here, 'venv/bin')
const env = { ...process.env, PATH: `${venv}:${process.env.PATH}` }
// peers that remove their files work in memory: on ext4, whatever creates files after that is slowed for minutes
const inMemory = existsSync('/dev/shm') ? { ...env, TMPDIR: '/dev/shm' } : env
const node = process.execPath

// nothing is deleted between runs: ext4 is slow to reuse inodes that were freed seconds ago
const scratch = mkdtempSync(join(tmpdir(), 'backlot-bench-'))
let count = 0
const folder = () => {
  const path = join(scratch, String(++count))
  mkdirSync(path)
  return path
}

/** Seconds that a command takes; throws if it fails. */
function timed(command: string, args: readonly string[], options: SpawnSyncOptions = {}): number {
  const begin = performance.now()
  const done = spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 28, ...options })
  const seconds = (performance.now() - begin) / 1000
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ').slice(0, 200)}: ${String(done.stderr)}`)
  return seconds
}

/** Seconds that a slow peer takes; it is stopped after `most`, which is the figure then. */
function atLeast(most: number, command: string, args: readonly string[]): number {
  const begin = performance.now()
  spawnSync(command, args, { env, stdio: 'ignore', timeout: most * 1000 })
  return (performance.now() - begin) / 1000
}

const backlot = (data: string, ...args: string[]): number =>
  timed(node, [join(root, 'scripts/cli.mjs'), '--data-dir', data, ...args])

/** A graph as flowpipe writes it. */
const graphText = (nodes: readonly object[]): string =>
  JSON.stringify({ module: 'flowpipe.graph', cls: 'Graph', name: 'bench', nodes, subgraphs: [] })
const commandNode = (name: string, frames: readonly number[]) => ({
  file_location: null,
  module: 'bench',
  cls: 'Command',
  name,
  identifier: `${name}-1`,
  inputs: { frames: { name: 'frames', value: frames, sub_plugs: {}, connections: {} } },
  outputs: {},
  metadata: { interpreter: 'command', batch_size: 1 }
})
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

const setCommand = (data: string, argv: readonly string[]): number =>
  backlot(data, 'interpreter', 'set', 'command', '--evaluator', 'none', '--start', 'cold', '--', ...argv)

function runCommands(n: number, argv: readonly string[], slots = 2): { seconds: number; data: string } {
  const data = folder()
  setCommand(data, argv)
  writeFileSync(join(data, 'graph.json'), graphText([commandNode('Run', range(n))]))
  return {
    seconds: backlot(data, 'run', join(data, 'graph.json'), '--trust', '--force', '--slots', String(slots)),
    data
  }
}

function ninja(n: number, command: string): { dir: string; seconds: number } {
  const dir = folder()
  const lines = ['rule run', ` command = ${command}`, ...range(n).map((i) => `build o${i}: run source`)]
  writeFileSync(join(dir, 'source'), '')
  writeFileSync(join(dir, 'build.ninja'), `${lines.join('\n')}\n`)
  return { dir, seconds: timed('ninja', ['-j2'], { cwd: dir }) }
}

const repeat = <T>(runs: number, work: () => T): T[] => Array.from({ length: runs }, work)
const noFigures = (): number[] => []

export const cases: Readonly<Record<string, (runs: number) => Row[]>> = {
  commands(runs) {
    const [ours, byNinja, byParallel, many, manyByNinja] = [
      noFigures(),
      noFigures(),
      noFigures(),
      noFigures(),
      noFigures()
    ]
    for (let i = 0; i < runs; i++) {
      ours.push(runCommands(2000, ['/bin/true']).seconds)
      byNinja.push(ninja(2000, '/bin/true').seconds)
      many.push(runCommands(10000, ['/bin/true']).seconds)
      manyByNinja.push(ninja(10000, '/bin/true').seconds)
    }
    for (let i = 0; i < runs; i++)
      byParallel.push(timed('sh', ['-c', 'seq 2000 | parallel -j2 /bin/true'], { env: inMemory }))
    const peers = [
      { name: 'ninja -j2', values: byNinja, bar: 1 },
      { name: 'parallel -j2', values: byParallel, bar: 0.5 }
    ]
    const manyPeers = [{ name: 'ninja -j2', values: manyByNinja, bar: 1 }]
    return [
      { what: '2,000 × /bin/true, 2 slots, the whole command', unit: 's', ours, peers },
      { what: '10,000 × the same', unit: 's', ours: many, peers: manyPeers }
    ]
  },

  start(runs) {
    const data = folder()
    backlot(data, 'jobs')
    const [ours, ofNode] = [noFigures(), noFigures()]
    // in turn, and more often than the others: each takes a fraction of a second
    for (let i = 0; i < 10 * runs; i++) {
      ofNode.push(timed(node, ['-e', '0']) * 1000)
      ours.push(backlot(data, 'jobs') * 1000)
    }
    return [
      {
        what: 'backlot jobs, the whole command',
        unit: 'ms',
        ours,
        peers: [{ name: 'node -e 0', values: ofNode, bar: 2 }]
      }
    ]
  },

  python(runs) {
    const n = 300
    const [ours, inSession, guide] = [noFigures(), noFigures(), noFigures()]
    const [openjd, multi, eager] = [noFigures(), noFigures(), noFigures()]
    const graphs = repeat(runs, () => folder())
    for (const data of graphs) {
      timed(join(venv, 'python'), [join(here, 'small_graph.py'), data, String(n)])
      ours.push(backlot(data, 'run', join(data, 'graph.json'), '--trust', '--slots', '2'))
      const other = folder()
      const argv = ['python3', '{evaluator}', '{task}']
      backlot(other, 'interpreter', 'set', 'python', '--start', 'session', '--', ...argv)
      inSession.push(backlot(other, 'run', join(data, 'graph.json'), '--trust', '--slots', '2'))
      multi.push(timed(join(venv, 'python'), [join(here, 'small_multi.py'), data]))
      eager.push(timed(join(venv, 'python'), [join(here, 'small_multi.py'), data, 'eager']))
    }
    for (const data of graphs) {
      guide.push(timed('make', ['-j2', '-s', '-C', data, 'all']))
      openjd.push(timed(join(venv, 'openjd'), ['run', join(data, 'template.json')], { env: inMemory }))
    }
    const peers = [
      { name: 'python -c under make -j2', values: guide, bar: 10, higherIsOurs: true },
      { name: 'openjd run', values: openjd, bar: 5, higherIsOurs: true },
      { name: 'flowpipe multiprocessing', values: multi, bar: 3, higherIsOurs: true },
      { name: 'the same, submission_delay=0', values: eager, bar: 3, higherIsOurs: true }
    ]
    const what = `${n} small Python function nodes`
    return [
      { what: `${what}, one forked process each (as shipped)`, unit: 's', ours, peers },
      { what: `${what}, in sessions (--start session)`, unit: 's', ours: inSession, peers }
    ]
  },

  dcc(runs) {
    const ours = repeat(runs, () => {
      const data = folder()
      timed(join(venv, 'python'), [join(here, 'small_graph.py'), data, '60', 'dcc'])
      const argv = [join(venv, 'python'), join(here, 'slow_start.py'), '{evaluator}', '{task}']
      backlot(data, 'interpreter', 'set', 'dcc', '--start', 'session', '--', ...argv)
      return backlot(data, 'run', join(data, 'graph.json'), '--trust', '--slots', '2')
    })
    return [
      {
        what: '60 batches of a DCC that starts in 3 s, 2 slots',
        unit: 's',
        ours,
        peers: [{ name: 'bar', values: [1], bar: 10 }]
      }
    ]
  },

  convert(runs) {
    const data = folder()
    timed(join(venv, 'python'), [join(here, 'large_graph.py'), join(data, 'graph.json'), '10000'])
    const [ours, theirs] = [noFigures(), noFigures()]
    for (let i = 0; i < runs; i++) {
      ours.push(backlot(folder(), 'convert', join(data, 'graph.json'), '--json'))
      theirs.push(atLeast(120, join(venv, 'python'), [join(here, 'guide_convert.py'), join(data, 'graph.json')]))
    }
    const peers = [
      { name: 'flowpipe from_json + guide (stopped after 120 s)', values: theirs, bar: 20, higherIsOurs: true }
    ]
    return [{ what: 'import and convert a graph of 10,000 nodes, the whole command', unit: 's', ours, peers }]
  },

  frames(runs) {
    const measure = (n: number) => {
      const done = spawnSync(node, ['--expose-gc', join(here, 'frames.ts'), String(n)], { env, encoding: 'utf8' })
      if (done.status !== 0) throw new Error(done.stderr)
      return JSON.parse(done.stdout) as FramesFigures
    }
    const small = repeat(runs, () => measure(1000))
    const large = repeat(runs, () => measure(100_000))
    return [
      {
        what: '100,000 on 100,000 frames at batch 1, per frame, against 1,000',
        unit: 'µs',
        ours: large.map((one) => one.perFrame),
        peers: [{ name: 'at 1,000', values: small.map((one) => one.perFrame), bar: 1.3 }]
      },
      {
        what: 'its peak memory',
        unit: 'MB',
        ours: large.map((one) => one.megabytes),
        peers: [{ name: 'bar of 300 MB', values: [300], bar: 1 }]
      },
      {
        what: 'store rows per frame, against 1,000',
        unit: 'rows',
        ours: large.map((one) => one.rows / 100_000),
        peers: [{ name: 'at 1,000', values: small.map((one) => one.rows / 1000), bar: 1.01 }]
      }
    ]
  },

  changed(runs) {
    const n = 30_000
    const { data } = runCommands(n, ['/bin/true'])
    const { dir } = ninja(n, 'touch $out')
    const ours = repeat(runs, () => backlot(data, 'run', join(data, 'graph.json'), '--changed', '--force'))
    const theirs = repeat(runs, () => timed('ninja', [], { cwd: dir }))
    const peers = [{ name: 'ninja', values: theirs, bar: 1 }]
    return [{ what: '30,000 tasks that are done, the whole command', unit: 's', ours, peers }]
  },

  log(runs) {
    const script = join(folder(), 'print.sh')
    writeFileSync(
      script,
      '#!/bin/sh\nyes "a line of a log that says little, as most of them do, 64 bytes" | head -c 1000000000\n',
      { mode: 0o755 }
    )
    const [ours, plain, memory] = [noFigures(), noFigures(), noFigures()]
    for (let i = 0; i < runs; i++) {
      const out = join(folder(), 'log')
      plain.push(timed('sh', ['-c', `${script} > ${out}`]))
      const data = folder()
      setCommand(data, [script])
      writeFileSync(join(data, 'graph.json'), graphText([commandNode('Print', [1])]))
      const report = join(data, 'memory')
      const run = ['--data-dir', data, 'run', join(data, 'graph.json'), '--trust', '--force']
      ours.push(timed('/usr/bin/time', ['-f', '%M', '-o', report, node, join(root, 'scripts/cli.mjs'), ...run]))
      memory.push(Number(readFileSync(report, 'utf8')) / 1024)
    }
    return [
      {
        what: 'a task that prints 1 GB',
        unit: 's',
        ours,
        peers: [{ name: 'cmd > file', values: plain, bar: 1 / 0.7 }]
      },
      { what: 'memory meanwhile', unit: 'MB', ours: memory, peers: [{ name: 'bar of 200 MB', values: [200], bar: 1 }] }
    ]
  },

  growth() {
    const small = runCommands(1000, ['/bin/true']).seconds / 1000
    const large = runCommands(100_000, ['/bin/true']).seconds / 100_000
    return [
      {
        what: 'a task of 100,000, against one of 1,000',
        unit: 's',
        ours: [large],
        peers: [{ name: 'at 1,000', values: [small], bar: 1.3 }]
      }
    ]
  },

  forecast(runs) {
    const all = repeat(runs, () => {
      const done = spawnSync(node, [join(here, 'forecast.ts')], { env, encoding: 'utf8' })
      if (done.status !== 0) throw new Error(done.stderr)
      return JSON.parse(done.stdout) as ForecastFigures[]
    })
    return (all[0] ?? []).map(({ batch, workers }, i) => {
      const those = all.flatMap((figures) => figures.slice(i, i + 1))
      const seconds = those.map(({ forecast, real }) => `${forecast.toFixed(1)} for ${real.toFixed(1)}`).join(', ')
      return {
        what: `error of a forecast for ${workers} workers, batches of ${batch} (${seconds} s)`,
        unit: '%',
        ours: those.map(({ forecast, real }) => (Math.abs(forecast - real) / real) * 100),
        peers: [{ name: 'bar', values: [15], bar: 1 }]
      }
    })
  },

  rehearse(runs) {
    const all = repeat(runs, () => {
      const done = spawnSync(node, ['--expose-gc', join(here, 'rehearse.ts')], { env, encoding: 'utf8' })
      if (done.status !== 0) throw new Error(done.stderr)
      return JSON.parse(done.stdout) as RehearsalFigures
    })
    const plain = all.map((one) => one.plain)
    const row = (what: string, unit: string, ours: number[], bar: [name: string, value: number]): Row => ({
      ...{ what, unit, ours },
      peers: [{ name: bar[0], values: [bar[1]], bar: 1 }]
    })
    return [
      {
        what: '60 batches of a second, traced',
        unit: 's',
        ours: all.map((one) => one.traced),
        peers: [{ name: 'plain run', values: plain, bar: 1.3 }]
      },
      {
        what: 'the same, the whole rehearsal',
        unit: 's',
        ours: all.map((one) => one.whole),
        peers: [{ name: 'plain run', values: plain, bar: 4 }]
      },
      row(
        'ledgers of 10,000 tasks of 100 accesses, analysed',
        's',
        all.map((one) => one.analysis),
        ['bar of 2 s', 2]
      ),
      row(
        'memory for that',
        'MB',
        all.map((one) => one.megabytes),
        ['bar of 300 MB', 300]
      ),
      row(
        'a room’s own start',
        'ms',
        all.map((one) => one.room),
        ['bar of 30 ms', 30]
      )
    ]
  }
}

/** Random jobs as farms get them: what `farmJob` makes of a store's job, built in memory. */
import fc from 'fast-check'
import { anyWorkers, type FarmJob, type FarmNode, type FarmTask } from '../../src-main/core/export/farm.ts'
import { margins, noAssets, type Limits } from '../../src-main/core/export/measured.ts'
import { shippedInterpreters, type Interpreter } from '../../src-main/domain/interpreter.ts'
import { rawText, type Raw } from '../../src-main/domain/json.ts'
import { distinctNames, inBatches, linkedPlaces, nameOfTask, risingSlices } from './oracle.ts'

interface NodeSeed {
  name: string
  /** null: not batched */
  frames: Raw[] | null
  size: number
  dependency: 'node' | 'frame'
  priority: number
  /** index into `interpreters` */
  interpreter: number
  /** how many omitted nodes stand before it */
  gap: number
  /** taken modulo the nodes before it */
  parents: number[]
  measured: Limits
  memory: number | null
}

const shipped = (name: string) => shippedInterpreters.find((one) => one.name === name) as Interpreter

const interpreters: readonly Interpreter[] = [
  shipped('python'),
  shipped('node'),
  {
    ...shipped('maya'),
    argv: ['mayapy', '-c', 'd = {"a": {"b": 1}}', '{evaluator}', '{task}'],
    env: { LICENCE: 'it\'s <2> & "more" $HOME %d', EMPTY: '' },
    wrapper: ['rez-env', 'maya-2025', '--'],
    limit: 2,
    setup: 'x = {"a": {}}\nprint("}}", \'{{Task.Param.X}}\')'
  }
]

/** What people, and tools, call nodes; several are the same once a farm has made them legal. */
const awkwardNames = [
  'Render',
  'render',
  'REN-DER',
  'REN_DER',
  'a',
  '',
  ' ',
  '.',
  '..',
  '-x',
  '1',
  '007',
  '日本語',
  'é',
  'e\u0301',
  '🎬 final',
  "it's",
  '"quoted"',
  '{{Param.X}}',
  '}}',
  '{ {',
  '<b>&amp;</b>',
  'a/b\\c',
  '$HOME `id`',
  '[Tcl $x]',
  'a;b',
  'a,b',
  'a=b',
  '#hash',
  '%d',
  'new\nline',
  'tab\there',
  'nul\u0000',
  '\u007f\u0085\u2028',
  'a \u2028 b',
  '\ufffe',
  '\ud83d',
  'x'.repeat(64),
  'x'.repeat(65),
  'x'.repeat(300),
  '🎬'.repeat(70),
  'null',
  'true',
  '~',
  '- a',
  'a: b',
  '&a',
  '*a',
  '!a',
  '|',
  '>',
  '@a'
]

const name = fc.oneof(fc.constantFrom(...awkwardNames), fc.string({ unit: 'grapheme', maxLength: 20 }))

/** Close together, so that nodes share frames; batches of one, of some and of all. */
const frame = fc.integer({ min: -12, max: 40 })
const rising = (frames: readonly number[]) => [...frames].sort((a, b) => a - b).map(String)
const frames: fc.Arbitrary<Raw[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(frame, fc.integer({ min: 1, max: 25 }))
      .map(([first, n]) => Array.from({ length: n }, (_, i) => String(first + i)))
  },
  { weight: 4, arbitrary: fc.uniqueArray(frame, { minLength: 1, maxLength: 20 }).map(rising) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(frame, fc.integer({ min: 1, max: 15 }), fc.integer({ min: 2, max: 5 }))
      .map(([first, n, step]) => Array.from({ length: n }, (_, i) => String(first + i * step)))
  },
  { weight: 1, arbitrary: fc.array(frame, { minLength: 1, maxLength: 12 }).map((list) => list.map(String)) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom('1.0', '2.5', '1e3', '-0', '99999999999999999999'), {
      minLength: 1,
      maxLength: 6
    })
  },
  { weight: 1, arbitrary: fc.array(name.map(rawText), { minLength: 1, maxLength: 6 }) }
)

const nodeSeed: fc.Arbitrary<NodeSeed> = fc.record({
  name,
  frames: fc.option(frames),
  size: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(100)),
  dependency: fc.constantFrom('node' as const, 'frame' as const),
  priority: fc.integer({ min: -5, max: 200 }),
  interpreter: fc.nat(interpreters.length - 1),
  gap: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 })),
  parents: fc.array(fc.nat(), { maxLength: 4 }),
  memory: fc.option(fc.integer({ min: 1_000_000, max: 64_000_000_000 })),
  measured: fc.record({
    memory: fc.option(fc.integer({ min: 1, max: 400 }).map((n) => n * margins.memoryStep)),
    seconds: fc.option(fc.integer({ min: margins.leastSeconds, max: 90_000 }))
  })
})

const settings: fc.Arbitrary<FarmJob['settings']> = fc.record({
  slots: fc.integer({ min: 1, max: 16 }),
  retries: fc.integer({ min: 0, max: 5 }),
  timeout: fc.option(fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.constantFrom(0.5, 1.25))),
  silence: fc.option(fc.integer({ min: 1, max: 600 })),
  memory: fc.constant(null),
  failFast: fc.boolean(),
  changed: fc.constant(false),
  startTimeout: fc.constant(300),
  cold: fc.constant(false),
  strict: fc.constant(false),
  choice: fc.constant(null),
  cwd: fc.constantFrom('/work', "/it's here/{{x}}"),
  options: fc.constant({})
})

/** Jobs of 1 to 8 nodes: any DAG, batches of any size, gappy, backward and text frames, links by node and by frame. */
export function farmJobs(): fc.Arbitrary<FarmJob> {
  const nodes = fc.array(nodeSeed, { minLength: 1, maxLength: 8 })
  return fc.record({ name, priority: fc.integer({ min: -10, max: 200 }), settings, nodes }).map(build)
}

function build(seed: { name: string; priority: number; settings: FarmJob['settings']; nodes: NodeSeed[] }): FarmJob {
  const tasks: FarmTask[] = []
  const nodes: FarmNode[] = []
  for (const one of seed.nodes) nodes.push(nodeOf(one, nodes, tasks))
  const names = distinctNames(tasks.map((task) => task.name))
  tasks.forEach((task, i) => (task.name = names[i] as string))
  return {
    id: 1,
    name: seed.name,
    settings: seed.settings,
    priority: seed.priority,
    nodes,
    tasks,
    assets: noAssets,
    workers: anyWorkers
  }
}

function nodeOf(seed: NodeSeed, before: readonly FarmNode[], tasks: FarmTask[]): FarmNode {
  const batches = seed.frames ? inBatches(seed.frames, seed.size) : [null]
  const own = batches.map((frames, i): FarmTask => {
    const batch = frames === null ? null : i
    return { id: tasks.length + i + 1, index: tasks.length + i, name: nameOfTask(seed.name, batch), batch, frames }
  })
  tasks.push(...own)
  const position = (before.at(-1)?.position ?? -1) + 1 + seed.gap
  const above = [...new Set(before.length ? seed.parents.map((i) => i % before.length) : [])].sort((a, b) => a - b)
  return {
    ...{ position, identifier: `${seed.name}-${position}`, name: seed.name, priority: seed.priority },
    interpreter: interpreters[seed.interpreter] as Interpreter,
    ...{ tasks: own, chunks: risingSlices(own), measured: seed.measured, memory: seed.memory, strict: false },
    parents: above.map((i) => linkOf(before[i] as FarmNode, own, seed.dependency))
  }
}

function linkOf(parent: FarmNode, own: readonly FarmTask[], dependency: 'node' | 'frame'): FarmNode['parents'][number] {
  const links = linkedPlaces(parent.tasks, own, dependency)
  return { parent, tasks: links && links.map((list) => list.map((i) => parent.tasks[i] as FarmTask)) }
}

/** The job that is tortured: every way to start a task, batches, barriers, frame links, deferred batching, retries. */
import { join } from 'node:path'
import { Graph } from 'backlot'
import { plainDetails, type Interpreter } from '../../src-main/domain/interpreter.ts'
import { Work } from './nodes.ts'
import type { Random } from './random.ts'

/** One interpreter for each way to start. */
export function interpretersFor(folder: string, withPython: boolean): Interpreter[] {
  const rest = { ...plainDetails, wrapper: [] }
  const node = { ...rest, argv: ['{node}', '{evaluator}', '{task}'], evaluator: 'node' as const }
  const python = { ...rest, argv: ['python3', '{evaluator}', '{task}'], evaluator: 'python' as const }
  const plain = { ...rest, argv: ['python3', '-S', '-E', join(folder, 'torture_nodes.py'), '{task}'] }
  return [
    { ...node, name: 'node-cold', start: 'cold' },
    { ...node, name: 'node-session', start: 'session' },
    { ...plain, name: 'plain', evaluator: 'none', start: 'cold' },
    ...(withPython
      ? ([
          { ...python, name: 'python-cold', start: 'cold' },
          { ...python, name: 'python-fork', start: 'fork' },
          { ...python, name: 'python-session', start: 'session' }
        ] as const)
      : [])
  ]
}

interface Place {
  /** where nodes.ts and torture_nodes.py are */
  folder: string
  trace: string
  /** for nodes that fail once */
  marks: string
}

/** The graph as flowpipe's JSON; tasks take 20 to 400 ms. */
export function graphText(place: Place, random: Random, withPython: boolean): string {
  const graph = new Graph('torture')
  const node = (name: string, interpreter: string, metadata = {}, frames?: number[]) =>
    Work(
      graph,
      { label: name, trace: place.trace, ms: random.whole(20, 400), frames: frames ?? null },
      { name, metadata: { interpreter, ...metadata } }
    )
  const list = [1, 2, 3, 4, 5, 6]
  const [fork, session] = withPython ? ['python-fork', 'python-session'] : ['node-cold', 'node-session']
  const first = node('First', 'node-session')
  const plain = node('Plain', 'plain')
  const sim = node('Sim', fork, { batch_size: 1 }, list)
  const render = node('Render', session, { batch_size: 1, dependency: 'frame' }, list)
  const grade = node('Grade', 'node-session', { batch_size: 2, dependency: 'frame' }, list)
  const cold = node('Cold', 'node-cold', { batch_size: 3 }, list)
  const frames = node('Frames', withPython ? 'python-cold' : 'node-cold')
  const deferred = node('Deferred', fork, { batch_size: 2 })
  const many = node('Many', 'plain', { batch_size: 1 }, list)
  const flaky = Work(
    graph,
    { label: 'Flaky', trace: place.trace, ms: 30, mark: join(place.marks, 'flaky') },
    { name: 'Flaky', metadata: { interpreter: fork } }
  )
  const last = node('Last', 'node-cold')
  first.output('out').connect(sim.input('values'))
  sim.output('out').connect(render.input('values'))
  render.output('out').connect(grade.input('values'))
  first.output('out').connect(cold.input('values'))
  plain.output('out').connect(frames.input('values'))
  frames.output('frames').connect(deferred.input('frames'))
  frames.output('out').connect(many.input('values'))
  cold.output('out').connect(flaky.input('values'))
  grade.output('out').connect(last.input('values'))
  deferred.output('out').connect(last.input('more'))
  many.output('out').connect(flaky.input('more'))
  return inLanguages(graph.toText(), place.folder)
}

interface NodeRecord {
  module: string
  file_location: string
  metadata: { interpreter: string }
  func: { module: string }
}

/** Nodes of Python interpreters come from the Python file. */
function inLanguages(text: string, folder: string): string {
  const graph = JSON.parse(text) as { nodes: NodeRecord[] }
  for (const node of graph.nodes) {
    const isPython = node.metadata.interpreter.startsWith('python')
    node.file_location = join(folder, isPython ? 'torture_nodes.py' : 'nodes.ts')
    if (!isPython) continue
    node.module = 'flowpipe.node'
    node.func.module = 'torture_nodes'
  }
  return JSON.stringify(graph)
}

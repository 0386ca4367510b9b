import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { orderOf } from '../../src-main/core/graph/order.ts'
import { formatJson } from '../../src-main/domain/json.ts'
import { plugText, type Endpoint, type Graph, type Plug } from '../../src-main/core/graph/model.ts'
import { flowpipe } from '../helpers/flowpipe.ts'
import { unwrap } from '../helpers/goldens.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'backlot-examples-'))
const node = [process.execPath, join(root, 'src-main/evaluate.ts')] as const
const python = ['python3', join(root, 'python/backlot_evaluate.py')] as const

function load([program, evaluator]: readonly [string, string], example: string): Graph {
  const out = join(folder, 'graph.json')
  const args = [evaluator, '--graph', join(root, 'examples', example), out]
  const { status, stderr } = spawnSync(program, args, { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
  expect([status, stderr.toString()]).toEqual([0, ''])
  return unwrap(readGraph(readFileSync(out, 'utf8')))
}

/** Everything but identifiers, files and the order of nodes; `node` is what Backlot calls TypeScript's own. */
function structureOf(graph: Graph): unknown {
  const label = (index: number) => `${graph.graphs[graph.nodes[index]?.graph ?? 0]?.name}/${graph.nodes[index]?.name}`
  const end = (e: Endpoint) => `${label(e.node)}.${plugText(e)}`
  const plugs = (list: Plug[]) => list.map(({ name, value, subPlugs }) => [name, formatJson(value), subPlugs])
  const nodes = graph.nodes.map(({ inputs, outputs, metadata, className }, i) => ({
    ...{ label: label(i), className, inputs: plugs(inputs), outputs: plugs(outputs) },
    metadata: formatJson(metadata).replace('{"interpreter": "node"}', '{}')
  }))
  return {
    nodes: nodes.sort((a, b) => (a.label < b.label ? -1 : 1)),
    edges: graph.edges.map(({ from, to }) => `${end(from)} → ${end(to)}`).sort()
  }
}

const namesOf = (graph: Graph) => orderOf(graph).rows.map((row) => row.map((i) => graph.nodes[i]?.name))
const framesOf = (graph: Graph, name: string) =>
  JSON.parse(graph.nodes.find((one) => one.name === name)?.inputs.find((plug) => plug.name === 'frames')?.value ?? '[]')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('implicit batching: one render node of 30 frames, batches of 10', () => {
  const graph = load(node, 'guide/implicit_batching.ts')
  expect(namesOf(graph)).toEqual([['MayaRender'], ['UpdateDatabase']])
  expect(framesOf(graph, 'MayaRender')).toHaveLength(30)
  expect(graph.nodes[0]?.metadata).toContain('batch_size')
})

test('explicit batching: the last batch ends with the last frame (Q21)', () => {
  const graph = load(node, 'guide/explicit_batching.ts')
  expect(namesOf(graph)).toEqual([['MayaRender0-10', 'MayaRender10-20', 'MayaRender20-25'], ['UpdateDatabase']])
  expect(framesOf(graph, 'MayaRender20-25')).toEqual([20, 21, 22, 23, 24])
})

test('the film workflow: two named graphs, no node outside (Q34)', () => {
  const graph = load(node, 'vfx_rendering/graph.ts')
  expect(graph.graphs.map(({ name }) => name)).toEqual(['Rendering', 'Comp'])
  expect(namesOf(graph).map((row) => row.length)).toEqual([1, 1, 3, 3, 2, 3, 1])
})

describe.skipIf(!flowpipe())('the Python twin is the same graph', () => {
  test.each(['guide/implicit_batching', 'guide/explicit_batching', 'vfx_rendering/graph'])('%s', (example) => {
    expect(structureOf(load(python, `${example}.py`))).toEqual(structureOf(load(node, `${example}.ts`)))
  })
})

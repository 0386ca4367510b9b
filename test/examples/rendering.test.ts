import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, encode } from 'fast-png'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { withInputs } from '../../src-main/core/graph/record.ts'
import { fromJs, toJs } from '../../src-main/domain/json-js.ts'
import { rawObject, type Raw } from '../../src-main/domain/json.ts'
import type { Graph } from '../../src-main/core/graph/model.ts'
import { unwrap } from '../helpers/goldens.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'backlot-example-'))
const pictures = join(folder, 'pictures')
let graph: Graph

function evaluator(...args: string[]) {
  const env = { ...process.env, BACKLOT_OUTPUT_DIR: pictures }
  const node = process.execPath
  const { status, stdout, stderr } = spawnSync(node, [join(root, 'src-main/evaluate.ts'), ...args], { env })
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}

/** Evaluates one node of the example with other literals. */
function run(name: string, inputs: Record<string, unknown>, frames: number[] | null = null) {
  const record = graph.nodes.find((node) => node.name === name)?.record ?? expect.fail(name)
  const literals = Object.entries(inputs).map(([key, value]): [string, Raw] => [key, unwrap(fromJs(value))])
  const task = {
    protocol: '1',
    node: withInputs(record, new Map(literals)),
    frames: unwrap(fromJs(frames)),
    links: '[]'
  }
  writeFileSync(join(folder, 'task.json'), rawObject(Object.entries(task)))
  const done = evaluator(join(folder, 'task.json'))
  return { ...done, result: JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) }
}

const size = { width: 48, height: 27 }
const pathOf = (frame: number) => join(pictures, `backlot.000${frame}.png`)

beforeAll(() => {
  const out = join(folder, 'graph.json')
  expect(evaluator('--graph', join(root, 'examples/rendering/graph.ts'), out)).toMatchObject({ status: 0, stderr: '' })
  graph = unwrap(readGraph(readFileSync(out, 'utf8')))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the graph is Render → CheckImages → ContactSheet → UpdateDatabase, rendered in batches of 10', () => {
  const names = graph.nodes.map(({ name }) => name)
  expect(names).toEqual(['Render', 'CheckImages', 'ContactSheet', 'UpdateDatabase'])
  expect(graph.edges.map(({ from, to }) => [from.node, to.node])).toEqual([
    [0, 1],
    [1, 2],
    [2, 3]
  ])
  expect(toJs(graph.nodes[0]?.metadata ?? '')).toEqual({ interpreter: 'node', batch_size: 10 })
  const literal = (name: string) => toJs(graph.nodes[0]?.inputs.find((plug) => plug.name === name)?.value ?? 'null')
  expect(literal('frames')).toHaveLength(30)
  expect(literal('folder')).toBe(pictures)
})

test('a batch writes its frames as pictures, says how far it is, and returns its paths', () => {
  const { status, stdout, result } = run('Render', size, [1, 8])
  expect([status, result.outputs.images.value]).toEqual([0, [pathOf(1), pathOf(8)]])
  expect(readdirSync(pictures).sort()).toEqual(['backlot.0001.png', 'backlot.0008.png'])
  for (const frame of [1, 8]) {
    const { width, height, channels, data } = decode(readFileSync(pathOf(frame)))
    expect([width, height, channels]).toEqual([48, 27, 3])
    expect(new Set(data).size).toBeGreaterThan(60)
  }
  expect(stdout.split('\n').filter((line) => line.startsWith('openjd_progress'))).toEqual([
    'openjd_progress: 50',
    'openjd_progress: 100'
  ])
  expect(stdout).toMatch(/^frame 8: .*backlot\.0008\.png in \d+ ms$/m)
})

test('the pictures are checked, laid out on a sheet and noted', () => {
  const images = [pathOf(1), pathOf(8)]
  const checked = run('CheckImages', { ...size, images, count: 2 })
  expect([checked.status, checked.result.outputs.images.value]).toEqual([0, images])
  const sheet = run('ContactSheet', { images }).result.outputs.sheet.value
  const { width, height } = decode(readFileSync(sheet))
  expect([width, height]).toEqual([6 * 174 + 14, 134])
  const { outputs } = run('UpdateDatabase', { sheet }).result
  run('UpdateDatabase', { sheet, shot: 'other' })
  const database = JSON.parse(readFileSync(outputs.database.value, 'utf8'))
  expect(database).toEqual({
    backlot_010: { sheet, status: 'rendered', updated: expect.any(String) },
    other: { sheet, status: 'rendered', updated: expect.any(String) }
  })
})

test('missing, black, broken and wrongly sized pictures are each named', () => {
  const png = (name: string, width: number, data: Uint8Array) => {
    writeFileSync(join(folder, name), encode({ width, height: 1, channels: 3, data }))
    return join(folder, name)
  }
  const black = png('black.png', 2, new Uint8Array(6))
  const wide = png('wide.png', 3, new Uint8Array(9))
  const broken = join(folder, 'broken.png')
  writeFileSync(broken, 'no picture')
  const images = [black, wide, broken, '/gone.png']
  const { status, result } = run('CheckImages', { images, count: 5, width: 2, height: 1 })
  expect(status).toBe(1)
  const faults = result.error.message.split('; ')
  expect(faults[0]).toBe('4 images of 5')
  expect(faults[1]).toBe(`${black} is black`)
  expect(faults[2]).toBe(`${wide} is 3 × 1`)
  expect(faults[3]).toContain(`${broken} is no picture`)
  expect(faults[4]).toBe('/gone.png is missing')
})

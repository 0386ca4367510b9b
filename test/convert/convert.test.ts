import { describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { convert } from '../../src-main/core/convert/convert.ts'
import { directDependencies, waitsOf } from '../../src-main/core/convert/dependencies.ts'
import { referenceText } from '../../src-main/core/convert/reference.ts'
import { guideBatchesOf } from '../../src-main/core/convert/guide.ts'
import { parseFrameRange, rangeText } from '../../src-main/domain/frames.ts'
import { formatJson } from '../../src-main/domain/json.ts'
import { goldenGraph, goldenJson, goldenNames, goldenText, messageOf, unwrap } from '../helpers/goldens.ts'

/** A graph MayaRender(frames, batch_size) → UpdateDatabase with any value, also those flowpipe cannot build. */
function renderGraph(frames: string, metadata: string) {
  const text = goldenText('graphs', '12_guide_implicit_30_10.json')
  const record = JSON.parse(text)
  record.nodes[0].inputs.frames.value = '@frames'
  record.nodes[0].metadata = '@metadata'
  return unwrap(readGraph(JSON.stringify(record).replace('"@frames"', frames).replace('"@metadata"', metadata)))
}

describe.each(goldenNames)('golden job %s', (name) => {
  const reference = goldenJson('jobs', `graph_${name}.json`).reference
  test('equals the reference: names, frames, direct and transitive dependencies', () => {
    const job = convert(goldenGraph(name))
    if (reference.error) {
      expect(messageOf(job)).toContain('n3 → n0')
      expect(job).toMatchObject({ error: { kind: 'cycle' } })
    } else expect(JSON.parse(unwrap(referenceText(unwrap(job))))).toEqual(reference)
  })
})

describe('batching cases of the golden file', () => {
  const cases = goldenJson('jobs', 'batching_cases.json').cases
  test.each(cases as { id: string }[])('$id is partitioned correctly', (c) => {
    const given = c as unknown as {
      frames: unknown[]
      batch_size: number
      correct: { batches: object[] }
      guide_lost_frames: unknown[]
      guide_batches: { frames: unknown[] }[]
    }
    const job = unwrap(
      convert(renderGraph(JSON.stringify(given.frames), `{"interpreter": "maya", "batch_size": ${given.batch_size}}`))
    )
    const batches = job.tasks.filter((t) => t.batch !== null)
    expect(
      batches.map((t) => ({ name: t.name, index: t.batch, frames: (t.frames ?? []).map((f) => JSON.parse(f)) }))
    ).toEqual(given.correct.batches)
    const guide = guideBatchesOf(
      given.frames.map((f) => JSON.stringify(f)),
      given.batch_size
    )
    expect(guide.map((batch) => batch.map((f) => JSON.parse(f)))).toEqual(given.guide_batches.map((b) => b.frames))
  })
})

describe('invalid cases of the golden file', () => {
  const cases = goldenJson('jobs', 'invalid_cases.json').cases
  // "1-30" is the one that a later decision accepts: frames may be a range text (quirk Q13, docs/adr/0004)
  const refused = (cases as { id: string }[]).filter((c) => c.id !== 'frames_string')
  test.each(refused)('$id is refused with its node named', (c) => {
    const id = c.id
    const given = c as unknown as { frames: unknown; batch_size: unknown }
    const size = id === 'batch_whole_float' ? '10.0' : JSON.stringify(given.batch_size)
    const job = convert(renderGraph(JSON.stringify(given.frames), `{"batch_size": ${size}}`))
    expect(messageOf(job)).toMatch(/^node "MayaRender": (batch_size|frames) is /)
  })
  test('frames_string is taken as the range text that it is', () => {
    const job = unwrap(convert(renderGraph('"1-30"', '{"batch_size": 10}')))
    expect(job.tasks.slice(0, 3).map((t) => rangeText(t.frames ?? []))).toEqual(['1-10', '11-20', '21-30'])
  })
  test('a text that is no range is refused with its node named', () => {
    expect(messageOf(convert(renderGraph('"1-30;7"', '{"batch_size": 10}')))).toMatch(
      /^node "MayaRender": "1-30;7" is no frame range/
    )
  })
})

test('frames fed by an upstream node are batched later, not refused', () => {
  const record = JSON.parse(goldenText('graphs', '12_guide_implicit_30_10.json'))
  const [render, update] = record.nodes
  update.outputs.status.connections = { [render.identifier]: ['frames'] }
  update.inputs.images.connections = {}
  render.outputs.renderings.connections = {}
  render.inputs.frames = { name: 'frames', value: null, connections: { [update.identifier]: 'status' }, sub_plugs: {} }
  const job = unwrap(convert(unwrap(readGraph(JSON.stringify(record)))))
  expect(job.nodes.map((n) => n.batching.kind)).toEqual(['whole', 'deferred'])
  expect(job.tasks.map((t) => t.name)).toEqual(['UpdateDatabase', 'MayaRender'])
})

test('frame dependencies link the batches that share frames, and only those', () => {
  const record = JSON.parse(goldenText('graphs', '11_metadata_batching.json'))
  const child = record.nodes.find((n: { name: string }) => n.name === 'Override')
  child.metadata = { ...child.metadata, dependency: 'frame' }
  const job = unwrap(convert(unwrap(readGraph(JSON.stringify(record)))))
  const direct = unwrap(directDependencies(job))
  const depends = Object.fromEntries(
    job.tasks.map((t, i) => [t.name, (direct[i] ?? []).map((d) => job.tasks[d]?.name)])
  )
  expect(depends['Override-0']).toEqual(['Default-0'])
  expect(depends['Unbatched']).toEqual(['Override-0', 'Override-1'])
})

describe('frame ranges', () => {
  test.each([
    ['1-100x2', 50, '1-99x2'],
    ['1-10,20', 11, '1-10,20'],
    ['-5-5', 11, '-5-5'],
    ['10-8', 3, '10,9,8'],
    [' 7 ', 1, '7']
  ])('%s is %i frames, printed %s', (text, count, printed) => {
    const frames = unwrap(parseFrameRange(text))
    expect(frames).toHaveLength(count)
    expect(rangeText(frames)).toBe(printed)
  })
  test.each(['', '1-', 'a', '1-5x0', '1--', '1-99999999'])('%j is refused in one sentence', (text) => {
    expect(messageOf(parseFrameRange(text))).toMatch(/frame|step/)
  })
})

test('options are refused by name, before anything else happens', () => {
  const graph = goldenGraph('12_guide_implicit_30_10')
  expect(messageOf(convert(graph, { only: ['Nobody'] }))).toContain('there is no node "Nobody"')
  expect(messageOf(convert(graph, { set: { 'MayaRender.scene': '1' } }))).toContain(
    'has no input "scene" (did you mean scene_file?) to set; it has: frames, scene_file'
  )
  expect(messageOf(convert(graph, { frames: ['999'] }))).toContain('renders none of the frames asked for')
  const job = unwrap(
    convert(graph, { frames: ['1', '15'], set: { 'MayaRender.scene_file': '"/b.ma"' }, map: { maya: 'python' } })
  )
  expect(job.tasks.map((t) => t.frames)).toEqual([['1', '15'], null])
  expect(job.nodes[0]?.interpreter).toBe('python')
  expect(formatJson(job.nodes[0]?.record ?? '')).toContain('"value": "/b.ma"')
  expect(unwrap(convert(graph, { only: ['MayaRender'] })).nodes).toHaveLength(1)
})

test('100,000 batches on 100,000 batches convert, and are refused only where they would be written out', () => {
  const graph = renderGraph('"1-100000"', '{"batch_size": 1}')
  const wide = {
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.name === 'UpdateDatabase'
        ? {
            ...node,
            metadata: '{"batch_size": 1}',
            inputs: [...node.inputs, { name: 'frames', value: '"1-100000"', subPlugs: [] }]
          }
        : node
    )
  }
  const job = unwrap(convert(wide))
  expect(job.tasks).toHaveLength(200_000)
  expect(waitsOf(job, 3).at(-1)).toEqual({ count: 100_000, first: [0, 1, 2] })
  expect(messageOf(referenceText(job))).toContain('has 10000000000 task dependencies when they are written out')
})

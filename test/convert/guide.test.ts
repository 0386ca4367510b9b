import { describe, expect, test } from 'vitest'
import { readGraph } from '../../src-main/core/graph/read.ts'
import { convert, type ConvertOptions } from '../../src-main/core/convert/convert.ts'
import { guideNodes, guideVerdict, type GuideNode } from '../../src-main/core/convert/guide.ts'
import type { Graph } from '../../src-main/core/graph/model.ts'
import { goldenGraph, goldenJson, goldenNames, goldenText, unwrap } from '../helpers/goldens.ts'

interface GoldenTask {
  name: string
  dependencies: string[]
}
interface GoldenJob {
  guide: { tasks?: GoldenTask[]; error?: { type: string } }
  guide_frames?: Record<string, unknown[] | null>
}

const nodesOf = (graph: Graph, options: ConvertOptions = {}) => guideNodes(unwrap(convert(graph, options)))
/** As the guide's code makes them: in the order of the graph's own nodes. */
const inFileOrder = (nodes: readonly GuideNode[]) =>
  nodes.toSorted((a, b) => a.node.graphNode - b.node.graphNode).flatMap(({ guide }) => guide)
const kinds = (nodes: readonly GuideNode[]) => nodes.flatMap(({ losses }) => losses.map((loss) => loss.kind))
const framesOf = (frames: readonly string[] | null) => frames?.map((frame) => JSON.parse(frame) as unknown) ?? null

// ours refuses 23: it has a cycle
const converted = goldenNames.filter((name) => name !== '23_undetected_cycle')

describe.each(converted)('the guide on golden graph %s', (name) => {
  const golden = goldenJson('jobs', `graph_${name}.json`) as GoldenJob
  const nodes = nodesOf(goldenGraph(name))

  const { error } = golden.guide
  if (error) {
    test('is said to stop, as its code did', () => {
      expect(kinds(nodes)).toContain('stops')
      expect(guideVerdict(nodes)).toContain(`raises ${error.type}`)
    })
    return
  }

  test('has the tasks and frames that its code made', () => {
    const tasks = inFileOrder(nodes)
    expect(tasks.map((task) => task.name)).toEqual(golden.guide.tasks?.map((task) => task.name))
    const frames = Object.fromEntries(tasks.map((task) => [task.name, framesOf(task.frames)]))
    expect(frames).toEqual(golden.guide_frames)
    expect(kinds(nodes)).not.toContain('stops')
  })

  test('loses the dependencies that its code lost', () => {
    const waits = new Map(golden.guide.tasks?.map((task) => [task.name, new Set(task.dependencies)]))
    // which of its stale lists (Q25) a graph was wired with is not in its file: 03 is left to the goldens
    if (name === '03_chain_back_to_front') return
    for (const one of nodes) {
      const lost = one.losses.some((loss) => loss.kind === 'waits')
      const parents = nodes.filter(({ node }) =>
        unwrap(convert(goldenGraph(name))).parents[one.node.index]?.includes(node.index)
      )
      const missing = parents.some(({ guide, ours }) => guide.length < ours.length)
      expect(lost).toBe(missing)
      for (const task of one.guide)
        for (const parent of parents.flatMap(({ guide }) => guide)) expect(waits.get(task.name)).toContain(parent.name)
    }
  })
})

describe('batching cases of the golden file', () => {
  const render = (frames: unknown, size: number) => {
    const record = JSON.parse(goldenText('graphs', '12_guide_implicit_30_10.json'))
    record.nodes[0].inputs.frames.value = frames
    record.nodes[0].metadata.batch_size = size
    return nodesOf(unwrap(readGraph(JSON.stringify(record))))
  }
  interface Case {
    id: string
    frames: unknown[]
    batch_size: number
    guide_lost_frames: unknown[]
    guide_batches: { name: string; frames: unknown[] }[]
    guide_write_back_tasks: string[]
    guide_update_dependencies: string[]
  }

  test.each(goldenJson('jobs', 'batching_cases.json').cases as Case[])(
    '$id: what is lost is what was lost',
    (given) => {
      const [first, second] = render(given.frames, given.batch_size) as [GuideNode, GuideNode]
      expect(framesOf(first.lostFrames)).toEqual(given.guide_lost_frames)
      expect(first.guide.map(({ name, frames }) => ({ name, frames: framesOf(frames) }))).toEqual(
        given.guide_batches.map(({ name, frames }) => ({ name, frames }))
      )
      const written = first.losses.every((loss) => loss.kind !== 'results')
      if (given.frames.length) expect(written).toBe(given.guide_write_back_tasks.length > 0)
      const waits = second.losses.some((loss) => loss.kind === 'waits')
      expect(waits).toBe(given.guide_update_dependencies.length < first.ours.length)
    }
  )

  test('a range text is cut into characters', () => {
    const [first] = render('1-30', 10) as [GuideNode]
    expect(first.guide.map(({ frames }) => framesOf(frames))).toEqual([['1', '-', '3', '0']])
    expect(first.lostFrames).toHaveLength(30)
    expect(kinds([first])).toEqual(['frames', 'results'])
  })

  test('names that two tasks share are told of both', () => {
    const record = JSON.parse(goldenText('graphs', '12_guide_implicit_30_10.json'))
    record.nodes[1].name = 'MayaRender-0.0'
    const nodes = nodesOf(unwrap(readGraph(JSON.stringify(record))))
    expect(kinds(nodes)).toEqual(['names', 'names'])
    expect(guideVerdict(nodes)).toBe("The guide's converter has 2 nodes whose tasks share names.")
  })

  test('an interpreter that the guide does not know ends it, and says at which node', () => {
    for (const { interpreter, guide } of goldenJson('jobs', 'command_cases.json').interpreters) {
      const record = JSON.parse(goldenText('graphs', '12_guide_implicit_30_10.json'))
      record.nodes[0].metadata.interpreter = interpreter
      const graph = unwrap(readGraph(JSON.stringify(record)))
      const job = convert(graph)
      if (!job.ok) continue // an empty name: ours refuses it too
      expect(kinds(guideNodes(job.value)).includes('stops')).toBe(guide.status === 'error')
    }
  })

  test('the verdict counts what is lost, and says so where nothing is', () => {
    expect(guideVerdict(render([1, 2, 3], 2))).toBe(
      "The guide's converter loses 1 frame, 1 node's results and 1 node's dependencies."
    )
    expect(guideVerdict(nodesOf(goldenGraph('12_guide_implicit_30_10')))).toBe(
      "The guide's converter makes the same tasks of this graph."
    )
    expect(guideVerdict(nodesOf(goldenGraph('06_fan_in_compound')))).toBe(
      "The guide's converter loses 1 node's inputs."
    )
  })
})

import { describe, expect, test } from 'vitest'
import type { GraphView, OutputView, TaskView } from '../../src-main/api.ts'
import type { LedgerEntry } from '../../src-main/domain/rehearsal.ts'
import { byPath, findingsByPath } from '../../src-renderer/rehearsal/by-path.ts'
import { connectLine } from '../../src-renderer/rehearsal/connect.ts'
import { endsOf, endsPicture, isWorthDrawing } from '../../src-renderer/rehearsal/ends.ts'
import { fileName } from '../../src-renderer/rehearsal/file-name.ts'
import { stepsOf } from '../../src-renderer/rehearsal/progress.ts'
import { lastName, subjectText } from '../../src-renderer/rehearsal/subject.ts'
import { accessesOf, finding, findings, fogFrame, longPath } from '../helpers/rehearsal.ts'

const entry = (task: string, how: LedgerEntry['how'], what: string): LedgerEntry => ({
  ...{ task, taskId: 1, how, what, own: true }
})

describe('a ledger the other way round', () => {
  test('says who wrote and who read each file, once each', () => {
    const rows = byPath([
      entry('Fog-0', 'write', '/out/fog.exr'),
      entry('Comp-0', 'read', '/out/fog.exr'),
      entry('Comp-0', 'look', '/out/fog.exr'),
      entry('Comp-0', 'read', '/out/fog.exr'),
      entry('Comp-1', 'list', '/out/fog.exr')
    ])
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ wrote: ['Fog-0'], read: ['Comp-0', 'Comp-1'], other: ['Comp-0'] })
    expect(rows[0]?.entries).toHaveLength(5)
  })

  test('in the order in which people count, addresses and variables behind the files', () => {
    const whats = ['OCIO', '/f.10.exr', '/f.9.exr', 'licence:5053']
    expect(byPath(whats.map((what) => entry('a', 'read', what))).map(({ what }) => what)).toEqual([
      ...['/f.9.exr', '/f.10.exr', 'licence:5053', 'OCIO']
    ])
  })

  test('names that an object would not keep apart are kept apart', () => {
    const rows = byPath([entry('constructor', 'write', '__proto__'), entry('toString', 'read', '__proto__')])
    expect(rows[0]).toMatchObject({ what: '__proto__', wrote: ['constructor'], read: ['toString'] })
  })

  test('5,000 entries take no noticeable time', () => {
    const entries = Array.from({ length: 5000 }, (_, i) => entry(`t${i % 200}`, 'read', `/out/f.${i % 700}.exr`))
    const begin = performance.now()
    expect(byPath(entries)).toHaveLength(700)
    expect(performance.now() - begin).toBeLessThan(500)
  })

  test('a path is marked with the worst finding that names it', () => {
    const marked = findingsByPath(findings)
    expect(marked.get(fogFrame(1017))?.kind).toBe('missing-dependency')
    expect(marked.get('OCIO')?.kind).toBe('environment')
    expect(marked.get(longPath)?.severity).toBe('warning')
  })
})

describe('the line below a finding says what it is about', () => {
  test('one task by its name, many by their number, paths by their last name', () => {
    expect(findings.map(subjectText)).toEqual([
      '6 tasks · fog.1001.exr and 47 more',
      'Publish · v031/',
      '200 tasks · hangar_lut.cube',
      '6 tasks · OCIO',
      'Build_scene · hangar.ma',
      'Render_beauty-4 · dirt_mask.1037.tx'
    ])
    expect(subjectText(finding({ tasks: ['a'] }))).toBe('a')
  })

  test('a path of nothing but slashes keeps them', () => {
    expect(lastName('/')).toBe('/')
    expect(lastName('C:\\show\\a.exr')).toBe('a.exr')
  })
})

const plug = (name: string, value = 'null') => ({ name, value, subs: [] })
const node = (
  name: string,
  inputs: ReturnType<typeof plug>[],
  outputs = [plug('files')]
): GraphView['nodes'][number] => ({
  ...{ identifier: name, name, graph: 0, className: name, module: 'film', file: null, omit: false, metadata: '{}' },
  ...{ inputs, outputs }
})
const edge = (from: number, to: number, plugName = 'after') => ({
  from: { node: from, plug: 'files', key: null },
  to: { node: to, plug: plugName, key: null }
})
const pattern = JSON.stringify(fogFrame(0).replace('.0.', '.%04d.'))
const view: GraphView = {
  ...{ name: 'film', graphs: ['film'] },
  nodes: [node('Fog', []), node('Beauty', []), node('Comp', [plug('after'), plug('fog', pattern)]), node('Scene', [])],
  edges: [edge(1, 2), edge(3, 0), edge(3, 1)]
}
const tasks = view.nodes.flatMap(({ name }) =>
  [0, 1].map((batch) => ({ name: `${name}-${batch}`, identifier: name }) as TaskView)
)
const missing = finding({ tasks: ['Comp-0', 'Comp-1'], needs: 'Fog-1', paths: [fogFrame(1001)] })

describe('the line that connects two nodes', () => {
  const line = (
    more: { view?: GraphView; written?: OutputView[]; paths?: string[] } = {},
    source = '/show/film.py'
  ) => {
    const { nodes, edges } = more.view ?? view
    const [from, to] = [nodes[0], nodes[2]]
    if (!from || !to) throw new Error('no ends')
    const ends = { from: { index: 0, node: from }, to: { index: 2, node: to } }
    return connectLine({ ...ends, edges, written: more.written ?? [], paths: more.paths ?? [fogFrame(1001)] }, source)
  }
  const withNodes = (fog: GraphView['nodes'][number], comp: GraphView['nodes'][number]): GraphView => ({
    ...view,
    nodes: [fog, ...view.nodes.slice(1, 2), comp, ...view.nodes.slice(3)]
  })

  test('names the input whose pattern the path fits, as flowpipe writes it', () => {
    expect(line()).toBe('graph["Fog"].outputs["files"].connect(graph["Comp"].inputs["fog"])')
  })

  test('for a graph in TypeScript as our authoring writes it', () => {
    expect(line({}, '/show/film.ts')).toBe('Fog.output("files").connect(Comp.input("fog"))')
  })

  test('of several outputs takes the one that was written with this path', () => {
    const fog = node('Fog', [], [plug('files'), plug('log')])
    const two = withNodes(fog, view.nodes[2] as GraphView['nodes'][number])
    const written: OutputView = {
      node: 'Fog',
      identifier: 'Fog',
      output: 'log',
      how: 'single',
      value: pattern
    } as never
    expect(line({ view: two })).toBeNull()
    expect(line({ view: two, written: [written] })).toContain('outputs["log"]')
  })

  test('is none where the input is a guess: nothing names the path, two do, or only its folder is named', () => {
    const comp = (...inputs: ReturnType<typeof plug>[]) => withNodes(node('Fog', []), node('Comp', inputs))
    expect(line({ view: comp(plug('after')) })).toBeNull()
    expect(line({ view: comp(plug('a', pattern), plug('b', pattern)) })).toBeNull()
    expect(line({ view: comp(plug('out', '"/mnt/show/hyd/0420/fog/v031"')) })).toBeNull()
  })

  test('never names an input that is connected, nor reads a value that was cut', () => {
    expect(line({ view: { ...view, edges: [edge(1, 2, 'fog')] } })).toBeNull()
    const cut = withNodes(node('Fog', []), node('Comp', [plug('fog', `["${'x'.repeat(397)}…`)]))
    expect(line({ view: cut })).toBeNull()
  })
})

describe('the picture of a finding', () => {
  test('has the node that is waited for and the nodes of the tasks', () => {
    expect(endsOf(missing, view, tasks)).toEqual({ from: 0, to: [2] })
    const other = endsOf({ ...missing, kind: 'local-file' }, view, tasks)
    expect(other).toEqual({ from: null, to: [0, 2] })
    expect(isWorthDrawing(other)).toBe(true)
    expect(isWorthDrawing(endsOf({ ...missing, needs: 'Comp-0' }, view, tasks))).toBe(false)
    expect(isWorthDrawing(endsOf({ ...missing, tasks: ['gone'], needs: null }, view, tasks))).toBe(false)
  })

  test('with room it has what stands before them; the missing edge is the last one and labelled', () => {
    const picture = endsPicture(view, { from: 0, to: [2] }, 2000)
    expect(picture.view.nodes.map(({ name }) => name)).toEqual(['Fog', 'Comp', 'Scene', 'Beauty'])
    expect(picture.scale).toBe(1)
    const wires = picture.layout.wires.filter(({ id }) => picture.missing.has(id))
    expect(wires.map(({ from, to }) => [from, to])).toEqual([['0', '1']])
    expect(picture.label).not.toBeNull()
    for (const { x, y, width, height } of picture.layout.cards) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(y).toBeGreaterThanOrEqual(0)
      expect(x + width).toBeLessThanOrEqual(picture.width)
      expect(y + height).toBeLessThanOrEqual(picture.height)
    }
  })

  test('without room it has the ends alone, one below the other, at a size that can be read', () => {
    const picture = endsPicture(view, { from: 0, to: [2] }, 300)
    expect(picture.view.nodes).toHaveLength(2)
    expect(picture.layout.cards.map(({ x }) => x)).toEqual([16, 16])
    expect(picture.scale).toBe(1)
    const [fog, comp] = picture.layout.cards
    expect(comp?.y).toBeGreaterThan(fog?.y ?? Infinity)
  })

  test('an edge that is there is drawn once however many plugs it joins', () => {
    const twice = { ...view, edges: [...view.edges, edge(1, 2, 'again')] }
    expect(endsPicture(twice, { from: null, to: [1, 2] }, 2000).layout.wires).toHaveLength(2)
  })
})

describe('passes that go on', () => {
  const states = (passes: Parameters<typeof stepsOf>[0]) => stepsOf(passes).map(({ state }) => state)

  test('are done with their last task, and those before a later one are done', () => {
    expect(states(new Map())).toEqual(['to come', 'to come', 'to come', 'to come', 'to come'])
    expect(states(new Map([['author', { done: 3, total: 9 }]]))[0]).toBe('running')
    expect(
      states(
        new Map([
          ['worker', { done: 2, total: 9 }],
          ['again', { done: 9, total: 9 }]
        ])
      )
    ).toEqual(['done', 'running', 'done', 'to come', 'to come'])
  })
})

test('the report’s file has a name that every system takes', () => {
  expect(fileName('hyd_0420_v029', 7)).toBe('hyd_0420_v029-7-rehearsal.html')
  expect(fileName('../a/b: <c>', 1)).toBe('a-b-c-1-rehearsal.html')
  expect(fileName('Größe', 2)).toBe('Größe-2-rehearsal.html')
  expect(fileName('???', 3)).toBe('job-3-rehearsal.html')
})

test('the helper’s ledger names what its findings name', () => {
  const all = accessesOf('Comp', 2).map(({ what }) => what)
  expect(all).toContain(fogFrame(1017))
})

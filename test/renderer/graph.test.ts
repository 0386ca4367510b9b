import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { GraphView } from '../../src-main/api.ts'
import { arrange } from '../../src-renderer/graph/arrange.ts'
import { collapse, layersOf } from '../../src-renderer/graph/groups.ts'
import { layOut } from '../../src-renderer/graph/layout.ts'
import { positionOf, savedPositions } from '../../src-renderer/graph/positions.ts'
import { drawn, sceneOf } from '../../src-renderer/graph/scene.ts'
import {
  boundsOf,
  distanceOf,
  fitted,
  fitZoom,
  leastText,
  nameSize,
  openedAt,
  zoomSteps
} from '../../src-renderer/graph/zoom.ts'

type Fixture = {
  nodes: {
    name: string
    identifier: string
    cls: string
    inputs: Record<string, { connections: Record<string, string> }>
  }[]
}

/** A graph's file as the core's call gives it, as far as a picture needs. */
function viewOf(name: string): GraphView {
  const { nodes } = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/window', name), 'utf8')) as Fixture
  const place = new Map(nodes.map(({ identifier }, i) => [identifier, i]))
  return view(
    nodes.map(({ name: own, cls }) => ({ name: own, className: cls })),
    nodes.flatMap(({ inputs }, to) =>
      Object.values(inputs).flatMap(({ connections }) =>
        Object.keys(connections).map((from): [number, number] => [place.get(from) ?? 0, to])
      )
    )
  )
}

function view(nodes: { name: string; className?: string; metadata?: string }[], edges: [number, number][]): GraphView {
  const end = (node: number) => ({ node, plug: 'p', key: null })
  return {
    ...{ name: 'g', graphs: ['g'] },
    nodes: nodes.map(({ name, className = name, metadata = '{}' }) => ({
      ...{
        identifier: name,
        name,
        graph: 0,
        className,
        module: 'm',
        file: null,
        omit: false,
        metadata,
        inputs: [],
        outputs: []
      }
    })),
    edges: edges.map(([from, to]) => ({ from: end(from), to: end(to) }))
  }
}

/** The pairs of numbers of an SVG path. */
const pointsOf = (path: string) =>
  [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }))
const none: ReadonlySet<string> = new Set()

describe('a circle', () => {
  test('the case: its back edge swings round over both cards and does not run behind them', () => {
    const { cards, wires } = layOut(viewOf('cycle.json'), true)
    expect(wires).toHaveLength(2)
    const backs = wires.filter(({ back }) => back)
    expect(backs).toHaveLength(1)
    const top = Math.min(...cards.map(({ y }) => y))
    expect(Math.min(...pointsOf(backs[0]?.path ?? '').map(({ y }) => y))).toBeLessThan(top - 10)
  })

  test('so it does where rows run down', () => {
    const scene = sceneOf(viewOf('cycle.json'), collapse(viewOf('cycle.json'), none), 'down')
    const { cards, wires } = drawn(viewOf('cycle.json'), scene, arrange(scene.shape))
    const back = wires.find((wire) => wire.back)
    expect(cards[0]?.x).toBe(cards[1]?.x)
    expect(Math.min(...pointsOf(back?.path ?? '').map(({ x }) => x))).toBeLessThan(
      Math.min(...cards.map(({ x }) => x)) - 10
    )
  })
})

describe('wide layers', () => {
  const wide = viewOf('g300.json')

  test('are a few cards and a number, and every edge has its two ends', () => {
    const collapsed = collapse(wide, none)
    expect(collapsed.shown.length + collapsed.groups.reduce((sum, { members }) => sum + members.length, 0)).toBe(300)
    expect(collapsed.shown.length + collapsed.groups.length).toBeLessThan(80)
    const scene = sceneOf(wide, collapsed, 'right')
    const { cards, wires, groups } = drawn(wide, scene, arrange(scene.shape))
    const ids = new Set([...cards.map(({ index }) => String(index)), ...groups.map(({ id }) => `group ${id}`)])
    for (const wire of wires) expect([ids.has(wire.from), ids.has(wire.to)]).toEqual([true, true])
    expect(new Set(wires.map(({ from, to }) => `${from} ${to}`)).size).toBe(wires.length)
  })

  test('open one by one, and their names stay', () => {
    const { groups } = collapse(wide, none)
    const [first] = groups
    if (!first) throw new Error('nothing was collapsed')
    const after = collapse(wide, new Set([first.id]))
    expect(after.groups.map(({ id }) => id)).toEqual(groups.slice(1).map(({ id }) => id))
    for (const index of first.members) expect(after.shown).toContain(index)
  })

  test('of few nodes nothing is collapsed', () => {
    const few = view(
      Array.from({ length: 12 }, (_, i) => ({ name: `R${i}`, className: 'R' })),
      []
    )
    expect(collapse(few, none)).toEqual({ shown: [...few.nodes.keys()], groups: [] })
    const many = view(
      Array.from({ length: 313 }, (_, i) => ({ name: `R${i}`, className: 'R' })),
      []
    )
    expect(collapse(many, none).groups[0]?.members).toHaveLength(310)
  })

  test('layers are the longest ways; a circle does not hang them', () => {
    const edges = (list: [number, number][]) => list.map(([from, to]) => ({ from, to }))
    expect(
      layersOf(
        4,
        edges([
          [0, 1],
          [1, 2],
          [0, 2],
          [2, 3]
        ])
      )
    ).toEqual([0, 1, 2, 3])
    expect(
      layersOf(
        3,
        edges([
          [0, 1],
          [1, 2],
          [2, 1]
        ])
      )
    ).toHaveLength(3)
  })
})

describe('positions that a graph’s file has', () => {
  test.each<[string, [number, number] | null]>([
    ['{"pos": [10, 20.5]}', [10, 20.5]],
    ['{"position": {"x": -1, "y": 2}}', [-1, 2]],
    ['{"ui": {"xy": [1, 2, 3]}}', [1, 2]],
    ['{"x": 5, "y": 6}', [5, 6]],
    ['{"pos": ["a", 1]}', null],
    ['{"x": NaN}', null],
    ['[]', null]
  ])('%s', (metadata, found) => expect(positionOf(metadata)).toEqual(found))

  const size = { width: 200, height: 56 }
  const at = (x: number, y: number) => JSON.stringify({ pos: [x, y] })

  test('are used where every node has one and none lies on another', () => {
    const all = view(
      [
        { name: 'a', metadata: at(0, 0) },
        { name: 'b', metadata: at(300, 10) }
      ],
      [[0, 1]]
    )
    const scene = sceneOf(all, collapse(all, none), 'right')
    expect(scene.saved).toEqual([
      { x: 0, y: 0, ...size },
      { x: 300, y: 10, ...size }
    ])
    expect(savedPositions(view([{ name: 'a', metadata: at(0, 0) }, { name: 'b' }], []), size)).toBeNull()
    expect(
      savedPositions(
        view(
          [
            { name: 'a', metadata: at(0, 0) },
            { name: 'b', metadata: at(10, 10) }
          ],
          []
        ),
        size
      )
    ).toBeNull()
  })
})

describe('zoom', () => {
  test('fitted, all of it lies in the room, however large it is', () => {
    for (const bounds of [
      { x: -50, y: 20, width: 90_000, height: 41_000 },
      { x: 0, y: 0, width: 100, height: 9000 }
    ]) {
      const room = { width: 1000, height: 600 }
      const { x, y, zoom } = fitted(bounds, room)
      expect(bounds.x * zoom + x).toBeGreaterThanOrEqual(0)
      expect((bounds.x + bounds.width) * zoom + x).toBeLessThanOrEqual(room.width)
      expect(bounds.y * zoom + y).toBeGreaterThanOrEqual(0)
      expect((bounds.y + bounds.height) * zoom + y).toBeLessThanOrEqual(room.height)
      expect(zoom).toBe(fitZoom(bounds, room))
    }
  })

  test('names are never under 11 px on the screen where there are any', () => {
    for (let zoom = zoomSteps[4]; zoom < 2; zoom += 0.01)
      expect(nameSize(distanceOf(zoom)) * zoom).toBeGreaterThan(leastText - 0.1)
    expect(distanceOf(0.3)).toBe(5)
  })

  test('of nothing there are bounds', () => {
    expect(boundsOf([])).toEqual({ x: 0, y: 0, width: 1, height: 1 })
  })

  test('of a large graph one card is brought: the first at its edge, one further on in the middle', () => {
    const bounds = { x: 0, y: 0, width: 9000, height: 200 }
    const room = { width: 1000, height: 600 }
    const card = (x: number) => ({ x, y: 0, width: 200, height: 60 })
    const placeOf = (x: number) => {
      const at = openedAt(card(x), bounds, room)
      return { left: x * at.zoom + at.x, top: at.y, zoom: at.zoom }
    }
    expect(placeOf(0)).toEqual({ left: 32, top: 60, zoom: zoomSteps[0] })
    const far = placeOf(5000)
    expect(far.left + 100 * far.zoom).toBeCloseTo(500)
  })
})

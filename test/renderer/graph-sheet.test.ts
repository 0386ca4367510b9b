/** A large graph is drawn; what is near becomes elements, few a frame. */
import { describe, expect, test } from 'vitest'
import { route, routeBack, turned } from '../../src-renderer/graph/route.ts'
import { boundsOfPath, boxAt, boxesOf, meets, stepTo, windowOf } from '../../src-renderer/graph/in-view.ts'
import type { Layout } from '../../src-renderer/graph/layout.ts'

const ids = (from: number, to: number) => new Set(Array.from({ length: to - from }, (_, i) => String(from + i)))

describe('elements come and go few a frame', () => {
  test('until what is wanted is there, and nothing else', () => {
    const wanted = ids(50, 150)
    let now: ReadonlySet<string> = ids(0, 100)
    let frames = 0
    while (now.symmetricDifference(wanted).size > 0) {
      const next = stepTo(now, wanted)
      expect(next.difference(now).size).toBeLessThanOrEqual(20)
      expect(now.difference(next).size).toBeLessThanOrEqual(60)
      expect(next.intersection(wanted).size).toBeGreaterThanOrEqual(now.intersection(wanted).size)
      now = next
      if (++frames > 20) throw new Error('it never ends')
    }
    expect(frames).toBeGreaterThan(1)
  })

  test('nothing changes where all is there', () => {
    expect(stepTo(ids(0, 5), ids(0, 5))).toEqual(ids(0, 5))
  })
})

describe('what is in view', () => {
  test('moves and grows with the viewport', () => {
    expect(windowOf({ x: -100, y: -50, zoom: 0.5 }, { width: 400, height: 200 })).toEqual({
      ...{ x: 200, y: 100, width: 800, height: 400 }
    })
    expect(windowOf({ x: 0, y: 0, zoom: 2 }, { width: 400, height: 200 }, 10)).toEqual({
      ...{ x: -5, y: -5, width: 210, height: 110 }
    })
  })

  test('a box at the edge that only touches is not', () => {
    const area = { x: 0, y: 0, width: 10, height: 10 }
    expect(meets({ x: 9, y: 9, width: 5, height: 5 }, area)).toBe(true)
    expect(meets({ x: 10, y: 0, width: 5, height: 5 }, area)).toBe(false)
    expect(meets({ x: -20, y: -20, width: 50, height: 50 }, area)).toBe(true)
  })

  test('an edge is where its curve is, also back round and turned', () => {
    const inside = (path: string, x: number, y: number) => meets(boundsOfPath(path), { x, y, width: 1, height: 1 })
    const there = route({ x: 0, y: 0 }, { x: 200, y: 80 }, [{ from: 60, to: 120, y: 300 }])
    expect(inside(there, 90, 299)).toBe(true)
    expect(inside(there, 90, -20)).toBe(false)
    const back = routeBack({ x: 200, y: 50 }, { x: 0, y: 60 }, -40)
    expect(inside(back, 100, -40)).toBe(true)
    expect(inside(turned(back), -40, 100)).toBe(true)
  })
})

test('a click meets what was drawn last; groups have a box as well', () => {
  const box = { x: 0, y: 0, width: 10, height: 10 }
  const layout = {
    ...{ wires: [], frames: [] },
    cards: [
      { ...box, index: 3 },
      { ...box, x: 5, index: 7 }
    ],
    groups: [{ ...box, y: 40, id: 'g', className: 'Render', members: [1] }]
  } as unknown as Layout
  const boxes = boxesOf(layout)
  expect(boxAt(boxes, { x: 7, y: 3 })?.id).toBe('7')
  expect(boxAt(boxes, { x: 2, y: 3 })?.id).toBe('3')
  expect(boxAt(boxes, { x: 2, y: 45 })?.id).toBe('group g')
  expect(boxAt(boxes, { x: 30, y: 3 })).toBeUndefined()
})

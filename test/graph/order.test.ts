import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closureOf, cycleText, orderOf } from '../../src-main/core/graph/order.ts'
import type { Graph } from '../../src-main/core/graph/model.ts'
import { goldenGraph } from '../helpers/goldens.ts'

const [seed] = goldenGraph('01_single_node').nodes

/** Nodes by name, edges by place; an edge listed twice is there twice. */
function graphOf(names: readonly string[], edges: readonly (readonly [number, number])[]): Graph {
  const end = (node: number) => ({ node, plug: 'x', key: null })
  const nodes = names.map((name, i) => ({ ...(seed as Graph['nodes'][number]), name, identifier: `${name}-${i}` }))
  return {
    ...goldenGraph('01_single_node'),
    nodes,
    edges: edges.map(([from, to]) => ({ from: end(from), to: end(to) }))
  }
}

describe('order', () => {
  test('parents and children are told once each, ascending; rows are ordered by name, then identifier', () => {
    const order = orderOf(
      graphOf(
        ['z', 'b', 'a', 'a', 'end'],
        [
          [3, 4],
          [0, 4],
          [0, 4],
          [1, 2],
          [2, 4]
        ]
      )
    )
    expect(order).toEqual({
      parents: [[], [], [1], [], [0, 2, 3]],
      children: [[4], [2], [4], [4], []],
      levels: [0, 0, 1, 0, 2],
      rows: [[3, 1, 0], [2], [4]],
      cycle: null
    })
    expect(orderOf(graphOf(['a', 'a', 'A'], [])).rows).toEqual([[2, 0, 1]])
  })

  test('a graph without nodes has no rows and no circle', () => {
    expect(orderOf(graphOf([], []))).toEqual({ parents: [], children: [], levels: [], rows: [], cycle: null })
  })

  test('a circle is told from its first node in the file; what is behind it has no level', () => {
    const graph = graphOf(
      ['behind', 'c', 'a', 'b', 'before'],
      [
        [3, 0],
        [1, 2],
        [2, 3],
        [3, 1],
        [4, 2]
      ]
    )
    const { cycle, levels, rows } = orderOf(graph)
    expect({ cycle, levels, rows }).toEqual({ cycle: [1, 2, 3, 1], levels: [null, null, null, null, 0], rows: [[4]] })
    expect(cycleText(graph, cycle ?? [])).toBe('c → a → b → c')
    expect(orderOf(graphOf(['self'], [[0, 0]])).cycle).toEqual([0, 0])
  })

  test('every edge leads down, and a level is the longest way from a source', () => {
    const edge = fc.tuple(fc.nat(7), fc.nat(7)).filter(([a, b]) => a !== b)
    fc.assert(
      fc.property(fc.array(edge), (pairs) => {
        // from the smaller to the larger: no circle
        const edges = pairs.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
        const { levels, cycle } = orderOf(graphOf([...'hgfedcba'], edges))
        const longest: number[] = []
        for (let node = 0; node < 8; node++)
          longest[node] = Math.max(-1, ...edges.filter(([, to]) => to === node).map(([from]) => longest[from] ?? 0)) + 1
        expect([levels, cycle]).toEqual([longest, null])
      })
    )
  })
})

test('a closure is all that can be reached, and the start only by a circle', () => {
  const next = [[1, 2], [3], [3], [], [0, 4]]
  expect(next.map((_, node) => closureOf(node, next))).toEqual([[1, 2, 3], [3], [3], [], [0, 1, 2, 3, 4]])
  expect(closureOf(0, [[2], [], [1]])).toEqual([1, 2])
  expect(closureOf(9, next)).toEqual([])
})

/**
 * Where the boxes of a graph's picture go: columns from left to right or rows from top to bottom, subgraphs in frames, edges
 * around boxes. Pure, and it knows nothing of nodes: a worker does it.
 */
import { Graph, layout, type EdgeLabel } from '@dagrejs/dagre'
import { turned } from './route.ts'
import { endsOf, gaps, lanesOf, level, pathsOf, straighten, type Box, type Link, type Path } from './wires.ts'

export interface Shape {
  /** all of one width; `graph`: which frame it stands in, 0 for none */
  boxes: { width: number; height: number; graph: number }[]
  links: Link[]
  /** of frames, by their number */
  graphs: string[]
  direction: 'right' | 'down'
}

export interface Frame extends Box {
  graph: number
  name: string
}

export interface Arranged {
  boxes: Box[]
  paths: Path[]
  frames: Frame[]
}

const framePad = { side: 20, top: 38, bottom: 18 } as const
/** From here on the best ranking takes a second; the simplest one takes none. */
const manyNodes = 200

const nodeId = (index: number) => String(index)
const graphId = (index: number) => `graph ${index}`

export function arrange(shape: Shape): Arranged {
  return shape.direction === 'right' ? arrangeRight(shape) : turn(arrangeRight(turnShape(shape)), shape)
}

/** Edges between the same two nodes count as one heavier edge to the layout. */
function arrangeRight(shape: Shape): Arranged {
  const dagre = ranked(shape)
  const placed = upright(shape.links, place(shape, dagre, 1), place(shape, dagre, -1))
  const lanes = lanesOf(dagre, placed.boxes, placed.up)
  straighten(shape.links, placed.boxes, lanes)
  level(shape.links, placed.boxes, lanes)
  return {
    boxes: placed.boxes,
    paths: pathsOf(shape.links, placed.boxes, lanes),
    frames: framesOf(shape, placed.boxes)
  }
}

const turnShape = (shape: Shape): Shape => ({
  ...shape,
  boxes: shape.boxes.map(({ width, height, graph }) => ({ width: height, height: width, graph })),
  links: shape.links.map(({ from, to }) => {
    const middle = (index: number) => (shape.boxes[index]?.width ?? 0) / 2
    return { from, to, out: middle(from), in: middle(to) }
  })
})

const turnBox = ({ x, y, width, height }: Box): Box => ({ x: y, y: x, width: height, height: width })

const turn = ({ boxes, paths }: Arranged, shape: Shape): Arranged => {
  const upright = boxes.map(turnBox)
  return {
    boxes: upright,
    paths: paths.map(({ d, back }) => ({ d: turned(d), back })),
    frames: framesOf(shape, upright)
  }
}

/** Boxes where the layout put them, or upside down. */
interface Placed {
  boxes: Box[]
  up: 1 | -1
}

function place({ boxes }: Shape, dagre: Graph, up: 1 | -1): Placed {
  const placed = boxes.map(({ width, height }, index) => {
    const { x, y } = dagre.node(nodeId(index)) as { x: number; y: number }
    return { x: Math.round(x - width / 2), y: Math.round(up * y - height / 2), width, height }
  })
  return { boxes: placed, up }
}

function ranked({ boxes, links, graphs, direction }: Shape): Graph {
  const dagre = new Graph({ compound: true })
  // rows are read closer to each other than columns
  const ranksep = direction === 'down' ? 44 : gaps.ranksep
  dagre.setGraph({ ...gaps, ranksep, ranker: boxes.length > manyNodes ? 'longest-path' : 'network-simplex' })
  graphs.forEach((_, graph) => graph > 0 && dagre.setNode(graphId(graph), {}))
  boxes.forEach(({ width, height, graph }, index) => {
    dagre.setNode(nodeId(index), { width, height })
    if (graph > 0) dagre.setParent(nodeId(index), graphId(graph))
  })
  for (const { from, to } of links) {
    const known = dagre.edge(nodeId(from), nodeId(to)) as EdgeLabel | undefined
    dagre.setEdge(nodeId(from), nodeId(to), { weight: (known?.weight ?? 0) + 1, minlen: 1 })
  }
  layout(dagre)
  return dagre
}

/** The layout knows no plugs: of it and its mirror image, the one whose edges cross less in front of a box. */
function upright(links: readonly Link[], one: Placed, other: Placed): Placed {
  const [a, b] = [crossings(links, one.boxes), crossings(links, other.boxes)]
  if (a !== b) return a < b ? one : other
  return inFileOrder(one.boxes) ? one : other
}

/** Pairs of edges into the same node that swap sides on their way. */
function crossings(links: readonly Link[], boxes: readonly Box[]): number {
  const groups = Map.groupBy(
    links.flatMap((link) => endsOf(link, boxes) ?? []),
    ({ to }) => to
  )
  let count = 0
  for (const group of groups.values())
    group.forEach((one, i) => {
      for (const two of group.slice(i + 1)) if ((one.start.y - two.start.y) * (one.end.y - two.end.y) < 0) count++
    })
  return count
}

/** Whether more of the boxes that follow each other in the file run downwards. */
function inFileOrder(boxes: readonly Box[]): boolean {
  let sum = 0
  boxes.forEach((box, i) => {
    const next = boxes[i + 1]
    if (next && next.x === box.x) sum += Math.sign(next.y - box.y)
  })
  return sum >= 0
}

export function framesOf({ graphs, boxes: of }: Shape, boxes: readonly Box[]): Frame[] {
  return graphs.flatMap((name, graph) => {
    const inside = boxes.filter((_, i) => of[i]?.graph === graph)
    if (graph === 0 || inside.length === 0) return []
    const x = Math.min(...inside.map((box) => box.x)) - framePad.side
    const y = Math.min(...inside.map((box) => box.y)) - framePad.top
    const right = Math.max(...inside.map((box) => box.x + box.width)) + framePad.side
    const bottom = Math.max(...inside.map((box) => box.y + box.height)) + framePad.bottom
    return [{ graph, name, x, y, width: right - x, height: bottom - y }]
  })
}

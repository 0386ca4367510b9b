/** The layout as the flow library takes it. Sizes are known, so that the first picture waits for no measuring. */
import { Position } from '@xyflow/svelte'
import type { Layout } from './layout.ts'

const handles = (width: number) => [
  { type: 'target' as const, position: Position.Left, x: 0, y: 0 },
  { type: 'source' as const, position: Position.Right, x: width, y: 0 }
]

/** What frames and cards have alike. */
const boxOf = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
  position: { x, y },
  width,
  height,
  measured: { width, height },
  handles: handles(width)
})

const framesOf = ({ frames }: Layout) =>
  frames.map((frame) => ({
    ...boxOf(frame),
    id: `frame ${frame.graph}`,
    type: 'frame',
    zIndex: -1,
    focusable: false,
    ariaLabel: `subgraph ${frame.name}`,
    data: { frame }
  }))

/** In reading order, which is the order of the Tab key. */
const cardsOf = ({ cards }: Layout) =>
  cards
    .toSorted((a, b) => a.x - b.x || a.y - b.y)
    .map((card) => ({
      ...boxOf(card),
      id: String(card.index),
      type: 'card',
      ariaLabel: `node ${card.node.name}, ${card.node.className}${card.node.omit ? ', omitted' : ''}`,
      data: { card }
    }))

export const nodesOf = (layout: Layout) => [...framesOf(layout), ...cardsOf(layout)]

export const edgesOf = ({ wires }: Layout) =>
  wires.map((wire) => ({
    id: wire.id,
    type: 'wire',
    source: String(wire.from),
    target: String(wire.to),
    ariaLabel: wire.label,
    data: { wire }
  }))

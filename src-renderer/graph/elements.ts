/** The layout as the flow library takes it. Sizes are known, so that the first picture waits for no measuring. */
import { Position } from '@xyflow/svelte'
import type { Layout } from './layout.ts'
import { groupId } from './scene.ts'

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
const cardsOf = ({ cards }: Layout, isCompact: boolean) =>
  cards
    .toSorted((a, b) => a.x - b.x || a.y - b.y)
    .map((card) => ({
      ...boxOf(card),
      id: String(card.index),
      type: isCompact ? 'compact' : 'card',
      ariaLabel: `node ${card.node.name}, ${card.node.className}${card.node.omit ? ', omitted' : ''}`,
      data: { card }
    }))

const groupsOf = ({ groups }: Layout) =>
  groups.map((group) => ({
    ...boxOf(group),
    id: groupId(group.id),
    type: 'group-card',
    ariaLabel: `${group.members.length} more nodes like it, ${group.className}: Enter shows them`,
    data: { group }
  }))

export const nodesOf = (layout: Layout, isCompact: boolean) => [
  ...framesOf(layout),
  ...cardsOf(layout, isCompact),
  ...groupsOf(layout)
]

export const edgesOf = ({ wires }: Layout) =>
  wires.map((wire) => ({
    id: wire.id,
    type: 'wire',
    source: wire.from,
    target: wire.to,
    ariaLabel: wire.label,
    data: { wire }
  }))

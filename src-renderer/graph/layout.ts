/** A graph's picture: its cards placed, its edges routed. */
import type { GraphView } from '../../src-main/api.ts'
import { arrange, type Arranged, type Frame, type Shape } from './arrange.ts'
import { cardsOf, portY, size, type Card } from './card.ts'
import type { PlacedGroup } from './groups.ts'
import type { Box } from './wires.ts'

export type { Frame } from './arrange.ts'
export interface PlacedCard extends Card, Box {}

export interface Wire {
  id: string
  /** ids of the cards or groups at its ends */
  from: string
  to: string
  path: string
  label: string
  /** it closes a circle */
  back: boolean
}

export interface Layout {
  cards: PlacedCard[]
  wires: Wire[]
  frames: Frame[]
  /** what stands for many nodes */
  groups: PlacedGroup[]
}

/** What a layout needs of cards with their plugs. */
export const shapeOf = (view: GraphView, cards: readonly Card[]): Shape => ({
  boxes: cards.map(({ node, height }) => ({ width: size.width, height, graph: node.graph })),
  links: view.edges.map(({ from, to }) => {
    const [a, b] = [cards[from.node], cards[to.node]]
    const out = a ? portY(a.outputs, from.plug, from.key) : 0
    return { from: from.node, to: to.node, out, in: b ? portY(b.inputs, to.plug, to.key) : 0 }
  }),
  graphs: view.graphs,
  direction: 'right'
})

export function placed(view: GraphView, cards: readonly Card[], arranged: Arranged): Layout {
  return {
    cards: cards.flatMap((card, i) => {
      const box = arranged.boxes[i]
      return box ? [{ ...card, ...box }] : []
    }),
    wires: view.edges.map(({ from, to }, i) => {
      const path = arranged.paths[i]
      const name = (end: typeof from) => view.nodes[end.node]?.name ?? ''
      const label = `${name(from)} ${portText(from)} to ${name(to)} ${portText(to)}`
      return {
        id: `e${i}`,
        from: String(from.node),
        to: String(to.node),
        path: path?.d ?? '',
        back: path?.back ?? false,
        label
      }
    }),
    frames: arranged.frames,
    groups: []
  }
}

const portText = (end: GraphView['edges'][number]['from']) => (end.key === null ? end.plug : `${end.plug}.${end.key}`)

/** At once, on this thread: for a few nodes. */
export function layOut(view: GraphView, live: boolean): Layout {
  const cards = cardsOf(view, live)
  return placed(view, cards, arrange(shapeOf(view, cards)))
}

/** Which node an arrow key leads to. */
import type { Layout, PlacedCard } from './layout.ts'

export const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const
export type Arrow = (typeof arrows)[number]

export const isArrow = (key: string): key is Arrow => (arrows as readonly string[]).includes(key)

/** Along an edge if there is one that way, else to the nearest card; null at the border. */
export function walk({ cards, wires }: Layout, from: number, arrow: Arrow): number | null {
  const here = cards.find((card) => card.index === from)
  if (!here) return null
  const linked = new Set(
    wires.flatMap((wire) =>
      arrow === 'ArrowRight' && wire.from === String(from)
        ? [wire.to]
        : arrow === 'ArrowLeft' && wire.to === String(from)
          ? [wire.from]
          : []
    )
  )
  const along = cards.filter((card) => linked.has(String(card.index)))
  const among = along.length ? along : cards
  let best: number | null = null
  let least = Infinity
  for (const card of among) {
    const cost = card.index === from ? Infinity : costOf(here, card, arrow)
    if (cost < least) [best, least] = [card.index, cost]
  }
  return best
}

const middle = (card: PlacedCard) => ({ x: card.x + card.width / 2, y: card.y + card.height / 2 })

/** Distance, where going sideways counts three times; Infinity for what lies the other way. */
function costOf(from: PlacedCard, to: PlacedCard, arrow: Arrow): number {
  const [a, b] = [middle(from), middle(to)]
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const ahead = { ArrowLeft: -dx, ArrowRight: dx, ArrowUp: -dy, ArrowDown: dy }[arrow]
  const aside = arrow === 'ArrowLeft' || arrow === 'ArrowRight' ? Math.abs(dy) : Math.abs(dx)
  return ahead < 1 ? Infinity : ahead + 3 * aside
}

/** What of a large graph is in view, and what of it becomes elements of the page. Pure. */
import type { Layout } from './layout.ts'
import { groupId } from './scene.ts'
import type { Box } from './wires.ts'
import type { Room, Viewport } from './zoom.ts'

/** A graph with more boxes is drawn, and only what is near becomes elements of the page. */
export const mostElements = 80

export interface SheetBox extends Box {
  id: string
}

export const boxesOf = ({ cards, groups }: Layout): SheetBox[] => [
  ...cards.map(({ x, y, width, height, index }) => ({ x, y, width, height, id: String(index) })),
  ...groups.map(({ x, y, width, height, id }) => ({ x, y, width, height, id: groupId(id) }))
]

/** The part of the graph that is in view, and `margin` px of the screen around it. */
export const windowOf = ({ x, y, zoom }: Viewport, { width, height }: Room, margin = 0): Box => ({
  x: (-x - margin) / zoom,
  y: (-y - margin) / zoom,
  width: (width + 2 * margin) / zoom,
  height: (height + 2 * margin) / zoom
})

export const meets = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** What lies there; the last one drawn is on top. */
export const boxAt = (boxes: readonly SheetBox[], { x, y }: { x: number; y: number }): SheetBox | undefined =>
  boxes.findLast((box) => meets(box, { x, y, width: 0.001, height: 0.001 }))

/** Around the points of a path, whose numbers are pairs: its curves stay between them. */
export function boundsOfPath(path: string): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [, x, y] of path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)) {
    left = Math.min(left, Number(x))
    right = Math.max(right, Number(x))
    top = Math.min(top, Number(y))
    bottom = Math.max(bottom, Number(y))
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** To put an element in costs the most. */
const mostIn = 20
const mostOut = 60

/** The next set on the way to the wanted one. */
export function stepTo(now: ReadonlySet<string>, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const out = [...now.difference(wanted)].slice(0, mostOut)
  const into = [...wanted.difference(now)].slice(0, mostIn)
  return new Set([...now, ...into]).difference(new Set(out))
}

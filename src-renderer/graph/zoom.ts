/** How large a graph is shown: readable, or as a whole. Pure. */
import type { Box } from './wires.ts'

/** No text on the screen is smaller, px. */
export const leastText = 11
/** From these zooms on cards are written larger, so that they stay readable; below the last they are colors alone. */
export const zoomSteps = [0.85, 0.72, 0.6, 0.5, 0.42] as const
/** Below this nothing can be read: a graph is not opened smaller. */
export const leastOpen = zoomSteps[4]
export const mostOpen = 1.1

/** 0: all is shown; then larger names and less beside them; behind the last step no text. */
export const distanceOf = (zoom: number): number => zoomSteps.filter((step) => zoom < step - 1e-6).length

/** What is shown up to which distance: all of a card; its tasks; its name. */
export const upTo = { all: 1, tasks: 2, name: 4 } as const

/** px at zoom 1 of the names at a distance: at the far end of its zooms they are `leastText` on the screen. */
export const nameSize = (distance: number): number => {
  const step = zoomSteps[distance]
  return distance === 0 || step === undefined ? 13 : leastText / step
}

export const fitPad = { top: 60, bottom: 56, side: 32 } as const
/** px: in less the tools lie in two lines (GraphHead.svelte) */
const narrow = 760
const topOf = ({ width }: Room): number => fitPad.top + (width <= narrow ? 36 : 0)

export interface Room {
  width: number
  height: number
}

export function boundsOf(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x + width)
    bottom = Math.max(bottom, y + height)
  }
  return boxes.length
    ? { x: left, y: top, width: right - left, height: bottom - top }
    : { x: 0, y: 0, width: 1, height: 1 }
}

/** The zoom at which all of it is in the room. */
export const fitZoom = (bounds: Box, room: Room): number =>
  Math.min(
    mostOpen,
    Math.max(1, room.width - 2 * fitPad.side) / Math.max(1, bounds.width),
    Math.max(1, room.height - topOf(room) - fitPad.bottom) / Math.max(1, bounds.height)
  )

export interface Viewport {
  x: number
  y: number
  zoom: number
}

/** All of it, in the middle of what the tools leave free. */
export function fitted(bounds: Box, room: Room): Viewport {
  const zoom = fitZoom(bounds, room)
  const top = topOf(room)
  const free = room.height - top - fitPad.bottom
  return {
    x: (room.width - bounds.width * zoom) / 2 - bounds.x * zoom,
    y: top + (free - bounds.height * zoom) / 2 - bounds.y * zoom,
    zoom
  }
}

/** Readable, with one card in view: in the middle, or as near to it as the edge of the graph lets it be. */
export function openedAt(card: Box, bounds: Box, room: Room): Viewport {
  const [zoom] = zoomSteps
  const from = (card: number, first: number, edge: number, middle: number) =>
    Math.min(middle, edge + (card - first) * zoom)
  const x = from(card.x, bounds.x, fitPad.side, (room.width - card.width * zoom) / 2)
  const y = from(card.y, bounds.y, topOf(room), (room.height - card.height * zoom) / 2)
  return { x: x - card.x * zoom, y: y - card.y * zoom, zoom }
}

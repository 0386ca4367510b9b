/** A graph drawn on a canvas: the overview, and a large graph's picture below the cards that are elements. */
import { boundsOfPath, meets, windowOf, type SheetBox } from './in-view.ts'
import type { Palette } from './palette.ts'
import type { Layout } from './layout.ts'
import type { Box } from './wires.ts'
import type { Room, Viewport } from './zoom.ts'

export interface SheetWire {
  from: string
  to: string
  path: Path2D
  back: boolean
  bounds: Box
}

/** How many wires in view are drawn one by one; more of them in one go, whatever is outside. */
const mostSingle = 600

export interface SheetWires {
  list: readonly SheetWire[]
  /** all but those that run back */
  whole: Path2D
}

const made = new WeakMap<Layout, SheetWires>()

/** Made when they are first drawn, not with the layout: each takes its part of a frame. */
export function wiresOf(layout: Layout): SheetWires {
  const known = made.get(layout)
  if (known) return known
  const wires = makeWires(layout)
  made.set(layout, wires)
  return wires
}

function makeWires({ wires }: Layout): SheetWires {
  const whole = new Path2D()
  const list = wires.map(({ from, to, path, back }) => {
    const drawn = new Path2D(path)
    if (!back) whole.addPath(drawn)
    return { from, to, back, path: drawn, bounds: boundsOfPath(path) }
  })
  return { list, whole }
}

export interface Sheet {
  ctx: CanvasRenderingContext2D
  palette: Palette
  view: Viewport
  room: Room
  /** device pixels per px */
  ratio: number
}

/** Lengths are the graph's own from here on; returns one px of the screen in them. */
function begin({ ctx, view: { x, y, zoom }, ratio }: Sheet): number {
  ctx.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y)
  return 1 / zoom
}

/** `selected`: the id of the box whose wires are told apart. */
export function drawWires(sheet: Sheet, wires: SheetWires, selected: string | null): void {
  const { ctx, palette } = sheet
  const px = begin(sheet)
  const width = Math.max(1.4, px)
  const area = windowOf(sheet.view, sheet.room)
  const seen = wires.list.filter(({ bounds }) => meets(bounds, area))
  ctx.globalAlpha = selected === null ? 1 : 0.45
  ctx.lineWidth = width
  ctx.strokeStyle = palette.wire
  if (seen.length > mostSingle) ctx.stroke(wires.whole)
  else for (const { path, back } of seen) if (!back) ctx.stroke(path)
  ctx.globalAlpha = 1
  ctx.lineWidth = width * 1.6
  for (const { path, back, from, to } of seen) {
    const holds = selected === from
    if (!back && !holds && selected !== to) continue
    ctx.strokeStyle = back ? palette.failed : holds ? palette.holds : palette.accent
    ctx.setLineDash(holds && !back ? [6, 4] : [])
    ctx.stroke(path)
  }
  ctx.setLineDash([])
}

/** Boxes in one color each; those of a color at once. */
export function drawBoxes(sheet: Sheet, boxes: readonly SheetBox[], colorOf: (id: string) => string): void {
  const { ctx } = sheet
  const px = begin(sheet)
  for (const [color, list] of Map.groupBy(boxes, ({ id }) => colorOf(id))) {
    ctx.fillStyle = color
    // a box that is less than a px is still seen
    for (const { x, y, width, height } of list) ctx.fillRect(x, y, Math.max(width, px), Math.max(height, px))
  }
}

/** Lines around boxes, `width` px wide. */
export function drawOutlines(sheet: Sheet, boxes: readonly Box[], color: string, width: number): void {
  const { ctx } = sheet
  const px = begin(sheet)
  ctx.strokeStyle = color
  ctx.lineWidth = width * px
  for (const box of boxes) ctx.strokeRect(box.x, box.y, box.width, box.height)
}

/** Makes a canvas as large as the room and clears it; null where the browser has no drawing. */
export function sheetOn(canvas: HTMLCanvasElement, palette: Palette, view: Viewport, room: Room): Sheet | null {
  const ratio = window.devicePixelRatio || 1
  const [width, height] = [Math.round(room.width * ratio), Math.round(room.height * ratio)]
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height]
  const ctx = canvas.getContext('2d')
  if (!ctx) return null
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.clearRect(0, 0, width, height)
  return { ctx, palette, view, room, ratio }
}

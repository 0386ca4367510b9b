/** Draws the chart: its grid, its rows, and the stretch of time that is marked. */
import { at } from '../../src-main/domain/at.ts'
import { rankOf } from '../../src-main/domain/status.ts'
import { stateName } from '../parts/states.ts'
import { firstEndingAfter, outcomes } from './bars.ts'
import { drawBar, drawMarks, drawShading } from './draw-bars.ts'
import { axis, boxOf, xOf, type Palette, type Scene, type Sheet } from './scene.ts'
import { canTellApart } from './density.ts'
import type { Row } from './rows.ts'
import { ticksOf } from './scale.ts'

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const value = (name: string) => style.getPropertyValue(name).trim()
  return {
    bg: value('--bg'),
    surface: value('--surface'),
    raised: value('--raised'),
    line: value('--line'),
    stripe: value('--bg'),
    text: value('--text'),
    muted: value('--muted'),
    accent: value('--accent'),
    onBar: value('--accent-text'),
    font: value('--font'),
    bars: new Map(outcomes.map((outcome) => [outcome, value(stateName(outcome))]))
  }
}

export function draw(ctx: CanvasRenderingContext2D, scene: Scene, colors: Palette): void {
  const sheet = { ctx, scene, colors }
  const { width, height } = scene
  ctx.fillStyle = colors.surface
  ctx.fillRect(0, 0, width, height)
  drawGrid(sheet)
  ctx.save()
  ctx.beginPath()
  ctx.rect(scene.gutter, axis, width - scene.gutter, height - axis)
  ctx.clip()
  const inChain = new Set(scene.chain)
  const rowOf = new Map<number, number>()
  const first = Math.max(0, Math.floor(scene.scrolled / scene.laneHeight))
  const last = Math.min(scene.rows.length - 1, Math.floor((scene.scrolled + height - axis) / scene.laneHeight))
  for (let row = first; row <= last; row++) drawRow(sheet, row, inChain, rowOf)
  drawSteps(sheet, rowOf)
  drawRange(sheet)
  ctx.restore()
}

function drawGrid({ ctx, scene, colors }: Sheet): void {
  const { width, height, view, rows, laneHeight, scrolled, origin, gutter } = scene
  ctx.lineWidth = 1
  ctx.textBaseline = 'middle'
  ctx.font = `11px ${colors.font}`
  ctx.strokeStyle = colors.line
  ctx.beginPath()
  for (const tick of ticksOf(view, width - gutter, origin)) {
    const x = Math.round(xOf(scene, tick.at)) + 0.5
    ctx.moveTo(x, axis - 5)
    ctx.lineTo(x, height)
  }
  ctx.stroke()
  ctx.fillStyle = colors.surface
  ctx.fillRect(0, axis, gutter, height)
  ctx.fillStyle = colors.muted
  rows.forEach((_, row) => {
    const y = axis + row * laneHeight - scrolled
    if (laneHeight < 24 || row % 2 === 0 || y > height || y < axis - laneHeight) return
    ctx.fillStyle = colors.stripe
    ctx.fillRect(gutter, y, width - gutter, laneHeight)
  })
  ctx.fillStyle = colors.raised
  ctx.fillRect(0, 0, width, axis)
  ctx.fillStyle = colors.muted
  ctx.save()
  ctx.beginPath()
  ctx.rect(gutter, 0, width - gutter, axis)
  ctx.clip()
  ctx.textAlign = 'left'
  for (const tick of ticksOf(view, width - gutter, origin)) {
    const x = Math.round(xOf(scene, tick.at)) + 0.5
    ctx.fillRect(x - 0.5, axis - 6, 1, 6)
    // a number that is cut says another one
    if (x + 4 + ctx.measureText(tick.label).width <= width) ctx.fillText(tick.label, x + 4, axis / 2)
  }
  ctx.restore()
  ctx.strokeStyle = colors.line
  ctx.beginPath()
  ctx.moveTo(0, axis - 0.5)
  ctx.lineTo(width, axis - 0.5)
  ctx.moveTo(gutter - 0.5, axis)
  ctx.lineTo(gutter - 0.5, height)
  ctx.stroke()
}

function drawRow(sheet: Sheet, place: number, inChain: ReadonlySet<number>, rowOf: Map<number, number>): void {
  const { scene } = sheet
  const row = at(scene.rows, place)
  for (const index of row.indexes) if (inChain.has(index)) rowOf.set(index, place)
  if (!row.isShared) return drawLane(sheet, row, place, inChain)
  const view = { ...scene.view, now: scene.now }
  const isSparse = (row.sub?.count ?? 1) <= mostLanes && canTellApart(scene.bars, row.indexes, view)
  if (isSparse) for (const index of row.indexes) drawBar(sheet, index, boxOf(scene, index, place), inChain.has(index))
  else drawShading(sheet, row, place)
  drawMarks(sheet, row, place)
}

/** Bars over each other in one row: more cannot be told apart. */
const mostLanes = 8

/** A row whose bars follow each other: only what is in view, and of bars that share a pixel only the worst. */
function drawLane(sheet: Sheet, row: Row, place: number, inChain: ReadonlySet<number>): void {
  const { ctx, scene, colors } = sheet
  const { bars, view, width, gutter } = scene
  const until = view.from + (width - gutter) * view.per
  /** px up to which the lane, and its mark of the chain, are drawn */
  let drawn = -Infinity
  let marked = -Infinity
  let drawnWeight = 0
  for (let next = firstEndingAfter(bars, row.indexes, view.from); next < row.indexes.length; next++) {
    const index = at(row.indexes, next)
    const bar = at(bars, index)
    if (bar.start > until) break
    const box = boxOf(scene, index, place)
    const right = box.x + box.w
    const special = index === scene.hovered || index === scene.selected || bar.task === scene.focused
    if (inChain.has(index) && right > marked + 0.75) {
      ctx.fillStyle = colors.text
      ctx.fillRect(box.x, box.y + box.h - 1, box.w, 3)
      marked = right
    }
    // of bars in one pixel the worst is seen
    const weight = rankOf(bar.outcome)
    if (right <= drawn + 0.75 && !special && weight >= drawnWeight) continue
    drawnWeight = right <= drawn + 0.75 ? Math.min(weight, drawnWeight) : weight
    drawn = right
    drawBar(sheet, index, box, inChain.has(index))
  }
}

/** The stretch of time that is marked, over all rows. */
function drawRange({ ctx, scene, colors }: Sheet): void {
  if (!scene.marked) return
  const [left, right] = [xOf(scene, scene.marked.start), xOf(scene, scene.marked.end)]
  ctx.globalAlpha = 0.14
  ctx.fillStyle = colors.accent
  ctx.fillRect(left, axis, right - left, scene.height - axis)
  ctx.globalAlpha = 1
  ctx.fillRect(left - 0.75, axis, 1.5, scene.height - axis)
  ctx.fillRect(right - 0.75, axis, 1.5, scene.height - axis)
}

/** Where the chain goes from one lane to another. */
function drawSteps({ ctx, scene, colors }: Sheet, rowOf: ReadonlyMap<number, number>): void {
  ctx.strokeStyle = colors.text
  ctx.lineWidth = 1.5
  ctx.beginPath()
  for (let i = 1; i < scene.chain.length; i++) {
    const [from, to] = [at(scene.chain, i - 1), at(scene.chain, i)]
    const [laneFrom, laneTo] = [rowOf.get(from), rowOf.get(to)]
    if (laneFrom === undefined || laneTo === undefined || laneFrom === laneTo) continue
    const a = boxOf(scene, from, laneFrom)
    const b = boxOf(scene, to, laneTo)
    const [x1, x2] = [a.x + a.w, b.x]
    if (Math.max(a.w, b.w) < 8) continue // a thicket of lines says nothing; the marks under the bars stay
    ctx.moveTo(x1, a.y + a.h)
    ctx.lineTo(x2, a.y + a.h)
    ctx.lineTo(x2, b.y + (laneTo > laneFrom ? 0 : b.h))
  }
  ctx.stroke()
}

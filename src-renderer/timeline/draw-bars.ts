/** Draws the bars of a timeline one by one, or as shading where there are too many, with failures on top. */
import { countText } from '../../src-main/domain/counts.ts'
import { at } from '../../src-main/domain/at.ts'
import type { Bar } from './bars.ts'
import { densityOf, failureMarks } from './density.ts'
import { drawSign, signSize } from './draw-sign.ts'
import type { Row } from './rows.ts'
import { axis, type Box, type Sheet } from './scene.ts'

export function drawBar(sheet: Sheet, index: number, box: Box, chained: boolean): void {
  const { ctx, scene, colors } = sheet
  const bar = at(scene.bars, index)
  const gap = box.w > 4 ? 1 : 0 // neighbours are told apart
  const [w, h] = [box.w - gap, box.h - (chained ? 2 : 0)]
  ctx.globalAlpha = index === scene.hovered ? 0.8 : 1
  ctx.fillStyle = colors.bars.get(bar.outcome) ?? colors.muted
  ctx.beginPath()
  if (w > 6) ctx.roundRect(box.x, box.y, w, h, Math.min(3, h / 2))
  else ctx.rect(box.x, box.y, w, h)
  ctx.fill()
  ctx.globalAlpha = 1
  if (w > 26 && h > 11) drawLabel(sheet, bar, { ...box, w, h })
  if (index === scene.selected || bar.task === scene.focused) {
    ctx.strokeStyle = index === scene.selected ? colors.accent : colors.text
    ctx.lineWidth = 2
    ctx.strokeRect(box.x - 1, box.y - 1, w + 2, box.h + 2)
  }
}

/** The name at the bar's visible left end, with the sign of its outcome; cut where the bar ends. */
function drawLabel({ ctx, scene, colors }: Sheet, bar: Bar, box: Box): void {
  const left = Math.max(box.x, scene.gutter)
  const room = Math.min(box.x + box.w, scene.width) - left - 10
  if (room < 14) return
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, box.y, room + 8, box.h)
  ctx.clip()
  ctx.font = `11px ${colors.font}`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.fillStyle = colors.onBar
  const middle = box.y + box.h / 2
  const hasSign = bar.outcome !== 'succeeded'
  const behind = colors.bars.get(bar.outcome) ?? colors.muted
  if (hasSign) drawSign(ctx, bar.outcome, { x: left + 5, middle }, { color: colors.onBar, behind })
  ctx.fillText(bar.label, left + 6 + (hasSign ? signSize + 2 : 0), middle + 0.5)
  ctx.restore()
}

/** A row of many bars: the more run at once, the stronger. */
export function drawShading({ ctx, scene, colors }: Sheet, row: Row, place: number): void {
  const { bars, view, gutter, laneHeight, scrolled, now } = scene
  const width = Math.max(0, Math.floor(scene.width - gutter))
  const density = densityOf(bars, row.indexes, { ...view, now }, width)
  let most = 1
  for (const count of density) most = Math.max(most, count)
  const y = axis + place * laneHeight - scrolled + 4
  ctx.fillStyle = colors.bars.get('succeeded') ?? colors.muted
  for (let x = 0, from = 0; x <= width; x++) {
    if (x < width && density[x] === density[from]) continue
    const count = density[from] ?? 0
    if (count > 0) {
      ctx.globalAlpha = 0.22 + 0.78 * (count / most)
      ctx.fillRect(gutter + from, y, x - from, laneHeight - 8)
    }
    from = x
  }
  ctx.globalAlpha = 1
}

/** Failures lie on top of a row; several near each other are one mark with their number. */
export function drawMarks({ ctx, scene, colors }: Sheet, row: Row, place: number): void {
  if (row.failed === 0) return
  const { bars, view, gutter, laneHeight, scrolled } = scene
  const middle = axis + (place + 0.5) * laneHeight - scrolled
  ctx.font = `600 11px ${colors.font}`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const { x, count } of failureMarks(bars, row.indexes, view, scene.width - gutter)) {
    const text = count === 1 ? '' : countText(count)
    const wide = signSize + (text === '' ? 0 : ctx.measureText(text).width + 3)
    const half = Math.max(8, wide / 2 + 3)
    const left = gutter + x - wide / 2
    const fill = colors.bars.get('failed') ?? colors.text
    ctx.beginPath()
    ctx.roundRect(gutter + x - half, middle - 8, 2 * half, 16, 3)
    ctx.fillStyle = fill
    ctx.fill()
    ctx.strokeStyle = colors.surface
    ctx.lineWidth = 1.5
    ctx.stroke()
    drawSign(ctx, 'failed', { x: left, middle }, { color: colors.onBar, behind: fill })
    ctx.fillStyle = colors.onBar
    ctx.fillText(text, left + signSize + 3, middle + 0.5)
  }
}

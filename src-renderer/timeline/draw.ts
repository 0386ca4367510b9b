/** Draws the chart: only what is in view, and of bars that share a pixel only the worst. */
import { at } from '../../src-main/domain/at.ts'
import { looks, rankOf } from '../../src-main/domain/status.ts'
import { stateName } from '../parts/states.ts'
import { firstEndingAfter, outcomes, type Bar, type Outcome } from './bars.ts'
import { ticksOf, type View } from './scale.ts'

/** px: what lies left of the lanes and above them */
export const gutter = 44
export const axis = 26

export interface Scene {
  bars: readonly Bar[]
  lanes: readonly (readonly number[])[]
  chain: readonly number[]
  /** its `from` is the time at the right end of the gutter */
  view: View
  width: number
  height: number
  laneHeight: number
  /** px that lanes are scrolled by */
  scrolled: number
  /** the job's first start, ms */
  origin: number
  now: number
  hovered: number | null
  selected: number | null
  /** the task whose log is shown */
  focused: number | null
}

type PaletteName = 'bg' | 'surface' | 'raised' | 'line' | 'text' | 'muted' | 'accent' | 'onBar' | 'font'
export type Palette = Record<PaletteName, string> & { bars: ReadonlyMap<Outcome, string> }

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const value = (name: string) => style.getPropertyValue(name).trim()
  return {
    bg: value('--bg'),
    surface: value('--surface'),
    raised: value('--raised'),
    line: value('--line'),
    text: value('--text'),
    muted: value('--muted'),
    accent: value('--accent'),
    onBar: value('--accent-text'),
    font: value('--font'),
    bars: new Map(outcomes.map((outcome) => [outcome, value(stateName(outcome))]))
  }
}

interface Box {
  x: number
  y: number
  w: number
  h: number
}

/** What is drawn, where, and in which colors. */
interface Sheet {
  ctx: CanvasRenderingContext2D
  scene: Scene
  colors: Palette
}

export function draw(ctx: CanvasRenderingContext2D, scene: Scene, colors: Palette): void {
  const sheet = { ctx, scene, colors }
  const { width, height } = scene
  ctx.fillStyle = colors.surface
  ctx.fillRect(0, 0, width, height)
  drawGrid(sheet)
  ctx.save()
  ctx.beginPath()
  ctx.rect(gutter, axis, width - gutter, height - axis)
  ctx.clip()
  const inChain = new Set(scene.chain)
  const laneOf = new Map<number, number>()
  const first = Math.max(0, Math.floor(scene.scrolled / scene.laneHeight))
  const last = Math.min(scene.lanes.length - 1, Math.floor((scene.scrolled + height - axis) / scene.laneHeight))
  for (let lane = first; lane <= last; lane++) drawLane(sheet, lane, inChain, laneOf)
  drawSteps(sheet, laneOf)
  ctx.restore()
}

const xOf = ({ view }: Scene, time: number) => gutter + (time - view.from) / view.per
const endOf = (scene: Scene, bar: Bar) => (bar.end === Infinity ? Math.max(scene.now, bar.start) : bar.end)

export function boxOf(scene: Scene, index: number, lane: number): Box {
  const bar = at(scene.bars, index)
  const x = xOf(scene, bar.start)
  const y = axis + lane * scene.laneHeight - scene.scrolled
  return { x, y: y + 2, w: Math.max(xOf(scene, endOf(scene, bar)) - x, 1), h: scene.laneHeight - 4 }
}

function drawGrid({ ctx, scene, colors }: Sheet): void {
  const { width, height, view, lanes, laneHeight, scrolled, origin } = scene
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
  ctx.textAlign = 'right'
  const every = Math.ceil(14 / laneHeight)
  lanes.forEach((_, lane) => {
    const y = axis + (lane + 0.5) * laneHeight - scrolled
    if (y > axis && y < height && lane % every === 0) ctx.fillText(String(lane + 1), gutter - 10, y)
  })
  ctx.fillStyle = colors.raised
  ctx.fillRect(0, 0, width, axis)
  ctx.fillStyle = colors.muted
  ctx.fillText('Slot', gutter - 10, axis / 2)
  ctx.save()
  ctx.beginPath()
  ctx.rect(gutter, 0, width - gutter, axis)
  ctx.clip()
  ctx.textAlign = 'left'
  for (const tick of ticksOf(view, width - gutter, origin)) {
    const x = Math.round(xOf(scene, tick.at)) + 0.5
    ctx.fillRect(x - 0.5, axis - 6, 1, 6)
    ctx.fillText(tick.label, x + 4, axis / 2)
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

function drawLane(sheet: Sheet, lane: number, inChain: ReadonlySet<number>, laneOf: Map<number, number>): void {
  const { ctx, scene, colors } = sheet
  const { bars, view, width } = scene
  const indexes = scene.lanes[lane] ?? []
  const until = view.from + (width - gutter) * view.per
  /** px up to which the lane, and its mark of the chain, are drawn */
  let drawn = -Infinity
  let marked = -Infinity
  let drawnWeight = 0
  for (let place = firstEndingAfter(bars, indexes, view.from); place < indexes.length; place++) {
    const index = at(indexes, place)
    const bar = at(bars, index)
    if (bar.start > until) break
    const box = boxOf(scene, index, lane)
    const right = box.x + box.w
    const special = index === scene.hovered || index === scene.selected || bar.task === scene.focused
    if (inChain.has(index)) {
      laneOf.set(index, lane)
      if (right > marked + 0.75) {
        ctx.fillStyle = colors.text
        ctx.fillRect(box.x, box.y + box.h - 1, box.w, 3)
        marked = right
      }
    }
    // of bars in one pixel the worst is seen
    const weight = rankOf(bar.outcome)
    if (right <= drawn + 0.75 && !special && weight >= drawnWeight) continue
    drawnWeight = right <= drawn + 0.75 ? Math.min(weight, drawnWeight) : weight
    drawn = right
    drawBar(sheet, index, box, inChain.has(index))
  }
}

function drawBar(sheet: Sheet, index: number, box: Box, chained: boolean): void {
  const { ctx, scene, colors } = sheet
  const bar = at(scene.bars, index)
  const gap = box.w > 4 ? 1 : 0 // neighbours are told apart
  const [w, h] = [box.w - gap, box.h - (chained ? 2 : 0)]
  ctx.globalAlpha = index === scene.hovered ? 0.8 : 1
  ctx.fillStyle = colors.bars.get(bar.outcome) ?? colors.muted
  ctx.beginPath()
  if (w > 6) ctx.roundRect(box.x, box.y, w, h, 3)
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
  const left = Math.max(box.x, gutter)
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
  ctx.fillText(`${looks[bar.outcome].sign} ${bar.name}`, left + 6, box.y + box.h / 2 + 0.5)
  ctx.restore()
}

/** Where the chain goes from one lane to another. */
function drawSteps({ ctx, scene, colors }: Sheet, laneOf: ReadonlyMap<number, number>): void {
  ctx.strokeStyle = colors.text
  ctx.lineWidth = 1.5
  ctx.beginPath()
  for (let i = 1; i < scene.chain.length; i++) {
    const [from, to] = [at(scene.chain, i - 1), at(scene.chain, i)]
    const [laneFrom, laneTo] = [laneOf.get(from), laneOf.get(to)]
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

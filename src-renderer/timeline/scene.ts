/** What is drawn of a timeline, and where bars lie in it. */
import { at } from '../../src-main/domain/at.ts'
import { endOf, type Bar, type Outcome } from './bars.ts'
import type { Row } from './rows.ts'
import type { Range, View } from './scale.ts'

/** px above the rows */
export const axis = 26

export interface Scene {
  bars: readonly Bar[]
  rows: readonly Row[]
  /** indexes of the bars of the critical path, in the order of time */
  chain: readonly number[]
  /** its `from` is the time at the right end of the gutter */
  view: View
  width: number
  height: number
  /** px left of the rows */
  gutter: number
  laneHeight: number
  /** px that rows are scrolled by */
  scrolled: number
  /** the job's first start, ms */
  origin: number
  now: number
  hovered: number | null
  selected: number | null
  /** the task whose log is shown */
  focused: number | null
  /** the stretch of time that is marked */
  marked: Range | null
}

type PaletteName = 'bg' | 'surface' | 'raised' | 'line' | 'text' | 'muted' | 'accent' | 'onBar' | 'font' | 'stripe'
export type Palette = Record<PaletteName, string> & { bars: ReadonlyMap<Outcome, string> }

/** What is drawn, where, and in which colors. */
export interface Sheet {
  ctx: CanvasRenderingContext2D
  scene: Scene
  colors: Palette
}

export interface Box {
  x: number
  y: number
  w: number
  h: number
}

export const xOf = ({ view, gutter }: Scene, time: number): number => gutter + (time - view.from) / view.per

export function boxOf(scene: Scene, index: number, row: number): Box {
  const bar = at(scene.bars, index)
  const sub = scene.rows[row]?.sub
  const x = xOf(scene, bar.start)
  const top = axis + row * scene.laneHeight - scene.scrolled + 2
  const h = (scene.laneHeight - 4) / (sub?.count ?? 1)
  const y = top + (sub?.of.get(index) ?? 0) * h
  return {
    x,
    y,
    w: Math.max(xOf(scene, endOf(bar, scene.now)) - x, 1),
    h: Math.max(1, sub && sub.count > 1 ? h - 0.5 : h)
  }
}

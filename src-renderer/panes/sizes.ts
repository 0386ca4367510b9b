/** How large a pane is: kept in pixels, so that a window that grows gives its room to what is looked at. */
import { keep, recall } from '../state/kept.ts'

export interface Bounds {
  /** px */
  min: number
  max: number
  /** px that the other side keeps, as long as there is room for both */
  rest: number
}

/** The wanted size within its bounds, in a room of `extent` px. Where there is no room for both, they share it. */
export function fitted(px: number, extent: number, { min, max, rest }: Bounds): number {
  const most = Math.max(Math.min(max, extent - rest), Math.min(min, Math.round(extent / 2)))
  return Math.min(Math.max(px, Math.min(min, most)), most)
}

/** px → percent of the room, as the panes' library counts. */
export const percentOf = (px: number, extent: number): number => (extent <= 0 ? 50 : Math.min(100, (100 * px) / extent))

export const pixelsOf = (percent: number, extent: number): number => Math.round((percent * extent) / 100)

const keyOf = (name: string): string => `backlot.pane.${name}`

const readPixels = (text: string): number | null => {
  const px = Number(text)
  return text !== '' && Number.isFinite(px) && px > 0 ? px : null
}

/** Null: nobody has moved it. */
export const recallPixels = (name: string): number | null => recall<number | null>(keyOf(name), readPixels, null)
export const keepPixels = (name: string, px: number): void => keep(keyOf(name), String(px))
export const forgetPixels = (name: string): void => keep(keyOf(name), '')

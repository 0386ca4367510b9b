/** The colors of the page as a canvas takes them. */
import { stateName } from '../parts/states.ts'

export interface Palette {
  surface: string
  line: string
  muted: string
  accent: string
  wire: string
  holds: string
  failed: string
  /** of a task's state */
  ofState: (state: string) => string
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const value = (name: string) => style.getPropertyValue(name).trim()
  return {
    surface: value('--surface'),
    line: value('--line'),
    muted: value('--muted'),
    accent: value('--accent'),
    wire: `color-mix(in srgb, ${value('--muted')} 70%, ${value('--bg')})`,
    holds: value('--block'),
    failed: value('--fail'),
    ofState: (state) => value(stateName(state))
  }
}
